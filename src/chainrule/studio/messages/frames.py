"""Answers as frames of a WebSocket: text, or binary where arrays go with them.

A binary frame is a header and a payload. Its first four bytes are the length of the header as a little-endian whole number; the header
is the answer as JSON, filled up with spaces so that the payload begins at a multiple of 8; each `Block` in it says where its array lies.
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.shared import Block, DType

_ALIGNED = 8
_encoder = msgspec.json.Encoder()


class Blocks:
    """The arrays that go with one answer."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, array: NDArray[Any], dtype: DType = "float32") -> Block:
        """Return the place of an array in the payload.

        Args:
            array: of any shape.
            dtype: that it is sent as.
        """
        numbers = np.ascontiguousarray(array, np.dtype(dtype).newbyteorder("<"))
        content = numbers.tobytes()
        content += bytes(-len(content) % 4)
        block = Block(list(array.shape), dtype, self._size, *_bounds(numbers))
        self._parts.append(content)
        self._size += len(content)
        return block

    def payload(self) -> bytes:
        """Return all arrays, one after the other."""
        return b"".join(self._parts)


def encode(answer: Told, blocks: Blocks | None = None) -> str | bytes:
    """Return an answer as it is sent: text, or bytes where it has arrays.

    Example:
        >>> from chainrule.studio.messages.answers import Done
        >>> encode(Done(3))
        '{"type":"done","id":3}'
    """
    header = _encoder.encode(answer)
    if not blocks:
        return header.decode()
    header += b" " * (-(len(header) + 4) % _ALIGNED)
    return len(header).to_bytes(4, "little") + header + blocks.payload()


def _bounds(numbers: NDArray[Any]) -> tuple[float | None, float | None]:
    finite = numbers if numbers.dtype.kind != "f" else numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if finite.size else (None, None)
