"""Convolution and its two transposes. Each is the pullback of the others, so gradients exist to every order.

Layouts are Keras's: inputs (batch, height, width, channels), kernels (height, width, channels in, channels out).
"""

from typing import Any, TypeAlias

import jax
from jax import lax

from chainrule.errors import ShapeError
from chainrule.graph import EACH, Op, Tensor, TensorType, sample
from chainrule.ops.rules import require_float

Pair: TypeAlias = tuple[int, int]
Paddings: TypeAlias = tuple[Pair, Pair]

_INPUT, _KERNEL = "NHWC", "HWIO"


def output_size(size: int, window: int, stride: int, padding: Pair, dilation: int = 1) -> int:
    """Return how many windows fit: ⌊(size + padding − dilation · (window − 1) − 1) / stride⌋ + 1."""
    return (size + sum(padding) - dilation * (window - 1) - 1) // stride + 1


def same_padding(size: int, window: int, stride: int, dilation: int = 1) -> Pair:
    """Return the padding with which ⌈size / stride⌉ windows fit, the odd one after."""
    needed = max((-(-size // stride) - 1) * stride + dilation * (window - 1) + 1 - size, 0)
    return needed // 2, needed - needed // 2


def _convolved(x: Tensor, kernel: Tensor, strides: Pair, padding: Paddings, dilation: Pair = (1, 1), groups: int = 1) -> TensorType:
    if x.ndim != 4 or kernel.ndim != 4:
        raise ShapeError(
            f"the input must be (batch, height, width, channels) and the kernel (height, width, in, out). Got {x.shape} and {kernel.shape}."
        )
    if x.shape[3] != kernel.shape[2] * groups or kernel.shape[3] % groups:
        raise ShapeError(
            f"an input of {x.shape[3]} channels in {groups} group(s) does not fit a kernel of {kernel.shape[2]} channels in "
            f"and {kernel.shape[3]} out."
        )
    sizes = [output_size(x.shape[i + 1], kernel.shape[i], strides[i], padding[i], dilation[i]) for i in (0, 1)]
    if min(sizes) < 1:
        raise ShapeError(f"a kernel of {kernel.shape[:2]} does not fit an image of {x.shape[1:3]} with padding {padding}.")
    return TensorType((x.shape[0], *sizes, kernel.shape[3]), require_float(x, kernel))


def _convolve(x: jax.Array, kernel: jax.Array, strides: Pair, padding: Paddings, dilation: Pair = (1, 1), groups: int = 1) -> jax.Array:
    return lax.conv_general_dilated(
        x, kernel, strides, padding, rhs_dilation=dilation, feature_group_count=groups, dimension_numbers=(_INPUT, _KERNEL, _INPUT)
    )


def _to_input(
    dy: jax.Array, kernel: jax.Array, shape: tuple[int, ...], strides: Pair, padding: Paddings, dilation: Pair = (1, 1), groups: int = 1
) -> jax.Array:
    height, width, per_group, out = kernel.shape
    mirrored = kernel[::-1, ::-1].reshape(height, width, per_group, groups, out // groups)
    mirrored = mirrored.transpose(0, 1, 4, 3, 2).reshape(height, width, out // groups, groups * per_group)
    reach = [dilation[i] * (kernel.shape[i] - 1) for i in (0, 1)]
    before = [reach[i] - padding[i][0] for i in (0, 1)]
    spread = [strides[i] * (dy.shape[i + 1] - 1) + 1 for i in (0, 1)]
    around = [(before[i], shape[i + 1] + reach[i] - spread[i] - before[i]) for i in (0, 1)]
    return lax.conv_general_dilated(
        dy, mirrored, (1, 1), around, lhs_dilation=strides, rhs_dilation=dilation, feature_group_count=groups,
        dimension_numbers=(_INPUT, _KERNEL, _INPUT),
    )  # fmt: skip


def _to_kernel(
    x: jax.Array, dy: jax.Array, shape: tuple[int, ...], strides: Pair, padding: Paddings, dilation: Pair = (1, 1), groups: int = 1
) -> jax.Array:
    after = [dilation[i] * (shape[i] - 1) + strides[i] * (dy.shape[i + 1] - 1) + 1 - x.shape[i + 1] - padding[i][0] for i in (0, 1)]
    around = [(padding[i][0], after[i]) for i in (0, 1)]
    return lax.conv_general_dilated(
        x, dy, dilation, around, rhs_dilation=strides, batch_group_count=groups, dimension_numbers=("CHWN", "IHWO", "HWNC")
    )  # fmt: skip


def _input_pullback(dx: Tensor, y: Tensor, dy: Tensor, kernel: Tensor, shape: Any, **window: Any) -> tuple[Tensor, Tensor]:
    return convolution(dx, kernel, **window), convolution_to_kernel(dx, dy, shape=kernel.shape, **window)


def _kernel_pullback(dkernel: Tensor, y: Tensor, x: Tensor, dy: Tensor, shape: Any, **window: Any) -> tuple[Tensor, Tensor]:
    return convolution_to_input(dy, dkernel, shape=x.shape, **window), convolution(x, dkernel, **window)


_PLAIN: dict[str, Any] = {"strides": (1, 1), "padding": ((0, 0), (0, 0))}
_STRIDED: dict[str, Any] = {"strides": (2, 3), "padding": ((1, 0), (1, 2))}
_DILATED: dict[str, Any] = {"strides": (1, 2), "padding": ((2, 2), (0, 1)), "dilation": (2, 1)}
_GROUPED: dict[str, Any] = {"strides": (2, 1), "padding": ((0, 1), (1, 1)), "groups": 2}

convolution = Op(
    "convolution",
    infer=_convolved,
    lower=_convolve,
    pullback=lambda dy, y, x, kernel, **window: (
        convolution_to_input(dy, kernel, shape=x.shape, **window),
        convolution_to_kernel(x, dy, shape=kernel.shape, **window),
    ),
    formula="yₙₕᵥₒ = Σᵢⱼ꜀ xₙ,ₕ₊ᵢ,ᵥ₊ⱼ,꜀ kᵢⱼ꜀ₒ",
    linear=EACH,
    samples=(
        sample((2, 5, 4, 2), (3, 2, 2, 3), **_PLAIN),
        sample((1, 6, 5, 2), (3, 2, 2, 3), **_STRIDED),
        sample((1, 5, 5, 2), (3, 2, 2, 2), **_DILATED),
        sample((1, 5, 4, 4), (2, 3, 2, 6), **_GROUPED),
    ),
)

convolution_to_input = Op(
    "convolution_to_input",
    infer=lambda dy, kernel, shape, **window: TensorType(tuple(shape), require_float(dy, kernel)),
    lower=_to_input,
    pullback=_input_pullback,
    formula="the transpose of convolution in its input",
    linear=EACH,
    samples=(
        sample((2, 3, 3, 3), (3, 2, 2, 3), shape=(2, 5, 4, 2), **_PLAIN),
        sample((1, 3, 3, 3), (3, 2, 2, 3), shape=(1, 6, 5, 2), **_STRIDED),
        sample((1, 2, 4, 6), (2, 3, 2, 6), shape=(1, 4, 4, 4), **_GROUPED),
    ),
)

convolution_to_kernel = Op(
    "convolution_to_kernel",
    infer=lambda x, dy, shape, **window: TensorType(tuple(shape), require_float(x, dy)),
    lower=_to_kernel,
    pullback=_kernel_pullback,
    formula="the transpose of convolution in its kernel",
    linear=EACH,
    samples=(
        sample((2, 5, 4, 2), (2, 3, 3, 3), shape=(3, 2, 2, 3), **_PLAIN),
        sample((1, 6, 5, 2), (1, 3, 3, 3), shape=(3, 2, 2, 3), **_STRIDED),
        sample((1, 4, 4, 4), (1, 2, 4, 6), shape=(2, 3, 2, 6), **_GROUPED),
    ),
)
