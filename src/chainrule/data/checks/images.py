"""Pictures that are nearly the same, and pictures on which there is nothing to see."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainrule.counting import counted
from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.equal import Rows, near_vectors
from chainrule.data.checks.issue import Issue, name_rows
from chainrule.errors import DataError

SIDE = 16  # of the small pictures that are compared
RADIUS = 0.1  # between pictures of mean 0 and length 1: a correlation of 1 - 0.1² / 2 = 0.995
BLANK = 0.01  # of the range of grey values: the standard deviation below which a picture is blank

_CHUNK = 2**24  # numbers that are made small at a time

Images: TypeAlias = NDArray[Any] | Sequence[NDArray[Any]]


def near_images(images: Images, radius: float = RADIUS) -> list[Rows]:
    """Return the groups of pictures that are nearly the same, whatever their size, brightness and contrast.

    Each picture is reduced to 16 x 16 places by averaging, its mean is taken off and its length made 1; two are nearly the same where
    the distance d of these is at most `radius`, which is a correlation of 1 - d² / 2. Compression, another size, another brightness and
    a little noise do not hide a copy; a shift or a turn does. Blank pictures are left out: `blank_images` lists them.

    Args:
        images: one array of shape (pictures, height, width[, channels]), or a sequence of arrays, where sizes differ.
        radius: the largest distance.

    Returns:
        Groups of two or more rows, each ascending.

    Raises:
        DataError: an array that is no picture.

    Example:
        >>> rows = np.random.default_rng(0).integers(0, 200, (3, 20, 20), dtype="uint8")
        >>> [group.tolist() for group in near_images([rows[0], rows[1], rows[2], rows[1] + np.uint8(40)])]
        [[1, 3]]
    """
    small = _thumbnails(images)  # (pictures, places)
    spread = small.std(axis=1)
    seen = np.flatnonzero(spread > _blank_below(images))
    vectors = small[seen] - small[seen].mean(axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [seen[group] for group in near_vectors(vectors, radius)]


def blank_images(images: Images) -> list[Issue]:
    """Return an issue for pictures that are blank: the grey values vary by less than 1 % of their range.

    Args:
        images: as for `near_images`; the range is 255 for bytes, else the largest less the smallest value of all pictures.
    """
    bound = _blank_below(images)
    rows = tuple(row for row, image in enumerate(images) if float(np.std(image)) <= bound)
    if not rows:
        return []
    message = f"{counted(len(rows), 'picture is', 'pictures are')} blank, of one colour all over: {name_rows(rows)}."
    return [Issue("blank image", "warning", message, rows, (), len(rows), "Look at them; leave them out unless blank is an answer.")]


class BlankImages(Check):
    """Pictures on which there is nothing to see."""

    name = "blank image"
    examines = ("image",)
    rank = 50

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        for images in data.arrays(self).values():
            yield from blank_images(images)


def _blank_below(images: Images) -> float:
    if not len(images):
        return 0.0
    if images[0].dtype == np.uint8:
        return BLANK * 255
    return BLANK * float(max(image.max() for image in images) - min(image.min() for image in images))


def _thumbnails(images: Images) -> NDArray[np.float32]:
    if isinstance(images, np.ndarray):
        _check(images[0] if len(images) else np.zeros((1, 1)), 0)
        whole = images if images.ndim == 4 else images[..., None]
        step = max(1, _CHUNK // max(whole[0].size, 1)) if len(whole) else 1
        pieces = [_shrunk(_shrunk(whole[start : start + step].astype(np.float32), 1), 2) for start in range(0, len(whole), step)]
        return np.concatenate(pieces).reshape(len(whole), -1) if pieces else np.zeros((0, SIDE * SIDE), np.float32)
    small = [_thumbnail(image, row) for row, image in enumerate(images)]
    if len({entry.shape for entry in small}) > 1:  # some grey, some in colour
        small = [np.broadcast_to(entry, (SIDE, SIDE, 3)) if entry.shape[2] == 1 else entry for entry in small]
    return np.stack(small).reshape(len(small), -1) if small else np.zeros((0, SIDE * SIDE), np.float32)


def _thumbnail(image: NDArray[Any], row: int) -> NDArray[np.float32]:  # (SIDE, SIDE, 1 or 3)
    _check(image, row)
    colours = image[..., None] if image.ndim == 2 else image[..., :3] if image.shape[2] >= 3 else image[..., :1]
    grown = colours.astype(np.float32)
    for axis in (0, 1):  # a picture of less than SIDE pixels is made larger first
        grown = np.repeat(grown, -(-SIDE // grown.shape[axis]), axis=axis)
    return _shrunk(_shrunk(grown, 0), 1)


def _check(image: NDArray[Any], row: int) -> None:
    if image.ndim not in (2, 3) or image.size == 0:
        raise DataError(f"row {row}: a picture must have shape (height, width) or (height, width, channels). Got {image.shape} instead.")


def _shrunk(images: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Return the means of SIDE runs along an axis; a shorter axis stays as it is."""
    size = images.shape[axis]
    if size <= SIDE:
        return images
    starts = np.linspace(0, size, SIDE + 1).astype(np.int64)
    lengths = np.diff(starts).astype(np.float32).reshape([-1 if number == axis else 1 for number in range(images.ndim)])
    return np.add.reduceat(images, starts[:-1], axis=axis) / lengths
