"""Classification: one of several classes for each example."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import polars as pl

from chainrule.counting import counted
from chainrule.data import Collection
from chainrule.data.preparation.answers import probabilities
from chainrule.losses import Loss, SparseCategoricalCrossentropy, Target
from chainrule.metrics import Metric
from chainrule.tasks.evaluation import Evaluation, evaluate_classes
from chainrule.tasks.task import Answer, Array, Examples, Floats, Task


class Classification(Task):
    """One of several classes, with the probability of each: p = softmax(z) of the network's outputs z, or of two classes p = σ(z).

    Example:
        >>> task = Classification(class_names=["elm", "oak"])
        >>> task.answer(np.array([0.0, 0.0]), np.zeros(3)).text, task.label(np.array(1), np.zeros(3))
        ('elm', (1.0, 'oak'))
    """

    target_kind: ClassVar[str] = "classification"
    is_default: ClassVar[bool] = True
    summary: ClassVar[str] = "one of several classes"
    chooses_class: ClassVar[bool] = True
    baseline: ClassVar[str] = "always the most frequent class"
    mistakes_title: ClassVar[str] = "Worst mistakes"
    loss_title: ClassVar[str] = "loss"

    @classmethod
    def recognises_loss(cls, loss: Loss, outputs: int) -> bool:
        fits = loss.target in (Target.CLASS, Target.DISTRIBUTION) or (loss.target is Target.PROBABILITY and outputs == 1)
        return fits and bool(vars(cls).get("is_default"))

    @classmethod
    def names_of_outputs(cls, outputs: int) -> tuple[str, ...]:
        return tuple(map(str, range(2 if outputs == 1 else outputs)))

    def describe_target(self) -> str:
        return counted(len(self.class_names), "class", "classes")

    def output_shape(self, x: object, y: Array) -> tuple[int, ...]:
        return (len(self.class_names),)

    def loss(self) -> Loss | str:
        return SparseCategoricalCrossentropy(from_logits=True)

    def metrics(self) -> Sequence[Metric | str]:
        return ["accuracy"]

    def probabilities(self, outputs: Array) -> Floats:
        return probabilities(np.asarray(outputs).reshape(len(outputs), -1), self.from_logits)

    def frame(self, outputs: Any, collection: Collection | None = None) -> pl.DataFrame:
        """Return the likeliest class of each example, its probability, and those of all classes."""
        assert self.preparation is not None
        return self.preparation.answers(self.probabilities(outputs), from_logits=False)

    def class_numbers(self, y: Array) -> Array:
        """Return the class of each target: its number, or where the 1 of a one-hot row stands."""
        flat = np.asarray(y).reshape(len(y), -1)
        return (flat[:, 0] if flat.shape[1] == 1 else flat.argmax(axis=1)).astype(np.int64)

    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        return evaluate_classes(self.probabilities(outputs), self.class_numbers(examples.y), self.class_names, worst)

    def losses(self, outputs: Array, examples: Examples) -> Floats:
        chances = self.probabilities(outputs)
        return -np.log(np.maximum(chances[np.arange(len(chances)), self.class_numbers(examples.y)], 1e-300))

    def numbers(self, outputs: Array) -> Floats:
        return self.probabilities(outputs).argmax(axis=1).astype(np.float64)

    def target_numbers(self, y: Array) -> Floats:
        return self.class_numbers(y).astype(np.float64)

    def answer(self, output: Array, x: Array) -> Answer:
        chances = self.probabilities(output[None])[0]
        likeliest = int(chances.argmax())
        return Answer(self.class_names[likeliest], float(chances[likeliest]), chances, output=likeliest)

    def is_explained(self, output: Array) -> bool:
        return np.ndim(output) == 1

    def label(self, y: Array, x: Array) -> tuple[float | None, str]:
        number = int(self.class_numbers(np.asarray(y)[None])[0])
        return float(number), self.class_names[number]

    def explained_output(self, number: int, outputs: int) -> tuple[int, float]:
        """Return the output of a class; of two classes in one output, the first is the opposite of the second."""
        return (0, -1.0 if number == 0 else 1.0) if outputs == 1 else (number, 1.0)

    def influence_target(self, output: Array, x: Array, y: Array | None, like: Array | None = None) -> Array:
        """Return the class that the network answers, as a target of the form of those of training: a number, or a one-hot row."""
        number = self.answer(output, x).output
        if like is None:
            return np.array([number])
        width = like[0].size
        return np.array([number], like.dtype).reshape(1, *like.shape[1:]) if width == 1 else np.eye(width, dtype=like.dtype)[[number]]
