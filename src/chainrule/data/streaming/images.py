"""Folders of pictures, decoded when they are needed."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chainrule.configuration import configurable
from chainrule.data.streaming.files import Stamp, fingerprint, require_fingerprint, require_unchanged, stamp_of
from chainrule.data.streaming.source import Rows, Source
from chainrule.errors import ArgumentError, DataError, unknown_name

_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
_A_TASK = 4  # pictures: fewer cost more in handing over to threads, more leave threads idle at the end
_MODES = {"L": 1, "RGB": 3, "RGBA": 4}
_INTERPOLATIONS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@configurable
@dataclass(frozen=True, eq=False)
class ImageFolderSource(Source):
    """The pictures in a folder, brought to one size, as bytes of shape (rows, height, width, channels).

    In a folder of folders each of these is a class; y is its number, in the order of their names.

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
    mode: str = "RGB"
    interpolation: str = "bilinear"
    threads: int | None = None
    fingerprint: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", str(Path(self.path).absolute()))
        if self.size is not None and (len(self.size) != 2 or min(self.size) < 1):
            raise ArgumentError(f"ImageFolderSource: size must be (height, width). Got {self.size!r} instead.")
        if self.mode not in _MODES:
            raise unknown_name("The mode of an ImageFolderSource", self.mode, _MODES)
        if self.interpolation not in _INTERPOLATIONS:
            raise unknown_name("The interpolation of an ImageFolderSource", self.interpolation, _INTERPOLATIONS)
        if not self.files:
            raise DataError(f"{self.path} must hold pictures ({', '.join(sorted(_SUFFIXES))}), or folders of them. Got none.")
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
        x = np.empty((len(rows), height, width, _MODES[self.mode]), np.uint8)
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
        picture = _opened(path, self.mode)
        if self.size is None and picture.size != (width, height):
            raise DataError(
                f"{path} must be {width} x {height}, as the first picture is. Got {picture.size[0]} x {picture.size[1]}: give size."
            )
        if picture.size != (width, height):
            picture = picture.resize((width, height), _INTERPOLATIONS[self.interpolation])
        return np.frombuffer(picture.tobytes(), np.uint8).reshape(height, width, _MODES[self.mode])

    @cached_property
    def _shape(self) -> tuple[int, int]:
        if self.size is not None:
            return self.size[0], self.size[1]
        width, height = _opened(self.place(0), self.mode).size
        return height, width

    @cached_property
    def _labels(self) -> NDArray[np.int32]:
        counts = [len(_pictures(os.path.join(self.path, name))) for name in self.classes]
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    @cached_property
    def _stamps(self) -> list[Stamp]:
        return [stamp_of(self.place(row)) for row in range(len(self.files))]

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads or os.cpu_count() or 1, "chainrule-pictures")


def _opened(path: str, mode: str) -> Image.Image:
    """Return a picture, decoded, in a mode."""
    try:
        with Image.open(path) as picture:
            picture.load()
            return picture if picture.mode == mode else picture.convert(mode)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(f"{path} is not a picture, or is damaged: {error}. Take it out of the folder.") from error


def _pictures(folder: str) -> list[str]:
    return sorted(entry.name for entry in _entries(folder) if entry.is_file() and os.path.splitext(entry.name)[1].lower() in _SUFFIXES)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror}. Give the folder of the pictures.") from error
