"""Arrays in .npy files, mapped into memory: what is not asked for is not read."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.stream.blocks import fingerprint, require_fingerprint, require_unchanged, stamp_of
from chainrule.data.stream.source import Rows, Source
from chainrule.errors import DataError


@configurable
@dataclass(frozen=True, eq=False)
class NpySource(Source):
    """Arrays in NumPy's own files, one row for each example. Several such sources are joined by `JoinedSource`.

    Args:
        x: the file of the inputs.
        y: the file of the targets; None where there are none.
        weight: the file of the weights; None where all examples count alike.
        fingerprint: of the files, when a run was begun on them; empty for files as they are now.

    Raises:
        DataError: a file that is missing, damaged, or holds Python objects; arrays of other lengths; files that have changed.

    Example:
        >>> import os, tempfile, numpy as np
        >>> path = os.path.join(tempfile.mkdtemp(), "x.npy")
        >>> np.save(path, np.arange(6.0).reshape(3, 2))
        >>> NpySource(path).take([2]).x[0].tolist()
        [[4.0, 5.0]]
    """

    x: str
    y: str | None = None
    weight: str | None = None
    fingerprint: str = ""

    def __post_init__(self) -> None:
        for name in ("x", "y", "weight"):
            given = getattr(self, name)
            object.__setattr__(self, name, None if given is None else str(Path(given).absolute()))
        found = fingerprint(self._paths, self._stamps)
        require_fingerprint(found, self.fingerprint, self.x)
        object.__setattr__(self, "fingerprint", found)
        for path, array in zip(self._paths, self._arrays, strict=True):
            if array.ndim == 0 or len(array) != len(self._arrays[0]):
                raise DataError(f"{path} must have {len(self._arrays[0]):,} rows, as {self.x} has. Got shape {array.shape} instead.")

    def __len__(self) -> int:
        return len(self._arrays[0])

    @property
    def name(self) -> str:
        return self.x

    def read(self, rows: NDArray[np.int64]) -> Rows:
        for path, stamp in zip(self._paths, self._stamps, strict=True):
            require_unchanged(path, stamp)
        arrays = [np.asarray(array[rows]) for array in self._arrays]
        y = (arrays[1],) if self.y is not None else ()
        return Rows((arrays[0],), y, arrays[-1] if self.weight is not None else None)

    @cached_property
    def _paths(self) -> list[str]:
        return [path for path in (self.x, self.y, self.weight) if path is not None]

    @cached_property
    def _stamps(self) -> list[tuple[int, int]]:
        return [stamp_of(path) for path in self._paths]

    @cached_property
    def _arrays(self) -> list[NDArray[Any]]:
        return [_mapped(path) for path in self._paths]


def _mapped(path: str) -> NDArray[Any]:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path} is not an array in NumPy's .npy format that can be mapped: {error}.") from error
    if not isinstance(array, np.ndarray):
        raise DataError(f"{path} holds several arrays (.npz), which cannot be mapped: save each of them with numpy.save.")
    return array
