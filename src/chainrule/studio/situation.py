"""Situations: all that decides what is learned and how, checked, and made into a problem and a model."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np

from chainrule import layers, losses, optimizers
from chainrule.data import CATALOGUE, Split, split_rows
from chainrule.errors import ArgumentError, ChainruleError, DataError
from chainrule.layers import Input, Layer, Symbol
from chainrule.losses import Loss
from chainrule.models import Model, Sequential
from chainrule.networks import parameter_count
from chainrule.optimizers import Optimizer
from chainrule.studio.choices import make
from chainrule.studio.descent import require_rates
from chainrule.studio.messages.shared import Choice, DataChoice, Situation
from chainrule.tasks.problem import Problem, ProblemSpec, read_problem

UPLOAD = "upload:"
MOST_WEIGHTS = 50_000_000  # of a network; no value is drawn, and so no memory taken, before they are counted
_MADE_AT = re.compile(r", \S+:\d+\)$")  # the line of a program, which a situation has not
Place: TypeAlias = Callable[[str], Path]  # where the upload of a name lies


class SituationError(ArgumentError):
    """What does not fit in a situation.

    Args:
        message: what was met, and what to do.
        layer: the number of the layer at fault; None where none is.
        field: the field of the situation at fault; empty where a layer is.
    """

    def __init__(self, message: str, layer: int | None = None, field: str = "") -> None:
        super().__init__(message)
        self.layer = layer
        self.field = field


def situation_from_data(data: Any) -> Situation:
    """Return the situation that was kept with a run.

    Raises:
        DataError: something else.
    """
    try:
        return msgspec.convert(data, Situation)
    except msgspec.ValidationError as error:
        raise DataError(f"This is no situation: {error}.") from error


def situation_to_data(situation: Situation) -> dict[str, Any]:
    """Return a situation JSON-ready."""
    return msgspec.to_builtins(situation)


def source_of(data: DataChoice, place: Place) -> str:
    """Return what data are read from: a name of the catalogue, or the path of an upload.

    Raises:
        ArgumentError: anything else, such as a path of the machine.
    """
    if data.source.startswith(UPLOAD):
        return str(place(data.source.removeprefix(UPLOAD)))
    if data.source not in CATALOGUE:  # what is no name would be taken for a file or folder of the machine
        known = ", ".join(CATALOGUE)
        raise ArgumentError(f"The source must be a named data set, which are {known}, or {UPLOAD}NAME. Got {data.source!r} instead.")
    return data.source


def read_data(data: DataChoice, place: Place) -> Problem:
    """Return the problem in the chosen data; of the training part as many examples as are asked for.

    Raises:
        ArgumentError, DataError: data that there are not, or that cannot be learned from.
    """
    spec = ProblemSpec(
        source_of(data, place), data.target, data.task, data.seed, features=data.features, noise=data.noise, held_out=data.held_out
    )
    problem = read_problem(spec)
    return problem if data.examples is None else replace(problem, train=fewer(problem, data.examples, data.seed))


def fewer(problem: Problem, examples: int, seed: int) -> Split:
    """Return so many examples of the training part, drawn in proportion to the classes."""
    count = len(problem.train.y)
    if examples >= count:
        return problem.train
    labels = problem.train.y if problem.class_names else None
    kept, _ = split_rows(count, (examples / count, 1 - examples / count), seed, stratify=labels)
    return problem.train.take(kept)


def model_of(situation: Situation, shape: tuple[int, ...], dtype: np.dtype[Any], name: str) -> Model:
    """Return the compiled model of a situation for inputs of a shape.

    Raises:
        SituationError: what does not fit, and where.
    """
    model = Sequential([input_for(shape, dtype), *layers_in(situation, shape, dtype)], seed=situation.seed, name=identifier(name))
    augmentations_in(situation)
    loss, optimizer = loss_of(situation.loss), optimizer_of(situation.optimizer)
    try:
        model.compile(optimizer, loss, list(situation.metrics))
    except (ChainruleError, TypeError, ValueError) as error:
        raise SituationError(str(error), field="metrics") from error
    return model


def input_for(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Symbol:
    """Return the input for examples: whole numbers, such as those of words, stay so; bytes of images become continuous numbers."""
    return Input(shape, "int32" if dtype.kind == "i" else "float32")


def layers_in(situation: Situation, shape: tuple[int, ...], dtype: np.dtype[Any]) -> list[Layer]:
    """Return the layers of a situation, after they were tried one after the other on the shape of an input.

    Raises:
        SituationError: the first layer that cannot be made, does not fit, or makes the network too large.
    """
    if not situation.layers:
        raise SituationError("A network must have at least one layer: add one, such as Dense.", field="layers")
    symbol: Any = input_for(shape, dtype)
    weights = 0
    for number, choice in enumerate(situation.layers):
        try:
            layer = layer_of(choice)
            symbol = layer(symbol)
        except (ChainruleError, TypeError, ValueError, ArithmeticError, MemoryError) as error:
            raise SituationError(message_of(error), layer=number) from error
        weights += parameter_count(layer)
        if weights > MOST_WEIGHTS:
            message = f"With this layer the network has {weights:,} weights. In the studio it may have {MOST_WEIGHTS:,}: make it smaller."
            raise SituationError(message, layer=number)
    return [layer_of(choice) for choice in situation.layers]


def augmentations_in(situation: Situation) -> list[Layer]:
    """Return the layers that vary training examples.

    Raises:
        SituationError: one that cannot be made.
    """
    try:
        return [layer_of(choice) for choice in situation.augment]
    except ChainruleError as error:
        raise SituationError(message_of(error), field="augment") from error


def message_of(error: Exception) -> str:
    """Return what an error says, without the line of a program: a situation has none."""
    return _MADE_AT.sub(")", str(error))


def layer_of(choice: Choice) -> Layer:
    """Return the layer that was chosen."""
    known = {name: kind for name, kind in vars(layers).items() if isinstance(kind, type) and issubclass(kind, Layer) and kind is not Layer}
    return make("The kind of a layer", choice, known)


def loss_of(choice: Choice) -> Loss:
    """Return the loss that was chosen."""
    known = {kind.__name__: kind for kind in losses.loss_names().values()}
    try:
        return make("The loss", choice, known)
    except ChainruleError as error:
        raise SituationError(str(error), field="loss") from error


def optimizer_of(choice: Choice) -> Optimizer:
    """Return the optimiser that was chosen."""
    known = {kind.__name__: kind for kind in optimizers.optimizer_names().values()}
    try:
        optimizer: Optimizer = make("The optimizer", choice, known)
        require_rates(optimizer)
    except ChainruleError as error:
        raise SituationError(str(error), field="optimizer") from error
    return optimizer


def identifier(name: str) -> str:
    """Return a name of letters, digits and underscores."""
    return "".join(letter if letter.isalnum() else "_" for letter in name) or "model"
