"""How good the answers of a model are: figures, the confusion matrix, and the worst mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.tasks.objects import object_precision, objects_in
from chainrule.tasks.text_match import exact_match, f1_of, token_f1

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Mistake:
    """An example with a high loss.

    Args:
        row: its number in the part.
        true: what it is.
        predicted: what the model predicts.
        loss: for classes -log of the true one's probability, for a quantity the distance in its own unit.
        probability: that the model gives to its answer; None for a quantity.
    """

    row: int
    true: str
    predicted: str
    loss: float
    probability: float | None = None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model does on a part.

    Args:
        figures: by name.
        baseline: the same figures of the plainest answer: always the most frequent class, always the mean.
        confusion: how often each class (rows) was given as each (columns); None for a quantity.
        mistakes: the worst first.
    """

    figures: dict[str, float]
    baseline: dict[str, float]
    confusion: NDArray[np.int64] | None
    mistakes: list[Mistake]


def evaluate_classes(chances: Floats, y: NDArray[Any], class_names: Sequence[str], worst: int = 8) -> Evaluation:
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
    baseline = {"accuracy": float(confusion.sum(axis=1).max() / len(y)), "macro F1": macro_f1(always)}
    return Evaluation(figures, baseline, confusion, mistakes)


def evaluate_answers(said: Sequence[str], true: Sequence[str], chances: Sequence[float], worst: int = 8) -> Evaluation:
    """Return how good answers in words are, each with its probability. The plainest answer is the one that is most often right."""
    each = np.array([token_f1(answer, wanted) for answer, wanted in zip(said, true, strict=True)])
    rows = [int(row) for row in np.argsort(each, kind="stable") if each[row] < 1]
    mistakes = [Mistake(row, true[row], said[row], float(1 - each[row]), chances[row]) for row in rows[:worst]]
    usual = max(sorted(set(true)), key=true.count)
    figures, baseline = ({"exact match": exact_match(some, true), "F1": f1_of(some, true)} for some in (said, [usual] * len(true)))
    return Evaluation(figures, baseline, None, mistakes)


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Return the mean over the classes of 2 · hits / (true + given); classes that are neither true nor given do not count."""
    hits, both = np.diag(confusion), confusion.sum(axis=0) + confusion.sum(axis=1)
    return float((2 * hits[both > 0] / both[both > 0]).mean())


def evaluate_labels(chances: Floats, y: NDArray[Any], names: Sequence[str], worst: int = 8) -> Evaluation:
    """Return how good the probabilities of labels are, of shape (examples, labels), of which an example may have several."""
    given, true = chances > 0.5, y > 0.5
    likely = np.maximum(np.where(true, chances, 1 - chances), 1e-300)
    loss = -np.log(likely).sum(axis=1)
    wrong = [row for row in np.argsort(-loss, kind="stable").tolist() if (given[row] != true[row]).any()]
    mistakes = [Mistake(row, _labels(true[row], names), _labels(given[row], names), float(loss[row])) for row in wrong[:worst]]
    usual = np.broadcast_to(true.mean(axis=0) > 0.5, true.shape)
    return Evaluation(_label_figures(given, true), _label_figures(usual, true), None, mistakes)


def _labels(row: NDArray[np.bool_], names: Sequence[str]) -> str:
    return ", ".join(name for name, has in zip(names, row, strict=True) if has) or "none"


def _label_figures(given: NDArray[np.bool_], true: NDArray[np.bool_]) -> dict[str, float]:
    return {
        "accuracy": float((given == true).all(axis=1).mean()),
        "micro F1": float(2 * (given & true).sum() / max(given.sum() + true.sum(), 1)),
        "label accuracy": float((given == true).mean()),
    }


def evaluate_quantities(given: Floats, true: Floats, worst: int = 8) -> Evaluation:
    """Return how good predicted quantities are."""
    error = given - true
    spread = true - true.mean()
    figures = {
        "RMSE": float(np.sqrt((error**2).mean())),
        "MAE": float(np.abs(error).mean()),
        "R²": 1 - float((error**2).sum() / (spread**2).sum()) if spread.any() else float("nan"),
    }
    baseline = {"RMSE": float(np.sqrt((spread**2).mean())), "MAE": float(np.abs(spread).mean()), "R²": 0.0}
    rows = np.argsort(-np.abs(error), kind="stable")[:worst].tolist()
    mistakes = [Mistake(row, f"{true[row]:.6g}", f"{given[row]:.6g}", float(abs(error[row]))) for row in rows]
    return Evaluation(figures, baseline, None, mistakes)


def evaluate_arrays(given: Floats, true: NDArray[Any], worst: int = 8) -> Evaluation:
    """Return how good predicted arrays are, as they were learned: a forecast's steps, scaled."""
    error = given.reshape(len(given), -1) - true.reshape(len(true), -1)
    spread = true.reshape(len(true), -1) - true.mean()
    figures = {"MSE": float((error**2).mean()), "MAE": float(np.abs(error).mean())}
    baseline = {"MSE": float((spread**2).mean()), "MAE": float(np.abs(spread).mean())}
    each = np.sqrt((error**2).mean(axis=1))
    rows = np.argsort(-each, kind="stable")[:worst].tolist()
    mistakes = [Mistake(row, f"mean {true[row].mean():.4g}", f"mean {given[row].mean():.4g}", float(each[row])) for row in rows]
    return Evaluation(figures, baseline, None, mistakes)


def evaluate_masks(given: NDArray[np.bool_], true: NDArray[Any], worst: int = 8) -> Evaluation:
    """Return how good masks of shape (images, height, width, ...) are.

    "IoU" is that of all pixels together, "objects found" the mean over the images of `object_precision`, objects being what hangs
    together. The mistakes are the images with the least intersection over union.

    Example:
        >>> true = np.zeros((1, 4, 4), bool)
        >>> true[0, :2] = True
        >>> evaluate_masks(true, true).figures["IoU"], evaluate_masks(~true, true).figures["IoU"]
        (1.0, 0.0)
    """
    true = true > 0.5
    flat_given, flat_true = (mask.reshape(len(mask), -1) for mask in (given, true))
    union = (flat_given | flat_true).sum(axis=1)
    each = np.where(union > 0, (flat_given & flat_true).sum(axis=1) / np.maximum(union, 1), 1.0)
    found = [object_precision(objects_in(one.squeeze()), objects_in(other.squeeze())) for one, other in zip(true, given, strict=True)]
    figures = _pixels(flat_given, flat_true) | {"objects found": float(np.mean(found))}
    mistakes = [
        Mistake(row, f"{flat_true[row].mean():.1%} of the image", f"{flat_given[row].mean():.1%}", float(1 - each[row]))
        for row in np.argsort(each, kind="stable")[:worst].tolist()
        if each[row] < 1
    ]
    return Evaluation(figures, _pixels(np.zeros_like(flat_true), flat_true), None, mistakes)


def _pixels(given: NDArray[np.bool_], true: NDArray[np.bool_]) -> dict[str, float]:
    union = int((given | true).sum())
    return {"IoU": float((given & true).sum() / union) if union else 1.0, "pixel accuracy": float((given == true).mean())}
