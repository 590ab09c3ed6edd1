"""Convolution and pooling over random sizes, strides, paddings, dilations and groups: against plain NumPy, JAX, and one another.

They are computed by compiled programs, so that what a device's policy puts in place of an op's own lowering is tested as well.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jax import lax

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.errors import ShapeError
from chainrule.graph import Placeholder, as_tensor
from chainrule.xla import Program, lower

PAIRS_TO_TWO, PAIRS_TO_THREE = (st.tuples(st.integers(1, most), st.integers(1, most)) for most in (2, 3))
PADDINGS = st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 2)
IMAGES = st.tuples(st.integers(1, 2), st.integers(1, 7), st.integers(1, 7))
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=15)  # each example compiles programs of its own


def _random(seed, *shapes):
    random = np.random.default_rng(seed)
    return [random.standard_normal(shape) for shape in shapes]


def _close(found, wanted):
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-11)


def _in_jax(function, *arrays):
    with jax.enable_x64(True):
        return jax.jit(function)(*arrays)


def _windows(shape, window, strides, padding, dilation=(1, 1)):
    """Return the number of windows along height and width."""
    sizes = [ops.output_size(n, *along) for n, *along in zip(shape[1:3], window[:2], strides, padding, dilation, strict=True)]
    assume(min(sizes) >= 1)
    return sizes


def _convolved(x, kernel, strides, padding, dilation, groups):
    """Return the convolution, one place of the kernel after the other."""
    down, across = _windows(x.shape, kernel.shape, strides, padding, dilation)
    padded = np.pad(x, ((0, 0), *padding, (0, 0)))
    y = np.zeros((x.shape[0], down, across, groups, kernel.shape[3] // groups))
    for i, j in np.ndindex(kernel.shape[:2]):
        top, left = i * dilation[0], j * dilation[1]
        seen = padded[:, top : top + down * strides[0] : strides[0], left : left + across * strides[1] : strides[1]][:, :down, :across]
        weights = kernel[i, j].reshape(kernel.shape[2], groups, -1)
        y += np.einsum("nhwgi,igo->nhwgo", seen.reshape(*seen.shape[:3], groups, -1), weights)
    return y.reshape(*y.shape[:3], -1)


def _in_lax(x, kernel, strides, padding, dilation, groups):
    return lax.conv_general_dilated(
        x, kernel, strides, padding, rhs_dilation=dilation, feature_group_count=groups, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


@FEW
@given(
    IMAGES,
    PAIRS_TO_THREE,
    PAIRS_TO_THREE,
    PADDINGS,
    st.just(((1, 1), 1)) | st.tuples(PAIRS_TO_TWO, st.integers(1, 3)),
    PAIRS_TO_TWO,
    SEEDS,
)
def test_convolution_and_its_two_transposes(image, window, strides, padding, spacing, channels, seed):
    dilation, groups = spacing
    _windows(image, window, strides, padding, dilation)
    how = {"strides": strides, "padding": padding, "dilation": dilation, "groups": groups}
    into, out = channels
    x, kernel = _random(seed, (*image, into * groups), (*window, into, out * groups))
    wanted = _convolved(x, kernel, **how)
    (dy,) = _random(seed + 1, wanted.shape)
    leaves = [Placeholder(array.shape, array.dtype) for array in (x, kernel, dy)]
    y = ops.convolution(*leaves[:2], **how)
    found, dx, dkernel = map(np.asarray, Program([y, *gradient(y, leaves[:2], leaves[2])], leaves)(x, kernel, dy))

    _close(found, wanted)
    _close(np.asarray(_in_jax(lambda *given: _in_lax(*given, **how), x, kernel)), wanted)
    for mine, theirs in zip(
        (dx, dkernel),
        _in_jax(lambda x, kernel, dy: jax.vjp(lambda *given: _in_lax(*given, **how), x, kernel)[1](dy), x, kernel, dy),
        strict=True,
    ):
        _close(mine, np.asarray(theirs))
    assert np.sum(found * dy) == pytest.approx(np.sum(x * dx)) == pytest.approx(np.sum(kernel * dkernel)), "⟨Ax, y⟩ = ⟨x, Aᵀy⟩"


def _pool_in_lax(x, window, strides, padding, start, operation):
    return lax.reduce_window(x, start, operation, (1, *window, 1), (1, *strides, 1), ((0, 0), *padding, (0, 0)))


@FEW
@given(IMAGES, st.integers(1, 3), PAIRS_TO_THREE, PAIRS_TO_THREE, PADDINGS, st.booleans(), SEEDS)
def test_pooling_and_its_transpose(image, channels, window, strides, padding, tiled, seed):
    if tiled:  # windows side by side have a shorter way back
        strides, padding = window, ((0, 0), (0, 0))
    down, across = _windows(image, window, strides, padding)
    how = {"window": window, "strides": strides, "padding": padding}
    shape, pooled = (*image, channels), (image[0], down, across, channels)
    dy, g = _random(seed, pooled, shape)
    x = np.random.default_rng(seed).permutation(g.size).reshape(shape).astype(float)  # no ties
    leaves = [Placeholder(array.shape, array.dtype) for array in (x, g, dy)]
    largest, total = ops.max_pool(leaves[0], **how), ops.sum_pool(leaves[0], **how)
    outputs = [
        largest,
        *gradient(largest, leaves[:1], leaves[2]),
        ops.max_pool_pick(*leaves[:2], **how),
        total,
        *gradient(total, leaves[:1], leaves[2]),
    ]
    largest, to_largest, picked, total, to_all = map(np.asarray, Program(outputs, leaves)(x, g, dy))

    def in_jax(x, dy):
        most, back_most = jax.vjp(lambda x: _pool_in_lax(x, **how, start=-jnp.inf, operation=lax.max), x)
        sums, back_sums = jax.vjp(lambda x: _pool_in_lax(x, **how, start=0.0, operation=lax.add), x)
        return most, back_most(dy)[0], sums, back_sums(dy)[0]

    for mine, theirs in zip((largest, to_largest, total, to_all), _in_jax(in_jax, x, dy), strict=True):
        _close(mine, np.asarray(theirs))
    assert np.sum(total * dy) == pytest.approx(np.sum(x * to_all)), "⟨Ax, y⟩ = ⟨x, Aᵀy⟩"
    assert np.sum(picked * dy) == pytest.approx(np.sum(g * to_largest)), "⟨Ag, y⟩ = ⟨g, Aᵀy⟩, A picking where x is largest"


@FEW
@given(IMAGES, PAIRS_TO_THREE, PAIRS_TO_THREE, SEEDS)
def test_pooling_shares_nothing_where_several_tie(image, window, strides, seed):
    how = {"window": window, "strides": strides, "padding": ((0, 0), (0, 0))}
    down, across = _windows(image, **how)
    x = np.random.default_rng(seed).integers(0, 2, (*image, 1)).astype(float)
    leaf = Placeholder(x.shape, x.dtype)
    (dx,) = gradient(ops.max_pool(leaf, **how).sum(), [leaf])
    wanted = np.zeros(x.shape)
    for n, i, j in np.ndindex(image[0], down, across):
        top, left = i * strides[0], j * strides[1]
        place = np.unravel_index(np.argmax(x[n, top : top + window[0], left : left + window[1], 0]), window)
        wanted[n, top + place[0], left + place[1], 0] += 1
    np.testing.assert_array_equal(Program([dx], [leaf])(x)[0], wanted)


def test_pooling_lets_what_is_not_a_number_through():
    x = np.ones((1, 2, 2, 1))
    x[0, 1, 0, 0] = np.nan
    leaf = Placeholder(x.shape, x.dtype)
    y = ops.max_pool(leaf, window=(2, 2), strides=(2, 2), padding=((0, 0), (0, 0)))
    with jax.enable_x64(True):
        assert np.isnan(lower([y], [leaf], policy={})(x)[0]).all()


def _image(*shape):
    return as_tensor(np.zeros(shape))


WINDOW = {"strides": (1, 1), "padding": ((0, 0), (0, 0))}
MISFITS = {
    "three axes": (lambda: ops.convolution(_image(5, 5, 1), _image(3, 3, 1, 1), **WINDOW), "convolution: the input must be"),
    "channels": (lambda: ops.convolution(_image(1, 5, 5, 2), _image(3, 3, 1, 1), **WINDOW), "an input of 2 channels in 1 group"),
    "groups": (
        lambda: ops.convolution(_image(1, 5, 5, 2), _image(3, 3, 1, 3), **WINDOW, groups=2),
        "2 group.s. does not fit a kernel of 1",
    ),
    "kernel": (
        lambda: ops.convolution(_image(1, 2, 5, 1), _image(3, 3, 1, 1), **WINDOW),
        r"a kernel of \(3, 3\) does not fit an image of \(2, 5\)",
    ),
    "dilation": (
        lambda: ops.convolution(_image(1, 4, 5, 1), _image(3, 3, 1, 1), **WINDOW, dilation=(2, 1)),
        r"does not fit an image of \(4, 5\)",
    ),
    "pool of three": (lambda: ops.max_pool(_image(5, 5, 1), window=(2, 2), **WINDOW), "max_pool: the input must be"),
    "pool": (lambda: ops.sum_pool(_image(1, 1, 5, 1), window=(2, 2), **WINDOW), r"a window of \(2, 2\) does not fit an image of \(1, 5\)"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_a_window_that_does_not_fit_is_an_error(name):
    build, message = MISFITS[name]
    with pytest.raises(ShapeError, match=f"{message}.*{__file__}"):
        build()
