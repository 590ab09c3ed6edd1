"""Images: read from their files, and brought to one size and mode."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.arguments import PositiveCount
from chainrule.data.kind import Values
from chainrule.data.machine import in_threads
from chainrule.data.read.pictures import (
    MODES,
    Fit,
    Header,
    Interpolation,
    Mode,
    Shape,
    read_header,
    read_picture,
    resized,
)
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At, paths_of
from chainrule.errors import ArgumentError, DataError

_LOOKED_AT = 64  # training images that show whether images in colour have any
_SHOWN = 4  # sizes that are named
_GREY = np.array([19595, 38470, 7471])  # 0.299, 0.587 and 0.114 of 65536: the luma of ITU-R BT.601


class Resize(ColumnStep):
    """Read images from their files, and bring all to one size and one mode: uint8 of shape (images, height, width, channels).

    Args:
        height: in pixels; None for the median of the training images; learned.
        width: in pixels; None for the median of the training images; learned.
        mode: "L" for grey, "RGB" or "RGBA"; None for the most frequent of training, where colour without any colour in it is grey;
            learned.
        fit_by: "pad" keeps all of an image and its proportions and fills up with black, "crop" keeps its proportions and loses what
            hangs over, "stretch" keeps all of it but not its proportions.
        interpolation: "bilinear", "nearest", "bicubic" or "lanczos", as Pillow does them.
        largest: what a learned size has at most, in pixels of its longer side.
        met: how many training images had which size; learned.

    Raises:
        DataError: an image that cannot be read.

    Example:
        >>> images = np.zeros((2, 4, 6, 3), np.uint8)
        >>> Resize(2, 3).fit(images).transform(images).shape
        (2, 2, 3, 3)
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = frozenset({"image", "masks"})

    height: PositiveCount | None = None
    width: PositiveCount | None = None
    mode: Mode | None = None
    fit_by: Fit = "pad"
    interpolation: Interpolation = "bilinear"
    largest: PositiveCount = 128
    met: Sequence[str] = ()

    def __post_init__(self) -> None:
        if (self.height is None) != (self.width is None):
            raise ArgumentError(f"Resize: give height and width, or neither. Got {self.height} and {self.width}.")

    def learn(self, values: Values, at: At) -> Self:
        if isinstance(values, np.ndarray):
            return self._fitted_to_array(values, at)
        headers = in_threads(read_header, paths_of(values, at))
        height, width = self._size([(header.height, header.width) for header in headers])
        mode = self.mode or _mode_of(headers, values)
        return replace(self, height=height, width=width, mode=mode, met=_counted(headers))

    def _fitted_to_array(self, values: NDArray[Any], at: At) -> Self:
        require_images(values, at)
        if self.height is not None:
            return self
        return replace(self, height=values.shape[1], width=values.shape[2], met=[f"{values.shape[1]} x {values.shape[2]}"])

    def _size(self, met: list[tuple[int, int]]) -> tuple[int, int]:
        if self.height is not None and self.width is not None:
            return self.height, self.width
        height, width = np.median(np.array(met), axis=0)
        shrink = min(1.0, self.largest / max(height, width))
        return max(1, round(height * shrink)), max(1, round(width * shrink))

    @property
    def shape(self) -> Shape:
        """The size and how images are brought to it."""
        return Shape(self.height, self.width, self.fit_by, self.interpolation)

    def apply(self, values: Values, at: At) -> NDArray[Any]:
        if self.height is None or self.width is None:
            raise self.not_fitted()
        if isinstance(values, np.ndarray):
            return self._apply_to_array(values, at)
        mode = self.mode or "RGB"
        images = np.empty((len(values), self.height, self.width, MODES[mode]), np.uint8)

        def read(place: tuple[int, str]) -> None:
            images[place[0]] = read_picture(place[1], mode, self.shape)

        in_threads(read, enumerate(paths_of(values, at)))
        return images

    def _apply_to_array(self, values: NDArray[Any], at: At) -> NDArray[Any]:
        require_images(values, at)
        if self.mode is not None and MODES[self.mode] != values.shape[-1]:
            values = _in_channels(values, MODES[self.mode], at)
        if values.shape[1:3] == (self.height, self.width):
            return values
        if values.dtype != np.uint8:
            raise DataError(
                f"Column {at.column!r}: images of {values.dtype} must be {self.height} x {self.width}, as in training; only bytes (uint8) "
                f"are resized. Got {values.shape[1]} x {values.shape[2]}."
            )
        return np.stack(in_threads(partial(resized, shape=self.shape), values))

    def describe(self) -> str:
        if self.height is None:
            return "images to one size and mode"
        return f"{self._met} became {self._became}" if len(self.met) > 1 else self._became.partition(";")[0]

    def remark(self) -> str | None:
        return f"the images are of {self._met}; all became {self._became}" if len(self.met) > 1 else None

    @property
    def _met(self) -> str:
        return f"{len(self.met)} sizes ({', '.join(self.met[:_SHOWN])}{', ...' if len(self.met) > _SHOWN else ''})"

    @property
    def _became(self) -> str:
        became = f"{self.height} x {self.width}" + {None: "", "L": ", grey", "RGB": ", colour", "RGBA": ", colour and alpha"}[self.mode]
        how = {"pad": "filled up with black", "crop": "cropped", "stretch": "stretched"}[self.fit_by]
        return f"{became}; {how}"


class CenterCrop(ColumnStep):
    """The middle of each image; where an image is smaller, it stays.

    Args:
        height: of the middle, in pixels.
        width: of the middle, in pixels.

    Example:
        >>> CenterCrop(1, 2).transform(np.arange(12, dtype=np.uint8).reshape(1, 3, 4, 1))[..., 0].tolist()
        [[[5, 6]]]
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = frozenset({"image"})

    height: PositiveCount
    width: PositiveCount

    def apply(self, values: Values, at: At) -> NDArray[Any]:
        images = as_images(values, at)
        top, left = max(images.shape[1] - self.height, 0) // 2, max(images.shape[2] - self.width, 0) // 2
        return images[:, top : top + self.height, left : left + self.width]

    def describe(self) -> str:
        return f"the middle {self.height} x {self.width} pixels"


class Grayscale(ColumnStep):
    """Colour to grey: L = 0.299 R + 0.587 G + 0.114 B; grey stays.

    Source:
        ITU-R BT.601, section 2.5.1; rounded as Pillow's convert("L").

    Example:
        >>> Grayscale().transform(np.array([[[[255, 0, 0]]]], np.uint8)).tolist()
        [[[[76]]]]
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = frozenset({"image"})

    def apply(self, values: Values, at: At) -> NDArray[Any]:
        images = as_images(values, at)
        if images.shape[-1] < 3:
            return images[..., :1]
        if images.dtype == np.uint8:
            return ((images[..., :3].astype(np.uint32) @ _GREY + 0x8000) >> 16).astype(np.uint8)[..., None]
        return (images[..., :3] @ (_GREY / 65536)).astype(images.dtype)[..., None]

    def describe(self) -> str:
        return "colour to grey"


def as_images(values: Values, at: At) -> NDArray[Any]:  # (images, height, width, channels)
    """Return images as they are, or read from files that have one size already.

    Raises:
        DataError: files of several sizes.
    """
    if isinstance(values, np.ndarray):
        require_images(values, at)
        return values
    paths = paths_of(values, at)
    sizes = {(header.height, header.width) for header in in_threads(read_header, paths)}
    if len(sizes) > 1:
        raise DataError(f"Column {at.column!r}: its images have {len(sizes)} sizes. Put a Resize before this step.")
    return np.stack(in_threads(partial(read_picture, mode="RGB"), paths))


def _in_channels(images: NDArray[Any], channels: int, at: At) -> NDArray[Any]:
    if channels == 1:
        return Grayscale().apply(images, at)
    if channels == 3:
        return np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images[..., :3]
    raise DataError(f"Column {at.column!r}: images must have {channels} channels, as in training. Got {images.shape[-1]} instead.")


def require_images(values: NDArray[Any], at: At) -> None:
    """Raise DataError for an array that does not hold images."""
    if values.ndim != 4:
        raise DataError(f"Column {at.column!r}: images must have shape (images, height, width, channels). Got {values.shape} instead.")


def _mode_of(headers: list[Header], values: pl.Series) -> Mode:
    if Counter(header.plain_mode for header in headers).most_common(1)[0][0] == "L":
        return "L"
    rows = np.unique(np.linspace(0, len(values) - 1, _LOOKED_AT).astype(int))
    sample = in_threads(partial(read_picture, mode="RGB", shape=Shape(64, 64)), [values[int(row)] for row in rows])
    return "L" if all((image == image[..., :1]).all() for image in sample) else "RGB"


def _counted(headers: list[Header]) -> list[str]:
    sizes = Counter((header.height, header.width, header.mode) for header in headers)
    return [f"{count:,} of {height} x {width} {mode}" for (height, width, mode), count in sizes.most_common()]
