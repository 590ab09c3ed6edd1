"""The first number that is not finite, planted in known places: step, operation, layer, line, example and inputs are named."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import ops
from chainrule.configuration import configurable
from chainrule.errors import TrainingError
from chainrule.graph import Tensor
from chainrule.insight.first_nan import NonFinite

ROWS, BATCH = 11, 4  # three batches, the last of them short


@configurable
@dataclass(eq=False)
class Logarithm(cr.layers.Layer):
    """log(x), or 0 where x is not above 0 and `guarded`."""

    guarded: bool = False

    def call(self, inputs: Tensor) -> Tensor:
        return ops.where(ops.greater(inputs, 0), ops.log(inputs), 0) if self.guarded else ops.log(inputs)


def found_in(path: Path, layers: list[Any], x: np.ndarray, *callbacks: Any, optimizer: Any = None, fails: bool = True) -> NonFinite | None:
    model = cr.Sequential([cr.Input(x.shape[1:]), *layers], seed=2)
    model.compile(optimizer or cr.optimizers.SGD(0.01), "mse")
    arguments: Any = {"shuffle": False, "verbose": 0, "callbacks": [*callbacks, cr.callbacks.Recorder(path)]}
    if fails:
        with pytest.raises(TrainingError, match="not finite|The loss is"):
            model.fit(x, np.ones(len(x), "float32"), BATCH, epochs=2, **arguments)
    else:
        model.fit(x, np.ones(len(x), "float32"), BATCH, epochs=2, **arguments)
    return cr.open_run(path).first_nan()


def inputs(**rows: float) -> np.ndarray:
    """Return positive inputs, with other numbers in some rows, given as row_3=0.0."""
    x = np.random.default_rng(1).uniform(0.5, 2.0, (ROWS, 3)).astype("float32")
    for name, value in rows.items():
        x[int(name.removeprefix("row_")), 1] = value
    return x


def test_a_logarithm_of_nothing(tmp_path: Path) -> None:
    here = inspect.currentframe()
    assert here is not None
    line = here.f_lineno + 1
    found = found_in(tmp_path / "run", [Logarithm(), cr.layers.Dense(1)], inputs(row_6=0.0))
    assert found is not None
    assert (found.step, found.op, found.stage, found.layer, found.row, found.index) == (1, "log", "forward", "logarithm", 6, (2, 1))
    assert found.value == -np.inf and found.inputs == ("0",) and found.reached == "the loss"
    assert found.line == f"{__file__}:{line}"
    assert str(found) == (
        f"Step 1: log (ln x) in layer logarithm, made at {found.line}, gave -inf for training row 6, at place (2, 1) of its output, "
        "from 0. It reached the loss."
    )


def test_the_last_row_is_blamed_and_not_its_copies_that_fill_the_batch(tmp_path: Path) -> None:
    found = found_in(tmp_path / "run", [Logarithm(), cr.layers.Dense(1)], inputs(row_10=0.0))
    assert found is not None and (found.step, found.row, found.index) == (2, 10, (2, 1))


def test_what_a_selection_leaves_out_is_no_fault(tmp_path: Path) -> None:
    layers: list[Any] = [Logarithm(guarded=True), cr.layers.Dense(1)]  # no weight below the logarithm: its gradient is not asked for
    assert found_in(tmp_path / "clean", layers, inputs(row_1=0.0), fails=False) is None
    both: list[Any] = [Logarithm(guarded=True), Logarithm(), cr.layers.Dense(1)]
    x = np.where(np.arange(3) == 1, np.float32(0.2), inputs() + 1.5).astype("float32") + np.float32(0.9)  # above 1, so log is above 0
    x[9, 2] = -1.0  # left out by the first logarithm, which gives 0, and the second takes the logarithm of that
    found = found_in(tmp_path / "run", both, x)
    assert found is not None and (found.step, found.layer, found.row, found.op) == (2, "logarithm_1", 9, "log")


def test_the_gradient_of_what_was_left_out_is_a_fault(tmp_path: Path) -> None:
    still: Any = cr.layers.Dense(3, kernel_initializer="zeros", bias_initializer="zeros")
    found = found_in(tmp_path / "run", [still, Logarithm(guarded=True), cr.layers.Dense(1)], inputs(), fails=False)
    assert found is not None and found.step == 0 and found.stage == "backward" and np.isnan(found.value)
    assert (found.op, found.inputs, found.layer, found.row) == ("divide", ("0", "0"), "logarithm", 0)
    assert found.reached.startswith("dense/")  # every loss is finite: a weight that is NaN is not above 0, so it is left out too


def test_a_square_too_large_in_the_optimizer(tmp_path: Path) -> None:
    x = inputs()
    x[5] = 3e10
    layers: list[Any] = [cr.layers.Dense(1, kernel_initializer="zeros")]
    found = found_in(tmp_path / "run", layers, x, optimizer=cr.optimizers.Adam(0.001, epsilon=1e12), fails=False)
    gradient = 2 * 3e10 / BATCH
    assert np.isfinite(gradient) and np.isfinite(np.float32(gradient) ** 2) and found is None
    x[5] = 3e20
    found = found_in(tmp_path / "more", layers, x, optimizer=cr.optimizers.Adam(0.001, clipvalue=1e30))
    assert found is not None and (found.step, found.stage, found.row) == (1, "update", None)
    assert found.op in ("square", "multiply") and found.value == np.inf and found.reached.startswith("optimizer/dense/kernel/")


def test_inside_of_a_recurrent_layer(tmp_path: Path) -> None:
    x = np.full((ROWS, 9, 2), 0.1, "float32")
    x[2, 4:] = 1e6  # from there on each turn makes the cell two million times as large
    layers: list[Any] = [
        cr.layers.LSTM(3, activation="linear", recurrent_activation="linear", kernel_initializer="ones", recurrent_initializer="zeros"),
        cr.layers.Dense(1),
    ]
    found = found_in(tmp_path / "run", layers, x)
    assert found is not None and found.step == 0 and found.layer == "lstm" and found.row == 2
    c, h, turn = np.zeros(1, np.float32), np.zeros(1, np.float32), 0
    with np.errstate(over="ignore", invalid="ignore"):
        while np.isfinite(h).all():  # all units are alike: kernels of 1, biases of 0, but for that of the forget gate
            z = np.float32(2) * x[2, turn, 0]
            c = (z + np.float32(1)) * c + z * z
            h = z * c
            turn += 1
    assert found.turns == (turn - 1,) and f"step {turn - 1} of the series" in str(found)


def test_a_callback_that_spoils_a_weight(tmp_path: Path) -> None:
    class Spoiler(cr.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: object) -> None:
            if epoch == 1:
                weight = self.model.named_weights()["dense/bias"]
                weight.assign(np.full(weight.shape, np.nan, np.float32))

    found = found_in(tmp_path / "run", [cr.layers.Dense(1)], inputs(), Spoiler())
    assert found is not None and (found.step, found.reached, found.op) == (3, "dense/bias", "")
    assert str(found) == "Step 3: dense/bias became nan, by a callback, or because it began so."


def test_a_run_that_is_sound(tmp_path: Path) -> None:
    assert found_in(tmp_path / "run", [cr.layers.Dense(1)], inputs(), fails=False) is None
