"""Training from sources: the same bits as from memory, whatever the chunks; bounded memory; exact resume; errors with their place."""

import threading

import jax
import numpy as np
import polars as pl
import pytest

import chainrule as cr
from chainrule.callbacks import Recorder
from chainrule.data import IterableSource, MappedSource, NpySource, ParquetSource, Rows, Source
from chainrule.errors import ArgumentError, DataError, RecordError
from chainrule.events import StepsFinished
from chainrule.training import supply

ROWS, BATCH = 403, 32
X = np.random.default_rng(0).standard_normal((ROWS, 6, 6, 1)).astype(np.float32)
Y = (X.mean((1, 2, 3)) > 0).astype(np.int32)
WEIGHT = np.random.default_rng(1).random(ROWS).astype(np.float32)


class Items:
    """A map-style data set."""

    def __init__(self, *arrays):
        self.arrays = arrays

    def __len__(self):
        return len(self.arrays[0])

    def __getitem__(self, number):
        return tuple(array[number] for array in self.arrays)


class Watched(Source):
    """A source that counts, when it is read, the chunks that are on the device, and knows in which threads it was read."""

    def __init__(self):
        self.most, self.threads = 0, set()

    def __len__(self):
        return ROWS

    def read(self, rows):
        chunks = [array for array in jax.live_arrays() if array.shape == (BATCH, *X.shape[1:])]
        self.most = max(self.most, len(chunks))
        self.threads.add(threading.current_thread().name)
        return Rows((X[rows],), (Y[rows],))


@pytest.fixture(params=[1, 3, 1000], ids=["chunks of a batch", "chunks of three", "one chunk"])
def chunks(request, monkeypatch):
    monkeypatch.setattr(supply, "CHUNK_BYTES", request.param * BATCH * (X[0].nbytes + 4))
    return request.param


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(supply, "CHUNK_BYTES", 3 * BATCH * (X[0].nbytes + 4))


def new_model():
    layers = [cr.layers.Conv2D(4, 3, activation="relu"), cr.layers.Flatten(), cr.layers.BatchNormalization(), cr.layers.Dropout(0.3)]
    model = cr.Sequential([cr.Input((6, 6, 1)), *layers, cr.layers.Dense(2)], seed=5)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def bits(model):
    return [weight.tobytes() for weight in model.get_weights()]


def trained(*data, **more):
    model = new_model()
    history = model.fit(*data, batch_size=BATCH, epochs=2, verbose=0, **more)
    return model, history.history


@pytest.fixture
def parquet(tmp_path):
    columns = {f"c{i}": X.reshape(ROWS, -1)[:, i] for i in range(36)} | {"y": Y}
    pl.DataFrame(columns).write_parquet(tmp_path / "t.parquet", row_group_size=64)
    return ParquetSource(str(tmp_path / "t.parquet"), target="y", block=64, window=2)


def flat_model():
    model = cr.Sequential([cr.Input((36,)), cr.layers.Dense(8, "relu"), cr.layers.Dropout(0.2), cr.layers.Dense(2)], seed=5)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def test_the_bits_are_those_of_training_from_memory(chunks):
    model, history = trained(X, Y, validation_data=(X[:50], Y[:50]))
    streamed, told = trained(Items(X, Y), validation_data=Items(X[:50], Y[:50]), memory_limit=0)
    assert bits(streamed) == bits(model)
    assert told == history
    assert streamed.evaluate(Items(X, Y), memory_limit=0) == model.evaluate(X, Y)
    assert streamed.predict(Items(X)).tobytes() == model.predict(X).tobytes()


@pytest.mark.parametrize(
    "more",
    [
        {"shuffle": False},
        {"validation_split": 0.2},
        {"class_weight": {0: 1.0, 1: 3.0}},
        {"steps_per_epoch": 5},
        {"initial_epoch": 1},
    ],
    ids=str,
)
def test_so_they_are_with_any_argument_of_fit(more, small_chunks):
    model, history = trained(X, Y, **more)
    streamed, told = trained(Items(X, Y), memory_limit=0, **more)
    assert bits(streamed) == bits(model)
    assert told == history


def test_chunks_are_as_equal_as_they_can_be(monkeypatch):
    source = Watched()
    for most, steps, chunk in ((5, 16, 4), (5, 15, 5), (5, 3, 3), (1, 7, 1), (4, 5, 3)):
        monkeypatch.setattr(supply, "CHUNK_BYTES", most * BATCH * (X[0].nbytes + 4))
        assert supply.chunk_steps(source, BATCH, steps) == chunk


def test_weights_are_streamed_too(small_chunks):
    model, history = trained(X, Y, sample_weight=WEIGHT, class_weight={0: 1.0, 1: 2.0})
    streamed, told = trained(Items(X, Y, WEIGHT), class_weight={0: 1.0, 1: 2.0}, memory_limit=0)
    assert bits(streamed) == bits(model)
    assert told == history
    assert streamed.evaluate(Items(X, Y, WEIGHT), memory_limit=0) == model.evaluate(X, Y, sample_weight=WEIGHT)


def test_augmentation_varies_what_is_streamed_to_the_same_bits(small_chunks, tmp_path):
    augment = [cr.layers.RandomFlip("horizontal"), cr.layers.MixUp(0.2)]
    model, history = trained(X, Y, augment=augment)
    recorder = Recorder(tmp_path / "run")
    streamed, told = trained(Items(X, Y), augment=augment, memory_limit=0, callbacks=[recorder])
    assert bits(streamed) == bits(model)
    assert told == history
    run = cr.open_run(tmp_path / "run", source=Items(X, Y))
    after = run.at(25).next_state
    assert [after[name].tobytes() for name in streamed.named_weights()] == bits(streamed)


def test_a_source_that_fits_in_memory_trains_as_one_that_does_not(parquet, small_chunks):
    found = []
    for limit in (None, 0):
        model = flat_model()
        history = model.fit(parquet, batch_size=BATCH, epochs=3, verbose=0, validation_split=0.1, memory_limit=limit)
        found.append((bits(model), history.history))
    assert found[0] == found[1]


def test_several_inputs(small_chunks):
    a, b = cr.Input((3,)), cr.Input((2,))
    whole = np.random.default_rng(3).standard_normal((100, 5)).astype(np.float32)

    class Two:
        def __len__(self):
            return 100

        def __getitem__(self, number):
            return (whole[number, :3], whole[number, 3:]), whole[number, 0]

    found = []
    for data in ([[whole[:, :3], whole[:, 3:]], whole[:, 0]], [Two()]):
        model = cr.Model([a, b], cr.layers.Dense(1)(cr.layers.Concatenate()([a, b])), seed=1)
        model.compile("sgd", "mse")
        model.fit(*data, verbose=0, memory_limit=0)
        found.append((bits(model), model.predict(data[0]).tobytes()))
    assert found[0] == found[1]


def test_one_program_for_all_chunks_and_epochs(small_chunks):
    model = new_model()
    plan = cr.training.Plan(
        cr.training.plan.as_examples(Items(X, Y), None, limit=0), settings=cr.training.Settings(batch_size=BATCH, epochs=3, seed=5)
    )
    model.run(plan)
    model.run(plan)
    assert model.training_program(plan).compilations == 1


def test_no_more_than_the_chunk_in_use_and_the_next_are_alive(monkeypatch):
    monkeypatch.setattr(supply, "CHUNK_BYTES", BATCH * (X[0].nbytes + 4))
    source = Watched()
    trained(source, memory_limit=0)
    assert 1 <= source.most <= 2  # in use, and the one before it until that is replaced, while the next is read
    assert any(name.startswith("chainrule-reader") for name in source.threads)
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("chainrule-reader")]) == 1


def test_a_generator_trains_to_the_same_bits_whether_it_fits_or_not(small_chunks):
    def examples():
        yield from zip(X, Y, strict=True)

    found = [trained(IterableSource(examples, window=100), memory_limit=limit) for limit in (None, 0)]
    assert bits(found[0][0]) == bits(found[1][0])
    assert found[0][1] == found[1][1]


class Stop(cr.callbacks.Callback):
    """Interrupts as Ctrl-C does, after so many steps."""

    def __init__(self, after):
        self.after = after

    def on_event(self, event):
        if isinstance(event, StepsFinished) and self.session.progress.step >= self.after and not self.session.replaying:
            self.after = 10**9
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [1, 7, 20])
def test_a_run_is_resumed_in_the_middle_of_an_epoch_to_the_same_bits(parquet, small_chunks, tmp_path, after):
    whole = flat_model()
    expected = whole.fit(parquet, batch_size=BATCH, epochs=3, verbose=0, memory_limit=0, validation_split=0.1)
    path = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        flat_model().fit(
            parquet,
            batch_size=BATCH,
            epochs=3,
            verbose=0,
            memory_limit=0,
            validation_split=0.1,
            callbacks=[Stop(after), Recorder(path, time_share=1)],
        )
    history = cr.resume(path, callbacks=[Stop(10**9)], verbose=0)
    assert history.history == expected.history
    assert bits(cr.open_run(path).model()) == bits(whole)


def test_any_step_is_computed_again_from_the_same_rows(parquet, small_chunks, tmp_path):
    flat_model().fit(parquet, batch_size=BATCH, epochs=2, verbose=0, memory_limit=0, callbacks=[Recorder(tmp_path / "streamed")])
    flat_model().fit(parquet, batch_size=BATCH, epochs=2, verbose=0, callbacks=[Recorder(tmp_path / "resident")])
    streamed, resident = cr.open_run(tmp_path / "streamed"), cr.open_run(tmp_path / "resident")
    assert (streamed.figures()["loss"] == resident.figures()["loss"]).all()
    for step in (0, 5, 12, 13, 25):  # 12 is the last, short batch of an epoch
        here, there = streamed.at(step), resident.at(step)
        assert here.rows.tolist() == there.rows.tolist()
        assert (here.epoch, here.position) == (there.epoch, there.position) == divmod(step, 13)
        assert here.x.tobytes() == there.x.tobytes() == parquet.take(here.rows).x[0].tobytes()
        assert {name: array.tobytes() for name, array in here.next_state.items()} == {
            name: array.tobytes() for name, array in there.next_state.items()
        }
    child = streamed.at(7).fork(path=tmp_path / "child")
    assert (child.figures()["loss"] == streamed.figures()["loss"][7:]).all()
    assert child.at(20).rows.tolist() == streamed.at(20).rows.tolist()
    assert streamed.at(7).why("dense/kernel", (0, 0)).gradient == pytest.approx(
        float(streamed.at(7).gradient("dense/kernel")[0, 0]), rel=1e-3
    )


def test_an_object_of_ones_own_is_given_again(small_chunks, tmp_path):
    trained(Items(X, Y), memory_limit=0, validation_split=0.1, callbacks=[Recorder(tmp_path / "run")])
    run = cr.open_run(tmp_path / "run")
    assert len(run.figures()["loss"]) == 24
    with pytest.raises(RecordError, match="an object of your own, Items with 403 examples"):
        run.at(3)
    with pytest.raises(RecordError, match="the 403 examples that Items had. Got 50"):
        cr.open_run(tmp_path / "run", source=Items(X[:50], Y[:50])).at(3)
    run = cr.open_run(tmp_path / "run", source=Items(X, Y))
    assert run.at(3).x.shape == (BATCH, 6, 6, 1)
    assert run.at(3).fork(path=tmp_path / "child").at(4).x.tobytes() == run.at(4).x.tobytes()


def test_files_that_are_gone_do_not_keep_a_run_from_being_opened(parquet, small_chunks, tmp_path):
    flat_model().fit(parquet, batch_size=BATCH, verbose=0, memory_limit=0, callbacks=[Recorder(tmp_path / "run")])
    (tmp_path / "t.parquet").unlink()
    run = cr.open_run(tmp_path / "run")
    assert len(run.figures()["loss"]) == 13
    with pytest.raises(RecordError, match=r"What the run learned from cannot be read again: .*t.parquet cannot be read"):
        run.at(0)


def test_an_error_in_reading_ends_training_with_its_place(small_chunks, tmp_path):
    spoilt = X.copy()
    spoilt[300, 2, 2] = np.nan
    with pytest.raises(DataError, match=r"Items, row 300: x must be finite"):
        trained(Items(spoilt, Y), memory_limit=0)
    with pytest.raises(DataError, match="class"):
        trained(Items(X, np.where(np.arange(ROWS) == 300, 7, Y)), memory_limit=0)
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", Y[:-1])
    with pytest.raises(DataError, match="y.npy must have 403 rows"):
        NpySource(str(tmp_path / "x.npy"), str(tmp_path / "y.npy"))
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("chainrule-reader")]) == 1


def test_targets_beside_a_source():
    with pytest.raises(ArgumentError, match="read from it: give it alone"):
        new_model().fit(MappedSource(Items(X, Y)), Y, verbose=0)
    with pytest.raises(DataError, match="1 output"):
        new_model().fit(Items(X), verbose=0)


def test_it_is_told_whether_examples_are_streamed(small_chunks, capsys):
    for limit, words in ((None, "are kept in memory"), (0, "are streamed")):
        new_model().fit(Items(X, Y), verbose=2, memory_limit=limit)
        assert words in capsys.readouterr().out


def test_the_doctor_looks_at_some_of_what_is_streamed(small_chunks, tmp_path):
    loud = Items(X * 1000, Y)
    trained(loud, memory_limit=0, callbacks=[Recorder(tmp_path / "run")])
    found = [finding.symptom for finding in cr.diagnose(cr.open_run(tmp_path / "run", source=loud))]
    assert "inputs not scaled" in found
    answers = cr.insight.tracin(cr.open_run(tmp_path / "run", source=loud), X[:1] * 1000, Y[:1], k=2, steps=[0])
    assert answers.scores.shape == (1, ROWS)
