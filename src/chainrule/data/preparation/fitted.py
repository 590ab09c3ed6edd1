"""What a preparation has learned from its training rows: one feature for each column, and the target."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import from_config, refuse_newer, to_config
from chainrule.data.collection import Collection
from chainrule.data.frame import require_column
from chainrule.data.preparation.feature import Feature, steps_of
from chainrule.data.preparation.splits import Arrays
from chainrule.data.steps.questions import Reading
from chainrule.data.steps.step import FlatStep
from chainrule.data.steps.windows import Windows
from chainrule.data.targets.forecasts import ForecastTarget
from chainrule.data.targets.spans import AnswerTarget
from chainrule.data.targets.target import AnyTarget, target_from_config
from chainrule.errors import DataError


@dataclass(frozen=True)
class LeftColumn:
    """A column that nothing is learned from, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class FittedPreparation:
    """What the training rows taught.

    Args:
        features: the columns that the network takes, in order.
        target: how targets are encoded and read again; None where nothing is to be foretold.
        left: the columns that are left aside.
        task: "classification", "regression", ...; "none" without a target.
        reason: why the task is that.
        windows: what makes examples of rows in the order of time; None where each row is one.
        interactions: what is done to the flat features together, such as products of them; None where nothing is.
        reading: the question and the text that are read as one; None where there are none.
    """

    features: tuple[Feature, ...]
    target: AnyTarget | None
    left: tuple[LeftColumn, ...]
    task: str
    reason: str
    windows: Windows | None = None
    interactions: FlatStep | None = None
    reading: Reading | None = None

    @property
    def flat(self) -> tuple[Feature, ...]:
        """The features that stand side by side in one input."""
        return tuple(feature for feature in self.features if feature.is_flat)

    @property
    def apart(self) -> tuple[Feature, ...]:
        """The features that are an input of their own: images, sounds, texts."""
        return tuple(feature for feature in self.features if not feature.is_flat)

    @property
    def spans(self) -> AnswerTarget | None:
        """The target where it is a part of a text; None of any other."""
        return self.target if isinstance(self.target, AnswerTarget) else None

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The name of each number of the flat input."""
        names = tuple(name for feature in self.flat for name in feature.names)
        return names if self.interactions is None else self.interactions.feature_names(names)

    @property
    def keeps_columns(self) -> bool:
        """Whether the numbers of the flat features come first in their input, each column's where the columns are."""
        return self.interactions is None or self.interactions.keeps_columns

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """The inputs of a network for these examples: the shape of an example by name."""
        if self.windows is not None:
            return {"series": (self.windows.input or 0, sum(feature.shape[0] for feature in self.features))}
        flat = {"features": (len(self.feature_names),)} if self.flat else {}
        return flat | {feature.name: feature.shape for feature in self.apart}

    def gather(self, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
        """Return the network's inputs from the array of each feature."""
        flat = [arrays[feature.name] for feature in self.flat]
        side = [np.concatenate(flat, axis=1) if len(flat) > 1 else flat[0]] if flat else []
        if self.interactions is not None:
            side = [_applied(self.interactions, side[0], self.feature_names)]
        inputs = side + [arrays[feature.name] for feature in self.apart]
        return inputs if len(inputs) > 1 else inputs[0]

    def transform(self, collection: Collection, notes: list[str]) -> Arrays:
        """Return the network's inputs for the rows of a collection."""
        for feature in self.features:
            require_column("The column", feature.name, collection.columns)
        return self.gather({feature.name: feature.transform(collection, notes) for feature in self.features})

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {
            "features": [feature.to_config() for feature in self.features],
            "target": None if self.target is None else self.target.to_config(),
            "left": [[column.name, column.reason] for column in self.left],
            "task": self.task,
            "reason": self.reason,
            "windows": to_config(self.windows),
            "interactions": to_config(self.interactions),
            "reading": None if self.reading is None else asdict(self.reading),
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "FittedPreparation":
        """Return what `to_config` described; what is not in it, having been added since, is as by default."""
        refuse_newer("What was learned", config, [f.name for f in fields(cls)])
        features, windows = tuple(map(Feature.from_config, config["features"])), from_config(config.get("windows"))
        if windows is not None:
            target: AnyTarget | None = ForecastTarget.of(windows, steps_of(features))
        else:
            target = None if config["target"] is None else target_from_config(config["target"], steps_of(features))
        left = tuple(LeftColumn(*entry) for entry in config["left"])
        reading = None if config.get("reading") is None else Reading(**config["reading"])
        return cls(features, target, left, config["task"], config["reason"], windows, from_config(config.get("interactions")), reading)


def _applied(step: FlatStep, matrix: NDArray[Any], names: Sequence[str]) -> NDArray[Any]:
    """Return numbers after a step that is done to all of a row, or raise DataError with the first that cannot be written."""
    with np.errstate(over="ignore", invalid="ignore"):
        made = step.apply(matrix)
    bad = np.argwhere(~np.isfinite(made))
    if len(bad):
        row, place = bad[0].tolist()
        raise DataError(f"{type(step).__name__}: {names[place]!r} is too large to be written, first in row {row + 1}. Scale its columns.")
    return made
