"""What a preparation has learned from its training rows: one feature for each column, and the target."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.arguments import Text
from chainrule.configuration import from_config, refuse_newer, to_config
from chainrule.data.collection import Collection
from chainrule.data.columns import TargetTask
from chainrule.data.frame import require_column
from chainrule.data.kind import get_kind, infer_kind, is_kind
from chainrule.data.preparation.feature import Feature, columns_of_numbers, learn_feature, steps_of
from chainrule.data.preparation.files import checked
from chainrule.data.preparation.pipeline import Pipeline
from chainrule.data.selector import Columns, as_selector, dtype_of
from chainrule.data.splits import Arrays
from chainrule.data.steps.questions import Reading, reading_of
from chainrule.data.steps.step import FlatStep
from chainrule.data.steps.windows import Windows
from chainrule.data.targets.forecasts import ForecastTarget
from chainrule.data.targets.spans import AnswerTarget
from chainrule.data.targets.target import AnyTarget, learn_target, target_from_config
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
        target: how targets are encoded and read again; None where nothing is to be predicted.
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
        if not features:
            raise DataError("This is not the configuration of a Preparation: no column is learned from.")
        if target is not None:
            Text().take("The name of a target", target.name)
        made = {
            "features": features,
            "target": target,
            "left": tuple(checked(LeftColumn, dict(zip(("name", "reason"), entry, strict=True))) for entry in config["left"]),
            "windows": windows,
            "interactions": from_config(config.get("interactions")),
            "reading": None if config.get("reading") is None else checked(Reading, config["reading"]),
        }
        return checked(cls, {"task": config["task"], "reason": config["reason"]} | made)


def fit_columns(
    training: Collection, pipeline: Pipeline, columns: Columns = (), asked: Container[str] = ()
) -> tuple[list[Feature], list[LeftColumn], dict[str, NDArray[Any]]]:
    """Return the columns that the network takes, those that are left aside, and the former after their steps.

    Args:
        training: the training rows.
        pipeline: the steps.
        columns: those that are learned from; none for all.
        asked: the columns whose kind was asked for.

    Raises:
        DataError: no column is left, or a column cannot become numbers.
    """
    features, left, arrays = list[Feature](), list[LeftColumn](), dict[str, NDArray[Any]]()
    wanted = as_selector(columns)
    for name in training.columns:
        if name == training.target:
            continue
        if name == training.group:
            left.append(LeftColumn(name, "its values are not divided between parts, so the test has others than training"))
            continue
        kind, why = _kind(training, name, asked)
        dtype = dtype_of(training.values(name))
        if not get_kind(kind).is_used or get_kind(kind).left_because is not None:
            left.append(LeftColumn(name, get_kind(kind).left_because or why))
        elif not (get_kind(kind).reason or wanted.takes(name, kind, dtype)):
            left.append(LeftColumn(name, f"it is not among the columns that were asked for ({wanted})"))
        else:
            feature, arrays[name] = learn_feature(name, kind, why, pipeline.steps_of(name, kind, dtype), training)
            features.append(feature)
    if not features:
        said = "; ".join(f"{column.name!r}: {column.reason}" for column in left) or "there is no other column"
        raise DataError(f"{training.name}: no column is left to learn {training.target or 'anything'} from: {said}.")
    return features, left, arrays


def fit_preparation(
    training: Collection,
    pipeline: Pipeline,
    task: TargetTask | None,
    columns: Columns,
    asked: Container[str],
    some: Collection | None = None,
) -> tuple[FittedPreparation, dict[str, NDArray[Any]]]:
    """Return what the training rows teach, and the columns of those that taught the steps.

    Args:
        training: the training rows.
        pipeline: the steps.
        task: what is asked for; None to have it decided by what the target holds.
        columns: as for `fit_columns`.
        asked: likewise.
        some: the rows that teach the steps of columns, where not all of them do.
    """
    spans = is_kind(training.kinds.get(training.target or ""), "span")
    target, task_name, reason = (None, "span", "") if spans else _fit_target(training, pipeline, task)
    features, left, arrays = fit_columns(training if some is None else some, pipeline, columns, asked)
    reading = reading_of(training) if "reading" in training.kinds.values() else None
    if spans and training.target is not None and reading is not None:
        target = AnswerTarget.of(training.target, reading, steps_of(features))
        reason = f"each {training.target!r} is a part of {reading.context!r}"
    combined = None if pipeline.flat_step is None else _fit_flat(pipeline.flat_step, features, arrays)
    return FittedPreparation(tuple(features), target, tuple(left), task_name, reason, interactions=combined, reading=reading), arrays


def _fit_target(training: Collection, pipeline: Pipeline, task: TargetTask | None) -> tuple[AnyTarget | None, str, str]:
    if training.target is None:
        return None, "none", "nothing is to be predicted"
    target, reason = learn_target(training, task, pipeline.steps_of(training.target, training.kinds.get(training.target, "drop")))
    return target, target.task, reason


def _fit_flat(step: FlatStep, features: Sequence[Feature], arrays: Mapping[str, NDArray[Any]]) -> FlatStep:
    flat = [feature for feature in features if feature.is_flat]
    values = np.concatenate([arrays[feature.name] for feature in flat], axis=1) if flat else np.empty((0, 0))
    return step.fit(values, columns_of_numbers(flat))


def _kind(training: Collection, name: str, asked: Container[str]) -> tuple[str, str]:
    """Return the kind of a column, and why."""
    if name in training.kinds:
        made = get_kind(training.kinds[name]).reason
        return training.kinds[name], made or ("as asked" if name in asked else "as its source says")
    return infer_kind(name, training.values(name))


def _applied(step: FlatStep, matrix: NDArray[Any], names: Sequence[str]) -> NDArray[Any]:
    """Return numbers after a step that is done to all of a row, or raise DataError with the first that cannot be written."""
    with np.errstate(over="ignore", invalid="ignore"):
        made = step.apply(matrix)
    bad = np.argwhere(~np.isfinite(made))
    if len(bad):
        row, place = bad[0].tolist()
        raise DataError(f"{type(step).__name__}: {names[place]!r} is too large to be written, first in row {row + 1}. Scale its columns.")
    return made
