"""Regression: a quantity, or an array of them, for each example."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from chainrule.losses import Loss
from chainrule.metrics import Metric
from chainrule.tasks.evaluation import Evaluation, evaluate_arrays, evaluate_quantities
from chainrule.tasks.task import Answer, Array, Examples, Floats, Task


class Regression(Task):
    """A quantity in the target's own unit, which is learned standardised; or an array, as it is learned.

    Example:
        >>> Regression().answer(np.array([2.5]), np.zeros(3)).text
        '2.5'
    """

    target_kind: ClassVar[str] = "regression"
    is_default: ClassVar[bool] = True
    summary: ClassVar[str] = "a quantity"
    is_quantity: ClassVar[bool] = True

    def loss(self) -> Loss | str:
        return "mse"

    def metrics(self) -> Sequence[Metric | str]:
        return ["mae"]

    def numbers(self, outputs: Array) -> Floats:
        """Return the quantity of each row of outputs, or of targets, in the target's own unit; of an array the first number."""
        first = np.asarray(outputs).reshape(len(outputs), -1)[:, 0]
        return np.asarray(first if self.preparation is None else self.preparation.inverse_target(first), np.float64)

    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        if examples.y.ndim > 1 and self.preparation is not None:
            return evaluate_arrays(np.asarray(outputs, np.float64), examples.y, worst)
        return evaluate_quantities(self.numbers(outputs), self.numbers(examples.y), worst)

    def losses(self, outputs: Array, examples: Examples) -> Floats:
        """Return the distance of each quantity from the true one, in its own unit."""
        return np.abs(self.numbers(outputs) - self.numbers(examples.y))

    def target_numbers(self, y: Array) -> Floats:
        return self.numbers(y)

    def answer(self, output: Array, x: Array) -> Answer:
        value = float(self.numbers(np.asarray(output)[None])[0])
        return Answer(f"{value:.6g}", quantity=value)

    def is_explained(self, output: Array) -> bool:
        return np.asarray(output).size == 1

    def label(self, y: Array, x: Array) -> tuple[float | None, str]:
        value = float(self.numbers(np.asarray(y)[None])[0])
        return value, f"{value:.6g}"
