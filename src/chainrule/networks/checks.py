"""Checks that several layers share: each names the layer, what it takes, and what it met."""

from collections.abc import Sequence

from chainrule.errors import ArgumentError, ShapeError, unknown_name
from chainrule.networks.layer import Layer, Shape


def per_axis(layer: Layer, name: str, value: int | Sequence[int], rank: int) -> tuple[int, ...]:
    """Return `value` for each of `rank` axes: one whole number stands for all of them."""
    several = tuple(value) if isinstance(value, list | tuple) else (value,) * rank
    if len(several) != rank or any(not isinstance(n, int) or n < 1 for n in several):
        wanted = "a whole number from 1" if rank == 1 else f"a whole number from 1, or {rank} of them"
        raise ArgumentError(f"{type(layer).__name__}: {name} must be {wanted}. Got {value!r} instead.")
    return several  # pyright: ignore[reportReturnType]


def one_of(layer: Layer, name: str, value: str, known: Sequence[str]) -> str:
    """Return `value` in small letters, one of `known`."""
    if str(value).lower() not in known:
        raise unknown_name(f"{type(layer).__name__}: {name}", value, known)
    return value.lower()


def within(layer: Layer, low: float, high: float, **values: float) -> None:
    """Raise ArgumentError unless every value is a number from `low` to `high`."""
    for name, value in values.items():
        if not isinstance(value, int | float) or not low <= value <= high:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"{type(layer).__name__}: {name} must be a number from {low} to {high}. Got {value!r} instead.")


def example_axis(layer: Layer, axis: int, ndim: int) -> int:
    """Return `axis` counted from the front, one of an example's own: axis 0, the batch, is none of them."""
    if not -ndim < axis < ndim or axis == 0:
        raise ShapeError(
            f"{type(layer).__name__} {layer.default_name!r}: axis must be one of 1 to {ndim - 1}; 0 is the batch. Got {axis} instead."
        )
    return axis % ndim


def require_axes(layer: Layer, shape: Shape, *axes: str) -> None:
    """Raise ShapeError unless an example of `shape` has these axes."""
    if len(shape) != len(axes):
        raise ShapeError(
            f"{type(layer).__name__} {layer.default_name!r}: inputs must have shape (batch, {', '.join(axes)}). "
            f"Got (batch, {', '.join(map(str, shape))}) instead."
        )


def require_size(layer: Layer, built: int, met: int, shape: Shape) -> None:
    """Raise ShapeError unless the axis that the weights belong to has the size they were built for."""
    if built != met:
        raise ShapeError(f"{type(layer).__name__} {layer.default_name!r} was built for a size of {built}. Got {met}, from shape {shape}.")
