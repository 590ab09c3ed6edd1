"""A network's outputs as people read them: classes with their probabilities, labels, or quantities in their own unit."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.steps.values import At
from chainrule.data.targets.forecasts import ForecastTarget
from chainrule.data.targets.spans import AnswerTarget
from chainrule.data.targets.target import AnyTarget
from chainrule.errors import ShapeError

Floats = NDArray[np.float64]


def probabilities(outputs: ArrayLike, from_logits: bool = True) -> Floats:  # (examples, classes)
    """Return the probability of each class: p = softmax(z), and of two classes by one output, σ(z).

    Args:
        outputs: of the network, of shape (examples, classes) or (examples, 1).
        from_logits: whether they are logits, not probabilities.

    Example:
        >>> probabilities([[0.0, 0.0]]).tolist(), probabilities([[0.25]], from_logits=False).tolist()
        ([[0.5, 0.5]], [[0.75, 0.25]])
    """
    rows = np.asarray(outputs, np.float64)
    if rows.ndim != 2:
        raise ShapeError(f"The outputs for classes must be of shape (examples, classes). Got {rows.shape} instead.")
    if rows.shape[1] == 1:
        one = sigmoid(rows) if from_logits else rows
        return np.concatenate([1 - one, one], axis=1)
    if not from_logits:
        return rows
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sigmoid(values: Floats) -> Floats:
    """Return σ(z) = 1 / (1 + exp(-z)), without overflow."""
    small = np.exp(-np.abs(values))
    return np.where(values >= 0, 1, small) / (1 + small)


def answers(target: AnyTarget, outputs: Any, from_logits: bool = True) -> pl.DataFrame:
    """Return a row for each example: the class with its probability and those of all classes, the labels, or the quantity.

    A forecast has a row for each step ahead, counted from 1, of each example.

    Args:
        target: how targets were encoded.
        outputs: of the network, one row for each example.
        from_logits: whether those for classes, labels and masks are logits.
    """
    name, rows = target.name, np.asarray(outputs, np.float64)
    if isinstance(target, ForecastTarget):
        return _forecasts(target, rows)
    if target.task == "multi-label":
        return _labels(target, sigmoid(rows) if from_logits else rows)
    if target.class_names is not None and rows.ndim == 2:
        return _classes(name, target.class_names, probabilities(rows, from_logits))
    if target.task == "segmentation" and from_logits:
        rows = sigmoid(rows)
    decoded = np.asarray(target.decode(rows[:, 0] if rows.ndim == 2 and rows.shape[1] == 1 else rows))
    if decoded.ndim == 1:
        return pl.DataFrame({f"predicted {name}": decoded})
    flat = decoded.reshape(len(decoded), -1)
    return pl.DataFrame({f"predicted {name} {number}": flat[:, number - 1] for number in range(1, flat.shape[1] + 1)})


def span_answers(target: AnswerTarget, outputs: Any, read: pl.Series, from_logits: bool = True) -> pl.DataFrame:
    """Return a row for each example: the likeliest part of its text, with its probability.

    Args:
        target: how answers were encoded.
        outputs: of the network, of shape (examples, 2, places).
        read: the question and the text of each example, as they were read.
        from_logits: whether the outputs are logits.
    """
    places, chances = target.likeliest(outputs, target.step.apply(read, At(target.reading.name)), from_logits)
    return pl.DataFrame({f"predicted {target.name}": target.texts(read, places), "probability": chances})


def _forecasts(target: ForecastTarget, rows: Floats) -> pl.DataFrame:
    decoded = target.decode(rows)  # (examples, horizon, targets)
    examples, horizon = decoded.shape[:2]
    example = {"example": np.repeat(np.arange(examples), horizon)} if examples > 1 else {}
    columns = {f"predicted {name}": decoded[:, :, place].ravel() for place, name in enumerate(target.quantities)}
    return pl.DataFrame(example | {"step": np.tile(np.arange(1, horizon + 1), examples)} | columns)


def _classes(name: str, class_names: tuple[str, ...], chances: Floats) -> pl.DataFrame:
    named = np.array(class_names)[chances.argmax(axis=1)]
    each = {f"probability of {one}": chances[:, number] for number, one in enumerate(class_names)}
    return pl.DataFrame({f"predicted {name}": named, "probability": chances.max(axis=1)} | each)


def _labels(target: AnyTarget, chances: Floats) -> pl.DataFrame:
    labels = [", ".join(found) for found in target.decode(chances)]
    each = {f"probability of {one}": chances[:, number] for number, one in enumerate(target.class_names or ())}
    return pl.DataFrame({f"predicted {target.name}": labels} | each)
