"""A learning rule of the user's own, feedback alignment: it trains, and all that looks inside shows its numbers, not the derivative's."""

import zlib
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import ops
from chainrule.backprop import PULLBACKS
from chainrule.doctor.inspection import Inspector
from chainrule.errors import ArgumentError
from chainrule.graph import Variable
from chainrule.ops.products import matmul_op, swap_last
from chainrule.training import Examples

X = np.random.default_rng(0).standard_normal((64, 3)).astype("float32")
Y = (X[:, :1] * X[:, 1:2] > 0).astype("float32")
STEPS = 24


class FeedbackAlignment(cr.rules.Rule):
    """Gradients pass back through a fixed random matrix in place of each weight matrix (Lillicrap et al., 2016)."""

    seed: int = 0

    def feedback(self, name, shape):
        random = np.random.default_rng([self.seed, zlib.crc32(name.encode())])
        return (random.standard_normal(shape) / np.sqrt(shape[0])).astype("float32")

    def pullbacks(self):
        def product(dy, y, a, b):
            back = ops.as_tensor(self.feedback(b.name, b.shape)) if isinstance(b, Variable) else b
            return matmul_op(dy, swap_last(back)), matmul_op(swap_last(a), dy)

        return PULLBACKS | {matmul_op: product}


def _model(rule):
    layers = [cr.Input((3,)), cr.layers.Dense(8, "tanh", name="hidden"), cr.layers.Dense(1, name="out")]
    model = cr.Sequential(layers, seed=1)
    model.compile(cr.optimizers.SGD(0.5), cr.losses.BinaryCrossentropy(from_logits=True), ["accuracy"], rule=rule)
    return model


def _fit(folder, rule, **more):
    model = _model(rule)
    probe = cr.Probe("gradient of *", ["norm"], every=1)
    model.fit(X, Y, 16, epochs=STEPS // 4, verbose=0, probes=[probe], callbacks=[cr.callbacks.Recorder(folder)], **more)
    return model, cr.open_run(folder)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory):
    return _fit(tmp_path_factory.mktemp("rules") / "run", FeedbackAlignment(seed=3))


def _by_hand(moment, feedback):
    """Return the gradients of a step's weights, by NumPy, passed back from the output layer through `feedback`."""
    w1, b1, w2, b2 = (np.asarray(moment.state[name], float) for name in ("hidden/kernel", "hidden/bias", "out/kernel", "out/bias"))
    x, y = moment.x, moment.y
    hidden = np.tanh(x @ w1 + b1)
    dz = (1 / (1 + np.exp(-(hidden @ w2 + b2))) - y) / len(x)
    dhidden = dz @ feedback(w2).T
    inside = dhidden * (1 - hidden**2)
    return {
        "hidden/kernel": x.T @ inside,
        "hidden/bias": inside.sum(0),
        "out/kernel": hidden.T @ dz,
        "out/bias": dz.sum(0),
        "hidden/output": dhidden,
        "out/output": dz,
    }


def test_a_moment_shows_the_gradients_that_trained(trained) -> None:
    model, run = trained
    moment = run.at(10)
    mine = _by_hand(moment, lambda w: model.rule.feedback("out/kernel", w.shape))
    true = _by_hand(moment, lambda w: w)
    for name, wanted in mine.items():
        np.testing.assert_allclose(moment.gradient(name), wanted, rtol=1e-4, atol=1e-6)
    assert not np.allclose(moment.gradient("hidden/kernel"), true["hidden/kernel"], rtol=0.1)
    np.testing.assert_allclose(moment.update("hidden/kernel"), -0.5 * moment.gradient("hidden/kernel"), rtol=1e-5)
    np.testing.assert_allclose(moment.next_state["hidden/kernel"], moment.state["hidden/kernel"] + moment.update("hidden/kernel"))


def test_it_learns_and_the_last_state_is_computed_again_to_the_bit(trained) -> None:
    model, run = trained
    losses = run.figures()["loss"]
    assert losses[-4:].mean() < losses[:4].mean()
    state = run.at(STEPS - 1).next_state
    for name, variable in model.state_variables().items():
        np.testing.assert_array_equal(np.asarray(variable.value), state[name])


def test_probes_read_its_numbers(trained) -> None:
    _, run = trained
    found = run.probes()
    for name in ("hidden/kernel", "hidden/output"):
        series = found[f"norm of gradient of {name}"]
        np.testing.assert_allclose(series.values[10], np.linalg.norm(run.at(10).gradient(name)), rtol=1e-4)


@pytest.mark.parametrize(("name", "index"), [("hidden/kernel", (1, 2)), ("hidden/bias", 3), ("out/kernel", (4, 0))])
def test_why_takes_its_numbers_apart(trained, name, index) -> None:
    _, run = trained
    answer = run.at(10).why(name, index)
    assert answer.total == pytest.approx(answer.gradient, rel=1e-4)
    assert sum(path.value for path in answer.paths) + answer.others == pytest.approx(answer.contributions[answer.example], rel=1e-4)


def test_the_walk_passes_its_numbers_on(trained) -> None:
    _, run = trained
    moment = run.at(10)
    (product,) = [step for step in moment.walk("out") if step.op == "matmul"]
    np.testing.assert_allclose(product.gradients_out["a"].array, moment.gradient("hidden/output"), rtol=1e-5)
    assert product.rules["a"] == "matmul(dy, transpose(constants, axes=(1, 0)))"


def test_a_nudge_predicts_by_its_gradient(trained) -> None:
    _, run = trained
    moment = run.at(10)
    nudge = moment.nudge("hidden/kernel", (0, 0), 0.5)
    assert nudge.predicted_loss == pytest.approx(nudge.loss_before + 0.5 * moment.gradient("hidden/kernel")[0, 0], rel=1e-5)


def test_a_fork_goes_on_by_it(trained) -> None:
    _, run = trained
    child = run.at(12).fork()
    np.testing.assert_array_equal(child.figures()["loss"], run.figures()["loss"][12:])
    assert child.at(15).model().rule == FeedbackAlignment(seed=3)


def test_a_saved_model_keeps_it(trained, tmp_path: Path) -> None:
    model, _ = trained
    model.save(tmp_path / "model.safetensors")
    assert cr.models.load_model(tmp_path / "model.safetensors").rule == FeedbackAlignment(seed=3)


def test_a_diagnosis_looks_by_it(trained) -> None:
    model, run = trained
    found, true = (Inspector(one, Examples((X,), (Y,))).look(0, run.at(3).state) for one in (model, _model("backpropagation")))
    np.testing.assert_allclose(found.weight_gradients["out/kernel"], true.weight_gradients["out/kernel"], rtol=1e-5)
    assert not np.allclose(found.weight_gradients["hidden/kernel"], true.weight_gradients["hidden/kernel"], rtol=0.1)
    assert isinstance(cr.diagnose(run), list)


def test_backpropagation_is_the_rule_where_none_is_named(tmp_path: Path) -> None:
    model, _ = _fit(tmp_path / "run", "backpropagation")
    assert isinstance(model.rule, cr.rules.Backpropagation)
    assert isinstance(cr.rules.get("FeedbackAlignment"), FeedbackAlignment)
    with pytest.raises(ArgumentError, match="Did you mean 'backpropagation'"):
        model.compile("sgd", "mse", rule="backprop")
    with pytest.raises(ArgumentError, match="must be a name or a Rule"):
        model.compile("sgd", "mse", rule=print)
