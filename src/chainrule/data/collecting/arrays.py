"""Collecting arrays: x, or x and y."""

from typing import Any

import polars as pl

from chainrule.data.batch import as_array
from chainrule.data.collecting.collection import Collection, Kind


def from_arrays(source: Any) -> Collection:
    """Return the collection of an array of examples, or of a pair (x, y).

    Images, arrays of shape (examples, height, width, channels) with 1, 3 or 4 channels, are told by their shape.

    Raises:
        DataError: something that is no array, or x and y of unequal length.
    """
    x, y = source if isinstance(source, tuple) and len(source) == 2 else (source, None)
    array = as_array(x, "x")
    image = array.ndim == 4 and array.shape[-1] in {1, 3, 4}
    name, kind = ("image", "image") if image else ("x", "array")
    kinds: dict[str, Kind] = {name: kind}
    if y is None:
        return Collection(pl.DataFrame(), {name: array}, kinds)
    targets = as_array(y, "y")
    if targets.ndim == 1:
        return Collection(pl.DataFrame({"y": targets}), {name: array}, kinds, target="y")
    return Collection(pl.DataFrame(), {name: array, "y": targets}, kinds, target="y")
