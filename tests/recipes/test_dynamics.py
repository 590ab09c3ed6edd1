"""How networks learn: a deep linear network on its closed-form curves, and gradient descent at the edge of stability."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import chainrule as cr
from chainrule import recipes
from chainrule.recipes import deep_linear, edge_of_stability
from chainrule.recipes.recipe import Options


def test_the_closed_form_solves_its_differential_equation() -> None:
    _, s, _ = deep_linear.modes()
    np.testing.assert_allclose(s**2, [7, 3, 1, 1], rtol=1e-12)
    steps = np.arange(0, deep_linear.STEPS + 1, 300)
    for mode, strength in enumerate(s):  # da/dt = 2 λ a (s - a), equation 6 of the paper
        rate = deep_linear.RATE
        slope = lambda _, a, s=strength, rate=rate: 2 * rate * a * (s - a)  # noqa: E731
        found = solve_ivp(slope, (0, steps[-1]), [deep_linear.FIRST], t_eval=steps, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(deep_linear.curve(steps, s)[:, mode], found.y[0], rtol=1e-5)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_deep_linear_network_follows_its_curves(seed: int) -> None:
    _, s, _ = deep_linear.modes()
    found = np.stack(list(deep_linear.strengths(deep_linear.network(seed, aligned=True))))
    steps = np.arange(0, deep_linear.STEPS + 1, deep_linear.EVERY)
    np.testing.assert_allclose(found[0], deep_linear.FIRST, rtol=1e-5)
    assert (np.abs(found - deep_linear.curve(steps, s)) / s).max() < 0.006
    assert (found[-1] > 0.95 * s).all()


def test_random_first_weights_learn_the_broad_division_first() -> None:
    report = recipes.run("deep-linear", seed=3)
    assert report.met, report.to_text()
    assert report.figures["half of mode 0"] < report.figures["half of mode 1"] < report.figures["half of mode 2"]


def test_below_the_edge_gradient_descent_descends_and_above_it_diverges() -> None:
    x = np.random.default_rng(2).standard_normal((30, 4)).astype("float32")
    y = x @ np.array([1.0, -2.0, 0.5, 3.0], "float32")
    last: dict[float, float] = {}
    for share in (0.97, 1.03):  # of the learning rate 2 / sharpness, on a quadratic
        model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(1, use_bias=False)], seed=1)
        model.compile("sgd", "mse")
        edge = 2 / float(cr.landscape.sharpness(model, x, y).eigenvalues[0])
        model.compile(cr.optimizers.SGD(share * edge), "mse")
        last[share] = model.fit(x, y, 30, 150, verbose=0, shuffle=False).history["loss"][-1]
    assert last[0.97] < 1e-2 and last[1.03] > 10


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_sharpness_rises_to_the_edge_of_stability_and_stays() -> None:
    outcome = edge_of_stability.learn(0.6, edge_of_stability.examples(600), 30, Options())
    ratios = outcome.course.eigenvalues[:, 0] / outcome.course.thresholds
    assert ratios[1:].min() < 0.9 and 0.95 < ratios[15:].mean() < 1.15 and ratios[15:].max() < 1.5
    late = outcome.losses[1500:]
    assert late[-1] < 0.8 * late[0] and (np.diff(late) > 0).any()
