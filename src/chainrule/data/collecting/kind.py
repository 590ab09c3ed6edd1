"""The kinds that columns are of."""

from typing import Any, Literal, TypeAlias

import polars as pl
from numpy.typing import NDArray

Kind: TypeAlias = Literal[
    "number", "category", "text", "date", "image", "audio", "array", "labels", "masks", "identifier", "constant", "drop"
]
KINDS: tuple[Kind, ...] = (
    "number", "category", "text", "date", "image", "audio", "array", "labels", "masks", "identifier", "constant", "drop",
)  # fmt: skip

Values: TypeAlias = pl.Series | NDArray[Any]
