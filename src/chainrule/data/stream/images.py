"""Folders of pictures, decoded when they are needed."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.read.pictures import IMAGE_ENDINGS, INTERPOLATIONS, MODES, Interpolation, Mode, decoded
from chainrule.data.stream.blocks import Stamp, fingerprint, require_fingerprint, require_unchanged, stamp_of
from chainrule.data.stream.source import Rows, Source
from chainrule.errors import ArgumentError, DataError, unknown_name
from chainrule.files import is_path

_A_TASK = 4  # pictures: fewer cost more in handing over to threads, more leave threads idle at the end


@configurable
@dataclass(frozen=True, eq=False)
class ImageFolderSource(Source):
    """The pictures in a folder, upright and brought to one size, as bytes of shape (rows, height, width, channels).

    In a folder of folders each of these is a class; y is its number, in the order of their names. Hidden files are passed over.

    Args:
        path: the folder.
        size: (height, width) of the examples; None where all pictures have one size already.
        mode: "RGB", "L" for grey, or "RGBA".
        interpolation: "bilinear", "nearest", "bicubic" or "lanczos", as Pillow does them.
        threads: how many pictures are decoded at once; None for one for each processor.
        fingerprint: of the files, when a run was begun on them; empty for files as they are now.

    Attributes:
        files: the pictures' paths below the folder, in the order of the rows.
        classes: the names of the classes; empty where there are no folders in the folder.

    Raises:
        DataError: no pictures, pictures that are damaged, of another size than the first where `size` is None, or have changed.

    Example:
        >>> import os, tempfile
        >>> from PIL import Image
        >>> folder = tempfile.mkdtemp()
        >>> for name, grey in (("dark", 10), ("light", 240)):
        ...     os.mkdir(os.path.join(folder, name))
        ...     Image.new("L", (6, 4), grey).save(os.path.join(folder, name, "1.png"))
        >>> source = ImageFolderSource(folder, size=(2, 3), mode="L")
        >>> x, y, _ = source.take([1])
        >>> x[0].shape, int(x[0].max()), source.classes[y[0][0]]
        ((1, 2, 3, 1), 240, 'light')
    """

    path: str
    size: Sequence[int] | None = None
    mode: Mode = "RGB"
    interpolation: Interpolation = "bilinear"
    threads: int | None = None
    fingerprint: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", str(Path(self.path).absolute()))
        if self.size is not None and (len(self.size) != 2 or min(self.size) < 1):
            raise ArgumentError(f"ImageFolderSource: size must be (height, width). Got {self.size!r} instead.")
        if self.mode not in MODES:
            raise unknown_name("The mode of an ImageFolderSource", self.mode, MODES)
        if self.interpolation not in INTERPOLATIONS:
            raise unknown_name("The interpolation of an ImageFolderSource", self.interpolation, INTERPOLATIONS)
        if not self.files:
            raise DataError(f"{self.path} must hold pictures ({', '.join(IMAGE_ENDINGS)}), or folders of them. Got none.")
        found = fingerprint(self.files, self._stamps)
        require_fingerprint(found, self.fingerprint, self.path)
        object.__setattr__(self, "fingerprint", found)

    def __len__(self) -> int:
        return len(self.files)

    @property
    def name(self) -> str:
        return self.path

    def place(self, row: int) -> str:
        return os.path.join(self.path, self.files[row])

    @cached_property
    def classes(self) -> tuple[str, ...]:
        folders = [entry.name for entry in _entries(self.path) if entry.is_dir() and not entry.name.startswith(".")]
        return tuple(sorted(name for name in folders if any(_pictures(os.path.join(self.path, name)))))

    @cached_property
    def files(self) -> tuple[str, ...]:
        if self.classes:
            return tuple(os.path.join(name, file) for name in self.classes for file in _pictures(os.path.join(self.path, name)))
        return tuple(_pictures(self.path))

    def read(self, rows: NDArray[np.int64]) -> Rows:
        height, width = self._shape
        x = np.empty((len(rows), height, width, MODES[self.mode]), np.uint8)
        numbers, starts = rows.tolist(), range(0, len(rows), _A_TASK)

        def decode(start: int) -> None:
            for place, row in enumerate(numbers[start : start + _A_TASK], start):
                x[place] = self._decoded(row)

        for _ in map(decode, starts) if self.threads == 1 else self._pool.map(decode, starts):
            pass
        return Rows((x,), (self._labels[rows],) if self.classes else ())

    def _decoded(self, row: int) -> NDArray[np.uint8]:
        path = self.place(row)
        require_unchanged(path, self._stamps[row])
        height, width = self._shape
        picture = decoded(path, self.mode)
        if self.size is None and picture.size != (width, height):
            raise DataError(
                f"{path} must be {width} x {height}, as the first picture is. Got {picture.size[0]} x {picture.size[1]}: give size."
            )
        if picture.size != (width, height):
            picture = picture.resize((width, height), INTERPOLATIONS[self.interpolation])
        return np.frombuffer(picture.tobytes(), np.uint8).reshape(height, width, MODES[self.mode])

    @cached_property
    def _shape(self) -> tuple[int, int]:
        if self.size is not None:
            return self.size[0], self.size[1]
        width, height = decoded(self.place(0), self.mode).size
        return height, width

    @cached_property
    def _labels(self) -> NDArray[np.int32]:
        number = {name: place for place, name in enumerate(self.classes)}
        return np.array([number[os.path.dirname(file)] for file in self.files], np.int32)

    @cached_property
    def _stamps(self) -> list[Stamp]:
        return [stamp_of(self.place(row)) for row in range(len(self.files))]

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads or os.cpu_count() or 1, "chainrule-pictures")


def _pictures(folder: str) -> list[str]:
    shown = (entry for entry in _entries(folder) if not entry.name.startswith("."))
    return sorted(entry.name for entry in shown if is_path(entry.name, IMAGE_ENDINGS) and entry.is_file())


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror}. Give the folder of the pictures.") from error
