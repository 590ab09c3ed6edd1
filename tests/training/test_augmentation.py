"""Augmentation in the training step: what is learned from, what is not touched, and that runs with it are computed again to the bit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import Faulty, Keeper, same

import chainrule as cr
from chainrule.errors import ArgumentError, DataError, DtypeError, ShapeError
from chainrule.graph import Tensor
from chainrule.layers import CutMix, GaussianNoise, MixUp, RandomCrop, RandomFlip, RandomRotation
from chainrule.training import session

RANDOM = np.random.default_rng(3)
X = RANDOM.random((26, 6, 5, 1)).astype("float32")
Y = (np.arange(26) % 3).astype("int32")
AUGMENT = [RandomFlip("horizontal"), RandomRotation(0.1), RandomFlip("vertical"), MixUp(0.4), GaussianNoise(0.05)]


def network(rate: float = 0.05, dropout: float = 0.2) -> cr.Model:
    layers = [cr.layers.Flatten(), cr.layers.Dense(8, "relu"), cr.layers.Dropout(dropout), cr.layers.Dense(3)]
    model = cr.Sequential([cr.Input((6, 5, 1)), *layers], seed=2)
    model.compile(cr.optimizers.Adam(rate), cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


def train(path: Path, *callbacks: Any, model: cr.Model | None = None, augment: Any = AUGMENT, epochs: int = 4, **options: Any) -> cr.Run:
    recorder = cr.callbacks.Recorder(path, time_share=options.pop("time_share", 0.03))
    told = {"validation_data": (X[:7], Y[:7])} | options
    (model or network()).fit(X, Y, 8, epochs, 0, [*callbacks, recorder], augment=augment, **told)
    return cr.open_run(path)


def test_the_step_learns_from_varied_examples(tmp_path: Path) -> None:
    run = train(tmp_path / "run", augment=[RandomFlip("horizontal")])
    flips = []
    for moment in run.steps():
        for seen, row in zip(moment.x, moment.rows, strict=True):
            flips.append(not np.array_equal(seen, X[row]))
            np.testing.assert_array_equal(seen, X[row, :, ::-1] if flips[-1] else X[row])
        np.testing.assert_array_equal(moment["augment/random_flip/output"], moment.x)
        np.testing.assert_array_equal(moment["flatten/output"], moment.x.reshape(len(moment.x), -1))
        assert moment.disagreement < 1e-6
    assert 0.3 < np.mean(flips) < 0.7


def test_validation_evaluation_and_prediction_are_of_the_examples_as_they_are() -> None:
    model = network(rate=0.0, dropout=0.0)
    before = model.predict(X)
    history = model.fit(X, Y, 8, 2, 0, validation_data=(X, Y), augment=AUGMENT).history
    np.testing.assert_array_equal(model.predict(X), before)
    assert history["val_loss"] == [model.evaluate(X, Y, 8, return_dict=True)["loss"]] * 2
    assert len({*history["loss"], *history["val_loss"]}) == 3


@pytest.mark.parametrize("seconds", [1e-9, 1e9])
def test_bits_do_not_depend_on_how_steps_are_cut_into_dispatches(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(report_seconds: float) -> tuple[Any, dict[str, Any]]:
        monkeypatch.setattr(session, "REPORT_SECONDS", report_seconds)
        model = network()
        history = model.fit(X, Y, 8, 5, 0, augment=AUGMENT).history
        return history, {name: variable.value for name, variable in model.state_variables().items()}

    (history, state), (other_history, other_state) = run(0.0), run(seconds)
    assert history == other_history
    assert same(state, other_state)


def test_any_step_is_computed_again_to_the_bit(tmp_path: Path) -> None:
    keeper = Keeper()
    run = train(tmp_path / "run", keeper)
    assert run.snapshot_steps()[0] == 0
    for step, state in keeper.states.items():
        if step < 16:
            assert same(run.at(step).state, state)
    assert run.at(15).disagreement < 1e-6


@pytest.mark.parametrize("stop", [2, 9])
def test_a_resumed_run_ends_as_if_it_had_never_stopped(stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "REPORT_SECONDS", 0.0)
    whole = train(tmp_path / "whole").model()
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", Faulty(stop))
    cr.resume(tmp_path / "cut", [Faulty(-1)], verbose=0)
    cut = cr.open_run(tmp_path / "cut").model()
    assert same({k: v.value for k, v in cut.state_variables().items()}, {k: v.value for k, v in whole.state_variables().items()})


def test_a_fork_goes_on_with_the_same_draws(tmp_path: Path) -> None:
    run = train(tmp_path / "run")
    child = run.at(6).fork()
    for moment in child.steps(6, 15):
        assert same(moment.state, run.at(moment.step).state)
    assert child.configuration["augment"] == run.configuration["augment"]
    assert [type(layer) for layer in child.plan().augment] == [type(layer) for layer in AUGMENT]


def test_a_fork_may_go_on_without_augmentation_or_with_another(tmp_path: Path) -> None:
    run = train(tmp_path / "run")
    plain, flipped = run.at(6).fork(augment=[]), run.at(6).fork(augment=[RandomFlip()])
    assert same(plain.at(6).state, run.at(6).state)
    np.testing.assert_array_equal(plain.at(6).x, X[plain.at(6).rows])
    assert flipped.configuration["parent"]["changes"]["augment"][0]["mode"] == "horizontal_and_vertical"
    assert not same(plain.at(8).state, run.at(8).state)


def test_layers_alike_draw_apart_and_a_named_one_draws_by_its_name(tmp_path: Path) -> None:
    noises = [GaussianNoise(1.0), GaussianNoise(1.0), GaussianNoise(1.0, name="hiss")]
    moment = train(tmp_path / "run", augment=noises, epochs=1).at(0)
    first, second, third = (moment[f"augment/{name}/output"] for name in ("gaussian_noise", "gaussian_noise_1", "hiss"))
    rises = [first - X[moment.rows], second - first, third - second]
    assert min(np.abs(a - b).max() for a, b in zip(rises, rises[1:] + rises[:1], strict=True)) > 0.5


ROWS = np.eye(26, dtype="float32")


def _mixing_run(path: Path, weights: Any = None, augment: Any = None, loss: Any = None, y: Any = Y) -> cr.Run:
    """Return a run on rows of the unit matrix, where a mixed example tells what it is mixed of."""
    layers = [cr.layers.Dense(3, kernel_initializer="random_normal")]
    model = cr.Sequential([cr.Input((26,)), *layers], seed=2)
    model.compile("sgd", loss or cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    options = {"verbose": 0, "callbacks": [cr.callbacks.Recorder(path)], "sample_weight": weights}
    model.fit(ROWS, y, 8, 2, augment=augment or [MixUp(1.0)], **options)
    return cr.open_run(path)


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_loss_of_a_mixture_is_that_of_its_mixed_target(twice: bool, weighted: bool, tmp_path: Path) -> None:
    weights = RANDOM.uniform(0, 3, 26).astype("float32") if weighted else None
    run = _mixing_run(tmp_path / "run", weights, [MixUp(1.0), MixUp(0.5, rate=0.7)] if twice else None)
    each = np.ones(26) if weights is None else weights
    for moment in run.steps():
        shares = moment.x.astype("float64")  # of each row of the data
        assert (np.sort(shares, 1)[:, -2] > 1e-6).any()
        logits = moment["dense/output"].astype("float64")
        logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        mixed = (shares * each) @ np.eye(3)[Y]
        np.testing.assert_allclose(moment.loss, -(mixed * logs).sum() / len(logs), rtol=1e-5)
        own = mixed / np.maximum(mixed.sum(1, keepdims=True), 1e-30)
        np.testing.assert_allclose(moment.example_losses, -(own * logs).sum(1), rtol=1e-4, atol=1e-5)
        hits = (
            (shares @ np.eye(3)[Y])[np.arange(len(logs)), logits.argmax(1)] if weights is None else own[range(len(logs)), logits.argmax(1)]
        )
        np.testing.assert_allclose(run.figures()["accuracy"][moment.step], hits.mean(), rtol=1e-5)
        why = moment.why("dense/kernel", (int(moment.rows[0]), 1))
        np.testing.assert_allclose(why.total, why.gradient, atol=1e-7)


def test_mixed_losses_of_squared_errors_have_the_gradient_of_mixed_targets(tmp_path: Path) -> None:
    targets = RANDOM.standard_normal((26, 3)).astype("float32")
    moment = _mixing_run(tmp_path / "run", loss="mse", y=targets).at(1)
    error = moment["dense/output"] - moment.x @ targets
    np.testing.assert_allclose(moment.gradient("dense/kernel"), moment.x.T @ error * 2 / error.size, atol=1e-6)


def test_targets_that_are_images_move_with_the_inputs(tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((6, 5, 1)), cr.layers.Conv2D(1, 3, padding="same", activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    masks = (X > 0.5).astype("int32")
    augment = [RandomFlip(), RandomCrop(6, 5, padding=2), CutMix(rate=0.5)]
    model.fit(X, masks, 8, 1, 0, [cr.callbacks.Recorder(tmp_path / "run")], augment=augment)
    run = cr.open_run(tmp_path / "run")
    for moment in run.steps():
        cropped = moment["augment/random_crop/output"]
        np.testing.assert_array_equal(moment.y, cropped > 0.5)
        assert (moment.y != masks[moment.rows]).any()


def test_the_step_is_compiled_once_for_augmentations_that_are_alike() -> None:
    model = network()
    for _ in range(2):
        model.fit(X, Y, 8, 1, 0, augment=[RandomFlip(), MixUp()])
    plans = [
        session.Plan(cr.training.Examples((X,), (Y,)), settings=cr.training.Settings(8), augment=augment)
        for augment in ((RandomFlip(), MixUp()), (RandomFlip(), MixUp()), (RandomFlip(), MixUp(0.3)), ())
    ]
    programs = [model.training_program(plan) for plan in plans]
    assert programs[0] is programs[1]
    assert len(set(programs)) == 3
    assert programs[0].compilations == 1


class Darker(cr.layers.Layer):
    """A layer of a user's own."""

    def call(self, inputs: Any) -> Tensor:
        return inputs * 0.5


class Mapped(cr.layers.Layer):
    """A layer of a user's own, made of a function, which cannot be written down."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def call(self, inputs: Any) -> Tensor:
        return self.function(inputs)


def test_a_layer_of_ones_own_varies_examples_and_is_recorded_where_it_can_be_written_down(tmp_path: Path) -> None:
    model = network(0.0, 0.0)
    darker = model.fit(X, Y, 8, 1, 0, augment=[Darker()]).history["loss"]
    np.testing.assert_allclose(darker, model.evaluate(X / 2, Y, return_dict=True)["loss"], rtol=1e-6)
    with pytest.raises(ArgumentError, match="cannot be written to a configuration"):
        train(tmp_path / "run", augment=[Mapped(lambda x: x * 0.5)])
    assert not (tmp_path / "run").exists()
    train(tmp_path / "darker", augment=[Darker()])
    assert isinstance(cr.open_run(tmp_path / "darker").plan().augment[0], Darker)


class Wider(cr.layers.Layer):
    def call(self, inputs: Any) -> Tensor:
        return inputs.astype("float64")


@pytest.mark.parametrize(
    ("augment", "error", "message"),
    [
        ([RandomCrop(4, 4)], ShapeError, r"RandomCrop makes \(4, 4, 1\) of \(6, 5, 1\).*the images' own size with a padding"),
        ([cr.layers.Dense(1)], ArgumentError, "layers without weights. Got Dense"),
        (["flip"], ArgumentError, "must be a list of layers.*Got 'flip'"),
        ([Wider()], DtypeError, "Wider makes float64 of float32"),
        ([cr.layers.RandomContrast(0.2)], DataError, r"value_range=\(0, 1\)"),
        ([cr.layers.WordDropout(0.1)], DtypeError, "take Dropout"),
        ([cr.layers.RandomHue(0.1, (0, 1))], ShapeError, "3 channels"),
    ],
    ids=str,
)
def test_augmentations_that_cannot_be_meant(augment: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        network().fit(X, Y, verbose=0, augment=augment)


def test_of_several_inputs_all_are_mixed_but_none_is_varied() -> None:
    a, b = cr.Input((26,)), cr.Input((26,))
    model = cr.Model([a, b], cr.layers.Dense(3)(cr.layers.Concatenate()([a, b])))
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit([ROWS, ROWS], Y, verbose=0, augment=[MixUp()])
    with pytest.raises(ArgumentError, match="GaussianNoise varies one input, and the network has 2"):
        model.fit([ROWS, ROWS], Y, verbose=0, augment=[GaussianNoise(0.1)])


def test_words_are_hidden_from_the_network_in_training_alone(tmp_path: Path) -> None:
    tokens = RANDOM.integers(0, 9, (26, 7)).astype("int32")
    model = cr.Sequential([cr.Input((7,), "int32"), cr.layers.Embedding(9, 2), cr.layers.Flatten(), cr.layers.Dense(3)])
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(tokens, Y, 8, 1, 0, [cr.callbacks.Recorder(tmp_path / "run")], augment=[cr.layers.WordDropout(0.5)])
    moment = cr.open_run(tmp_path / "run").at(0)
    seen, given = moment.x, tokens[moment.rows]
    assert ((seen == given) | (seen == 1)).all()
    assert (seen != given).any()
    assert (seen[given == 0] == 0).all()


def test_layers_that_vary_work_inside_of_a_network_too(tmp_path: Path) -> None:
    layers = [RandomFlip(), RandomCrop(4, 4), cr.layers.Flatten(), cr.layers.Dense(3)]
    model = cr.Sequential([cr.Input((6, 5, 1)), *layers], seed=2)
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    keeper = Keeper()
    run = train(tmp_path / "run", keeper, model=model, augment=None)
    assert all(same(run.at(step).state, state) for step, state in keeper.states.items() if step < 16)
    assert run.at(0)["random_crop/output"].shape == (8, 4, 4, 1)
    assert cr.models.load_model(tmp_path / "run" / "model.safetensors").predict(X).shape == (26, 3)


def test_noise_between_weights_and_loss_is_walked_and_taken_apart(tmp_path: Path) -> None:
    layers = [cr.layers.Dense(4, "tanh"), GaussianNoise(0.3), cr.layers.RandomScale(0.2), cr.layers.Dense(3)]
    model = cr.Sequential([cr.Input((30,)), *layers], seed=2)
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(X.reshape(26, 30), Y, 8, 1, 0, [cr.callbacks.Recorder(tmp_path / "run")])
    run = cr.open_run(tmp_path / "run")
    assert run.first_nan() is None
    moment = run.at(2)
    assert moment.disagreement < 1e-6
    why = moment.why("dense/kernel", (3, 1))
    np.testing.assert_allclose(
        [why.total, sum(path.value for path in why.paths) + why.others], [why.gradient, why.contributions[why.example]], atol=1e-7
    )
    passed = [step for step in moment.walk() if step.path in ("gaussian_noise", "random_scale")]
    assert [step.op for step in passed] == ["region", "region"]
    noise_free = moment.nudge("dense/kernel", (3, 1), 1e-2)
    np.testing.assert_allclose(noise_free.loss - noise_free.loss_before, noise_free.predicted_loss - noise_free.loss_before, rtol=0.1)


class Items:
    """A map-style data set."""

    def __len__(self) -> int:
        return len(X)

    def __getitem__(self, number: int) -> tuple[Any, Any]:
        return X[number], Y[number]


def test_streamed_examples_vary_as_those_in_memory_do() -> None:
    here, streamed = network(), network()
    here.fit(X, Y, 8, 2, 0, augment=AUGMENT)
    streamed.fit(Items(), None, 8, 2, 0, augment=AUGMENT, memory_limit=0)
    assert all((a == b).all() for a, b in zip(here.get_weights(), streamed.get_weights(), strict=True))


def test_a_prepared_part_brings_its_augmentation_and_batch_size(tmp_path: Path) -> None:
    columns = {"height": RANDOM.random(40).tolist(), "width": RANDOM.random(40).tolist(), "kind": ["elm", "oak"] * 20}
    splits = cr.data.Preparation(target="kind", augment=[GaussianNoise(0.5)], batch=7).fit(columns)
    model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(2)], seed=2)
    model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(splits.train, epochs=1, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    moment = cr.open_run(tmp_path / "run").at(0)
    assert moment.x.shape == (7, 2)
    assert (moment.x != splits.train.x[moment.rows]).all()
    assert model.preparation is splits.train.preparation
