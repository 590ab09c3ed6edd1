"""New examples, however they are given, as rows with the columns that training had."""

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.collection import HIDDEN, Collection
from chainrule.data.frame import ArrowStream, as_frame
from chainrule.data.kind import get_kind
from chainrule.data.preparation.feature import Feature
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.read.archives import is_archive
from chainrule.data.read.arrays import are_rows
from chainrule.data.readers import collect
from chainrule.errors import DataError
from chainrule.files import is_path

_ARRAYS = (".npy", ".npz")


def as_raw(data: Any, fitted: FittedPreparation) -> Collection:
    """Return new examples as a collection whose columns are of the kinds that training had.

    Args:
        data: a collection, a table, columns by name, one row, a `Path`, or values of the only column.
        fitted: what training taught.

    Raises:
        DataError: examples that cannot be read as rows of these columns.
    """
    if isinstance(data, Path):
        return read_raw(data, fitted)
    return _like_training(_collection(data, fitted), fitted)


def read_raw(
    path: Path, fitted: FittedPreparation, pattern: str | None = None, leave_out: bool = False, encoding: str | None = None
) -> Collection:
    """Return the examples in a file or a folder of the kind that training had.

    A file may be an image, a sound or a text itself, where these are all that training had; arrays come in .npy files, or in .npz
    files as x and y.

    Args:
        path: the file or the folder.
        fitted: what training taught.
        pattern: how the names of the files of a folder or an archive are made, where training went by them.
        leave_out: whether rows and texts that cannot be read are left out and named, rather than refused.
        encoding: of texts, and of tables written as text; None for UTF-8.

    Raises:
        DataError: what cannot be read, or does not fit.
    """
    only = fitted.features[0] if len(fitted.features) == 1 else None
    if path.suffix.lower() in _ARRAYS:
        return _like_training(_from_arrays(path, only, fitted), fitted)
    if not path.exists():
        raise DataError(f"{path}: there is no such file.")
    if only is not None and path.is_file() and is_path(path.name, get_kind(only.kind).endings):
        value = get_kind(only.kind).value(path, encoding or "utf-8")
        return _like_training(Collection(pl.DataFrame({only.name: [value]})), fitted)
    reading: dict[str, Any] = {"pattern": pattern} if pattern is not None and (path.is_dir() or is_archive(path)) else {}
    reading |= {} if encoding is None else {"encoding": encoding}
    return _like_training(collect(path, leave_out=leave_out, **reading), fitted)


def _like_training(collection: Collection, fitted: FittedPreparation) -> Collection:
    if fitted.reading is not None:
        collection = fitted.reading.join(collection)
    kinds: dict[str, str] = {feature.name: feature.kind for feature in fitted.features}
    return collection.taken_as(kinds={name: kind for name, kind in kinds.items() if name in collection.columns})


def left_aside(collection: Collection, fitted: FittedPreparation) -> list[str]:
    """Return notes about the columns that training did not have."""
    known = {feature.name for feature in fitted.features} | {column.name for column in fitted.left} | HIDDEN
    target = set() if fitted.target is None else {fitted.target.name}
    extra = [name for name in collection.columns if name not in known | target]
    return [f"columns that training did not have are left aside: {', '.join(extra)}"] if extra else []


def _collection(data: Any, fitted: FittedPreparation) -> Collection:
    if isinstance(data, Collection):
        return data
    if isinstance(data, Mapping):
        return _rows(data, {feature.name for feature in fitted.features if get_kind(feature.kind).takes_lists})
    if isinstance(data, pl.DataFrame) or are_rows(data) or (isinstance(data, ArrowStream) and not isinstance(data, pl.Series)):
        return collect(data)
    if len(fitted.features) == 1:
        return _only_column(data, fitted.features[0])
    if isinstance(data, np.ndarray):
        return _matrix(data, fitted)
    return collect(data)


def _rows(data: Mapping[str, Any], labels: set[str]) -> Collection:
    """Return columns by name, or the one row that single values are, as a collection; a row's labels may be a list."""
    single = {name for name, value in data.items() if isinstance(value, str | bytes) or np.ndim(value) == 0}
    if single and all(name in single or name in labels for name in data):
        return Collection(as_frame({name: [value] for name, value in data.items()}))
    arrays = {name: value for name, value in data.items() if isinstance(value, np.ndarray) and value.ndim > 1}
    others = {name: value for name, value in data.items() if name not in arrays}
    return Collection(as_frame(others) if others else pl.DataFrame(), arrays)


def _only_column(data: Any, feature: Feature) -> Collection:
    if isinstance(data, str):
        return Collection(pl.DataFrame({feature.name: [data]}))
    if isinstance(data, np.ndarray) and get_kind(feature.kind).takes_arrays:
        return Collection(pl.DataFrame(), {feature.name: data})
    if isinstance(data, np.ndarray) and data.ndim == 2 and data.shape[1] == 1:
        data = data[:, 0]
    if np.ndim(data) == 0 and not isinstance(data, Iterable):
        raise DataError(f"Examples must be values of the column {feature.name!r} ({feature.kind}), or rows of it. Got {data!r} instead.")
    return Collection(as_frame({feature.name: list(data)}))


def _matrix(data: Any, fitted: FittedPreparation) -> Collection:
    if data.ndim != 2 or data.shape[1] != len(fitted.features):
        raise DataError(f"Examples must have {len(fitted.features)} numbers in a row, as in training. Got shape {data.shape} instead.")
    return Collection(pl.DataFrame({feature.name: data[:, number] for number, feature in enumerate(fitted.features)}))


def _from_arrays(path: Path, only: Feature | None, fitted: FittedPreparation) -> Collection:
    """Return the examples of an array file: x, and y where it has one."""
    if only is None or not get_kind(only.kind).takes_arrays:
        raise DataError(f"{path}: the preparation has learned from a table: give a table (CSV, Parquet, JSON lines).")
    try:
        with path.open("rb") as stream:
            found = np.load(stream, allow_pickle=False)
            held = {"x": found} if isinstance(found, np.ndarray) else {name: found[name] for name in found}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: this cannot be read as arrays of NumPy (.npy or .npz), which training had: {error}") from error
    if "x" not in held:
        raise DataError(f"{path}: there is no array 'x' in it. It has {', '.join(held) or 'none'}.")
    collection = Collection(pl.DataFrame(), {only.name: _as_trained(held["x"], only, path)})
    if "y" not in held or fitted.target is None:
        return collection
    return _with_target(collection, held["y"], fitted, path)


def _with_target(collection: Collection, y: NDArray[Any], fitted: FittedPreparation, path: Path) -> Collection:
    """Return the collection with its target: class numbers become class names."""
    assert fitted.target is not None
    name, names, examples = fitted.target.name, fitted.target.class_names, len(collection)
    if names is None:
        return Collection(pl.DataFrame(), dict(collection.arrays) | {name: y}, target=name)
    if y.shape != (examples,) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= len(names):
        raise DataError(
            f"{path}: y must have one class number from 0 to {len(names) - 1} for each of {examples} images. Got {y.dtype} {y.shape}."
        )
    return Collection(pl.DataFrame({name: np.array(names)[y]}), collection.arrays, target=name)


def _as_trained(x: NDArray[Any], feature: Feature, path: Path) -> NDArray[Any]:
    """Return arrays in the shape and kind of number that training had; the axis of a single channel may be left out."""
    raw = feature.raw
    if raw is None:
        return x
    images = x[..., None] if x.shape[1:] == raw.shape[:-1] and raw.shape[-1:] == (1,) else x
    if images.shape[1:] != raw.shape:
        raise DataError(f"{path}: examples must be of shape {raw.shape}, as (examples, {', '.join(map(str, raw.shape))}). Got {x.shape}.")
    if not images.size:
        raise DataError(f"{path}: there are no examples in it.")
    are_bytes = images.dtype.kind in "iu" and images.min() >= 0 and images.max() <= 255
    if are_bytes != (raw.dtype == "uint8"):
        wanted = "bytes, whole numbers from 0 to 255" if raw.dtype == "uint8" else f"numbers from {raw.low:g} to {raw.high:g}"
        met = f"{images.dtype} from {images.min():g} to {images.max():g}"
        raise DataError(f"{path}: training had {wanted}. Got {met}: bring them to that scale.")
    return images.astype(raw.dtype)
