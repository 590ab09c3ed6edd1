"""The kinds that columns are of."""

from typing import Any, Literal, TypeAlias, get_args

import polars as pl
from numpy.typing import NDArray

Kind: TypeAlias = Literal[
    "number",
    "category",
    "text",
    "question",
    "context",
    "reading",
    "span",
    "date",
    "image",
    "audio",
    "array",
    "labels",
    "masks",
    "identifier",
    "constant",
    "drop",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Values: TypeAlias = pl.Series | NDArray[Any]
