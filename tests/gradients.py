"""A checker of gradients: along random directions against finite differences, and in full against JAX, to any order.

Everything is computed op by op, without compiling whole functions: a check is then a matter of milliseconds.
Both opinions are asked of y = f(x), and then of the scalar Σ u · dx(x, dy), where dx is the gradient that Chainrule made and u is
random: its derivative in x is the second order, and its derivative in dy says that the pullback is linear in dy.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from chainrule.backprop import gradient
from chainrule.graph import Constant, Placeholder, Sample, Tensor, as_tensor
from chainrule.xla import lower

Array: TypeAlias = Any
Build: TypeAlias = Callable[..., Tensor]

STEP = 1e-5  # in float64: the error of a central difference is then near 1e-10, from the step and from rounding alike


def fill(sample: Sample, dtype: Any = np.float64) -> list[Array]:
    """Return arrays for the inputs of a sample: random numbers where it gives a shape."""
    random = np.random.default_rng(20)
    return [random.uniform(*sample.within, given).astype(dtype) if isinstance(given, tuple) else given for given in sample.inputs]


def check(build: Build, *arrays: Array, order: int = 2, reference: Callable[..., Array] | None = None) -> None:
    """Raise AssertionError unless the gradient of `build` at `arrays` is right, in both opinions.

    Args:
        build: makes the output tensor from a tensor for each array; differentiable at `arrays` to the order asked.
        arrays: float64 arrays, and arrays of other dtypes, which are held fixed.
        order: to which order to check; 1 checks the gradient alone.
        reference: the same function on JAX arrays; the lowering of the graph when None.
    """
    check_against_differences(build, *arrays, order=order)
    check_against_jax(build, *arrays, order=order, reference=reference)


def check_against_differences(build: Build, *arrays: Array, order: int = 2) -> None:
    """Raise AssertionError unless the gradient along random directions is the slope that central differences measure."""
    for _ in range(order):
        function, (arrays, dy), found = _measure(build, arrays)
        random = np.random.default_rng(21)
        for _ in range(2):
            directions = [random.standard_normal(array.shape) if _is_float(array) else None for array in arrays]
            ahead, behind = (
                np.asarray(function(*(_moved(array, direction, step) for array, direction in zip(arrays, directions, strict=True))))
                for step in (STEP, -STEP)
            )
            measured = np.sum(dy * (ahead - behind)) / (2 * STEP)
            given = sum(np.sum(dx * direction) for dx, direction in zip(found, directions, strict=True) if direction is not None)
            np.testing.assert_allclose(given, measured, rtol=1e-6, atol=1e-7, err_msg="gradient against finite differences")
        build, arrays = _slope(build, arrays), [*arrays, dy]


def check_against_jax(build: Build, *arrays: Array, order: int = 2, reference: Callable[..., Array] | None = None) -> None:
    """Raise AssertionError unless each element of the gradient is what JAX's own derivative of `reference` gives."""
    for _ in range(order):
        function, (arrays, dy), found = _measure(build, arrays)
        reference = reference or function
        with _op_by_op():
            np.testing.assert_allclose(function(*arrays), reference(*arrays), rtol=1e-9, atol=1e-12, err_msg="value against the reference")
            wanted = _pull_back(reference, arrays, dy)
        for position, (mine, theirs) in enumerate(zip(found, wanted, strict=True)):
            np.testing.assert_allclose(mine, theirs, rtol=1e-8, atol=1e-10, err_msg=f"gradient of input {position} against JAX")
        build, arrays, reference = _slope(build, arrays), [*arrays, dy], _slope_in_jax(reference, arrays)


def _measure(build: Build, arrays: Sequence[Array]) -> tuple[Callable[..., Array], tuple[list[Array], Array], list[Array]]:
    """Return the function that `build` describes, its inputs, a random gradient of its output, and what that gives for each input."""
    leaves = [Placeholder(np.shape(array), np.asarray(array).dtype) for array in arrays]
    y = build(*leaves)
    seed = Placeholder(y.shape, y.dtype)
    dy = np.random.default_rng(22).standard_normal(y.shape)
    assert y.dtype == np.float64, f"a gradient is checked in float64, but the output is {y.type}"
    dxs = [
        dx if isinstance(dx, Tensor) else Constant(np.zeros(leaf.shape)) for leaf, dx in zip(leaves, gradient(y, leaves, seed), strict=True)
    ]
    for leaf, dx in zip(leaves, dxs, strict=True):
        assert not _is_float(leaf) or dx.type == leaf.type, f"the gradient of an input of {leaf.type} is {dx.type}"
    forward, backward = lower([y], leaves, policy={}), lower(dxs, [*leaves, seed], policy={})

    def function(*values: Array) -> Array:
        with _op_by_op():
            return forward(*values)[0]

    with _op_by_op():
        found = [np.asarray(dx) for dx in backward(*arrays, dy)]
    return function, (list(arrays), dy), found


def _slope(build: Build, arrays: Sequence[Array]) -> Build:
    """Return the graph of Σ u · dx(x, dy), as a function of x and dy."""

    def slope(*tensors: Tensor) -> Tensor:
        *xs, dy = tensors
        dxs = gradient(build(*xs), xs, dy)
        parts = [(dx * u).sum() for dx, u in zip(dxs, _weights(arrays), strict=True) if isinstance(dx, Tensor) and u is not None]
        return sum(parts, as_tensor(np.zeros(())))

    return slope


def _slope_in_jax(reference: Callable[..., Array], arrays: Sequence[Array]) -> Callable[..., Array]:
    def slope(*values: Array) -> Array:
        *xs, dy = values
        dxs = _pull_back(reference, xs, dy)
        return sum((jnp.sum(dx * u) for dx, u in zip(dxs, _weights(arrays), strict=True) if u is not None), jnp.zeros(()))

    return slope


def _pull_back(function: Callable[..., Array], arrays: Sequence[Array], dy: Array) -> list[Array]:
    """Return what JAX's pullback gives for each input, and zeros for those that are not floating point."""
    moving = [i for i, array in enumerate(arrays) if _is_float(array)]

    def of_moving(*values: Array) -> Array:
        given = dict(zip(moving, values, strict=True))
        return function(*(given.get(i, array) for i, array in enumerate(arrays)))

    dxs = dict(zip(moving, jax.vjp(of_moving, *(jnp.asarray(arrays[i]) for i in moving))[1](jnp.asarray(dy)), strict=True))
    return [dxs.get(i, np.zeros(np.shape(array))) for i, array in enumerate(arrays)]


def _weights(arrays: Sequence[Array]) -> list[Array | None]:
    random = np.random.default_rng(23)
    return [random.standard_normal(np.shape(array)) if _is_float(array) else None for array in arrays]


@contextmanager
def _op_by_op() -> Iterator[None]:
    with jax.enable_x64(True), jax.disable_jit():
        yield


def _moved(array: Array, direction: Array | None, step: float) -> Array:
    return array if direction is None else array + step * direction


def _is_float(array: Array) -> bool:
    return array.dtype.kind == "f"
