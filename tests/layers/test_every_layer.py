"""What holds for every layer: right gradients, examples that do not see one another, and a configuration that makes the same layer."""

import json

import numpy as np
import pytest
from gradients import check_against_differences
from layer_table import CASES, Case, call, in_training, value

from chainrule import layers
from chainrule.configuration import from_config, to_config
from chainrule.graph import Constant, Tensor
from chainrule.layers import Layer


def test_the_table_names_every_layer() -> None:
    public = [getattr(layers, name) for name in layers.__all__]
    assert {entry.__name__ for entry in public if isinstance(entry, type) and issubclass(entry, Layer)} - {"Layer"} == {
        case.layer for case in CASES
    }


OF_NUMBERS = {case.layer: case for case in reversed(CASES) if case.layer != "WordDropout"}.values()  # which gives tokens


@pytest.mark.parametrize("case", OF_NUMBERS, ids=str)
def test_gradients_in_float64(case: Case) -> None:
    layer, arrays = case.built(), [x if case.below else x.astype("float64") for x in case.inputs()]
    values = {name: np.asarray(weight.value, "float64") for name, weight in layer.weights.items()}
    moving = [name for name, weight in layer.weights.items() if weight.trainable]
    weights = [values[name] for name in moving]

    def build(*tensors: Tensor) -> Tensor:
        stand_ins = {name: Constant(array) for name, array in values.items()} | dict(zip(moving, tensors[len(arrays) :], strict=True))
        layer.weights = stand_ins  # pyright: ignore[reportAttributeAccessIssue]
        return call(layer, tensors[: len(arrays)], in_training() if case.training else None)

    check_against_differences(build, *arrays, *weights, order=1)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_example_does_not_see_the_others(case: Case) -> None:
    layer, arrays = case.built(), case.inputs()
    others = [np.concatenate([x[:1], x[1:][::-1] // 2 if case.below else x[1:] * 3 + 1]) for x in arrays]
    np.testing.assert_allclose(value(layer, *arrays)[0], value(layer, *others)[0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_configuration_makes_the_same_layer(case: Case) -> None:
    layer, arrays = case.built(), case.inputs()
    config = json.loads(json.dumps(to_config(layer)))
    again = from_config(config)
    value(again, *arrays)
    for name, weight in layer.weights.items():
        again.weights[name].assign(weight.value)
    assert to_config(again) == config
    np.testing.assert_array_equal(value(again, *arrays), value(layer, *arrays))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_symbol_has_the_shape_of_the_output(case: Case) -> None:
    arrays = case.inputs()
    symbols = [layers.Input(x.shape[1:], dtype=x.dtype) for x in arrays]
    symbol = case.make()(symbols if len(symbols) > 1 else symbols[0])
    output = value(case.built(), *arrays)
    assert (symbol.shape, symbol.dtype) == ((None, *output.shape[1:]), output.dtype)
