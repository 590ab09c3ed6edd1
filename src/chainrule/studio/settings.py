"""Settings: all that decides what is learned and how, as the page sends them and a run keeps them."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from chainrule.errors import ArgumentError, DataError
from chainrule.studio.fields import Name, Value
from chainrule.tasks.problem import HELD_OUT


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """Something chosen from a catalogue: a layer, a loss, an optimiser, a schedule, with its arguments.

    Args:
        kind: its class, such as "Dense" or "Adam".
        arguments: those of its constructor that are given; one may be chosen itself, such as the schedule of a rate.
    """

    kind: Name
    arguments: Annotated[dict[Name, "Value | Choice"], Meta(max_length=64)] = {}


class DataChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """What is learned from.

    Args:
        source: the name of a data set, or of an upload ("upload:iris.csv").
        target: of a table, the column to predict; None for the last.
        task: the name of a task; None to have it decided by what the target holds.
        examples: how many of the training examples are used, drawn in proportion to the classes; None for all.
        seed: of the split.
        features: of a table, formulas of its number columns that are learned from in place of the columns; none for the columns.
        noise: that is added to the number columns of a table, in standard deviations of each.
        held_out: of data that are not divided yet, the share that is held out, half for validation and half for the test; 0 to learn
            from all.
    """

    source: Name
    target: Name | None = None
    task: Name | None = None
    examples: Annotated[int, Meta(ge=20)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32)] = 0
    features: Annotated[tuple[Name, ...], Meta(max_length=64)] = ()
    noise: Annotated[float, Meta(ge=0, le=10)] = 0.0
    held_out: Annotated[float, Meta(ge=0, le=0.9)] = HELD_OUT


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """All that decides what is learned and how: the same settings give the same run.

    Args:
        data: what is learned from.
        layers: one after the other, after the input, the last of them the answer.
        loss: its class, such as "SparseCategoricalCrossentropy".
        optimizer: with its learning rate, a number or a schedule.
        metrics: names.
        batch_size: examples in a batch.
        epochs: passes over the training part, at most.
        patience: epochs without a better validation loss before training stops; None never stops early.
        augment: what is done to training examples as they are learned from.
        seed: what first weights, shuffling and dropout depend on.
    """

    data: DataChoice
    layers: Annotated[list[Choice], Meta(max_length=64)]
    loss: Choice
    optimizer: Choice
    metrics: Annotated[list[Name], Meta(max_length=16)] = []
    batch_size: Annotated[int, Meta(ge=1, le=65_536)] = 32
    epochs: Annotated[int, Meta(ge=1, le=100_000)] = 10
    patience: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    augment: Annotated[list[Choice], Meta(max_length=16)] = []
    seed: Annotated[int, Meta(ge=0, le=2**32)] = 0


class SettingsError(ArgumentError):
    """What does not fit in settings.

    Args:
        message: what was met, and what to do.
        layer: the number of the layer at fault; None where none is.
        field: the field of the settings at fault; empty where a layer is.
    """

    def __init__(self, message: str, layer: int | None = None, field: str = "") -> None:
        super().__init__(message)
        self.layer = layer
        self.field = field


def settings_from_data(data: Any) -> Settings:
    """Return the settings that were saved with a run.

    Raises:
        DataError: something else.
    """
    try:
        return msgspec.convert(data, Settings)
    except msgspec.ValidationError as error:
        raise DataError(f"These are no settings: {error}.") from error


def settings_to_data(settings: Settings) -> dict[str, Any]:
    """Return settings JSON-ready."""
    return msgspec.to_builtins(settings)
