"""Examples that do not fit into memory are prepared while they are used, with the same numbers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import chainrule as cr
from chainrule.cli import app
from chainrule.cli.learning import learn_and_report
from chainrule.data.preparation import streamed
from chainrule.record import Recording
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, read_problem
from chainrule.training import plan
from chainrule.training.programs import EvaluationProgram


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for label, level in (("dark", 60), ("light", 190)):
        (tmp_path / label).mkdir()
        for number in range(40):
            pixels = np.clip(random.normal(level, 30, (8, 8)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / label / f"{number}.png")
    return tmp_path


def prepare(pictures: Path, memory: int | None) -> "tuple[cr.data.Preparation, cr.data.Splits]":
    preparation = cr.data.Preparation(split=cr.data.Holdout(seed=3), memory=memory, batch=16, checks=False)
    return preparation, preparation.fit(str(pictures))


def network() -> cr.Sequential:
    model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Flatten(), cr.layers.Dense(2)], seed=1)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def test_streamed_parts_train_to_the_same_bits(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resident = prepare(pictures, None)[1]
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    preparation, splits = prepare(pictures, 1000)
    assert any("do not fit into memory" in fact for fact in preparation.facts)
    assert np.array_equal(splits.train.rows, resident.train.rows)
    x, y, _ = splits.train.x.take(range(len(splits.train)))
    assert np.array_equal(x[0], resident.train.x)
    assert np.array_equal(y[0], resident.train.y)
    first, second = network(), network()
    ours = first.fit(splits.train, validation_data=splits.validation, epochs=3, verbose=0, memory_limit=1000)
    theirs = second.fit(resident.train, validation_data=resident.validation, epochs=3, verbose=0)
    assert ours.history == theirs.history
    for mine, other in zip(first.get_weights(), second.get_weights(), strict=True):
        assert np.array_equal(mine, other)
    assert first.evaluate(splits.test) == second.evaluate(resident.test)


def test_every_class_is_known_whichever_examples_teach_the_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for label in range(30):
        (tmp_path / f"class {label}").mkdir()
        for number in range(6):
            Image.new("L", (4, 4), 8 * label + number).save(tmp_path / f"class {label}" / f"{number}.png")
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    preparation, splits = prepare(tmp_path, 100)
    assert isinstance(splits.train.x, cr.data.Source)
    assert preparation.class_names is not None and len(preparation.class_names) == 30
    assert set(splits.train.y.tolist()) == set(range(30))


def test_streamed_parts_are_foretold_and_taken_from_as_those_in_memory(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resident = prepare(pictures, None)[1]
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    splits = prepare(pictures, 1000)[1]
    model = network()
    assert np.array_equal(model.predict(splits.test), model.predict(resident.test))
    assert np.array_equal(splits.test.take([3, 0]).x, resident.test.x[[3, 0]])


def test_a_folder_larger_than_memory_is_learned_and_judged(
    pictures: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    monkeypatch.setattr(streamed, "memory_limit", lambda: 1000)
    monkeypatch.setattr(plan, "memory_limit", lambda: 1000)
    assert isinstance(read_problem(str(pictures)).train.x, cr.data.Source)
    found = learn_and_report(ProblemSpec(str(pictures)), Choices(epochs=2), tmp_path_factory.mktemp("runs"), None, quiet=True)
    assert 0 <= found.figures["accuracy"] <= 1


def test_a_run_on_what_is_streamed_is_resumed(
    pictures: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    monkeypatch.setattr(streamed, "memory_limit", lambda: 1000)
    monkeypatch.setattr(plan, "memory_limit", lambda: 1000)
    problem, runs = read_problem(str(pictures)), tmp_path_factory.mktemp("runs")
    given = {"epochs": 3, "batch_size": 8, "validation_data": problem.validation, "verbose": 0}
    whole = network().fit(problem.train, **given)
    recorder = cr.callbacks.Recorder(runs / "faces", notes=problem.to_notes())
    totals, calls = EvaluationProgram.totals, list[int]()

    def interrupted(*arguments: Any) -> Any:
        """Stop as the keyboard does, at the end of the second epoch."""
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return totals(*arguments)

    monkeypatch.setattr(EvaluationProgram, "totals", interrupted)
    with pytest.raises(KeyboardInterrupt):
        network().fit(problem.train, **given, callbacks=[recorder])
    done = CliRunner().invoke(app, ["resume", "faces", "--runs", str(runs), "--quiet"])
    assert done.exit_code == 0, done.output
    assert [epoch["figures"]["loss"] for epoch in Recording(runs / "faces").epochs()] == whole.history["loss"]


def test_leaks_are_looked_for_in_what_is_streamed(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    collection = cr.data.collect(pictures)
    twice = cr.data.Preparation(memory=1000, split=cr.data.Holdout(seed=3))
    twice.fit(collection.take([*range(80), *range(40)]))
    assert "same file in two parts" in {issue.check for issue in twice.issues}


def test_a_balance_for_streamed_parts_is_checked(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    for balance, said in (("weight", "Did you mean 'weights'"), ("oversample", "use 'weights'")):
        preparation = cr.data.Preparation(memory=1000, checks=False, balance=balance)  # pyright: ignore[reportArgumentType]
        with pytest.raises(cr.errors.ArgumentError, match=said):
            preparation.fit(str(pictures))


def test_what_fits_is_not_streamed(pictures: Path) -> None:
    assert isinstance(prepare(pictures, None)[1].train.x, np.ndarray)
