"""Probes: what they read is what NumPy finds in the rewound step; reading changes nothing; and what is refused."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_runs import BATCH, ROWS, STEPS, Faulty, Keeper, examples, new_model, same

import chainrule as cr
from chainrule import ops
from chainrule.callbacks import Recorder
from chainrule.errors import ArgumentError
from chainrule.graph import Constant, as_tensor
from chainrule.training.probes import ProbeSeries
from chainrule.training.probes.statistics import QUANTILES, STATISTICS, Table

EPOCHS = 2
NAMES = list(STATISTICS)


def _run(path: Path, probes: list[cr.Probe] | None, epochs: int = EPOCHS) -> tuple[cr.Model, cr.Run]:
    x, y = examples()
    model = new_model()
    model.fit(x, y, BATCH, epochs, verbose=0, probes=probes, callbacks=[Recorder(path)])
    return model, cr.open_run(path)


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    probes = [cr.Probe(address, ["mean", "std", "norm", "min", "max", "zero_fraction"], every=1) for address in ("*", "gradient of *")]
    return _run(tmp_path_factory.mktemp("runs") / "run", [*probes, cr.Probe("update of *", ["max"], every=3)])[1]


MEASURES = {
    "mean": np.mean,
    "std": np.std,
    "norm": np.linalg.norm,
    "min": np.min,
    "max": np.max,
    "zero_fraction": lambda array: (array == 0).mean(),
}


@pytest.mark.parametrize("step", [0, 3, STEPS - 1, STEPS + 2])
def test_readings_are_what_numpy_finds_in_the_rewound_step(probed: cr.Run, step: int) -> None:
    """The last step of an epoch is a short batch: its padding must not count."""
    moment = probed.at(step)
    assert len(moment.rows) == (ROWS % BATCH if step == STEPS - 1 else BATCH)
    names = moment.names()
    checked = 0
    for prefix, kind, read in (("", "value", moment.__getitem__), ("gradient of ", "gradient", moment.gradient)):
        for address in names[kind]:
            array = np.asarray(read(address), np.float64)
            for statistic, measure in MEASURES.items():
                series = probed.probes(f"{statistic} of {prefix}{address}")[f"{statistic} of {prefix}{address}"]
                found = series.values[series.steps.tolist().index(step)]
                np.testing.assert_allclose(
                    found, measure(array.reshape(-1)), rtol=2e-5, atol=2e-6, err_msg=f"{statistic} of {prefix}{address}"
                )
                checked += 1
    assert checked > 100


def test_each_probe_keeps_its_cadence(probed: cr.Run) -> None:
    series = probed.probes("max of update of dense/kernel")["max of update of dense/kernel"]
    assert series.steps.tolist() == list(range(0, EPOCHS * STEPS, 3))
    np.testing.assert_allclose(series.values[2], probed.at(6).update("dense/kernel").max(), rtol=1e-5)
    assert len(probed.probes("mean of dense/output")["mean of dense/output"].steps) == EPOCHS * STEPS


def test_the_update_ratio_follows_from_two_norms(probed: cr.Run) -> None:
    ratio = probed.probes("update ratio of dense/kernel")["update ratio of dense/kernel"]
    moment = probed.at(int(ratio.steps[1]))
    expected = np.linalg.norm(moment.update("dense/kernel")) / np.linalg.norm(moment["dense/kernel"])
    np.testing.assert_allclose(ratio.values[1], expected, rtol=1e-4)


def test_looking_changes_no_bit(tmp_path: Path) -> None:
    looks = [cr.Probe(address, NAMES, every=1) for address in ("*", "gradient of *", "update of *")]
    states = []
    for name, probes in {"none": [], "default": None, "all": looks}.items():
        model, _ = _run(tmp_path / name, probes)
        states.append({address: np.asarray(v.value) for address, v in model.state_variables().items()})
    assert same(states[0], states[1])
    assert same(states[0], states[2])


def test_a_probed_run_is_rewound_and_resumed_as_it_was(tmp_path: Path) -> None:
    x, y = examples()
    keeper = Keeper()
    looks = [cr.Probe("*", ["histogram", "quantiles"], every=2)]
    new_model().fit(x, y, BATCH, 3, verbose=0, probes=looks, callbacks=[keeper, Recorder(tmp_path / "run", time_share=1e-9)])
    run = cr.open_run(tmp_path / "run")
    last = max(step for step in keeper.states if step < 3 * STEPS)
    assert same(run.at(last).state, keeper.states[last])
    series = run.probes("histogram of dense/output")["histogram of dense/output"]
    assert series.values.shape == (-(-3 * STEPS // 2), 34)
    np.testing.assert_allclose(series.values[:, 2:].sum(1), 1, rtol=1e-5)


def test_a_function_of_a_tensor_is_a_probe(tmp_path: Path) -> None:
    def largest(tensor: cr.Tensor) -> cr.Tensor:
        return ops.reduce_max(ops.absolute(tensor))

    _, run = _run(tmp_path / "run", [cr.Probe("dense/kernel", [largest], every=1)])
    series = run.probes("largest of *")["largest of dense/kernel"]
    np.testing.assert_allclose(series.values[5], np.abs(run.at(5)["dense/kernel"]).max(), rtol=1e-6)


def test_the_default_probes_are_kept_with_every_run(tmp_path: Path) -> None:
    _, run = _run(tmp_path / "run", None)
    names = set(run.probes())
    assert {"mean of dense/output", "std of dense/output", "dead_fraction of activation/output", "learning rate"} <= names
    assert {"norm of dense/kernel", "norm of gradient of dense/kernel", "norm of update of dense/kernel"} <= names
    assert {"update ratio of dense/kernel", "gradient noise scale"} <= names
    assert _run(tmp_path / "none", [])[1].probes() == {}


def test_the_gradient_noise_is_that_of_each_examples_own_gradient(tmp_path: Path) -> None:
    x = np.random.default_rng(0).standard_normal((12, 5)).astype("float32")
    y = np.random.default_rng(1).integers(0, 3, 12)
    model = cr.Sequential([cr.Input((5,)), cr.layers.Dense(4, "tanh"), cr.layers.Dense(3)], seed=1)
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    w = {name: jnp.asarray(v.value) for name, v in model.named_weights().items()}
    model.fit(x, y, 12, shuffle=False, verbose=0, callbacks=[Recorder(tmp_path / "run")])

    def loss(kernels, row, label):
        hidden = jnp.tanh(row @ kernels[0] + w["dense/bias"])
        return -jax.nn.log_softmax(hidden @ kernels[1] + w["dense_1/bias"])[label]

    each = jax.vmap(jax.grad(loss), (None, 0, 0))([w["dense/kernel"], w["dense_1/kernel"]], x, y)
    flat = np.concatenate([np.asarray(part).reshape(12, -1) for part in each], axis=1).astype(np.float64)
    variance = flat.var(axis=0, ddof=1).sum()
    square = (flat.mean(axis=0) ** 2).sum() - variance / 12
    found = cr.open_run(tmp_path / "run").probes()
    np.testing.assert_allclose(found["gradient variance"].values, [variance], rtol=1e-4)
    np.testing.assert_allclose(found["squared gradient"].values, [square], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("shape", [(8, 3), (300, 40), (1, 70)], ids=str)
@pytest.mark.parametrize("padding", [0, 3])
def test_statistics_of_any_shape_against_numpy(shape: tuple[int, int], padding: int) -> None:
    x = np.random.default_rng(3).standard_normal(shape).astype("float32")
    x[np.abs(x) < 0.3] = 0
    x[:, 1] = 0
    real = x[: max(shape[0] - padding, 1)]
    weight = (np.arange(shape[0]) < len(real)).astype("float32")
    table = Table(as_tensor(x), as_tensor(weight), (-1.0, 1.0), shape[1])
    found = {name: np.asarray(STATISTICS[name](table).value) for name in NAMES}
    for name, measure in MEASURES.items():
        np.testing.assert_allclose(found[name], measure(real.astype(np.float64).reshape(-1)), rtol=1e-5, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(found["dead_fraction"], (real == 0).all(0).mean(), rtol=1e-6)
    np.testing.assert_allclose(found["saturated_fraction"], (np.abs(real) > 0.95).mean(), rtol=1e-5)
    assert found["histogram"].shape == (34,)
    np.testing.assert_allclose(found["histogram"][:2], [real.min(), real.max()])
    if x.size <= 1024:
        counts, _ = np.histogram(real, bins=32)
        np.testing.assert_allclose(found["histogram"][2:], counts / counts.sum(), atol=1.01 / counts.sum())
    if x.size <= 128:
        np.testing.assert_allclose(found["quantiles"], np.quantile(real, QUANTILES, method="nearest"), rtol=1e-6)


def test_a_tensor_of_equal_entries_has_a_histogram() -> None:
    found = np.asarray(
        STATISTICS["histogram"](Table(Constant(np.full((4, 2), 3.0, np.float32)), as_tensor(np.ones(4, "float32")), None, 2)).value
    )
    assert found.tolist() == [3.0, 3.0, 1.0, *[0.0] * 31]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cr.Probe("dense/output", ["meen"]), "Did you mean 'mean'"),
        (lambda: cr.Probe("dense/output", "mean"), "must be a list of names"),
        (lambda: cr.Probe("dense/output", every=0), "whole number of steps from 1"),
        (lambda: cr.Probe("dence/output"), "Did you mean 'dense/output'"),
        (lambda: cr.Probe("conv*/output"), "matches nothing here"),
        (lambda: cr.Probe("dense/output", [lambda tensor: 1.0]), "must return a tensor"),
        (lambda: cr.Probe("dense/output", [lambda tensor: tensor.sum(), lambda tensor: tensor.mean()]), "a name of its own"),
    ],
    ids=["statistic", "text", "every", "address", "pattern", "function", "same name"],
)
def test_what_cannot_be_looked_at_is_said(make, message: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=message):
        _run(tmp_path / "run", [make()], epochs=1)


def test_a_series_that_was_not_read_is_said(probed: cr.Run) -> None:
    with pytest.raises(ArgumentError, match="nothing named 'median"):
        probed.probes("median of *")


def test_a_resumed_run_goes_on_reading_beside_what_its_functions_read(tmp_path: Path) -> None:
    """A function is not kept with the run, so the rest of the run reads less; what both parts read is one series."""

    def largest(tensor: cr.Tensor) -> cr.Tensor:
        return ops.reduce_max(tensor)

    x, y = examples()
    probe = cr.Probe("dense/output", [largest, "max"], every=1)
    with pytest.raises(KeyboardInterrupt):
        new_model().fit(
            x,
            y,
            BATCH,
            3,
            verbose=0,
            probes=[probe],
            callbacks=[Faulty(2 * STEPS), Recorder(tmp_path / "run", time_share=1e9)],
        )
    cr.resume(tmp_path / "run", [Faulty(-1)], verbose=0)
    run = cr.open_run(tmp_path / "run")
    series = run.probes("max of dense/output")["max of dense/output"]
    assert series.steps.tolist() == list(range(3 * STEPS))
    found = [run.at(step)["dense/output"].max() for step in (0, STEPS + 1, 3 * STEPS - 1)]
    np.testing.assert_allclose(series.values[[0, STEPS + 1, -1]], found, rtol=1e-6)
    own = run.probes("largest of *")["largest of dense/output"]
    assert 0 < len(own.steps) < 2 * STEPS and own.values.tolist() == series.values[: len(own.steps)].tolist()
    assert len(run.probes("norm of dense/kernel")["norm of dense/kernel"].steps) == 3 * STEPS


def test_a_rare_probe_makes_the_default_ones_no_rarer(tmp_path: Path) -> None:
    run = _run(tmp_path / "run", [cr.Probe("dense/output", ["std"], every=1000)])[1]
    assert len(run.probes("learning rate")["learning rate"].steps) == EPOCHS * STEPS


def test_a_probe_that_has_not_looked_yet_is_an_empty_table() -> None:
    empty = ProbeSeries(np.array([], np.int64), np.zeros(0, np.float32))
    assert empty.table.shape == (0, 1)


def test_a_network_in_which_nothing_learns_is_recorded_too(tmp_path: Path) -> None:
    x, y = examples()
    model = new_model()
    model.trainable = False
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, BATCH, verbose=0, callbacks=[Recorder(tmp_path / "run")])
    assert "mean of dense/output" in cr.open_run(tmp_path / "run").probes()


def test_weights_are_read_as_they_were_even_when_training_blows_up(tmp_path: Path) -> None:
    x = np.random.default_rng(2).standard_normal((8, 5)).astype("float32")
    model = cr.Sequential([cr.Input((5,)), cr.layers.Dense(4), cr.layers.Dense(1)], seed=1)
    model.compile(cr.optimizers.SGD(1e6), "mae")
    model.fit(x, x[:, 0], 8, epochs=2, verbose=0, callbacks=[Recorder(tmp_path / "run")])
    run = cr.open_run(tmp_path / "run")
    read = run.probes("norm of dense/kernel")["norm of dense/kernel"].values
    np.testing.assert_allclose(read, [np.linalg.norm(moment["dense/kernel"]) for moment in run.steps(0, 1)], rtol=1e-5)
    assert read[1] > 1e4 * read[0]


def test_whole_groups_have_a_word(tmp_path: Path) -> None:
    _, run = _run(tmp_path / "run", [cr.Probe("gradient of outputs", ["max"]), cr.Probe("weights", ["max"])], epochs=1)
    found = set(run.probes("max of *"))
    assert {"max of gradient of dropout/output", "max of dense/bias", "max of batch_normalization/moving_mean"} <= found
    assert "max of dense/output" not in found and "max of gradient of dense/bias" not in found
