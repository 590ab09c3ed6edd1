"""What bits depend on, and what they must not depend on: one compilation, any cut into dispatches, the seed."""

from typing import Any

import numpy as np
import pytest
from small_network import X, Y, assert_same_bits, differ, everything, network

import chainrule as cr
from chainrule.events import StepsFinished
from chainrule.training import session
from chainrule.training.callbacks import Callback, EarlyStopping, ReduceLROnPlateau


class Compilations(Callback):
    def __init__(self) -> None:
        self.counts: set[int] = set()

    def on_epoch_end(self, epoch: int, logs: Any) -> None:
        self.counts.add(self.model.training_program(self.session.plan).compilations)


def test_the_step_is_compiled_once_for_all_epochs_and_fits_on_data_of_the_same_shape() -> None:
    model, counter = network(), Compilations()
    programs = set()
    for options in ({"epochs": 4}, {"epochs": 2, "shuffle": False}, {"steps_per_epoch": 2}, {"validation_data": (X[:9], Y[:9])}):
        model.fit(X[::-1], Y[::-1], batch_size=16, verbose=0, callbacks=[counter], **options)
        programs.add(model.training_program(counter.session.plan))
    assert counter.counts == {1}
    assert len(programs) == 1
    model.fit(X, Y, batch_size=8, verbose=0, callbacks=[counter])
    assert model.training_program(counter.session.plan) not in programs


def test_batch_after_batch_is_compiled_once() -> None:
    model = network()
    sizes = []
    for start in range(0, 60, 10):
        model.train_on_batch(X[start : start + 10], Y[start : start + 10])
        plan = session.Plan(cr.training.Examples((X[:10],), (Y[:10],)), settings=cr.training.Settings(batch_size=10))
        sizes.append(model.training_program(plan).compilations)
    assert sizes == [1] * 6


@pytest.mark.parametrize("seconds", [1e-9, 0.002, 1e9])
def test_bits_do_not_depend_on_how_steps_are_cut_into_dispatches(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(report_seconds: float) -> tuple[Any, Any, list[int]]:
        monkeypatch.setattr(session, "REPORT_SECONDS", report_seconds)
        model, cuts = network(), []

        class Cuts(Callback):
            def on_train_batch_end(self, batch: int, logs: Any) -> None:
                cuts.append(batch)

        callbacks = [EarlyStopping("val_loss", patience=2), ReduceLROnPlateau("loss", 0.5, 1, min_delta=0.05), Cuts()]
        history = model.fit(X, Y, 8, 12, 0, callbacks, validation_split=0.2)
        return history.history, everything(model), cuts

    history, state, cuts = run(0.0)  # every step alone
    other_history, other_state, other_cuts = run(seconds)
    assert cuts[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(other_cuts) < len(cuts) or seconds < 1
    assert other_history == history
    assert_same_bits(other_state, state)


def test_the_same_seed_gives_the_same_bits() -> None:
    first, second = network(), network()
    histories = [model.fit(X, Y, 8, 3, 0, validation_split=0.1).history for model in (first, second)]
    assert histories[0] == histories[1]
    assert_same_bits(everything(first), everything(second))


def test_another_seed_gives_other_first_weights() -> None:
    assert differ(network(seed=3), network(seed=4))


@pytest.mark.parametrize(("rate", "shuffle", "matters"), [(0.0, False, False), (0.3, False, True), (0.0, True, True)], ids=str)
def test_dropout_and_order_hang_on_the_seed_and_nothing_else_does(rate: float, shuffle: bool, matters: bool) -> None:
    first, second = network(3, rate), network(4, rate)
    second.set_weights(first.get_weights())
    for model in (first, second):
        model.fit(X, Y, 8, 2, 0, shuffle=shuffle)
    assert differ(first, second) == matters


def test_set_random_seed_is_the_seed_of_models_made_afterwards() -> None:
    try:
        cr.set_random_seed(11)
        model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(3)])
    finally:
        cr.set_random_seed(0)
    explicit, usual = (cr.Sequential([cr.Input((2,)), cr.layers.Dense(3)], seed=seed) for seed in (11, None))
    assert not differ(model, explicit)
    assert differ(model, usual)


def test_first_weights_hang_on_the_layers_address_and_not_on_when_it_is_made() -> None:
    x = cr.Input((4,))
    first, second = cr.layers.Dense(3, name="a"), cr.layers.Dense(3, name="b")
    late, early = cr.layers.Dense(3, name="b"), cr.layers.Dense(3, name="a")
    one = cr.Model(x, [first(x), second(x)], seed=5).named_weights()
    other = cr.Model(x, [late(x), early(x)], seed=5).named_weights()
    assert all((np.asarray(one[name].value) == other[name].value).all() for name in one)
    assert (one["a/kernel"].value != one["b/kernel"].value).any()


def _order_seen(shuffle: bool, epochs: int) -> list[list[int]]:
    """Return which rows each epoch's batches took, read from what each step learned."""
    x = np.arange(12, dtype="float32")[:, None]
    model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(1, use_bias=False, kernel_initializer="ones")], seed=9)
    model.compile(cr.optimizers.SGD(0.0), "mae")
    seen: list[list[int]] = []

    class Order(Callback):
        def on_event(self, event: Any) -> None:
            if isinstance(event, StepsFinished):
                seen[event.epoch : event.epoch + 1] = [[*(seen[event.epoch] if event.epoch < len(seen) else []), *event.figures["loss"]]]

    model.fit(x, np.zeros((12, 1)), 1, epochs, 0, [Order()], shuffle=shuffle)
    return [[round(float(row)) for row in epoch] for epoch in seen]


def test_each_epoch_takes_every_row_once_in_another_order() -> None:
    first, second = _order_seen(shuffle=True, epochs=2)
    assert sorted(first) == sorted(second) == list(range(12))
    assert first != second
    assert _order_seen(shuffle=False, epochs=2) == [list(range(12))] * 2
    assert _order_seen(shuffle=True, epochs=2) == [first, second]


def test_each_step_drops_other_inputs() -> None:
    losses: list[float] = []

    class Losses(Callback):
        def on_event(self, event: Any) -> None:
            if isinstance(event, StepsFinished):
                losses.extend(event.figures["loss"])

    layers = [cr.layers.Dropout(0.5), cr.layers.Dense(1, use_bias=False, kernel_initializer="ones")]
    model = cr.Sequential([cr.Input((50,)), *layers])
    model.compile(cr.optimizers.SGD(0.0), "mae")
    for _ in range(2):
        model.fit(np.sqrt(np.arange(1, 51)) * np.ones((8, 1)), np.zeros(8), 2, 2, 0, [Losses()], shuffle=False)
    assert len(set(losses)) == len(losses) == 16
