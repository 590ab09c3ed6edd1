"""Multi-label classification: any of several labels for each example."""

from typing import ClassVar

import numpy as np

from chainrule.counting import counted
from chainrule.data.preparation.answers import sigmoid
from chainrule.losses import BinaryCrossentropy, Loss
from chainrule.tasks.evaluation import Evaluation, evaluate_labels
from chainrule.tasks.task import Answer, Array, Examples, Floats, Task


class MultiLabel(Task):
    """Any of several labels, or none, each there where its probability p = σ(z) is above a half.

    Example:
        >>> MultiLabel(class_names=["red", "tall"]).answer(np.array([2.0, -2.0]), np.zeros(3)).text
        'red'
    """

    target_kind: ClassVar[str] = "multi-label"
    aliases: ClassVar[tuple[str, ...]] = ("multi-label",)
    is_default: ClassVar[bool] = True
    summary: ClassVar[str] = "any of several labels, or none"
    baseline: ClassVar[str] = "always the most frequent labels"
    mistakes_title: ClassVar[str] = "Worst mistakes"
    loss_title: ClassVar[str] = "loss"

    def describe_target(self) -> str:
        return counted(len(self.class_names), "class", "classes")

    def output_shape(self, x: object, y: Array) -> tuple[int, ...]:
        return (len(self.class_names),)

    def loss(self) -> Loss | str:
        return BinaryCrossentropy(from_logits=True)

    def probabilities(self, outputs: Array) -> Floats:
        rows = np.asarray(outputs, np.float64).reshape(len(outputs), -1)
        return sigmoid(rows) if self.from_logits else rows

    def words(self, row: Array) -> str:
        """Return the labels that are there, with a number above a half, in words."""
        return ", ".join(name for name, value in zip(self.class_names, row, strict=True) if value > 0.5) or "none"

    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        return evaluate_labels(self.probabilities(outputs), examples.y, self.class_names, worst)

    def losses(self, outputs: Array, examples: Examples) -> Floats:
        chances = self.probabilities(outputs)
        return -np.log(np.maximum(np.where(examples.y > 0.5, chances, 1 - chances), 1e-300)).sum(axis=1)

    def numbers(self, outputs: Array) -> Floats:
        return self.probabilities(outputs).argmax(axis=1).astype(np.float64)

    def target_numbers(self, y: Array) -> Floats:
        """Return the first of the true labels of each example."""
        return np.argmax(y, axis=1).astype(np.float64)

    def compared_numbers(self, outputs: Array, y: Array) -> Floats:
        """Return the likeliest label of each example, or, where it is one of the true labels, the first of them."""
        likeliest = self.numbers(outputs)
        is_true = np.take_along_axis(np.asarray(y), likeliest.astype(np.int64)[:, None], axis=1)[:, 0] > 0.5
        return np.where(is_true, self.target_numbers(y), likeliest)

    def answer(self, output: Array, x: Array) -> Answer:
        chances = self.probabilities(output[None])[0]
        likeliest = int(chances.argmax())
        explained = f"{self.class_names[likeliest]}, {chances[likeliest]:.1%}"
        return Answer(self.words(chances), None, chances, output=likeliest, explained=explained)

    def label(self, y: Array, x: Array) -> tuple[float | None, str]:
        """Return the first of the true labels as a number, and all of them in words."""
        return float(np.argmax(y)), self.words(y)

    def influence_target(self, output: Array, x: Array, y: Array | None, like: Array | None = None) -> Array:
        return (self.probabilities(output[None]) > 0.5).astype(np.float32)
