"""Every lowering of convolutions in a device's policy computes what the op's own lowering computes."""

from functools import partial

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.graph import OPS
from chainrule.ops import output_size
from chainrule.xla import policy_for

CPU = policy_for("cpu")


@st.composite
def convolutions(draw: st.DrawFn) -> dict[str, object]:
    """A convolution that fits its image: sizes, strides, padding, dilation and groups."""
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel, strides, dilation = draw(pair), draw(pair), draw(pair)
    padding = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(2))
    reach = [dilation[i] * (kernel[i] - 1) + 1 for i in (0, 1)]
    image = tuple(reach[i] + draw(st.integers(0, 4)) for i in (0, 1))
    groups = draw(st.sampled_from([1, 2]))
    return {"image": image, "kernel": kernel, "window": {"strides": strides, "padding": padding, "dilation": dilation, "groups": groups}}


@settings(max_examples=25, deadline=None)
@given(convolutions())
@pytest.mark.parametrize("name", ["convolution_to_input", "convolution_to_kernel"])
def test_cpu_convolution_equals_the_ops_own(name: str, case: dict) -> None:
    generator = np.random.default_rng(0)
    (height, width), (rows, columns), window = case["image"], case["kernel"], case["window"]
    groups = window["groups"]
    x = generator.normal(size=(2, height, width, 2 * groups)).astype("float32")
    kernel = generator.normal(size=(rows, columns, 2, 3 * groups)).astype("float32")
    sizes = [
        output_size(x.shape[i + 1], kernel.shape[i], window["strides"][i], window["padding"][i], window["dilation"][i]) for i in (0, 1)
    ]
    dy = generator.normal(size=(2, *sizes, 3 * groups)).astype("float32")
    inputs, shape = ((dy, kernel), x.shape) if name == "convolution_to_input" else ((x, dy), kernel.shape)
    found, wanted = (jax.jit(partial(lower, shape=shape, **window))(*inputs) for lower in (CPU[OPS[name]], OPS[name].lower))
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)
