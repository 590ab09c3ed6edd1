"""Frames of a WebSocket: text, or binary where arrays go with a message.

A binary frame is a header and a payload. Its first four bytes are the length of the header as a little-endian whole number; the header
is the message as JSON, filled up with spaces so that the payload begins at a multiple of 8; in the place of each array stands a `Block`,
which says where in the payload the array lies.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

_ALIGNED = 8
DType: TypeAlias = Literal["float32", "int32", "uint8"]
_SENT_AS: dict[str, DType] = {"f": "float32", "i": "int32", "u": "int32", "b": "uint8"}


class Block(Struct, frozen=True):
    """An array in the payload of a binary frame, in C order and little-endian.

    Args:
        shape: its axes.
        dtype: the kind of its numbers.
        offset: bytes from the beginning of the payload; a multiple of 4.
        low: its smallest finite number; None where there is none.
        high: its largest.
    """

    shape: list[int]
    dtype: DType
    offset: int
    low: float | None
    high: float | None


class _Payload:
    """The arrays that go with one message: each once, also where it stands in several places."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._blocks: dict[int, tuple[NDArray[Any], Block]] = {}  # by the array's identity; the array is held, so that no other gets it

    def encode(self, value: Any) -> Any:
        """Return what stands for a value that JSON has no word for."""
        if isinstance(value, np.ndarray):
            return self._block(value) if value.dtype.kind in _SENT_AS else value.tolist()
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, Mapping):
            return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        raise TypeError(f"A message cannot hold {type(value).__name__}.")

    def _block(self, array: NDArray[Any]) -> Block:
        known = self._blocks.get(id(array))
        if known is not None:
            return known[1]
        dtype: DType = "uint8" if array.dtype == np.uint8 else _SENT_AS[array.dtype.kind]
        numbers = np.ascontiguousarray(array, np.dtype(dtype).newbyteorder("<"))
        content = numbers.tobytes()
        content += bytes(-len(content) % 4)
        block = Block(list(array.shape), dtype, self._size, *_bounds(numbers))
        self._parts.append(content)
        self._size += len(content)
        self._blocks[id(array)] = array, block
        return block

    @property
    def has_arrays(self) -> bool:
        """Whether there is any, be it an empty one."""
        return bool(self._parts)

    def joined(self) -> bytes:
        """Return all arrays, one after the other."""
        return b"".join(self._parts)


def encode(message: Any) -> str | bytes:
    """Return a message as it is sent: text, or bytes where it has arrays.

    Args:
        message: a dataclass or Struct, of numbers, texts, arrays, lists, dicts and others of its kind. A number that is not finite is sent
            as null, real numbers of arrays in single precision.

    Raises:
        TypeError: it holds something else.

    Example:
        >>> encode({"step": 3, "loss": float("nan")})
        '{"step":3,"loss":null}'
        >>> len(encode({"values": np.zeros(4)})) % 8
        0
    """
    payload = _Payload()
    header = msgspec.json.Encoder(enc_hook=payload.encode).encode(message)
    if not payload.has_arrays:
        return header.decode()
    header += b" " * (-(len(header) + 4) % _ALIGNED)
    return len(header).to_bytes(4, "little") + header + payload.joined()


def _bounds(numbers: NDArray[Any]) -> tuple[float | None, float | None]:
    finite = numbers if numbers.dtype.kind != "f" else numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if finite.size else (None, None)
