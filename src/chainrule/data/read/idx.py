"""The IDX format: arrays as MNIST's home publishes them."""

import math
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data.read.files import GZIP_ERRORS, broken_gzip, open_bytes
from chainrule.errors import DataError

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


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
