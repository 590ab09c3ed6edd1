"""First values of weights: each initialiser draws an array of a given shape from a generator.

"Fan in" is the number of inputs that meet in one unit, "fan out" the number of units one input goes to; for a
convolution both count the places of the kernel.
"""

import math
from typing import Annotated, Any, TypeAlias

import numpy as np

from chainrule.arguments import Named, NotNegative, Positive, choice
from chainrule.configuration import Configurable, find, names_in

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]

_TRUNCATION = 0.87962566103423978  # the standard deviation of a standard normal cut at ±2


class Initializer(Configurable, abstract=True):
    """The base of initialisers."""

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Return the first values for a weight of `shape`, as float32."""
        raise NotImplementedError


class Zeros(Initializer):
    """All 0."""

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return np.zeros(shape, np.float32)


class Ones(Initializer):
    """All 1."""

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return np.ones(shape, np.float32)


class Constant(Initializer):
    """All `value`."""

    value: float = 0.0

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return np.full(shape, self.value, np.float32)


class RandomUniform(Initializer):
    """Evenly between `minval` and `maxval`."""

    minval: float = -0.05
    maxval: float = 0.05

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return generator.uniform(self.minval, self.maxval, shape).astype(np.float32)


class RandomNormal(Initializer):
    """Normal with `mean` and standard deviation `stddev`."""

    mean: float = 0.0
    stddev: NotNegative = 0.05

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return generator.normal(self.mean, self.stddev, shape).astype(np.float32)


class VarianceScaling(Initializer):
    """Spread so that the variance of sums stays the same from layer to layer: variance = `scale` / fan.

    Args:
        scale: the wanted variance times the fan.
        mode: which fan: "fan_in", "fan_out", or their mean "fan_avg".
        distribution: "uniform" within ±√(3 · variance), or "truncated_normal", cut at two standard deviations.
    """

    scale: Positive = 1.0
    mode: Annotated[str, choice("fan_in", "fan_out", "fan_avg")] = "fan_in"
    distribution: Annotated[str, choice("uniform", "truncated_normal")] = "truncated_normal"

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        fan_in, fan_out = fans(shape)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return generator.uniform(-limit, limit, shape).astype(np.float32)
        return (_truncated_normal(shape, generator) * (math.sqrt(variance) / _TRUNCATION)).astype(np.float32)


class Orthogonal(Initializer):
    """A matrix of orthonormal rows or columns, times `gain`; axes before the last count as one.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning", 2014.
    """

    gain: float = 1.0

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = generator.normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(tall)
        q *= np.sign(np.diag(r))
        return (self.gain * (q if rows >= columns else q.T)).reshape(shape).astype(np.float32)


def fans(shape: tuple[int, ...]) -> tuple[float, float]:
    """Return fan in and fan out of a weight of `shape`: (..., in, out)."""
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return size, size
    places = math.prod(shape[:-2])
    return places * shape[-2], places * shape[-1]


def _truncated_normal(shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = generator.normal(size=shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = generator.normal(size=int(outside.sum()))
    return values


INITIALIZERS: dict[str, Initializer] = {
    "zeros": Zeros(),
    "ones": Ones(),
    "uniform": RandomUniform(),
    "normal": RandomNormal(),
    "random_uniform": RandomUniform(),
    "random_normal": RandomNormal(),
    "glorot_uniform": VarianceScaling(1.0, "fan_avg", "uniform"),
    "glorot_normal": VarianceScaling(1.0, "fan_avg", "truncated_normal"),
    "he_uniform": VarianceScaling(2.0, "fan_in", "uniform"),
    "he_normal": VarianceScaling(2.0, "fan_in", "truncated_normal"),
    "lecun_uniform": VarianceScaling(1.0, "fan_in", "uniform"),
    "lecun_normal": VarianceScaling(1.0, "fan_in", "truncated_normal"),
    "orthogonal": Orthogonal(),
}


def _names() -> list[str]:
    return [*INITIALIZERS, *names_in(Initializer)]


_NAMED = Named(Initializer, _names)
InitializerLike: TypeAlias = Annotated[str | Initializer, _NAMED]


def get(initializer: str | Initializer) -> Initializer:
    """Return the initialiser of a name, or the one given.

    Example:
        >>> get("he_normal")
        VarianceScaling(scale=2.0)
    """
    initializer = _NAMED.take("An initializer", initializer)
    if isinstance(initializer, Initializer):
        return initializer
    return INITIALIZERS[initializer] if initializer in INITIALIZERS else find(Initializer, initializer)()
