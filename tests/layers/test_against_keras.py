"""Each layer against Keras 3 on JAX, from the same weights: outputs, gradients, and what changes in training."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from layer_table import CASES, Case, call, compute, in_training

from chainrule import activations, augment, regularizers
from chainrule.backprop import gradient
from chainrule.graph import Placeholder, Tensor, Variable

keras: Any = pytest.importorskip("keras")


def _in_keras(case: Case, weights: list[Variable]) -> tuple[Any, Any]:
    """Return a function of trainable weights and inputs that gives the output and the other weights, and the trainable weights."""
    layer = getattr(keras.layers, case.layer)(**case.arguments)
    layer.build(case.shape)
    theirs = [(weight.name, tuple(weight.shape), weight.trainable) for weight in layer.weights]
    assert [(weight.name.split("/")[-1], weight.shape, weight.trainable) for weight in weights] == theirs
    layer.set_weights([np.asarray(weight.value) for weight in weights])
    mode = {"training": True} if case.training else {}
    fixed = [variable.value for variable in layer.non_trainable_variables]

    def function(trainable: Any, inputs: Any) -> Any:
        return layer.stateless_call(trainable, fixed, inputs if len(inputs) > 1 else inputs[0], **mode)

    return function, [variable.value for variable in layer.trainable_variables]


IN_THEIR_OWN_TEST = {*augment.__all__, "MultiHeadAttention"}
COMPARED = [case for case in CASES if hasattr(keras.layers, case.layer) and case.layer not in IN_THEIR_OWN_TEST]


@pytest.mark.parametrize("case", COMPARED, ids=str)
def test_weights_outputs_and_gradients_are_those_of_keras(case: Case) -> None:
    layer, arrays = case.built(), case.inputs()
    weights = list(layer.weights.values())
    leaves = [Placeholder(array.shape, array.dtype) for array in arrays]
    trace = in_training() if case.training else None
    y = call(layer, leaves, trace)
    dy = np.random.default_rng(32).standard_normal(y.shape).astype("float32")
    sources = [*(weight for weight in weights if weight.trainable), *(leaf for leaf in leaves if not case.below)]
    dxs = [dx for dx in gradient(y, sources, dy) if isinstance(dx, Tensor)]
    updates = list(trace.updates.values()) if trace else []
    found = compute([y, *dxs, *updates], leaves, arrays)

    function, trainable = _in_keras(case, weights)

    @jax.jit
    def backwards(trainable: Any, inputs: Any) -> Any:
        wanted, pull_back, after = jax.vjp(function, trainable, inputs, has_aux=True)
        return wanted, *pull_back(dy), after

    wanted, dweights, dinputs, after = backwards(trainable, arrays)
    expected = [wanted, *dweights, *([] if case.below else dinputs), *(after if case.training else [])]

    assert len(dxs) == len(sources)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", sorted({case.layer for case in CASES if hasattr(keras.layers, case.layer)}))
def test_the_default_name_is_that_of_keras(name: str) -> None:
    case = next(case for case in CASES if case.layer == name)
    keras.backend.clear_session()
    assert case.make().default_name == getattr(keras.layers, name)(**case.arguments).name


@pytest.mark.parametrize("name", ["gelu", "leaky_relu", "elu"])
def test_an_activation_takes_the_arguments_of_keras(name: str) -> None:
    other = {"gelu": {"approximate": True}, "leaky_relu": {"negative_slope": 0.3}, "elu": {"alpha": 0.7}}[name]
    x = np.linspace(-3, 3, 13, dtype="float32")
    leaf = Placeholder(x.shape)
    mine = compute([activations.get(name)(leaf, **other)], [leaf], [x])[0]
    np.testing.assert_allclose(mine, getattr(keras.activations, name)(x, **other), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", [lambda k: k.get("l1"), lambda k: k.get("l2"), lambda k: k.L1L2(l1=0.1, l2=0.2)])
def test_a_penalty_is_that_of_keras(make: Callable[[Any], Any]) -> None:
    w = np.random.default_rng(33).standard_normal((4, 3)).astype("float32")
    leaf = Placeholder(w.shape)
    np.testing.assert_allclose(compute([make(regularizers)(leaf)], [leaf], [w])[0], make(keras.regularizers)(w), rtol=1e-6)
