"""Checks on the arrays that a network is trained on, before any step is run."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.frame import ArrowStream
from chainrule.errors import DataError

_Arrays = tuple[NDArray[Any], NDArray[Any] | None, NDArray[np.float32] | None]


def as_arrays(x: ArrayLike | ArrowStream, y: ArrayLike | ArrowStream | None = None, sample_weight: ArrayLike | None = None) -> _Arrays:
    """Return examples, targets and weights as arrays that can be trained on.

    float64 becomes float32, whole numbers become int32, truth values become float32 in x and int32 in y; uint8, as of images,
    stays uint8, and float16 and float32 stay what they are.

    Args:
        x: the examples, of shape (examples, ...): an array, a list, anything with `__array__`, or a table of numbers that
            speaks Arrow.
        y: the targets, of shape (examples, ...), or None.
        sample_weight: the weight of each example in the loss, of shape (examples,), not negative; or None.

    Returns:
        x, y and sample_weight as NumPy arrays, each None where it was.

    Raises:
        DataError: no examples, unequal lengths, missing or infinite values, text or objects, numbers that do not fit.

    Example:
        >>> x, y, weight = as_arrays([[0.5], [1.5]], [0, 1])
        >>> x.dtype.name, y.dtype.name, weight
        ('float32', 'int32', None)
    """
    examples = as_array(x, "x")
    targets = None if y is None else as_array(y, "y")
    weights = None if sample_weight is None else _weights(sample_weight)
    for name, array in (("y", targets), ("sample_weight", weights)):
        if array is not None and len(array) != len(examples):
            raise DataError(f"x and {name} must have equally many rows. Got {len(examples)} in x and {len(array)} in {name}.")
    return examples, targets, weights


def as_array(values: ArrayLike | ArrowStream, name: str) -> NDArray[Any]:
    """Return one array checked and converted as `as_arrays` does it; `name` is what messages call it."""
    array = _from_arrow(values, name) if _is_table(values) else _from_array_like(values, name)
    if array.ndim == 0 or len(array) == 0:
        raise DataError(f"{name} must have at least one row. Got shape {array.shape} instead.")
    return _with_training_dtype(array, name)


def require_finite(array: NDArray[Any], name: str) -> None:
    """Raise DataError where an array holds NaN or infinity: how many, and the first."""
    finite = np.isfinite(array)
    if finite.all():
        return
    index = np.unravel_index(int(np.argmin(finite)), array.shape)
    position = ", ".join(str(int(axis)) for axis in index)
    raise DataError(
        f"{name} must be finite. Of its {array.size:,} values {np.isnan(array).sum():,} are NaN and {np.isinf(array).sum():,} infinite, "
        f"the first in row {int(index[0])}: {name}[{position}] is {array[index]}. Leave these rows out, or fill them in."
    )


def _is_table(values: object) -> bool:
    return isinstance(values, pl.DataFrame | pl.Series) or (isinstance(values, ArrowStream) and not hasattr(values, "__array__"))


def _from_arrow(values: Any, name: str) -> NDArray[Any]:
    frame = values.to_frame() if isinstance(values, pl.Series) else pl.DataFrame(values)
    for column in frame:
        if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
            raise DataError(
                f"{name} must be all numbers. Column {column.name!r} holds {column.dtype}: turn it into numbers with a Preparation."
            )
    objects = [column.name for column in frame if column.dtype.is_decimal() or (column.dtype == pl.Boolean and column.null_count())]
    array = frame.with_columns(pl.col(objects).cast(pl.Float64)).to_numpy()  # what would become Python objects
    return array[:, 0] if isinstance(values, pl.Series) else array


def _from_array_like(values: Any, name: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(f"{name} must be one array: rows of equal length. Got rows that differ ({error}).") from error
    if array.dtype.kind not in "fiub":
        raise DataError(f"{name} must hold numbers. Got dtype {array.dtype} instead: {_advice(array)}")
    return array


def _advice(array: NDArray[Any]) -> str:
    if array.dtype.kind in "SU":
        return "number the categories or the words first; a Preparation does it."
    if array.dtype.kind == "O":
        return "its entries are Python objects, often text, None, or rows of unequal length. Convert them with astype('float32')."
    if array.dtype.kind in "Mm":
        return "turn times into numbers first, such as days since a beginning."
    return "convert it with astype('float32')."


def _with_training_dtype(array: NDArray[Any], name: str) -> NDArray[Any]:
    kind = array.dtype.kind
    if kind == "f":
        require_finite(array, name)
        if array.dtype.itemsize <= 4:
            return array
        with np.errstate(over="ignore"):
            narrow = array.astype(np.float32)
        return _fitting(narrow, np.isfinite(narrow), array, name)
    if kind == "b":
        return array.astype(np.float32 if name == "x" else np.int32)
    if array.dtype == np.uint8:
        return array
    narrow = array.astype(np.int32)
    return _fitting(narrow, narrow == array, array, name)


def _fitting(narrow: NDArray[Any], fits: NDArray[np.bool_], array: NDArray[Any], name: str) -> NDArray[Any]:
    if not fits.all():
        index = np.unravel_index(int(np.argmin(fits)), array.shape)
        raise DataError(
            f"{name} must fit into {narrow.dtype}. Its value in row {int(index[0])} is {array[index]}: scale the values, or, "
            "where they are identifiers, leave them out."
        )
    return narrow


def _weights(sample_weight: ArrayLike) -> NDArray[np.float32]:
    weights = as_array(sample_weight, "sample_weight").astype(np.float32)
    if weights.ndim != 1:
        raise DataError(f"sample_weight must be one weight for each example. Got shape {weights.shape} instead.")
    if weights.min() < 0 or weights.max() == 0:
        raise DataError(f"sample_weight must not be negative, nor all zero. Got weights from {weights.min()} to {weights.max()} instead.")
    return weights
