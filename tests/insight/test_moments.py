"""A step computed again: its state to the bit, and what is inside it against a direct computation with JAX."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_runs import BATCH, EPOCHS, ROWS, STEPS, Keeper, examples, same, train

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.training import session


@pytest.mark.parametrize("seconds", [0.0, 0.01, 100.0], ids=["single steps", "some steps", "whole epochs"])
def test_states_are_the_same_bits_however_the_run_was_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(session, "REPORT_SECONDS", 0.0)
        keeper = Keeper()
        train(tmp_path / "full", keeper)
    monkeypatch.setattr(session, "REPORT_SECONDS", seconds)
    train(tmp_path / "run", time_share=1e-9)
    run = cr.open_run(tmp_path / "run")
    full = cr.open_run(tmp_path / "full")
    assert run.snapshot_steps() == [0] and same(run.figures(), full.figures())
    for step in np.random.default_rng(1).integers(0, EPOCHS * STEPS, 6).tolist():
        moment = run.at(step)
        assert same(moment.state, keeper.states[step]) and same(moment.next_state, keeper.states[step + 1])
        assert moment.disagreement < 1e-6


@pytest.fixture(scope="module")
def linear(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    """A run of one layer with a short last batch, that JAX can compute in three lines."""
    x, y = examples()
    model = cr.Sequential([cr.Input((6,)), cr.layers.Dense(2)], seed=3)
    model.compile(cr.optimizers.SGD(0.1), cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    path = tmp_path_factory.mktemp("runs") / "linear"
    model.fit(x, y, BATCH, EPOCHS, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)


@pytest.mark.parametrize("step", [0, 3, STEPS - 1, STEPS, EPOCHS * STEPS - 1])
def test_what_is_inside_against_a_direct_computation(linear: cr.Run, step: int) -> None:
    moment = linear.at(step)
    x, y = examples()
    assert len(moment.rows) == (ROWS - BATCH * (STEPS - 1) if step % STEPS == STEPS - 1 else BATCH)
    np.testing.assert_array_equal(moment.x, x[moment.rows])
    np.testing.assert_array_equal(moment.y, y[moment.rows])

    def each(kernel, bias):
        logits = moment.x @ kernel + bias
        return -jax.nn.log_softmax(logits)[jnp.arange(len(moment.y)), moment.y]

    kernel, bias = moment["dense/kernel"], moment["dense/bias"]
    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(moment["dense/output"], moment.x @ kernel + bias, **close)
    np.testing.assert_allclose(moment.example_losses, each(kernel, bias), **close)
    assert moment.loss == pytest.approx(float(each(kernel, bias).mean()), rel=1e-5)
    dkernel, dbias = jax.grad(lambda *weights: each(*weights).mean(), (0, 1))(kernel, bias)
    np.testing.assert_allclose(moment.gradient("dense/kernel"), dkernel, **close)
    np.testing.assert_allclose(moment.gradient("dense/bias"), dbias, **close)
    doutput = (jax.nn.softmax(moment["dense/output"]) - np.eye(2)[moment.y]) / len(moment.y)
    np.testing.assert_allclose(moment.gradient("dense/output"), doutput, **close)
    np.testing.assert_allclose(moment.update("dense/kernel"), -0.1 * dkernel, **close)
    np.testing.assert_allclose(moment.next_state["dense/kernel"], kernel - 0.1 * dkernel, **close)
    assert moment.disagreement < 1e-6


def test_the_examples_of_an_epoch_are_all_of_them_once(linear: cr.Run) -> None:
    rows = np.concatenate([linear.at(step).rows for step in range(STEPS)])
    assert sorted(rows.tolist()) == list(range(ROWS))


def test_every_address_can_be_asked_for(linear: cr.Run) -> None:
    moment = linear.at(2)
    names = moment.names()
    assert names == {
        "value": ["dense/output", "dense/kernel", "dense/bias"],
        "gradient": ["dense/output", "dense/kernel", "dense/bias"],
        "update": ["dense/kernel", "dense/bias"],
    }
    for kind, read in (("value", moment.__getitem__), ("gradient", moment.gradient), ("update", moment.update)):
        for name in names[kind]:
            assert np.isfinite(read(name)).all()


def test_errors_name_what_there_is(linear: cr.Run) -> None:
    moment = linear.at(0)
    for read in (moment.__getitem__, moment.gradient, moment.update):
        with pytest.raises(ArgumentError, match=r"Did you mean 'dense/kernel'\?"):
            read("dense/kernle")
    for step in (-1, EPOCHS * STEPS, 10**9):
        with pytest.raises(ArgumentError, match=f"has made steps 0 to {EPOCHS * STEPS - 1}"):
            linear.at(step)


def test_a_moment_gives_its_model_before_and_after(tmp_path: Path) -> None:
    train(tmp_path / "run")
    run = cr.open_run(tmp_path / "run")
    moment = run.at(EPOCHS * STEPS - 1)
    before, after = ({name: np.asarray(v.value) for name, v in moment.model(after).named_weights().items()} for after in (False, True))
    ends = {name: np.asarray(v.value) for name, v in run.model().named_weights().items()}
    assert same(after, ends) and not same(before, ends)
    assert same(before, {name: moment.state[name] for name in before})
