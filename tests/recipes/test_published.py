"""The published experiments: parts of them quickly, the whole of them in the slow suite, held to the published figures."""

from dataclasses import replace

import gradients
import numpy as np
import pytest

import chainrule as cr
from chainrule import recipes
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.recipes import RECIPES, Report, sonar, symmetry, usps_1989, xor
from chainrule.recipes.images import signs
from chainrule.tasks.repetition import Repetition

WITHOUT_FILES = ("xor", "symmetry", "deep-linear")
WITH_FILES = [name for name in RECIPES if name not in WITHOUT_FILES]


def test_the_margin_of_sonar_takes_small_errors_as_none() -> None:
    loss = sonar.MarginSquaredError(0.2)
    outputs = cr.Variable(np.array([[0.19, 0.81], [0.0, 0.7], [0.3, 0.2]], "float32"))
    targets = np.array([[0, 1], [0, 1], [0, 1]], "float32")
    np.testing.assert_allclose(loss.call(targets, outputs).value, [0, 0.045, 0.365], rtol=1e-5)
    (slope,) = cr.gradient(loss.call(targets, outputs).sum(), [outputs])
    assert isinstance(slope, cr.Tensor)
    np.testing.assert_allclose(slope.value, [[0, 0], [0, -0.3], [0.3, -0.8]], rtol=1e-5)


def test_the_margins_gradient_is_that_of_finite_differences() -> None:
    error = np.random.default_rng(4).uniform(-1, 1, (6, 2))
    error[np.abs(np.abs(error) - 0.2) < 0.01] = 0.5  # at the margin itself the loss jumps
    targets = np.eye(2)[[0, 1, 0, 1, 1, 0]]
    gradients.check_against_differences(lambda outputs: sonar.MarginSquaredError(0.2).call(targets, outputs), targets + error)


def test_the_margin_is_kept_in_a_configuration_and_refused_below_0() -> None:
    loss = sonar.MarginSquaredError(0.3)
    assert from_config(to_config(loss)) == loss
    assert replace(loss, margin=0.0).call(np.ones((1, 1), "float32"), cr.Variable(np.zeros((1, 1), "float32"))).value[0] == 0.5
    with pytest.raises(ArgumentError, match=r"margin must be 0 or more\. Got -0\.1 instead"):
        sonar.MarginSquaredError(-0.1)


@pytest.mark.parametrize(("hidden", "count"), [(0, 122), (2, 128), (24, 1514)])
def test_sonars_networks_have_the_papers_weights(hidden: int, count: int) -> None:
    model = sonar.network(hidden, seed=0)
    assert model.count_params() == count
    values = np.concatenate([weight.ravel() for weight in model.get_weights()])
    assert np.abs(values).max() <= 0.3
    assert values.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.15)


def test_the_patterns_of_symmetry_are_all_rows_and_eight_are_symmetric() -> None:
    x, y = symmetry.patterns()
    assert len(np.unique(x, axis=0)) == 64
    assert y.sum() == 8
    assert all((row == row[::-1]).all() == bool(label[0]) for row, label in zip(x, y, strict=True))


@pytest.mark.parametrize(
    ("halves", "name"),
    [
        (([1, 2, 4], [-1, -2, -4]), "1 : 2 : 4"),
        (([4, -2, 1], [-4.1, 2, -1.05]), "1 : 2 : 4"),
        (([3, 2, -4], [6, 4, -8]), "2 : 3 : 4"),
        (([1, 2, 4], [2, 3, 4]), ""),
        (([1, 2, 3], [1, 2, 4]), ""),
    ],
)
def test_ratios_of_weights_are_told_apart(halves: tuple[list[float], list[float]], name: str) -> None:
    half = np.array(halves, float).T
    assert symmetry.ratio_of(np.concatenate([half, -half[::-1]])) == name
    assert symmetry.ratio_of(np.concatenate([half, half[::-1]])) == ""


def test_targets_of_tanh_units() -> None:
    np.testing.assert_allclose(signs(np.array([2, 0])).sum(axis=1), [-6.4, -6.4], rtol=1e-6)
    assert signs(np.array([3])).argmax() == 3


def test_some_runs_of_exclusive_or_are_solved() -> None:
    repetition = Repetition(xor.network)
    steps = [xor.learn(repetition.begin(seed)) for seed in range(3)]
    assert sum(step is not None and 100 < step < xor.SWEEPS for step in steps) >= 2
    model = repetition.begin(0)
    xor.learn(model)
    np.testing.assert_array_equal(model.predict(xor.X) > 0.5, xor.Y > 0.5)


def test_one_run_of_symmetry_is_solved_with_antisymmetric_weights() -> None:
    outcome = symmetry.learn(symmetry.network(0), symmetry.SWEEPS)
    assert outcome.solved
    assert outcome.sweeps is not None
    assert outcome.ratio in symmetry.RATIOS


@pytest.mark.parametrize("name", WITHOUT_FILES)
def test_a_quick_run_is_not_judged(name: str) -> None:
    report = recipes.run(name, quick=True)
    assert all(row.met is None for row in report.rows)
    assert not report.met


def test_all_runs_of_exclusive_or() -> None:
    assert _met("xor").figures["solved"] >= xor.WANTED


@pytest.mark.slow
def test_all_runs_of_symmetry() -> None:
    figures = _met("symmetry").figures
    assert figures["solved"] >= symmetry.WANTED
    assert figures["1 : 2 : 4"] + figures["2 : 3 : 4"] == figures["solved"]


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_sonars_table() -> None:
    report = _met("sonar")
    for hidden, (_, (published, _)) in sonar.PUBLISHED.items():
        assert report.figures[f"test, {hidden} hidden units"] >= published - 3


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_the_dense_network_on_fashion() -> None:
    assert _met("fashion-mlp").figures["test accuracy"] >= 0.8833


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_300_hidden_units_on_mnist() -> None:
    assert _met("mnist-300").figures["test error"] <= 4.7


@pytest.mark.heavy
@pytest.mark.usefixtures("data_folder")
def test_two_convolutions_on_mnist() -> None:
    assert _met("mnist-conv").figures["test error"] <= 1.0


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_shared_weights_on_zip_codes() -> None:
    assert _met("usps-1989").figures["test error"] <= 6.0


def test_first_weights_of_zip_codes_reach_as_far_as_their_inputs_allow() -> None:
    weights = usps_1989.network(0).named_weights()
    assert {name: tuple(np.shape(weight.value)) for name, weight in weights.items() if "kernel" in name} == {
        "conv2d/kernel": (5, 5, 1, 12),
        "conv2d_1/kernel": (5, 5, 12, 12),
        "dense/kernel": (192, 30),
        "dense_1/kernel": (30, 10),
    }
    for name, inputs in (("conv2d/kernel", 25), ("conv2d_1/kernel", 300), ("dense/kernel", 192), ("dense_1/kernel", 30)):
        largest = np.abs(np.asarray(weights[name].value)).max()
        assert 0.9 * 2.4 / inputs < largest <= 2.4 / inputs * (1 + 1e-6)


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize("name", WITH_FILES)
def test_a_quick_run_on_files_reports_all_columns(name: str) -> None:
    report = recipes.run(name, quick=True)
    assert all(row.met is None for row in report.rows)
    assert report.figures


def _met(name: str) -> Report:
    """Return the report of the whole recipe, whose figures are met, with its text on the way to whoever reads the log."""
    report = recipes.run(name)
    print(report.to_text())
    assert report.met, report.to_text()
    return report
