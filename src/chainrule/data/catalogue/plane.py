"""The named data sets that are points in a plane: small problems whose answers can be drawn under their points."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data.catalogue.entry import Entry
from chainrule.data.shuffle import philox
from chainrule.data.splits import Split

POINTS = 400  # of which half are the test
NOISE = 0.08  # standard deviation of what each coordinate is off by

Floats = NDArray[np.float64]


def _circle(draw: np.random.Generator) -> tuple[Floats, NDArray[np.int32]]:
    outer = np.arange(POINTS) % 2
    radius, angle = draw.uniform(0, 0.5, POINTS) + 0.7 * outer, draw.uniform(0, 2 * np.pi, POINTS)
    return radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), (1 - outer).astype(np.int32)


def _exclusive_or(draw: np.random.Generator) -> tuple[Floats, NDArray[np.int32]]:
    x = draw.uniform(-1, 1, (POINTS, 2))
    return x + 0.08 * np.sign(x), (x[:, 0] * x[:, 1] >= 0).astype(np.int32)


def _gauss(draw: np.random.Generator) -> tuple[Floats, NDArray[np.int32]]:
    y = (np.arange(POINTS) % 2).astype(np.int32)
    return draw.normal(0, 0.25, (POINTS, 2)) + np.where(y, 0.5, -0.5)[:, None], y


def _spiral(draw: np.random.Generator) -> tuple[Floats, NDArray[np.int32]]:
    y = (np.arange(POINTS) % 2).astype(np.int32)
    way = np.arange(POINTS) // 2 / (POINTS / 2)
    angle = 1.75 * way * 2 * np.pi + y * np.pi
    return way[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), y


def _slope(draw: np.random.Generator) -> tuple[Floats, NDArray[np.float32]]:
    x = draw.uniform(-1, 1, (POINTS, 2))
    return x, x.sum(axis=1).astype(np.float32)


_HILLS = (
    (-0.65, 0.4, 1.0),
    (0.0, 0.4, -1.0),
    (0.65, 0.4, 1.0),
    (-0.65, -0.4, -1.0),
    (0.0, -0.4, 1.0),
    (0.65, -0.4, -1.0),
)  # x1, x2, height
_WIDTH = 0.2


def _hills(draw: np.random.Generator) -> tuple[Floats, NDArray[np.float32]]:
    x = draw.uniform(-1, 1, (POINTS, 2))
    squares = np.stack([((x - np.array([first, second])) ** 2).sum(axis=1) for first, second, _ in _HILLS])
    heights = np.array([height for _, _, height in _HILLS])
    return x, (heights @ np.exp(-squares / (2 * _WIDTH**2))).astype(np.float32)


def _read(make: Callable[[np.random.Generator], tuple[Floats, NDArray[Any]]], stream: int, noise: float) -> tuple[Split, Split]:
    draw = np.random.Generator(philox(0, stream))
    x, y = make(draw)
    x = (x + draw.normal(0, noise, x.shape)).astype(np.float32)
    order = draw.permutation(POINTS)
    train, test = np.sort(order[: POINTS // 2]), np.sort(order[POINTS // 2 :])
    return Split(x[train], y[train]), Split(x[test], y[test])


def circle(_: Sequence[Path]) -> tuple[Split, Split]:
    """Return a disc of one class within a ring of the other.

    Example:
        >>> train, test = circle(())
        >>> train.x.shape, len(test.y), sorted(set(train.y.tolist()))
        ((200, 2), 200, [0, 1])
    """
    return _read(_circle, 1, NOISE)


def exclusive_or(_: Sequence[Path]) -> tuple[Split, Split]:
    """Return four quarters, each of the class of the opposite one: no straight line divides the classes."""
    return _read(_exclusive_or, 2, NOISE / 2)


def gauss(_: Sequence[Path]) -> tuple[Split, Split]:
    """Return two clouds."""
    return _read(_gauss, 3, NOISE)


def spiral(_: Sequence[Path]) -> tuple[Split, Split]:
    """Return two arms of a spiral, wound around one another."""
    return _read(_spiral, 4, NOISE / 4)


def slope(_: Sequence[Path]) -> tuple[Split, Split]:
    """Return a quantity that rises evenly from one corner to the opposite one: x1 + x2.

    Example:
        >>> train, _ = slope(())
        >>> float(abs(train.x.sum(axis=1) - train.y).max()) < 0.3  # but for the noise of the coordinates
        True
    """
    return _read(_slope, 5, NOISE / 2)


def hills(_: Sequence[Path]) -> tuple[Split, Split]:
    """Return a quantity with three hills and three hollows in turn."""
    return _read(_hills, 6, NOISE / 4)


_MADE = ("Chainrule", "Apache-2.0", "made when it is asked for", ())
_CLASSES, _FEATURES = ("orange", "blue"), ("x1", "x2")

PLANE = (
    Entry("circle", "400 points in a plane, a disc within a ring, split 200/200", *_MADE, circle, _CLASSES, _FEATURES),
    Entry("exclusive-or", "400 points in a plane, opposite quarters alike, split 200/200", *_MADE, exclusive_or, _CLASSES, _FEATURES),
    Entry("gauss", "400 points in a plane, two clouds, split 200/200", *_MADE, gauss, _CLASSES, _FEATURES),
    Entry("spiral", "400 points in a plane, two arms of a spiral, split 200/200", *_MADE, spiral, _CLASSES, _FEATURES),
    Entry("slope", "400 points in a plane, a quantity that rises evenly, split 200/200", *_MADE, slope, None, _FEATURES),
    Entry("hills", "400 points in a plane, a quantity with hills and hollows, split 200/200", *_MADE, hills, None, _FEATURES),
)
