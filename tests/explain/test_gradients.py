"""Explanations by gradients: against finite differences, against JAX, and by what they must add up to."""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from explained import Explained

import chainrule as cr
from chainrule.errors import ArgumentError, DataError, ShapeError

E = cr.explain


def finite_difference(model: cr.Model, x: np.ndarray, target: int, index: tuple[int, ...], width: float = 1e-2) -> float:
    above, below = x.copy(), x.copy()
    above[(0, *index)] += width
    below[(0, *index)] -= width
    return float((model.predict(above)[0, target] - model.predict(below)[0, target]) / (2 * width))


def test_saliency_is_the_gradient() -> None:
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(6, "tanh"), cr.layers.Dense(3, "softmax")], seed=2)
    x = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    w = model.get_weights()

    def answer(row, target):
        return jax.nn.softmax(jnp.tanh(row @ w[0] + w[1]) @ w[2] + w[3])[target]

    target = model.predict(x).argmax(axis=1)
    wanted = np.stack([jax.grad(answer)(row, t) for row, t in zip(x, target, strict=True)])
    np.testing.assert_allclose(E.saliency(model, x), wanted, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(E.gradient_times_input(model, x), x * wanted, rtol=1e-4, atol=1e-6)
    assert E.saliency(model, x, 1)[0, 2] == pytest.approx(finite_difference(model, x, 1, (2,)), rel=1e-2)


def test_the_quantity_is_what_is_explained() -> None:
    """Of one network with a softmax and one without, the same is explained."""
    body = [cr.layers.Dense(6, "tanh", name="body")]
    one = cr.Sequential([cr.Input((4,)), *body, cr.layers.Dense(3, "softmax", name="end")], seed=2)
    two = cr.Sequential([cr.Input((4,)), cr.layers.Dense(6, "tanh", name="body"), cr.layers.Dense(3, name="end")], seed=2)
    x = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    close = {"rtol": 1e-4, "atol": 1e-6}
    np.testing.assert_allclose(E.saliency(one, x, 1, "logit"), E.saliency(two, x, 1), **close)
    np.testing.assert_allclose(E.saliency(one, x, 1, "output"), E.saliency(two, x, 1, "probability"), **close)
    np.testing.assert_allclose(E.saliency(one, x, 1, "probability"), E.saliency(one, x, 1), **close)
    assert np.abs(E.saliency(one, x, 1, "logit") - E.saliency(one, x, 1)).max() > 0.01
    binary = cr.Sequential([cr.Input((4,)), cr.layers.Dense(1, "sigmoid")], seed=2)
    np.testing.assert_allclose(E.saliency(binary, x, quantity="logit"), np.repeat(binary.get_weights()[0].T, 5, axis=0), **close)


def test_integrated_gradients_are_complete(digits: Explained) -> None:
    model, x, _ = digits
    baseline = np.full((8, 8, 1), 0.3)
    for quantity in ("output", "logit"):
        found = E.integrated_gradients(model, x[:20], baseline=baseline, steps=128, quantity=quantity)
        assert np.abs(found.gap).max() < 0.02 * np.abs(found.values).reshape(20, -1).sum(axis=1).min()
    target = model.predict(x[:20]).argmax(axis=1)
    change = (model.predict(x[:20]) - model.predict(np.repeat(baseline[None], 20, axis=0)))[np.arange(20), target]
    probability = E.integrated_gradients(model, x[:20], baseline=baseline, steps=128)
    np.testing.assert_allclose(probability.values.reshape(20, -1).sum(axis=1) + probability.gap, change, atol=1e-5)


def test_too_few_steps_are_said(digits: Explained) -> None:
    with pytest.warns(UserWarning, match=r"take more steps\. Got 1"):
        E.integrated_gradients(digits.model, digits.x[:10], steps=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        E.integrated_gradients(digits.model, digits.x[:10], steps=256)


def test_integrated_gradients_of_a_polynomial_are_exact() -> None:
    """For f = (x · w)² from 0, the contribution of i is xᵢ wᵢ (x · w)."""
    x = cr.Input((3,))
    z = cr.layers.Dense(1)(x)
    model = cr.Model(x, cr.layers.Multiply()([z, z]))
    w = np.array([[1.0], [-2.0], [0.5]], "float32")
    model.set_weights([w, np.zeros(1, "float32")])
    rows = np.random.default_rng(3).normal(size=(6, 3)).astype("float32")
    np.testing.assert_allclose(E.integrated_gradients(model, rows, steps=2).values, rows * w[:, 0] * (rows @ w), rtol=1e-4, atol=1e-6)


def test_smooth_grad_is_the_expected_gradient() -> None:
    """For f = (x · w)² the gradient is linear, so noise of mean 0 leaves it; its sample mean nears it."""
    x = cr.Input((3,))
    z = cr.layers.Dense(1)(x)
    model = cr.Model(x, cr.layers.Multiply()([z, z]))
    model.set_weights([np.array([[1.0], [-2.0], [0.5]], "float32"), np.zeros(1, "float32")])
    rows = np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 2.0]], "float32")
    exact = E.saliency(model, rows)
    few, many = (E.smooth_grad(model, rows, noise=0.2, samples=samples, seed=1) for samples in (10, 4000))
    assert np.abs(few - exact).max() > 0.3 > np.abs(many - exact).max()
    np.testing.assert_array_equal(few, E.smooth_grad(model, rows, noise=0.2, samples=10, seed=1))
    assert np.abs(few - E.smooth_grad(model, rows, noise=0.2, samples=10, seed=2)).max() > 0.01
    np.testing.assert_allclose(E.smooth_grad(model, rows, noise=0.0, samples=3), exact, rtol=1e-5)
    np.testing.assert_array_equal(few[0], E.smooth_grad(model, rows[:1], noise=0.2, samples=10, seed=1)[0])


def test_batches_do_not_change_answers(digits: Explained) -> None:
    model, x, _ = digits
    together = E.saliency(model, x[:130])
    apart = np.concatenate([E.saliency(model, x[i : i + 1]) for i in (0, 64, 129)])
    np.testing.assert_allclose(together[[0, 64, 129]], apart, rtol=1e-3, atol=1e-6)
    assert together.shape == (130, 8, 8, 1)


def test_new_weights_are_explained_anew() -> None:
    model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
    for w in (1.0, 5.0):
        model.set_weights([np.array([[w], [2.0]], "float32"), np.zeros(1, "float32")])
        assert E.saliency(model, [[1.0, 1.0]]).tolist() == [[w, 2.0]]


def test_words_are_explained_one_number_each(words: Explained) -> None:
    model, x, _ = words
    rows = x[(x == 7).sum(axis=1) == 1][:10]
    place = (rows == 7).argmax(axis=1)
    for values in (
        E.gradient_times_input(model, rows, quantity="logit"),
        E.integrated_gradients(model, rows, quantity="logit").values,
        E.occlusion(model, rows, fill=1, quantity="logit"),
        E.saliency(model, rows, quantity="logit"),
        E.relevance(model, rows).values,
    ):
        assert values.shape == rows.shape
    for values in (
        E.integrated_gradients(model, rows, baseline=np.full(6, 1), quantity="logit").values,
        E.occlusion(model, rows, fill=1, quantity="logit"),
    ):
        assert (values.argmax(axis=1) == place).all()
    found = E.integrated_gradients(model, rows, baseline=np.full(6, 1), quantity="logit")
    wanted = _logit(model, rows) - _logit(model, np.ones_like(rows))
    np.testing.assert_allclose(found.values.sum(axis=1), wanted, rtol=0.02)


def _logit(model: cr.Model, x: np.ndarray) -> np.ndarray:
    p = model.predict(x)[:, 0].astype(float)
    return np.log(p / (1 - p))


def test_bad_input_is_named(digits: Explained, words: Explained) -> None:
    model, x, _ = digits
    for bad in (10, -1, [1, 2, 3], 1.5):
        with pytest.raises(ArgumentError, match="target must be a whole number from 0 to 9"):
            E.saliency(model, x[:2], bad)
    with pytest.raises(ShapeError, match=r"x\[None\]"):
        E.saliency(model, x[0])
    with pytest.raises(ArgumentError, match="Did you mean 'logit'"):
        E.saliency(model, x[:1], quantity="logits")
    with pytest.raises(DataError, match="x"):
        E.saliency(model, x[:1] * np.nan)
    with pytest.raises(ArgumentError, match="steps must be"):
        E.integrated_gradients(model, x[:1], steps=0)
    with pytest.raises(ShapeError, match="the baseline must be one row"):
        E.integrated_gradients(model, x[:1], baseline=np.zeros(3))
    with pytest.raises(ArgumentError, match="samples must be from 1"):
        E.smooth_grad(model, x[:1], samples=0)
    with pytest.raises(DataError, match="whole numbers"):
        E.saliency(words.model, np.ones((1, 6)) * 0.5)
    with pytest.raises(DataError, match="outside of the network's embedding"):
        E.saliency(words.model, np.array([[1, 2, 3, 4, 5, 99]]))
    a, b = cr.Input((2,)), cr.Input((2,))
    two = cr.Model([a, b], cr.layers.Dense(1)(cr.layers.Add()([a, b])))
    with pytest.raises(ArgumentError, match="one input and one output"):
        E.saliency(two, [np.ones((1, 2)), np.ones((1, 2))])
    series = cr.Sequential([cr.Input((5, 2)), cr.layers.Dense(3)])
    with pytest.raises(ArgumentError, match=r"output has shape \(5, 3\)"):
        E.saliency(series, np.ones((1, 5, 2)))
    assert E.saliency(series, np.ones((1, 5, 2)), target=7)[0, 2].any()  # unit 1 of step 2
