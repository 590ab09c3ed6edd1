"""Collecting images: files in folders and archives, with masks beside them, with a table that says more of them, or of a drive."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from chainrule.counting import counted
from chainrule.data.collection import Collection, LeftOut
from chainrule.data.frame import LINE
from chainrule.data.kind import Kind, get_kind, is_kind, kind_of_files
from chainrule.data.read.archives import first_names, is_archive, unpacked
from chainrule.data.read.folders import found, from_files, listed
from chainrule.data.read.json_lines import read_json_lines
from chainrule.data.read.pictures import IMAGE_ENDINGS
from chainrule.data.read.table import read_table
from chainrule.errors import DataError
from chainrule.files import is_path

_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_IMAGE_FOLDERS, _MASK_FOLDERS = ("images", "image"), ("masks", "mask", "labels")
_IMAGE, _TIME, _INDEX = "cam/image_array", "_timestamp_ms", "_index"
_TARGET = "user/angle"


def from_images(path: Path, *, pattern: str | None = None, **reading: Any) -> Collection:
    """Return the collection of the images in a folder or an archive.

    - Folders named images and masks side by side: each image has its masks, in a file or a folder of its name, or all that are there.
    - A single table (CSV, TSV, JSON lines, Parquet) with a column of the images' names: its rows, with that column leading to the files.
    - Else the class is the folder that a file lies in, or a part of its name; see `from_files` for the pattern.

    Args:
        path: the folder, or an archive, which is unpacked into the cache.
        pattern: how the files' names are made.
        reading: further arguments of `read_table` for the table.

    Raises:
        DataError: no images, a name that does not fit the pattern, a mask that is missing, a damaged archive.
    """
    folder = unpacked(path) if is_archive(path) else path
    name = path.name.split(".")[0]
    pairs = _pairs_of_masks(folder)
    if pairs:
        return _with_masks(pairs, name)
    tables = [file for file in sorted(folder.iterdir()) if file.name.lower().endswith(_TABLES)]
    if len(tables) == 1 and pattern is None:
        collection = with_paths(Collection(read_table(tables[0], lines=True, **reading), name=name), folder)
        if any(is_kind(kind, "image") for kind in collection.kinds.values()):
            return collection
    return from_files(path, pattern=pattern, kind=get_kind("image"))


def holds_images(path: Path) -> bool:
    """Return whether most files of a folder or an archive are images."""
    if not path.is_dir() and not is_archive(path):
        return False
    names = first_names(path)
    return sum(is_path(name, IMAGE_ENDINGS) for name in names) > len(names) / 2


def with_paths(collection: Collection, folder: Path) -> Collection:
    """Return a table's collection with its columns of image and sound files leading to them.

    A column of text of which every value is such a name, below the table's folder or a folder of this one, becomes a column of paths.
    """
    kinds: dict[str, str] = {}
    frame = collection.frame
    for name in frame.columns:
        kind = _kind_of_names(frame[name])
        places = _places(frame[name], folder) if kind is not None else None
        if kind is not None and places is not None:
            frame, kinds[name] = frame.with_columns(places), kind.name
    return replace(collection, frame=frame, kinds=kinds | dict(collection.kinds))


def _kind_of_names(values: pl.Series) -> Kind | None:
    """Return the kind that text is the names of files of throughout, such as images or sounds; None for other text."""
    return kind_of_files(values.drop_nulls()) if values.dtype == pl.String else None


def _places(names: pl.Series, folder: Path) -> pl.Series | None:
    """Return where files of these names lie: below the folder, or below the one folder in it that has the first; None for nowhere."""
    first = names.drop_nulls()[0]
    bases = [folder, *(entry for entry in sorted(folder.iterdir()) if entry.is_dir())]
    base = next((base for base in bases if (base / first).is_file()), None)
    if base is None:
        return None
    return pl.Series(names.name, [None if name is None else str(base / name) for name in names], pl.String)


def _pairs_of_masks(folder: Path) -> list[tuple[Path, Path]]:
    """Return each folder of images that has one of masks beside it, and this."""
    beside = {entry.parent for name in _MASK_FOLDERS for entry in folder.rglob(name) if entry.is_dir()}
    pairs = [(_among(parent, _IMAGE_FOLDERS), _among(parent, _MASK_FOLDERS)) for parent in sorted(beside)]
    return [(images, masks) for images, masks in pairs if images is not None and masks is not None]


def _among(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_dir()), None)


def _with_masks(pairs: list[tuple[Path, Path]], name: str) -> Collection:
    images: list[str] = []
    masks: list[str] = []
    left_out: list[LeftOut] = []
    for images_folder, masks_folder in pairs:
        pictures, _ = found(images_folder, IMAGE_ENDINGS)
        for picture in pictures:
            mask = masks_folder if len(pictures) == 1 else _mask_of(picture, masks_folder)
            if mask is None:
                left_out.append(LeftOut(str(picture), f"there is no mask of its name in {masks_folder}"))
            else:
                images.append(str(picture))
                masks.append(str(mask))
    if not images:
        raise DataError(f"{name}: none of the {len(left_out)} images has a mask of its name beside it.")
    facts = [f"{len(images):,} images with masks"]
    if left_out:
        without = listed([Path(entry.place).name for entry in left_out])
        facts.append(f"{counted(len(left_out), 'image is', 'images are')} left out, without a mask: {without}")
    kinds: dict[str, str] = {"image": "image", "masks": "masks"}
    frame = pl.DataFrame({"image": images, "masks": masks})
    return Collection(frame, kinds=kinds, target="masks", name=name, facts=tuple(facts), left_out=tuple(left_out))


def _mask_of(picture: Path, folder: Path) -> Path | None:
    """Return an image's masks: a folder of its name, or a picture of its name, whatever its ending."""
    if (folder / picture.stem).is_dir():
        return folder / picture.stem
    return next((file for ending in IMAGE_ENDINGS if (file := folder / (picture.stem + ending)).is_file()), None)


def from_donkeycar(path: Path) -> Collection:
    """Return the collection of a drive's frames, in the order of time: the camera's image, and the angle of steering to be predicted.

    Throttle and mode are kept, and nothing is learned from them. Frames that the driver has deleted are passed over, and counted.

    Args:
        path: the folder with manifest.json, or the one above it: Donkey Car's format of version 4 and later.

    Raises:
        DataError: a manifest or a catalog that is damaged; frames without an image or an angle.
    """
    folder = _folder(path)
    assert folder is not None
    manifest = _manifest(folder)
    tables = [read_json_lines(folder / name, (), lines=True).drop(LINE) for name in manifest["paths"]]
    frame = pl.concat(tables, how="diagonal_relaxed")
    for name in (_IMAGE, _TARGET, _TIME, _INDEX):
        if name not in frame.columns:
            raise DataError(f"{folder}: its catalogs must have {name!r} for each frame. They have {', '.join(frame.columns)}.")
    deleted = pl.col(_INDEX).is_in(list(manifest["deleted_indexes"]))
    facts = [f"{frame.height:,} frames of a drive in {len(tables)} catalogs"]
    if manifest["deleted_indexes"]:
        facts.append(f"{frame.filter(deleted).height} frames are passed over, as the driver has deleted them")
    frame = frame.filter(~deleted).sort(_TIME).with_columns((str(folder / "images") + "/" + pl.col(_IMAGE)).alias("image")).drop(_IMAGE)
    kinds: dict[str, str] = dict.fromkeys(frame.columns, "drop")
    kinds |= {"image": "image", _TARGET: "number"}
    return Collection(frame, kinds=kinds, target=_TARGET, time=_TIME, name=path.name, facts=tuple(facts))


def is_donkeycar(path: Path) -> bool:
    """Return whether a folder holds a drive."""
    return _folder(path) is not None


def _folder(path: Path) -> Path | None:
    return next((folder for folder in (path, path / "data") if (folder / "manifest.json").is_file()), None) if path.is_dir() else None


def _manifest(folder: Path) -> dict[str, Any]:
    place = folder / "manifest.json"
    try:
        manifest = json.loads(place.read_text("utf-8").splitlines()[-1])
        names, deleted = manifest["paths"], manifest.get("deleted_indexes", [])
        good = bool(names) and all(isinstance(name, str) and Path(name).name == name for name in names)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DataError(f"{place}: the last line must be an object with the names of the catalogs as 'paths': {error!r}.") from error
    if not good or not isinstance(deleted, list):
        raise DataError(f"{place}: 'paths' must be names of catalogs beside it, 'deleted_indexes' a list. Got {names!r} and {deleted!r}.")
    return {"paths": names, "deleted_indexes": deleted}
