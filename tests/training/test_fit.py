"""What fit, predict and evaluate do with data: kinds of input, splits, weights, sizes of batches."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from small_network import X, Y, assert_same_bits, everything, network

import chainrule as cr
from chainrule.data.split.rows import split_rows
from chainrule.training.callbacks import Callback


def test_predict_is_the_plain_forward_pass_for_any_number_of_rows() -> None:
    model = network()
    model.fit(X, Y, verbose=0)
    plain = np.asarray(model(cr.Variable(X)).value)
    for count in (1, 5, 32, 33, 70):
        for batch_size in (None, 1, 7, 1000):
            found = model.predict(X[:count], batch_size=batch_size)
            assert found.shape == (count, 3)
            np.testing.assert_allclose(found, plain[:count], rtol=1e-5, atol=1e-6)


def test_predict_sees_weights_that_have_changed() -> None:
    model = network()
    first = model.predict(X)
    model.fit(X, Y, verbose=0)
    second = model.predict(X)
    assert (first != second).any()
    model.set_weights(network().get_weights())
    np.testing.assert_array_equal(model.predict(X), first)


def test_evaluate_is_the_same_for_any_batch_size() -> None:
    model, weight = network(), np.linspace(0.1, 2, len(X))
    wanted = model.evaluate(X, Y, len(X), sample_weight=weight)
    for batch_size in (1, 8, 69, 1000):
        assert model.evaluate(X, Y, batch_size, sample_weight=weight) == pytest.approx(wanted, rel=1e-5)


def test_evaluate_and_predict_change_nothing() -> None:
    model = network()
    model.fit(X, Y, verbose=0)
    before = everything(model)
    model.evaluate(X, Y)
    model.predict(X)
    assert_same_bits(everything(model), before)


KINDS: dict[str, tuple[Any, Any]] = {
    "float64": (X.astype("float64"), Y.astype("int64")),
    "lists": (X.astype("float64").tolist(), Y.tolist()),
    "uint8 targets": (X, Y.astype("uint8")),
    "a column of targets": (X, Y[:, None]),
    "whole floats": (X, Y.astype("float32")),
    "tables": (pl.DataFrame({f"c{i}": X[:, i] for i in range(5)}), pl.Series("y", Y)),
}


def _linear() -> cr.Sequential:
    model = cr.Sequential([cr.Input((5,)), cr.layers.Dense(3)])
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_data_give_the_same_bits(kind: str) -> None:
    plain, other = _linear(), _linear()
    wanted = plain.fit(X, Y, 8, 1, 0).history
    x, y = KINDS[kind]
    assert other.fit(x, y, 8, 1, 0).history == wanted
    assert_same_bits(everything(other), everything(plain))


def test_raw_images_are_numbers() -> None:
    images = np.random.default_rng(86).integers(0, 256, (10, 6, 6, 1)).astype("uint8")
    layers = [cr.layers.Conv2D(2, 3), cr.layers.Flatten(), cr.layers.Dense(1)]
    model = cr.Sequential(layers)
    model.compile(cr.optimizers.SGD(1e-6), "mse")
    model.fit(images, np.zeros(10), verbose=0)
    np.testing.assert_allclose(model.predict(images), model.predict(images.astype("float32")), rtol=1e-6)


class Seen(Callback):
    """Keeps the examples of the plan."""

    def on_train_begin(self, logs: Any) -> None:
        self.plan = self.session.plan


def test_the_validation_part_is_drawn_by_the_seed_and_shares_no_row() -> None:
    parts = []
    for seed in (3, 3, 4):
        model, seen = network(seed), Seen()
        history = model.fit(X, Y, 8, 1, 0, [seen], validation_split=0.2)
        assert seen.plan.validation is not None
        kept, apart = seen.plan.train.x[0], seen.plan.validation.x[0]
        assert (len(kept), len(apart)) == (56, 14)
        assert sorted(map(tuple, np.concatenate([kept, apart]).tolist())) == sorted(map(tuple, X.tolist()))
        np.testing.assert_array_equal(apart, X[split_rows(70, [0.8, 0.2], seed=seed)[1]])
        assert history.history["val_loss"][0] == pytest.approx(
            model.evaluate(apart, seen.plan.validation.y[0], return_dict=True)["loss"], rel=1e-6
        )
        parts.append(apart)
    np.testing.assert_array_equal(parts[0], parts[1])
    assert (parts[0] != parts[2]).any()
    assert (parts[0] != X[-14:]).any()  # not the last rows, as Keras would


def test_validation_data_may_have_weights_and_their_own_batch_size() -> None:
    model, weight = network(), np.linspace(0.1, 3, 20)
    apart = (X[:20], Y[:20], weight)
    history = model.fit(X, Y, 8, 1, 0, validation_data=apart, validation_batch_size=7, validation_split=0.5).history
    wanted = model.evaluate(*apart[:2], sample_weight=weight, return_dict=True)
    assert history["val_loss"][0] == pytest.approx(wanted["loss"], rel=1e-5)
    assert history["val_accuracy"][0] == pytest.approx(wanted["accuracy"])


def test_an_epoch_may_have_fewer_steps_than_batches() -> None:
    short, whole = _linear(), _linear()
    short.fit(X, Y, 8, 1, 0, steps_per_epoch=3, shuffle=False)
    whole.fit(X[:24], Y[:24], 8, 1, 0, shuffle=False)
    assert_same_bits(everything(short), everything(whole))


def test_class_weights_are_sample_weights_and_multiply_with_them() -> None:
    by_class, by_row = _linear(), _linear()
    weights, rows = {0: 0.5, 1: 2.0, 2: 3.0}, np.linspace(0.5, 1.5, 70).astype("float32")
    by_class.fit(X, Y, 8, 2, 0, class_weight=weights, sample_weight=rows)
    by_row.fit(X, Y, 8, 2, 0, sample_weight=np.array([weights[label] for label in Y], "float32") * rows)
    assert_same_bits(everything(by_class), everything(by_row))


def test_a_row_of_weight_0_is_as_if_it_were_not_there() -> None:
    weighted, without = network(rate=0.0), network(rate=0.0)
    for model in (weighted, without):
        model.layers[1].trainable = False  # batch statistics see every row
        model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    weight = np.ones(16)
    weight[10:] = 0
    weighted.fit(X[:16], Y[:16], 16, 1, 0, sample_weight=weight * 1.6)  # the mean is over all rows, as in Keras
    without.fit(X[:10], Y[:10], 10, 1, 0)
    for array, other in zip(weighted.get_weights(), without.get_weights(), strict=True):
        np.testing.assert_allclose(array, other, rtol=1e-5, atol=1e-7)


def test_a_second_fit_goes_on_with_the_optimizers_state() -> None:
    once, twice = network(rate=0.0), network(rate=0.0)
    once.fit(X, Y, 8, 2, 0)
    twice.fit(X, Y, 8, 1, 0)
    assert int(twice.state_variables()["optimizer/iteration"].value) == 9
    history = twice.fit(X, Y, 8, 2, 0, initial_epoch=1)
    assert history.epoch == [1]
    assert_same_bits(everything(twice), everything(once))
    assert twice.fit(X, Y, 8, 2, 0, initial_epoch=2).history == {}
