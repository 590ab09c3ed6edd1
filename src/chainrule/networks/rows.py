"""Rows as a network with one input takes them."""

from typing import Any

from numpy.typing import ArrayLike, NDArray

from chainrule.data.batch import as_array
from chainrule.errors import ArgumentError, DataError, ShapeError
from chainrule.networks.network import Network


def prepared_rows(network: Network, x: ArrayLike, name: str = "The network") -> NDArray[Any]:
    """Return rows in the shape and dtype that a network takes.

    Args:
        network: with one input and one output.
        x: rows, as for `predict`.
        name: what errors call the network.

    Raises:
        ArgumentError: several inputs or outputs.
        ShapeError: rows of another shape.
        DataError: rows that are not numbers, or not whole numbers where the network takes indices.
    """
    if len(network.inputs) != 1 or len(network.outputs) != 1:
        raise ArgumentError(
            f"Explanations are for networks with one input and one output. {name} has {len(network.inputs)} and {len(network.outputs)}."
        )
    array, symbol = as_array(x, "x"), network.inputs[0]
    if array.shape[1:] != symbol.example_shape:
        hint = ": give it as a batch of one, x[None]" if array.shape == symbol.example_shape else ""
        raise ShapeError(f"{name} takes rows of shape {symbol.example_shape}. Got x of shape {array.shape}{hint}.")
    if symbol.dtype.kind in "iu" and array.dtype.kind == "f":
        raise DataError(f"{name} takes whole numbers ({symbol.dtype}). Got {array.dtype}: give indices as integers.")
    return array.astype(symbol.dtype)
