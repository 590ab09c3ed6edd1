"""What is to be predicted: one of several classes, any of several labels, a quantity, or an array."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.configuration import from_config, to_config
from chainrule.data.collection import Collection, Values
from chainrule.data.columns import TargetTask
from chainrule.data.frame import Place
from chainrule.data.kind import get_kind
from chainrule.data.steps.encoding import MultiHot
from chainrule.data.steps.step import ColumnStep
from chainrule.data.steps.values import At
from chainrule.data.targets import columns
from chainrule.data.targets.columns import ClassTarget
from chainrule.data.targets.masks import MasksTarget, learn_masks
from chainrule.data.targets.spans import AnswerTarget
from chainrule.errors import DataError


class AnyTarget(Protocol):
    """How targets become what the network is to give, and how its answers are read; `task` says what is done: "classification", ..."""

    task: ClassVar[str]

    @property
    def name(self) -> str:
        """The name of the target's column."""
        ...

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The classes in the order of their numbers; None where there are none."""
        ...

    def encode(self, column: Any, place: Place, /) -> NDArray[Any]:
        """Return each row's target as the network is to give it."""
        ...

    def decode(self, y: ArrayLike, /) -> NDArray[Any]:
        """Return encoded targets as people read them."""
        ...

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        ...


@dataclass(frozen=True)
class LabelsTarget:
    """A target of labels of which each example may have several: 1 for each that it has."""

    name: str
    encoder: MultiHot

    task: ClassVar[str] = "multi-label"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The labels in the order of their numbers."""
        return tuple(self.encoder.categories or ())

    def encode(self, column: Values, place: Place) -> NDArray[np.float32]:  # (rows, labels)
        """Return 1 for each label of each row."""
        return self.encoder.apply(column, At(self.name, place))

    def decode(self, y: ArrayLike) -> NDArray[Any]:
        """Return the labels of each row whose number is above a half."""
        names = np.array(self.class_names)
        rows = [tuple(names[row > 0.5].tolist()) for row in np.asarray(y)]
        decoded = np.empty(len(rows), dtype=object)
        decoded[:] = rows
        return decoded

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "LabelsTarget", "name": self.name, "encoder": to_config(self.encoder)}


@dataclass(frozen=True)
class ArrayTarget:
    """A target that is an array of numbers already, taken as it is."""

    name: str
    shape: tuple[int, ...]

    task: ClassVar[str] = "regression"

    @property
    def class_names(self) -> None:
        """None: there are no classes."""
        return None

    def encode(self, column: Values, place: Place) -> NDArray[Any]:
        """Return the array, checked for its shape."""
        array = np.asarray(column)
        if array.shape[1:] != self.shape:
            raise DataError(f"The target {self.name!r} must have shape {self.shape} for each example. Got {array.shape[1:]} instead.")
        return array

    def decode(self, y: ArrayLike) -> NDArray[Any]:
        """Return the array."""
        return np.asarray(y)

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "ArrayTarget", "name": self.name, "shape": list(self.shape)}


def learn_target(training: Collection, task: TargetTask | None, steps: Sequence[ColumnStep] = ()) -> tuple[AnyTarget, str]:
    """Return the target as the training rows show it, and why it is taken for that.

    Args:
        training: the training rows.
        task: what is asked for; None to have it decided by what the target holds.
        steps: those for a column of the target's kind: how masks are brought to the size of images.

    Raises:
        DataError: a target that is constant, or has too many values to be classes.
    """
    assert training.target is not None
    name, values = training.target, training.values(training.target)
    of_kind = get_kind(training.kinds[name]).task if name in training.kinds else None
    if of_kind == "segmentation":
        masks = learn_masks(name, values, training.place, steps)
        return masks, f"the target holds masks; {masks.resize.describe()}"
    if of_kind == "multi-label" or (isinstance(values, pl.Series) and isinstance(values.dtype, pl.List)):
        encoder = MultiHot().fit(values, At(name, training.place))
        return LabelsTarget(name, encoder), f"an example may have several of {len(encoder.categories or ())} labels"
    if isinstance(values, np.ndarray):
        return ArrayTarget(name, values.shape[1:]), "the target is an array"
    known: tuple[TargetTask, ...] = ("classification", "regression")
    asked: TargetTask | None = next((task for task in known if task == of_kind), None)
    found, reason = columns.learn_target(values, task or asked, training.place)
    if isinstance(found, ClassTarget) and training.class_names is not None and set(found.class_names) <= set(training.class_names):
        found = ClassTarget(name, training.class_names)
    return found, reason.partition(": ")[2] if task or asked is None else f"the target {name!r} is a {training.kinds[name]}"


def encoded(target: AnyTarget, collection: Collection) -> NDArray[Any]:
    """Return the targets of a collection's rows as the network is to give them."""
    values = target.values(collection) if isinstance(target, AnswerTarget) else collection.values(target.name)
    return target.encode(values, collection.place)


def target_from_config(config: Mapping[str, Any], steps: Mapping[str, tuple[ColumnStep, ...]]) -> AnyTarget:
    """Return the target that `to_config` described, over columns with these steps."""
    if config["class"] == "AnswerTarget":
        return AnswerTarget.from_config(config, steps)
    if config["class"] == "LabelsTarget":
        return LabelsTarget(config["name"], from_config(dict(config["encoder"])))
    if config["class"] == "ArrayTarget":
        return ArrayTarget(config["name"], tuple(config["shape"]))
    if config["class"] == "MasksTarget":
        return MasksTarget.from_config(config)
    return columns.target_from_config(config)
