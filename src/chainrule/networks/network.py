"""A network: layers joined from inputs to outputs. It only makes graph; training stands above it."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any, ClassVar

from chainrule.errors import ArgumentError, GraphError, ShapeError
from chainrule.graph import Tensor, Variable, as_tensor
from chainrule.networks.layer import Layer, Role, Symbol


class Network(Layer, abstract=True):
    """The layers between symbols of inputs and symbols of outputs, as one layer.

    Args:
        inputs: symbols made by `Input`.
        outputs: symbols made by calling layers.

    Raises:
        GraphError: an output that cannot be computed from the inputs.
    """

    role: ClassVar[Role] = "network"

    inputs: Sequence[Symbol] = field(default=())
    outputs: Sequence[Symbol] = field(default=())

    def __post_init__(self) -> None:
        super().__post_init__()
        self.built = True
        self.order = _order(self.inputs, self.outputs)
        self.layers: list[Layer] = list(dict.fromkeys(symbol.layer for symbol in self.order if symbol.layer is not None))
        _give_names(self.layers)

    def __repr__(self) -> str:
        shapes = [", ".join(str(symbol.shape) for symbol in ends) for ends in (self.inputs, self.outputs)]
        return f"<network of {len(self.layers)} layers from {shapes[0]} to {shapes[1]}>"

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "trainable":  # as in Keras, who freezes a network freezes its layers
            for layer in getattr(self, "layers", []):
                layer.trainable = value

    def _call_on_symbols(self, inputs: Any, several: list[Symbol]) -> Symbol:
        if len(self.outputs) > 1:
            raise ArgumentError(f"A network with {len(self.outputs)} outputs cannot be a layer of another: use its layers one by one.")
        return super()._call_on_symbols(inputs, several)

    def call(self, inputs: Any) -> Any:
        """Return the outputs for tensors in place of the input symbols; a list where there are several outputs."""
        several = [as_tensor(entry) for entry in (inputs if isinstance(inputs, list | tuple) else [inputs])]
        if len(several) != len(self.inputs):
            raise ArgumentError(f"The network has {len(self.inputs)} input(s). Got {len(several)} instead.")
        values: dict[Symbol, Tensor] = {}
        for symbol, tensor in zip(self.inputs, several, strict=True):
            if tensor.shape[1:] != symbol.example_shape:
                raise ShapeError(f"The network takes examples of shape {symbol.example_shape}. Got an input of shape {tensor.shape}.")
            values[symbol] = tensor.astype(symbol.dtype) if tensor.dtype != symbol.dtype else tensor
        for symbol in self.order:
            if symbol.layer is not None:
                arguments = [values[source] for source in symbol.inputs]
                values[symbol] = symbol.layer(arguments if len(arguments) > 1 else arguments[0])
        outputs = [values[symbol] for symbol in self.outputs]
        return outputs if len(outputs) > 1 else outputs[0]

    def initialize(self, seed: int, path: str) -> None:
        """Draw the first values of all weights that have none yet, and give every weight its address."""
        for place, layer in self.sublayers(path):
            if layer is not self:
                layer.initialize(seed, place)
        for name, variable in self.named_weights(path):
            variable.name = name

    def named_weights(self, path: str) -> Iterator[tuple[str, Variable]]:
        """Yield each weight with its address below `path`."""
        found: set[Variable] = set()
        for layer in self.layers:
            for name, variable in layer.named_weights(_join(path, layer.default_name)):
                if variable not in found:  # a layer that two inner networks share has one address, the first
                    found.add(variable)
                    yield name, variable

    def sublayers(self, path: str) -> Iterator[tuple[str, Layer]]:
        """Yield this network and the layers inside it, each with its path."""
        yield path, self
        found: set[Layer] = set()
        for layer in self.layers:
            for place, part in layer.sublayers(_join(path, layer.default_name)):
                if part not in found:
                    found.add(part)
                    yield place, part


def chain(layers: Sequence[Layer], source: Symbol) -> Network:
    """Return the network that applies `layers` one after the other."""
    symbol = source
    for layer in layers:
        symbol = layer(symbol)
    if symbol is source:
        raise ArgumentError("A network must have at least one layer. Got none.")
    return Network([source], [symbol])


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _order(inputs: Sequence[Symbol], outputs: Sequence[Symbol]) -> list[Symbol]:
    """Return every symbol on the way from inputs to outputs, each after what it is made of."""
    if not inputs or not outputs:
        raise ArgumentError("A network must have at least one input and one output.")
    order: dict[Symbol, None] = dict.fromkeys(inputs)
    stack = [(symbol, False) for symbol in reversed(list(outputs))]
    while stack:
        symbol, done = stack.pop()
        if symbol in order:
            continue
        if symbol.layer is None:
            raise GraphError(f"The outputs depend on {symbol}, an Input that is not among the inputs of the network: add it to them.")
        if done:
            order[symbol] = None
        else:
            stack += [(symbol, True), *((source, False) for source in reversed(symbol.inputs))]
    _require_use(inputs, order)
    return list(order)


def _require_use(inputs: Sequence[Symbol], order: dict[Symbol, None]) -> None:
    used = {source for symbol in order for source in symbol.inputs}
    for position, symbol in enumerate(inputs):
        if symbol not in used:
            raise GraphError(f"Input {position} ({symbol}) leads to no output of the network: connect it, or leave it out.")


def _give_names(layers: Sequence[Layer]) -> None:
    taken = [layer.name for layer in layers if layer.name is not None]
    for name in taken:
        if taken.count(name) > 1:
            raise ArgumentError(f"Two layers of the network are named {name!r}: give one of them another name.")
    for layer in layers:
        if layer.name is None:
            base, number = layer.default_name, 0
            while (name := f"{base}_{number}" if number else base) in taken:
                number += 1
            layer.name = name
            taken.append(name)
