"""How good the answers of a model are: figures, the confusion matrix, and the worst mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import ArrayPreparation, Part, TablePreparation
from chainrule.training import Model

Floats = NDArray[np.float64]
BATCH = 256


@dataclass(frozen=True)
class Mistake:
    """An example with a high loss.

    Args:
        row: its number in the part.
        true: what it is.
        given: what the model says.
        loss: for classes -log of the true one's probability, for a quantity the distance in its own unit.
        probability: that the model gives to its answer; None for a quantity.
    """

    row: int
    true: str
    given: str
    loss: float
    probability: float | None = None


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a model does on a part.

    Args:
        figures: by name.
        plain: the same figures of the plainest answer: always the most frequent class, always the mean.
        confusion: how often each class (rows) was given as each (columns); None for a quantity.
        mistakes: the worst first.
    """

    figures: dict[str, float]
    plain: dict[str, float]
    confusion: NDArray[np.int64] | None
    mistakes: list[Mistake]


def probabilities(model: Model, x: NDArray[Any]) -> Floats:  # (examples, classes)
    """Return the probability of each class for each example."""
    logits = np.asarray(model.predict(x, BATCH), np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def quantities(model: Model, preparation: TablePreparation | ArrayPreparation, x: NDArray[Any]) -> Floats:  # (examples,)
    """Return the quantity foretold for each example, in the target's own unit."""
    assert isinstance(preparation, TablePreparation)
    return np.asarray(preparation.inverse_target(model.predict(x, BATCH)[:, 0]), np.float64)


def judge(
    model: Model, preparation: TablePreparation | ArrayPreparation, class_names: Sequence[str] | None, part: Part, worst: int = 8
) -> Judgement:
    """Return how good a model's answers are on a prepared part."""
    if class_names is not None:
        return judge_classes(probabilities(model, part.x), part.y, class_names, worst)
    assert isinstance(preparation, TablePreparation)
    return judge_quantities(quantities(model, preparation, part.x), np.asarray(preparation.inverse_target(part.y), np.float64), worst)


def judge_classes(chances: Floats, y: NDArray[Any], class_names: Sequence[str], worst: int) -> Judgement:
    """Return how good probabilities are, of shape (examples, classes), for these class numbers."""
    given = chances.argmax(axis=1)
    confusion = np.zeros((len(class_names), len(class_names)), np.int64)
    np.add.at(confusion, (y, given), 1)
    loss = -np.log(np.maximum(chances[np.arange(len(y)), y], 1e-300))
    wrong = [row for row in np.argsort(-loss, kind="stable").tolist() if given[row] != y[row]]
    mistakes = [
        Mistake(row, class_names[int(y[row])], class_names[int(given[row])], float(loss[row]), float(chances[row, given[row]]))
        for row in wrong[:worst]
    ]
    figures = {"accuracy": float((given == y).mean()), "macro F1": macro_f1(confusion), "cross-entropy": float(loss.mean())}
    always = np.zeros_like(confusion)
    always[:, confusion.sum(axis=1).argmax()] = confusion.sum(axis=1)
    plain = {"accuracy": float(confusion.sum(axis=1).max() / len(y)), "macro F1": macro_f1(always)}
    return Judgement(figures, plain, confusion, mistakes)


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Return the mean over the classes of 2 · hits / (true + given); classes that are neither true nor given do not count."""
    hits, both = np.diag(confusion), confusion.sum(axis=0) + confusion.sum(axis=1)
    return float((2 * hits[both > 0] / both[both > 0]).mean())


def judge_quantities(given: Floats, true: Floats, worst: int) -> Judgement:
    """Return how good foretold quantities are."""
    error = given - true
    spread = true - true.mean()
    figures = {
        "RMSE": float(np.sqrt((error**2).mean())),
        "MAE": float(np.abs(error).mean()),
        "R²": 1 - float((error**2).sum() / (spread**2).sum()) if spread.any() else float("nan"),
    }
    plain = {"RMSE": float(np.sqrt((spread**2).mean())), "MAE": float(np.abs(spread).mean()), "R²": 0.0}
    rows = np.argsort(-np.abs(error), kind="stable")[:worst].tolist()
    mistakes = [Mistake(row, f"{true[row]:.6g}", f"{given[row]:.6g}", float(abs(error[row]))) for row in rows]
    return Judgement(figures, plain, None, mistakes)
