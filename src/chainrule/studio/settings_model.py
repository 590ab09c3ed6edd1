"""The model of settings: its layers tried one after the other, and compiled."""

import re
from typing import Any

import numpy as np

from chainrule.errors import ChainruleError
from chainrule.layers import Input, Layer, Symbol
from chainrule.losses import Loss
from chainrule.models.model import Model
from chainrule.models.sequential import Sequential
from chainrule.networks.summary import parameter_count
from chainrule.optimizers import Optimizer
from chainrule.studio.construction import classes_of, make
from chainrule.studio.learning_rates import require_rates
from chainrule.studio.settings import Choice, Settings, SettingsError

MOST_WEIGHTS = 50_000_000  # of a network; no value is drawn, and so no memory taken, before they are counted
_MADE_AT = re.compile(r", \S+:\d+\)$")  # the line of a program, which settings have not


def model_of(settings: Settings, shape: tuple[int, ...], dtype: np.dtype[Any], name: str) -> Model:
    """Return the compiled model of settings for inputs of a shape.

    Raises:
        SettingsError: what does not fit, and where.
    """
    model = Sequential([input_for(shape, dtype), *layers_in(settings, shape, dtype)], seed=settings.seed, name=identifier(name))
    augmentations_in(settings)
    loss, optimizer = loss_of(settings.loss), optimizer_of(settings.optimizer)
    try:
        model.compile(optimizer, loss, list(settings.metrics))
    except (ChainruleError, TypeError, ValueError) as error:
        raise SettingsError(str(error), field="metrics") from error
    return model


def input_for(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Symbol:
    """Return the input for examples: whole numbers, such as those of words, stay so; bytes of images become continuous numbers."""
    return Input(shape, "int32" if dtype.kind == "i" else "float32")


def layers_in(settings: Settings, shape: tuple[int, ...], dtype: np.dtype[Any]) -> list[Layer]:
    """Return the layers of settings, after they were tried one after the other on the shape of an input.

    Raises:
        SettingsError: the first layer that cannot be made, does not fit, or makes the network too large.
    """
    if not settings.layers:
        raise SettingsError("A network must have at least one layer: add one, such as Dense.", field="layers")
    symbol: Any = input_for(shape, dtype)
    weights = 0
    for number, choice in enumerate(settings.layers):
        try:
            layer = layer_of(choice)
            symbol = layer(symbol)
        except (ChainruleError, TypeError, ValueError, ArithmeticError, MemoryError) as error:
            raise SettingsError(message_of(error), layer=number) from error
        weights += parameter_count(layer)
        if weights > MOST_WEIGHTS:
            message = f"With this layer the network has {weights:,} weights. In the studio it may have {MOST_WEIGHTS:,}: make it smaller."
            raise SettingsError(message, layer=number)
    return [layer_of(choice) for choice in settings.layers]


def augmentations_in(settings: Settings) -> list[Layer]:
    """Return the layers that vary training examples.

    Raises:
        SettingsError: one that cannot be made.
    """
    try:
        return [layer_of(choice) for choice in settings.augment]
    except ChainruleError as error:
        raise SettingsError(message_of(error), field="augment") from error


def message_of(error: Exception) -> str:
    """Return what an error says, without the line of a program: settings have none."""
    return _MADE_AT.sub(")", str(error))


def layer_of(choice: Choice) -> Layer:
    """Return the layer that was chosen."""
    return make("The kind of a layer", choice, classes_of(Layer))


def loss_of(choice: Choice) -> Loss:
    """Return the loss that was chosen."""
    try:
        return make("The loss", choice, classes_of(Loss))
    except ChainruleError as error:
        raise SettingsError(str(error), field="loss") from error


def optimizer_of(choice: Choice) -> Optimizer:
    """Return the optimiser that was chosen."""
    try:
        optimizer: Optimizer = make("The optimizer", choice, classes_of(Optimizer))
        require_rates(optimizer)
    except ChainruleError as error:
        raise SettingsError(str(error), field="optimizer") from error
    return optimizer


def identifier(name: str) -> str:
    """Return a name of letters, digits and underscores."""
    return "".join(letter if letter.isalnum() else "_" for letter in name) or "model"
