"""Cleaning: files that cannot be used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.checks.sounds import SILENT
from chainrule.data.collecting.kinds import infer_kind
from chainrule.data.collection import Collection, Kind
from chainrule.data.machine import in_threads
from chainrule.data.preparing.step import RowStep
from chainrule.data.read.masks import read_masks
from chainrule.data.read.pictures import read_picture
from chainrule.data.read.recordings import read_sound
from chainrule.errors import DataError

_FILES: frozenset[Kind] = frozenset({"image", "audio", "masks"})
_NAMED = 5  # files that are named with what is wrong with them


@configurable
@dataclass(frozen=True)
class DropBroken(RowStep):
    """Leave out the rows whose files cannot be used: images that cannot be read or are cut off, sounds likewise, empty or silent.

    Every file is decoded once for it. The first are named with what is wrong with each; the rows of all are in `changes`.

    Args:
        columns: those that hold files; none for all of images, sounds and masks.
        silent: whether sounds whose loudness (root mean square) is below -60 dB of full scale are left out as well.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> path = tempfile.mkdtemp() + "/a.png"
        >>> Path(path).write_text("no picture")
        10
        >>> DropBroken().keeps(Collection(pl.DataFrame({"image": [path, None]}), kinds={"image": "image"}))[0].tolist()
        [False, True]
    """

    columns: Sequence[str] = ()
    silent: bool = True

    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        kept, named = np.ones(len(collection), np.bool_), list[str]()
        for column in self.columns or [name for name in collection.columns if _holds_files(collection, name)]:
            troubles = in_threads(self._check(_kind(collection, column)), collection.frame[column].cast(pl.String).to_list())
            named += [trouble for row, trouble in enumerate(troubles) if trouble is not None and kept[row]]
            kept &= np.array([trouble is None for trouble in troubles])
        more = f"; and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        return kept, "files that cannot be used: " + "; ".join(named[:_NAMED]) + more

    def _check(self, kind: Kind) -> Callable[[str | None], str | None]:
        return partial(_trouble, reads={"image": read_picture, "masks": read_masks}.get(kind, self._listen))

    def _listen(self, path: str) -> None:
        loudness = np.sqrt(np.mean(read_sound(path).astype(np.float64) ** 2))
        if self.silent and loudness < SILENT:
            raise DataError(f"{path}: the recording is silent.")


def has_files(collection: Collection) -> bool:
    """Return whether any column holds the paths of images, sounds or masks."""
    return any(_holds_files(collection, name) for name in collection.columns)


def _trouble(path: str | None, reads: Callable[[str], object]) -> str | None:
    """Return what is wrong with a file; a path that is missing is for others to judge."""
    try:
        if path is not None:
            reads(path)
    except DataError as error:
        return str(error).rstrip(".")
    return None


def _holds_files(collection: Collection, column: str) -> bool:
    series = column in collection.frame.columns and collection.frame[column].dtype == pl.String
    return series and _kind(collection, column) in _FILES


def _kind(collection: Collection, column: str) -> Kind:
    return collection.kinds[column] if column in collection.kinds else infer_kind(column, collection.values(column))[0]
