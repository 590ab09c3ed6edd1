"""Checks that several layers share: each names the layer, what it takes, and what it met."""

from chainrule.errors import ShapeError
from chainrule.networks.layer import Layer, Shape


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
