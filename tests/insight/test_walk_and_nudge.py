"""The backward pass node by node, and changed weights, against the moment's own gradients and against evaluation from outside."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError

L = cr.layers
RANDOM = np.random.default_rng(23)
ROUNDING = 1e-6  # of float32: the gradient of a bias before a batch normalisation is 0, and what is computed for it is rounding
IMAGES, SERIES = RANDOM.random((20, 6, 6, 1)).astype("float32"), RANDOM.standard_normal((20, 5, 3)).astype("float32")
LABELS = RANDOM.integers(0, 3, 20)
NETWORKS = {
    "mlp": (IMAGES, [L.Flatten(), L.Dense(7, "tanh", kernel_regularizer="l2"), L.Dense(6, "relu"), L.Dense(3)]),
    "cnn": (IMAGES, [L.Conv2D(4, 3), L.BatchNormalization(), L.Activation("relu"), L.Dropout(0.3), L.Flatten(), L.Dense(3)]),
    "lstm": (SERIES, [L.LSTM(5), L.Dense(3)]),
}


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], cr.Moment]:
    """A step of each network, recorded when it is asked for."""
    return cache(lambda network: record(tmp_path_factory.mktemp("runs"), network).at(4))


@pytest.fixture(params=["mlp", pytest.param("cnn", marks=pytest.mark.slow), "lstm"])
def moment(request: pytest.FixtureRequest, moments: Callable[[str], cr.Moment]) -> cr.Moment:
    return moments(request.param)


def record(folder: Path, network: str) -> cr.Run:
    x, layers = NETWORKS[network]
    model = cr.Sequential([cr.Input(x.shape[1:]), *layers], seed=5)
    model.compile(cr.optimizers.SGD(0.1), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, LABELS, 8, 2, verbose=0, callbacks=[cr.callbacks.Recorder(folder / network)])
    return cr.open_run(folder / network)


def test_what_arrives_at_the_weights_is_their_gradient(moment: cr.Moment) -> None:
    walk = moment.walk()
    assert [step.number for step in walk] == sorted(step.number for step in walk) and walk[0].gradient_in.mean == 1
    arrived: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((), "float32"))
    for step in walk:
        assert step.rules.keys() == step.gradients_out.keys() and step.rules
        for look in step.gradients_out.values():
            assert look.array is not None
            arrived[look.name] = arrived[look.name] + look.array if look.name in moment.names()["update"] else look.array
            assert look.norm == pytest.approx(float(np.linalg.norm(look.array)), rel=1e-5)
    for name in moment.names()["update"]:
        np.testing.assert_allclose(arrived[name], moment.gradient(name), rtol=1e-4, atol=ROUNDING)


def test_the_gradient_at_a_layers_output_is_the_moments(moment: cr.Moment) -> None:
    seen = {step.value.name: step for step in moment.walk()}
    layers = [name for name in moment.names()["gradient"] if name.endswith("/output") and name in seen]
    assert len(layers) >= 2
    for name in layers:
        np.testing.assert_allclose(seen[name].gradient_in.array, moment.gradient(name), rtol=1e-4, atol=ROUNDING)
        np.testing.assert_allclose(seen[name].value.array, moment[name], rtol=1e-5, atol=1e-6)


def test_one_layer_of_the_walk_with_its_rules(moments: Callable[[str], cr.Moment]) -> None:
    moment = moments("mlp")
    relu, add, product = moment.walk("dense_1")
    assert (relu.op, relu.formula) == ("relu", "max(x, 0), with derivative 0 at 0")
    assert product.rules == {"a": "matmul(dy, transpose(b, axes=(1, 0)))", "b": "matmul(transpose(a, axes=(1, 0)), dy)"}
    np.testing.assert_array_equal(relu.gradients_out["x"].array, relu.gradient_in.array * (relu.value.array > 0))
    np.testing.assert_array_equal(add.gradient_in.array, relu.gradients_out["x"].array)
    np.testing.assert_allclose(product.gradients_out["b"].array, moment["dense/output"].T @ product.gradient_in.array, rtol=1e-5, atol=1e-7)
    assert product.gradients_out["b"].name == "dense_1/kernel"
    text = str(product)
    assert Path(product.line.rpartition(":")[0]).name == Path(__file__).name  # where this test made the layer
    assert text.startswith(f"{product.number}. matmul in dense_1 (made at {product.line}): yᵢₖ = Σⱼ aᵢⱼ bⱼₖ")
    assert "db = matmul(transpose(a, axes=(1, 0)), dy)" in text
    assert product.to_dict()["gradients_out"]["b"]["array"] == product.gradients_out["b"].array.tolist()
    with pytest.raises(ArgumentError, match=r"Did you mean 'dense_1'\?"):
        moment.walk("dens_1")


def test_a_nudge_is_an_evaluation_of_the_changed_model(moments: Callable[[str], cr.Moment]) -> None:
    moment = moments("mlp")
    change = 0.3
    found = moment.nudge("dense_1/kernel", (2, -1), change)
    assert found.index == (2, 5)
    model = moment.model()
    kernel = np.array(moment["dense_1/kernel"])
    kernel[2, 5] += change
    model.named_weights()["dense_1/kernel"].assign(kernel)
    outputs = model.predict(moment.x)
    np.testing.assert_allclose(found.outputs["dense_2/output"], outputs, rtol=1e-5, atol=1e-6)
    assert found.loss == pytest.approx(model.evaluate(moment.x, moment.y, return_dict=True)["loss"], rel=1e-5)
    assert found.loss_before == moment.loss and found.loss != moment.loss
    np.testing.assert_array_equal(found.example_losses_before, moment.example_losses)
    penalty = moment.loss - moment.example_losses.mean()
    assert found.example_losses.mean() + penalty == pytest.approx(found.loss, rel=1e-5)
    assert found.predicted_loss == pytest.approx(moment.loss + moment.gradient("dense_1/kernel")[2, 5] * change, rel=1e-6)
    assert "The batch's loss would go from" in str(found) and "the largest would be another in" in str(found)


def test_the_error_of_the_prediction_falls_with_the_square_of_the_change(moments: Callable[[str], cr.Moment]) -> None:
    moment = moments("lstm")
    errors = []
    for change in (0.4, 0.2):
        found = moment.nudge("lstm/kernel", (1, 13), change)
        errors.append(np.abs(found.example_losses - found.predicted_example_losses).max())
    assert errors[0] > 1e-3 and 3 < errors[0] / errors[1] < 5
