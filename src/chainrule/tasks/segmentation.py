"""Segmentation: for each pixel of an image, whether it belongs to an object."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import polars as pl

from chainrule.data import Collection
from chainrule.losses import BinaryCrossentropy, Loss
from chainrule.metrics import BinaryIoU, Metric
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices
from chainrule.tasks.evaluation import Evaluation, evaluate_masks
from chainrule.tasks.networks import segmentation
from chainrule.tasks.task import Answer, Array, Examples, Floats, Task


class Segmentation(Task):
    """A mask of each image: the pixels whose p = σ(z) is above a half belong to objects."""

    target_kind: ClassVar[str] = "segmentation"
    is_default: ClassVar[bool] = True
    summary: ClassVar[str] = "the pixels of an image that belong to objects"
    baseline: ClassVar[str] = "always an empty mask"

    def describe_target(self) -> str:
        return "a mask"

    def network(self, inputs: Sequence[InputSpec], output: OutputSpec, choices: Choices) -> Body | None:
        return segmentation.network(inputs[0], output, choices) if len(inputs) == 1 else None

    def loss(self) -> Loss | str:
        return BinaryCrossentropy(from_logits=True)

    def metrics(self) -> Sequence[Metric | str]:
        return [BinaryIoU([1], threshold=0.0, name="iou")]

    def frame(self, outputs: Any, collection: Collection | None = None) -> pl.DataFrame:
        """Return for each picture the share of it that its mask takes: a line for people, where a mask has a number for each pixel.

        Example:
            >>> Segmentation().frame(np.array([[[1.0], [-1.0]], [[1.0], [2.0]]])).to_dict(as_series=False)
            {'predicted share of target': [0.5, 1.0]}
        """
        return pl.DataFrame({f"predicted share of {self.target_name}": self.numbers(outputs)})

    def masks(self, outputs: Array) -> Array:
        """Return which pixels belong to objects."""
        return np.asarray(outputs) > (0 if self.from_logits else 0.5)

    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        return evaluate_masks(self.masks(outputs), examples.y, worst)

    def losses(self, outputs: Array, examples: Examples) -> Floats:
        """Return 1 - intersection over union of each mask."""
        found, true = (mask.reshape(len(mask), -1) for mask in (self.masks(outputs), examples.y > 0.5))
        union = (found | true).sum(axis=1)
        return 1 - np.where(union > 0, (found & true).sum(axis=1) / np.maximum(union, 1), 1.0)

    def numbers(self, outputs: Array) -> Floats:
        """Return the share of each image that its mask takes."""
        return self.masks(outputs).reshape(len(outputs), -1).mean(axis=1)

    def target_numbers(self, y: Array) -> Floats:
        return (np.asarray(y) > 0.5).reshape(len(y), -1).mean(axis=1)

    def answer(self, output: Array, x: Array) -> Answer:
        share = float(self.numbers(np.asarray(output)[None])[0])
        return Answer(f"{share:.1%} of the image", quantity=share)

    def is_explained(self, output: Array) -> bool:
        return False

    def label(self, y: Array, x: Array) -> tuple[float | None, str]:
        share = float((np.asarray(y) > 0.5).mean())
        return share, f"{share:.1%} of the image"
