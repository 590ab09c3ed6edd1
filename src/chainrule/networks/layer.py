"""The base of layers: weights made at the first call, a path for every node, symbols for networks not yet fed."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any, ClassVar, Literal, TypeAlias, dataclass_transform

import numpy as np
from numpy.typing import DTypeLike

from chainrule import initializers
from chainrule.configuration import Configurable, snake_case
from chainrule.errors import ArgumentError, DtypeError, ShapeError
from chainrule.graph import Placeholder, Tensor, Variable, current_path, here, layer_scope
from chainrule.initializers import Initializer
from chainrule.networks.trace import Trace, current_trace, tracing
from chainrule.regularizers import Regularizer

Shape: TypeAlias = tuple[int, ...]  # of one example: without the batch axis
_STAND_IN = 2  # the batch size with which shapes are found out


class Symbol:
    """A value of a network that is not yet fed: its shape, and the layer call that makes it.

    Args:
        shape: of one example, without the batch axis.
        dtype: the kind of number.
        layer: the layer whose output it is; None for an input of the network.
        inputs: what that layer was called with.
        name: for an input, its name.
    """

    def __init__(
        self, shape: Shape, dtype: DTypeLike, layer: "Layer | None" = None, inputs: "Sequence[Symbol]" = (), name: str | None = None
    ) -> None:
        self.example_shape = tuple(shape)
        self.dtype = np.dtype(dtype)
        self.layer = layer
        self.inputs = tuple(inputs)
        self.name = name

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape with the batch axis, whose size is not yet known, as None."""
        return (None, *self.example_shape)

    def __repr__(self) -> str:
        maker = f" of layer {self.layer.default_name!r}" if self.layer else f" of input {self.name!r}" if self.name else " of an input"
        return f"<symbol {self.dtype}{list(self.shape)}{maker}>"


def Input(shape: Sequence[int], dtype: DTypeLike = "float32", name: str | None = None) -> Symbol:  # noqa: N802
    """Return the symbol of a network's input.

    Args:
        shape: of one example, without the batch axis.
        dtype: the kind of number: "float32", "int32" for indices, "uint8" for raw images.
        name: the input's name.

    Example:
        >>> import chainrule as cr
        >>> cr.Input((28, 28, 1)).shape
        (None, 28, 28, 1)
    """
    is_shape = isinstance(shape, Sequence) and not isinstance(shape, str)  # pyright: ignore[reportUnnecessaryIsInstance]
    if not is_shape or any(isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in shape):  # pyright: ignore[reportUnnecessaryIsInstance]
        hint = f" Did you mean ({shape},)?" if isinstance(shape, int) and shape > 0 else ""
        raise ShapeError(
            f"Input: shape must be the sizes of one example, without the batch, each a whole number from 1, such as (28, 28, 1). "
            f"Got {shape!r} instead.{hint}"
        )
    return Symbol(tuple(shape), dtype, name=name)


Role: TypeAlias = Literal[
    "weighted",
    "recurrent",
    "attention",
    "embedding",
    "normalization",
    "scaling",
    "dropout",
    "augmentation",
    "activation",
    "pooling",
    "shape",
    "merging",
    "masking",
    "network",
    "other",
]

Inputs: TypeAlias = Any  # a Tensor, a Symbol, or a list of one of them


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class Layer(Configurable, abstract=True, eq=False):
    """The base of layers: fields are the constructor's arguments, `build` makes weights, `call` makes graph.

    Args:
        name: the layer's name in its network; made from the class when None.
        trainable: whether an optimiser may change its weights.

    Attributes:
        role: what it is for in a network. A subclass has the role of its base, and with it all that is done for such layers.
        bends: whether its output is not a linear function of its input, as that of the largest of a window, without an activation.
        slides: whether it takes weighted sums over windows, with the same weights at every place.
        uses_batch: whether in training an example's output depends on the others of its batch.
        takes_indices: whether its inputs are numbers of things, such as words, and not quantities.
        passes_mask: whether the output's timesteps are padding where the inputs' are.
    """

    role: ClassVar[Role] = "other"
    bends: ClassVar[bool] = False
    slides: ClassVar[bool] = False
    uses_batch: ClassVar[bool] = False
    takes_indices: ClassVar[bool] = False
    passes_mask: ClassVar[bool] = False

    name: str | None = field(default=None, kw_only=True)
    trainable: bool = field(default=True, kw_only=True)
    weights: dict[str, Variable] = field(init=False, repr=False, default_factory=dict[str, Variable])
    built: bool = field(init=False, repr=False, default=False)

    def __post_init__(self) -> None:
        self.made_at = here().line
        self._pending: dict[str, Initializer] = {}
        self._regularizers: dict[str, Regularizer] = {}

    def build(self, shape: Any) -> None:
        """Make the weights for inputs of `shape` (of one example; a list of shapes for several inputs)."""

    def call(self, inputs: Any) -> Tensor:
        """Return the output for `inputs`, as graph."""
        raise NotImplementedError

    def add_weight(
        self,
        name: str,
        shape: Shape,
        initializer: str | Initializer,
        trainable: bool = True,
        regularizer: Regularizer | None = None,
    ) -> Variable:
        """Make a weight; its first values are drawn when the layer's place in a network is known."""
        variable = Variable(np.zeros(shape, np.float32), name=f"{self.default_name}/{name}", trainable=trainable)
        self.weights[name] = variable
        self._pending[name] = initializers.get(initializer)
        if regularizer is not None:
            self._regularizers[name] = regularizer
        return variable

    def initialize(self, seed: int, path: str) -> None:
        """Draw the first values of weights that have none yet; they depend on `seed` and the weight's path alone."""
        for name, initializer in self._pending.items():
            sequence = np.random.SeedSequence([seed, zlib.crc32(f"{path}/{name}".encode())])
            variable = self.weights[name]
            variable.assign(initializer(variable.shape, np.random.Generator(np.random.Philox(sequence))))
        self._pending = {}

    def named_weights(self, path: str) -> Iterator[tuple[str, Variable]]:
        """Yield each weight with its address below `path`."""
        for name, variable in self.weights.items():
            yield f"{path}/{name}", variable

    def sublayers(self, path: str) -> Iterator[tuple[str, "Layer"]]:
        """Yield this layer and the layers inside it, each with its path."""
        yield path, self

    @property
    def default_name(self) -> str:
        """The layer's name, or the one made from its class as Keras does: "MaxPooling2D" becomes "max_pooling2d"."""
        return self.name or snake_case(type(self).__name__)

    def __call__(self, inputs: Inputs, training: bool | None = None) -> Any:
        """Return the output for tensors as a tensor, for symbols as a symbol.

        Args:
            inputs: a tensor or symbol, or a list of them for a layer with several inputs.
            training: whether to behave as in training; None does as the surrounding forward pass.

        Raises:
            ShapeError, DtypeError, ArgumentError: inputs that the layer cannot take; it names the layer and the user's lines.
        """
        path = f"{current_path()}/{self.default_name}".lstrip("/")
        try:
            return self._call(inputs, training)
        except (ShapeError, DtypeError, ArgumentError) as error:
            if "(layer " in str(error):  # of an op, or of a layer inside
                raise
            raise type(error)(f"{error} (layer {path}, made at {self.made_at}, called at {here().line})") from None

    def _call(self, inputs: Inputs, training: bool | None) -> Any:
        several: list[Any] = list(inputs) if isinstance(inputs, list | tuple) else [inputs]  # pyright: ignore[reportUnknownArgumentType]
        if all(isinstance(entry, Symbol) for entry in several):
            return self._call_on_symbols(inputs, several)
        self._ensure_built([entry.shape[1:] for entry in several])
        if not current_path():  # outside a network: nobody else gives the first values
            self.initialize(0, self.default_name)
        if training is None:
            return self._call_on_tensors(inputs)
        with tracing(Trace(training=training)):
            return self._call_on_tensors(inputs)

    def _ensure_built(self, shapes: list[Shape]) -> None:
        if not self.built:
            self.build(shapes[0] if len(shapes) == 1 else shapes)
            self.built = True

    def _call_on_tensors(self, inputs: Inputs) -> Tensor:
        trace = current_trace()
        with layer_scope(self.default_name):
            output = self.call(inputs)
            if self.passes_mask:
                trace.note_mask(output, trace.mask_of(inputs))
            trace.outputs[f"{current_path()}/output"] = output
            trace.losses += [penalty(self.weights[name]) for name, penalty in self._regularizers.items()]
        return output

    def _call_on_symbols(self, inputs: Inputs, several: list[Symbol]) -> Symbol:
        self._ensure_built([symbol.example_shape for symbol in several])
        stand_ins = [Placeholder((_STAND_IN, *symbol.example_shape), symbol.dtype) for symbol in several]
        with tracing(Trace()):
            output = self._call_on_tensors(stand_ins if isinstance(inputs, list | tuple) else stand_ins[0])
        return Symbol(output.shape[1:], output.dtype, self, several)
