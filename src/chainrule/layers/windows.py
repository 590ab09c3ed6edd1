"""What layers with a window share. A series is an image of height 1, so that one op serves both."""

from collections.abc import Sequence

from chainrule import ops
from chainrule.graph import Tensor
from chainrule.ops.convolution import Pair

AXES = {1: ("steps", "channels"), 2: ("height", "width", "channels")}


def pair(value: int | Sequence[int], rank: int) -> Pair:
    """Return the argument for height and width: one number stands for both, and a series gets 1 for its height."""
    sizes = (value,) * rank if isinstance(value, int) else tuple(value)
    return (1, sizes[0]) if rank == 1 else (sizes[0], sizes[1])


def as_image(x: Tensor) -> Tensor:
    """Return x as (batch, height, width, channels)."""
    return ops.reshape(x, shape=(x.shape[0], 1, *x.shape[1:])) if x.ndim == 3 else x


def as_given(y: Tensor, rank: int) -> Tensor:
    """Return an image in as many axes as the layer's input has."""
    return ops.reshape(y, shape=(y.shape[0], *y.shape[2:])) if rank == 1 else y


def edges(padding: str, shape: Sequence[int], window: Pair, strides: Pair, dilation: Pair = (1, 1)) -> tuple[Pair, Pair]:
    """Return how many places are added before and after an image's height and width."""

    def along(i: int) -> Pair:
        if padding == "same":
            return ops.same_padding(shape[i + 1], window[i], strides[i], dilation[i])
        return (dilation[i] * (window[i] - 1) if padding == "causal" else 0, 0)

    return along(0), along(1)
