"""Collecting what is in memory: arrays, data sets of numbered examples, generators, lists of rows; and arrays in IDX files."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, TypeGuard, runtime_checkable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.batch import as_array
from chainrule.data.collection import Collection
from chainrule.data.read.files import GZIP_ERRORS, broken_gzip, open_bytes
from chainrule.errors import DataError

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def from_arrays(source: Any) -> Collection:
    """Return the collection of an array of examples, or of a pair (x, y).

    Images, arrays of shape (examples, height, width, channels) with 1, 3 or 4 channels, are recognised by their shape.

    Raises:
        DataError: something that is no array, or x and y of unequal length.
    """
    x, y = source if isinstance(source, tuple) and len(source) == 2 else (source, None)
    array = as_array(x, "x")
    image = array.ndim == 4 and array.shape[-1] in {1, 3, 4}
    name, kind = ("image", "image") if image else ("x", "array")
    kinds: dict[str, str] = {name: kind}
    if y is None:
        return Collection(pl.DataFrame(), {name: array}, kinds)
    targets = as_array(y, "y")
    if targets.ndim == 1:
        return Collection(pl.DataFrame({"y": targets}), {name: array}, kinds, target="y")
    return Collection(pl.DataFrame(), {name: array, "y": targets}, kinds, target="y")


@runtime_checkable
class Numbered(Protocol):
    """A data set whose examples are asked for by number, as those of PyTorch and Hugging Face are."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Any: ...


def comes_in_examples(source: Any) -> TypeGuard[Numbered | Iterable[Any]]:
    """Return whether a source is a data set of numbered examples, or yields examples.

    A list of rows, values by name, is one; arrays, other lists, pairs and text are not.
    """
    if are_rows(source):
        return True
    if hasattr(source, "__array__") or isinstance(source, list | tuple | str | bytes | Mapping):
        return False
    return isinstance(source, Numbered | Iterable)


def are_rows(source: Any) -> bool:
    """Return whether a source is a list of rows, each of which is values by name."""
    return isinstance(source, list) and bool(source) and isinstance(source[0], Mapping)


def from_examples(source: Numbered | Iterable[Any]) -> Collection:
    """Return the collection of examples that are (x, y), x alone, or rows: values by name. All are taken into memory.

    Args:
        source: a data set with a length and numbered examples, or whatever yields examples. x is an array, anything that becomes one
            (a tensor, a picture), a number, or a text; y a class by name or number, a number, or an array.

    Raises:
        DataError: no examples, examples of several sorts, or arrays of different shapes; with the number of the first.

    Example:
        >>> pairs = ((np.full((2, 2), number), "even" if number % 2 == 0 else "odd") for number in range(4))
        >>> found = from_examples(pairs)
        >>> found.columns, found.target, found.arrays["x"].shape
        (('x', 'y'), 'y', (4, 2, 2))
    """
    examples = [source[number] for number in range(len(source))] if isinstance(source, Numbered) else list(source)
    if not examples:
        raise DataError(f"This {type(source).__name__} gives no examples.")
    sort = _sort(examples[0])
    odd = next((row for row, example in enumerate(examples) if _sort(example) != sort), None)
    if odd is not None:
        raise DataError(f"Examples must all be of one sort. Example 0 is {sort}, example {odd} is {_sort(examples[odd])}.")
    if sort == "values by name":
        return _from_rows(examples)
    if sort == "x alone":
        return _with_target(_column("x", examples), None)
    return _with_target(_column("x", [x for x, _ in examples]), _column("y", [y for _, y in examples]))


def _sort(example: Any) -> str:
    if isinstance(example, Mapping):
        return "values by name"
    return "a pair (x, y)" if isinstance(example, tuple | list) and len(example) == 2 else "x alone"  # pyright: ignore[reportUnknownArgumentType]


def _from_rows(rows: list[Mapping[str, Any]]) -> Collection:
    names = list(rows[0])
    odd = next((row for row, values in enumerate(rows) if set(values) != set(names)), None)
    if odd is not None:
        raise DataError(f"Rows must have the columns {', '.join(names)}. Row {odd} has {', '.join(rows[odd]) or 'none'}.")
    columns = {name: _column(name, [values[name] for values in rows]) for name in names}
    arrays = {name: column for name, column in columns.items() if isinstance(column, np.ndarray)}
    kinds: dict[str, str] = {name: "image" for name, array in arrays.items() if array.ndim == 4 and array.shape[-1] in {1, 3, 4}}
    return Collection(pl.DataFrame([column for column in columns.values() if isinstance(column, pl.Series)]), arrays, kinds)


def _with_target(x: pl.Series | NDArray[Any], y: pl.Series | NDArray[Any] | None) -> Collection:
    """Return the collection of x, and of y as its target."""
    collection = from_arrays(x) if isinstance(x, np.ndarray) else Collection(pl.DataFrame([x]))
    if isinstance(y, pl.Series):
        frame = collection.frame.with_columns(y) if collection.frame.width else pl.DataFrame([y])
        return Collection(frame, collection.arrays, collection.kinds, target="y")
    if y is not None:
        return Collection(collection.frame, dict(collection.arrays) | {"y": y}, collection.kinds, target="y")
    return collection


def _column(name: str, values: list[Any]) -> pl.Series | NDArray[Any]:
    """Return values as a series of the table, or, where each is an array, as one array."""
    if all(value is None or isinstance(value, str) for value in values):
        return pl.Series(name, values, pl.String)
    if all(value is None or isinstance(value, date) for value in values):
        return pl.Series(name, values)
    arrays = [np.asarray(np.nan if value is None else value) for value in values]
    odd = next((row for row, array in enumerate(arrays) if array.shape != arrays[0].shape), None)
    if odd is not None:
        shapes = f"Example 0 has {arrays[0].shape}, example {odd} has {arrays[odd].shape}"
        raise DataError(f"The {name} of all examples must have one shape. {shapes}: bring them to one size, or give files.")
    array = np.stack(arrays)
    if array.dtype.kind not in "fiub":
        raise DataError(f"The {name} of each example must be a text, a number or an array of numbers. Got {type(values[0]).__name__}.")
    return pl.Series(name, array).fill_nan(None) if array.ndim == 1 and array.dtype.kind == "f" else _plain(name, array)


def _plain(name: str, array: NDArray[Any]) -> pl.Series | NDArray[Any]:
    return pl.Series(name, array) if array.ndim == 1 else array


def read_idx(path: str | PathLike[str]) -> NDArray[Any]:
    """Read an IDX file, gzipped or not.

    The file begins with two zero bytes, one byte for the type of its numbers and one for the number of dimensions; then
    follow the sizes of the dimensions as big-endian 32-bit numbers, and the numbers themselves, the last dimension fastest.

    Args:
        path: the file; whether it is gzipped is seen from its first bytes.

    Returns:
        The array, in the byte order of this machine.

    Raises:
        DataError: no such file, another format, a file that is cut off, or one with bytes left over.

    Source:
        LeCun, Cortes and Burges, The MNIST database, "File formats".

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "three.idx")
        ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
        ...     read_idx(path).tolist()
        [7, 8, 9]
    """
    path = Path(path)
    try:
        with open_bytes(path) as stream:
            content = stream.read()
    except GZIP_ERRORS as error:
        raise broken_gzip(path, error) from error
    dtype, shape = _header(path, content)
    start = 4 + 4 * len(shape)
    expected, met = math.prod(shape) * dtype.itemsize, len(content) - start
    if expected != met:
        raise DataError(
            f"{path}: an IDX file of shape {shape} and type {dtype.name} has {expected:,} bytes of numbers. Met {met:,} instead."
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def _header(path: Path, content: bytes) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = content[:4]
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _DTYPES or magic[3] == 0:
        kinds = ", ".join(f"{kind:02x}" for kind in _DTYPES)
        raise DataError(
            f"{path}: an IDX file begins with 00 00, its type ({kinds}) and its number of dimensions. "
            f"Met {magic.hex(' ') or 'nothing'} instead."
        )
    if len(content) < 4 + 4 * magic[3]:
        raise DataError(f"{path}: the file ends within the sizes of its {magic[3]} dimensions, after {len(content)} bytes.")
    sizes = np.frombuffer(content, ">u4", count=magic[3], offset=4)
    return np.dtype(_DTYPES[magic[2]]), tuple(int(size) for size in sizes)
