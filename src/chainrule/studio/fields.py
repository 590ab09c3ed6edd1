"""What messages both ways are made of."""

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # sent as a `Block`
Number: TypeAlias = float | None  # None where it is not finite, or not known
Name: TypeAlias = Annotated[str, Meta(max_length=200)]
Step: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=100_000)]
Pixels: TypeAlias = Annotated[int, Meta(ge=1, le=4096)]
Place: TypeAlias = Annotated[list[Step], Meta(max_length=8)]  # of one number in an array
Scalar: TypeAlias = bool | int | float | Annotated[str, Meta(max_length=2000)] | None
Value: TypeAlias = Scalar | Annotated[list[Scalar], Meta(max_length=64)]
PartName: TypeAlias = Literal["train", "validation", "test"]
Quantity: TypeAlias = Literal["value", "gradient", "update"]
