"""Occlusion: how much the answer falls when a piece of the input is covered."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError
from chainrule.explain.forward_pass import BATCH, AnswerQuantity, Floats, OutputChoice, ask, power_of_two
from chainrule.explain.method import Method
from chainrule.models import Model


def occlusion(
    model: Model,
    x: ArrayLike,
    target: OutputChoice = None,
    window: int | Sequence[int] = 1,
    stride: int | Sequence[int] | None = None,
    fill: float = 0.0,
    quantity: AnswerQuantity = "output",
) -> Floats:
    """Return for each number of each row f(x) − f(x with a window covered), the mean over the windows that cover it.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`: columns, steps, or images with their channels last.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        window: the size of the piece along each axis, or one for all; the channels of images and series are covered together.
        stride: by how far it moves; None for half the window, at least 1. The last windows are cut at the edge.
        fill: what it is covered with; for tokens, the number of a token that says nothing.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of the shape of x.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or other arguments that do not fit.

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.occlusion(model, np.array([[1.0, 2.0]])).tolist()
        [[3.0, -2.0]]
    """
    question = ask(model, x, target, quantity)
    shape = question.x.shape[1:]
    places = list(_windows(shape[:2] if len(shape) == 3 else shape[:1], window, stride))
    question = ask(model, x, question.target, quantity, min(BATCH, power_of_two(len(places))))
    whole = question.forward_pass.scores(question.entries, question.target)
    falls, counts = np.zeros(question.x.shape), np.zeros(shape)
    for place in places:
        counts[place] += 1
    for row, example in enumerate(question.x):
        for start in range(0, len(places), BATCH):
            some = places[start : start + BATCH]
            scores = question.forward_pass.scores(
                question.forward_pass.enter(_covered(example, some, fill)), np.repeat(question.target[row], len(some))
            )
            for place, score in zip(some, scores, strict=True):
                falls[row][place] += whole[row] - score
    return falls / np.maximum(counts, 1)


def _covered(example: NDArray[Any], places: Sequence[tuple[slice, ...]], fill: float) -> NDArray[Any]:
    copies = np.repeat(example[None], len(places), axis=0)
    for copy, place in zip(copies, places, strict=True):
        copy[place] = fill
    return copies


def _windows(shape: tuple[int, ...], window: int | Sequence[int], stride: int | Sequence[int] | None) -> Iterator[tuple[slice, ...]]:
    sizes = _per_axis("window", window, len(shape))
    steps = [max(1, size // 2) for size in sizes] if stride is None else _per_axis("stride", stride, len(shape))
    along = [
        [slice(start, min(start + size, length)) for start in range(0, max(length - size, 0) + step, step) if start < length]
        for length, size, step in zip(shape, sizes, steps, strict=True)
    ]
    return itertools.product(*along)


def _per_axis(name: str, given: int | Sequence[int], axes: int) -> list[int]:
    sizes = [given] * axes if isinstance(given, int) else list(given)
    if len(sizes) != axes or any(size < 1 for size in sizes):
        raise ArgumentError(f"occlusion: {name} must be a whole number from 1, or {axes} of them. Got {given!r} instead.")
    return sizes


class Occlusion(Method):
    """What the answer loses where a part of the input is covered, of an image a sixth of its shorter side; see `occlusion`."""

    name = "occlusion"

    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        shape = np.shape(x)
        return occlusion(model, x, target, window=max(1, min(shape[1:3]) // 6) if len(shape) == 4 else 1, quantity="logit")
