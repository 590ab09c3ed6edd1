"""The named data sets: what each is, where it lives, under which licence, and how it is read."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from chainrule.data.catalogue.arrays import ARRAYS
from chainrule.data.catalogue.entry import Entry, Progress, find, find_folder
from chainrule.data.catalogue.media import IMAGES, SOUNDS
from chainrule.data.catalogue.plane import PLANE
from chainrule.data.catalogue.tables import SERIES, TABLES
from chainrule.data.catalogue.texts import TEXTS
from chainrule.data.collection import Collection, parts_column
from chainrule.data.splits import Splits
from chainrule.errors import ArgumentError, unknown_name

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in (*ARRAYS, *PLANE, *IMAGES, *SOUNDS, *TEXTS, *SERIES, *TABLES)}


def load(name: str, *, folder: str | os.PathLike[str] | None = None, progress: Progress | None = None) -> Splits:
    """Load a named data set, after downloading its files where needed (see `find`).

    Args:
        name: one of the names in `CATALOGUE`.
        folder: a folder of data sets; None for the one that the environment variable CHAINRULE_DATA names, else the cache.
        progress: is called with the bytes that are here and all bytes, while a file is downloaded.

    Returns:
        Its training part, its test part where it has a customary one, and the names of classes and features. Images of bytes
        are uint8, other numbers float32; classes are int32.

    Raises:
        ArgumentError: a name that is not in the catalogue; a set of files that are no arrays, which `collect` reads.
        DataError: a file that cannot be found, downloaded or read.

    Example:
        >>> digits = load("digits")
        >>> digits.train.x.shape, digits.test.x.shape, digits.classes[-1]
        ((1437, 8, 8, 1), (360, 8, 8, 1), '9')
    """
    if name not in CATALOGUE:
        raise unknown_name("The data set", name, CATALOGUE)
    entry = CATALOGUE[name]
    if entry.read is None:
        raise ArgumentError(f"{name} is a collection of files, not arrays: collect({name!r}) gives it.")
    train, test = entry.read(_places(entry, folder, progress))
    return Splits(train, None, test, name, entry.classes, entry.feature_names, entry.source)


def collect_named(name: str, *, folder: str | os.PathLike[str] | None = None, progress: Progress | None = None) -> Collection:
    """Return a named data set as a collection, after downloading its files where needed; the arguments and errors are `load`'s."""
    if name not in CATALOGUE:
        raise unknown_name("The data set", name, CATALOGUE)
    entry = CATALOGUE[name]
    if entry.collect is None:
        return _as_collection(load(name, folder=folder, progress=progress))
    collection = entry.collect(_places(entry, folder, progress))
    return replace(collection, name=name, facts=(entry.source, *collection.facts))


def _places(entry: Entry, folder: str | os.PathLike[str] | None, progress: Progress | None) -> list[Path]:
    files = [find(file, folder=folder, progress=progress) for file in entry.files]
    return [*files, *(find_folder(wanted, folder) for wanted in entry.folders)]


def _as_collection(data: Splits) -> Collection:
    """Return a named data set as a collection: its test part, where it has one, stays the test part."""
    parts = [data.train] if data.test is None else [data.train, data.test]
    x, y = (np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "y"))
    target = "class" if data.classes else "target"
    columns = {target: y if data.classes is None else np.array(data.classes)[y]}
    kinds: dict[str, str] = {target: "category" if data.classes else "number"}
    if data.feature_names:
        frame, arrays = pl.DataFrame({name: x[:, i] for i, name in enumerate(data.feature_names)} | columns), {}
    else:
        frame, arrays = pl.DataFrame(columns), {"image": x}
        kinds["image"] = "image"
    if data.test is not None:
        frame = frame.with_columns(parts_column(["train"] * len(data.train.y) + ["test"] * len(data.test.y)))
    return Collection(frame, arrays, kinds, target=target, name=data.name, facts=(data.source,), class_names=data.classes)
