"""Collecting drives: the camera's images of a Donkey Car, with how it was steered."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from chainrule.data.collection import Collection
from chainrule.data.frame import LINE
from chainrule.data.read.json_lines import read_json_lines
from chainrule.errors import DataError

_IMAGE, _TIME, _INDEX = "cam/image_array", "_timestamp_ms", "_index"
_TARGET = "user/angle"


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
