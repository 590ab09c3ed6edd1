"""A network as the page draws it: its layers, each with shape, weights, arguments and formula."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from chainrule.configuration import as_expression, describe, settings_of, to_config
from chainrule.errors import ArgumentError
from chainrule.layers import Symbol
from chainrule.networks.network import Network
from chainrule.networks.summary import parameter_count
from chainrule.studio.fields import Value


class Weight(Struct, frozen=True):
    """A weight of a layer.

    Args:
        address: such as "dense/kernel".
        name: in its layer: "kernel".
        shape: its axes.
        learns: whether the optimiser changes it.
    """

    address: str
    name: str
    shape: list[int]
    learns: bool


class LayerView(Struct, frozen=True):
    """A layer, or an input, of a network.

    Args:
        path: its name in the network, such as "conv2d"; "input" of an input.
        kind: its class; "Input" of an input.
        shape: of its output, without the batch's axis.
        output: the address of its output; None of an input.
        comes_from: the numbers of those it takes its inputs from.
        parameters: numbers in its weights.
        weights: them.
        arguments: of its constructor, those that are not the default.
        formula: what it computes, in a line.
        role: what it is for in a network, as its class declares it: "weighted", "pooling", ...; "input" of an input.
        line: of the program at which it was made.
    """

    path: str
    kind: str
    shape: list[int]
    output: str | None
    comes_from: list[int]
    parameters: int
    weights: list[Weight]
    arguments: dict[str, Value]
    formula: str
    role: str
    line: str = ""


def layers_of(network: Network, lines: Mapping[str, str] | None = None) -> list[LayerView]:
    """Return the inputs and layers of a network, in the order of computation.

    Args:
        network: which.
        lines: of the program at which the layers were made, by their paths.
    """
    numbers = {symbol: number for number, symbol in enumerate(network.order)}
    return [_shown(symbol, [numbers[source] for source in symbol.inputs], lines or {}) for symbol in network.order]


def _shown(symbol: Symbol, comes_from: list[int], lines: Mapping[str, str]) -> LayerView:
    layer, shape = symbol.layer, list(symbol.example_shape)
    if layer is None:
        return LayerView(symbol.name or "input", "Input", shape, None, comes_from, 0, [], {}, "x", "input")
    path = layer.default_name
    return LayerView(
        path=path,
        kind=type(layer).__name__,
        shape=shape,
        output=f"{path}/output",
        comes_from=comes_from,
        parameters=parameter_count(layer),
        weights=[
            Weight(address, address.removeprefix(f"{path}/"), list(variable.shape), variable.trainable and layer.trainable)
            for address, variable in layer.named_weights(path)
        ],
        arguments=arguments_of(layer),
        formula=formula_of(type(layer)),
        role=layer.role,
        line=lines.get(path, ""),
    )


def arguments_of(made: Any) -> dict[str, Value]:
    """Return the arguments of a constructor that are not the default, as they can be shown."""
    takes = describe(type(made))
    return {
        name: shown_value(value)
        for name, value in settings_of(made).items()
        if name not in ("name", "inputs", "outputs") and (name not in takes or takes[name].required or value != takes[name].default)
    }


def shown_value(value: Any) -> Value:
    """Return an argument as a number, a text, or a list of them."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [entry if isinstance(entry, bool | int | float | str) else str(entry) for entry in value]
    return as_code(value)


def as_code(made: Any) -> str:
    """Return an object as the expression that makes it, arguments at their default left out: "Adam(learning_rate=0.01)".

    Example:
        >>> import chainrule as cr
        >>> as_code(cr.optimizers.Adam(0.01))
        'Adam(learning_rate=0.01)'
    """
    if isinstance(made, str):
        return made
    try:
        to_config(made)
    except ArgumentError:
        return str(getattr(made, "__name__", type(made).__name__))
    return as_expression(made)


def formula_of(kind: type) -> str:
    """Return what a layer computes: the first sentence of what is said of it.

    Example:
        >>> import chainrule as cr
        >>> formula_of(cr.layers.Dense)
        "Each unit's weighted sum of all inputs: activation(x · kernel + bias)."
    """
    said = (kind.__doc__ or "").strip().partition("\n\n")[0]
    return " ".join(said.split())
