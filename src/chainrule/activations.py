"""Activations: what a unit makes of its weighted sum.

Each is a class that says what else is true of it: between which numbers its outputs lie, whether it has a flat end, which first
values of weights suit it. Layers take its name, an object of it, or any function of a tensor.

Example:
    >>> import numpy as np, chainrule as cr
    >>> class Square(cr.activations.Activation):
    ...     "x²."
    ...     limits = (0.0, float("inf"))
    ...     def call(self, x):
    ...         return x * x
    >>> layer = cr.layers.Dense(1, activation="square", kernel_initializer="ones")
    >>> np.asarray(layer(cr.Variable(np.array([[1.0, 2.0]], "float32"))).value).tolist()
    [[9.0]]
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from chainrule import ops
from chainrule.arguments import NamedFunction, NotNegative
from chainrule.configuration import Configurable, describe, find, from_config, names_in, snake_case, subclasses, to_config
from chainrule.graph import Tensor

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805


class Activation(Configurable, abstract=True):
    """The base of activations.

    Attributes:
        limits: the numbers that outputs lie between.
        is_linear: whether it is a multiple of its input, so that it bends nothing.
        rectifies: whether everything below 0 becomes 0, and has no gradient: units with such an activation can die.
        saturates: whether it flattens towards both ends, where gradients vanish.
        probabilities: "each" where every output is a probability by itself, "together" where those of an example sum to 1.
        initializer: the first values of weights that keep the variance from layer to layer.
    """

    limits: ClassVar[tuple[float, float]] = (-math.inf, math.inf)
    is_linear: ClassVar[bool] = False
    rectifies: ClassVar[bool] = False
    saturates: ClassVar[bool] = False
    probabilities: ClassVar[Literal["", "each", "together"]] = ""
    initializer: ClassVar[str] = "glorot_uniform"

    def call(self, x: Tensor) -> Tensor:
        """Return the activation of x."""
        raise NotImplementedError

    def __call__(self, x: Tensor, **settings: Any) -> Tensor:
        """Return the activation of x; settings given here replace the object's own."""
        return (replace(self, **settings) if settings else self).call(x)

    @property
    def name(self) -> str:
        """Its name, as layers take it: "leaky_relu"."""
        return snake_case(type(self).__name__)


class Linear(Activation):
    """x."""

    is_linear = True

    def call(self, x: Tensor) -> Tensor:
        return x


class Relu(Activation):
    """max(x, 0). Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010."""

    limits = (0.0, math.inf)
    rectifies = True
    initializer = "he_normal"

    def call(self, x: Tensor) -> Tensor:
        return ops.relu(x)


class Relu6(Activation):
    """min(max(x, 0), 6)."""

    limits = (0.0, 6.0)
    rectifies = True
    initializer = "he_normal"

    def call(self, x: Tensor) -> Tensor:
        return ops.minimum(ops.relu(x), 6)


class LeakyRelu(Activation):
    """x where it is positive, else negative_slope · x.

    Args:
        negative_slope: the slope below 0.
    """

    initializer = "he_normal"

    negative_slope: NotNegative = 0.2

    def call(self, x: Tensor) -> Tensor:
        return ops.where(x > 0, x, x * self.negative_slope)


class Elu(Activation):
    """x where it is positive, else alpha · (eˣ − 1).

    Args:
        alpha: how far below 0 the outputs reach.

    Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016.
    """

    limits = (-1.0, math.inf)
    initializer = "he_normal"

    alpha: float = 1.0

    def call(self, x: Tensor) -> Tensor:
        below = ops.expm1(ops.minimum(x, 0))
        return ops.where(x > 0, x, below * self.alpha)


class Selu(Activation):
    """scale · elu(x, alpha), whose fixed point is mean 0, variance 1.

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.
    """

    limits = (-_SELU_ALPHA * _SELU_SCALE, math.inf)
    initializer = "lecun_normal"

    def call(self, x: Tensor) -> Tensor:
        return Elu(_SELU_ALPHA).call(x) * _SELU_SCALE


class Gelu(Activation):
    """x · Φ(x), Φ the standard normal distribution.

    Args:
        approximate: whether tanh stands for Φ.

    Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
    """

    limits = (-0.17, math.inf)
    initializer = "he_normal"

    approximate: bool = False

    def call(self, x: Tensor) -> Tensor:
        if self.approximate:
            return x * 0.5 * (1 + ops.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
        return x * 0.5 * (1 + ops.erf(x * math.sqrt(0.5)))


class Sigmoid(Activation):
    """1 / (1 + e⁻ˣ)."""

    limits = (0.0, 1.0)
    saturates = True
    probabilities = "each"

    def call(self, x: Tensor) -> Tensor:
        return ops.sigmoid(x)


class HardSigmoid(Activation):
    """x / 6 + ½, cut at 0 and 1."""

    limits = (0.0, 1.0)
    saturates = True
    probabilities = "each"

    def call(self, x: Tensor) -> Tensor:
        return ops.minimum(ops.maximum(x / 6 + 0.5, 0), 1)


class Tanh(Activation):
    """tanh x."""

    limits = (-1.0, 1.0)
    saturates = True

    def call(self, x: Tensor) -> Tensor:
        return ops.tanh(x)


class Softsign(Activation):
    """x / (1 + |x|)."""

    limits = (-1.0, 1.0)
    saturates = True

    def call(self, x: Tensor) -> Tensor:
        return x / (1 + ops.absolute(x))


class Softmax(Activation):
    """eˣ / Σ eˣ over the last axis."""

    limits = (0.0, 1.0)
    saturates = True
    probabilities = "together"

    def call(self, x: Tensor) -> Tensor:
        return ops.softmax(x, axis=-1)


class Softplus(Activation):
    """ln(1 + eˣ)."""

    limits = (0.0, math.inf)

    def call(self, x: Tensor) -> Tensor:
        return ops.softplus(x)


class Exponential(Activation):
    """eˣ."""

    limits = (0.0, math.inf)

    def call(self, x: Tensor) -> Tensor:
        return ops.exp(x)


class _Function(Activation):
    """A function of the user's, of which nothing else is known."""

    function: Callable[[Tensor], Tensor]

    def call(self, x: Tensor) -> Tensor:
        return self.function(x)

    @property
    def name(self) -> str:
        """The function's name."""
        return str(getattr(self.function, "__name__", type(self.function).__name__))


linear, relu, relu6, leaky_relu, elu, selu, gelu = Linear(), Relu(), Relu6(), LeakyRelu(), Elu(), Selu(), Gelu()
sigmoid, hard_sigmoid, tanh, softsign = Sigmoid(), HardSigmoid(), Tanh(), Softsign()
softmax, softplus, exponential = Softmax(), Softplus(), Exponential()


def names() -> list[str]:
    """Return the names of all activations, ours and the user's, that need no argument."""
    return [snake_case(cls.__name__) for cls in subclasses(Activation) if not any(a.required for a in describe(cls).values())]


_NAMED = NamedFunction(lambda: names_in(Activation))
ActivationLike: TypeAlias = Annotated[str | Callable[[Tensor], Tensor] | None, _NAMED]


def get(activation: str | Callable[[Tensor], Tensor] | None) -> Activation:
    """Return the activation of a name, or the one given; None is linear. A plain function becomes an activation of its own.

    Example:
        >>> get("leaky_relu"), get(None)
        (LeakyRelu(), Linear())
    """
    if activation is None:
        return linear
    activation = _NAMED.take("An activation", activation)
    if isinstance(activation, str):
        return find(Activation, activation)()
    return activation if isinstance(activation, Activation) else _Function(activation)


def is_known(activation: Activation) -> bool:
    """Return whether anything is known of an activation: not of a plain function."""
    return type(activation) not in (Activation, _Function)


def serialize(activation: str | Activation | None) -> str | dict[str, Any]:
    """Return an activation as JSON-ready data: its name where its arguments are the default.

    Example:
        >>> serialize(relu), serialize(LeakyRelu(0.1))
        ('relu', {'class': 'activations.LeakyRelu', 'negative_slope': 0.1})
    """
    made = get(activation)
    return made.name if made == type(made)() else to_config(made)


def deserialize(data: str | Mapping[str, Any]) -> Activation:
    """Return the activation of what `serialize` returned.

    Example:
        >>> deserialize({"class": "activations.LeakyRelu", "negative_slope": 0.1})
        LeakyRelu(negative_slope=0.1)
    """
    return get(data) if isinstance(data, str) else from_config(dict(data))
