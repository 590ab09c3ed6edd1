"""Runs on examples that do not fit into memory find them again, and nothing else in their place."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image
from typer.testing import CliRunner

import chainrule as cr
from chainrule.cli import app
from chainrule.data.preparation import streamed
from chainrule.errors import RecordError
from chainrule.training import plan


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for label, level in (("dark", 60), ("light", 190)):
        (tmp_path / "pictures" / label).mkdir(parents=True)
        for number in range(40):
            pixels = np.clip(random.normal(level, 30, (8, 8)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / label / f"{number}.png")
    return tmp_path / "pictures"


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    monkeypatch.setattr(streamed, "memory_limit", lambda: 1000)
    monkeypatch.setattr(plan, "memory_limit", lambda: 1000)


def as_folder(pictures: Path) -> Path:
    return pictures


def as_parquet(pictures: Path) -> Path:
    """Name the pictures in a Parquet file, one without a class, which is left out."""
    files = sorted(pictures.rglob("*.png"))
    kinds = [None, *(file.parent.name for file in files[1:])]
    table = pictures.with_name("pictures.parquet")
    pl.DataFrame({"picture": [str(file) for file in files], "kind": kinds}).write_parquet(table)
    return table


def fit(splits: cr.data.Splits, path: Path) -> cr.Run:
    model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Flatten(), cr.layers.Dense(2)], seed=1)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    given = {"epochs": 3, "validation_data": splits.validation, "memory_limit": 1000}
    model.fit(splits.train, **given, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)


@pytest.mark.parametrize("make", [as_folder, as_parquet])
@pytest.mark.parametrize("balance", [None, "weights"])
def test_any_step_is_computed_again_to_the_same_bits(
    pictures: Path, little_memory: None, tmp_path: Path, make: Callable[[Path], Path], balance: str | None
) -> None:
    source = make(pictures)
    asked = {"target": "kind" if make is as_parquet else None, "batch": 16, "checks": False, "balance": balance}
    resident = fit(cr.data.Preparation(memory=1 << 30, **asked).fit(source), tmp_path / "resident")
    run = fit(cr.data.Preparation(**asked).fit(source), tmp_path / "streamed")
    assert run.configuration["sources"]["train"]["source"]["class"] == "data.FoundSource"
    assert "train" not in resident.configuration["sources"] or "source" not in resident.configuration["sources"]["train"]
    first, last = run.require_steps()
    for step in (first, last // 2, last):
        ours, theirs = run.at(step), resident.at(step)
        assert np.array_equal(ours.x, theirs.x) and np.array_equal(ours.rows, theirs.rows)
        assert all(np.array_equal(array, theirs.next_state[name]) for name, array in ours.next_state.items())
    assert np.array_equal(run.plan().validation.take(np.arange(5)).x[0], resident.plan().validation.take(np.arange(5)).x[0])


def test_the_commands_question_a_run_that_was_streamed(
    pictures: Path, little_memory: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def command(*arguments: object) -> str:
        done = CliRunner().invoke(app, [str(part) for part in (*arguments, "--runs", tmp_path / "runs")])
        assert done.exit_code == 0, done.output
        return done.output

    command("learn", pictures, "--epochs", 2, "--quiet", "--name", "tones", "--layers", "4")
    assert "answer/kernel" in command("rewind", "tones", "--step", 3)
    assert "By example" in command("why", "tones", "--step", 3, "--weight", "answer/kernel", "--index", "0,0")
    assert "test" in command("explain", "tones", "--influential").lower()
    command("diagnose", "tones")
    judged = command("evaluate", "tones")
    monkeypatch.setattr(streamed, "memory_limit", lambda: 1 << 30)  # as on another machine
    assert command("evaluate", "tones") == judged


def test_what_has_changed_since_is_named(pictures: Path, little_memory: None, tmp_path: Path) -> None:
    splits = cr.data.Preparation(batch=16, checks=False).fit(pictures)
    fit(splits, tmp_path / "run")
    file = Path(splits.train.x.place(0))
    kept, times = file.read_bytes(), file.stat()
    Image.new("L", (8, 8), 7).save(file)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns + 10**9))
    with pytest.raises(RecordError, match=rf"pictures \(of its files {re.escape(str(file))} was written last\) has changed since"):
        cr.open_run(tmp_path / "run").at(2)
    file.unlink()
    with pytest.raises(RecordError, match="pictures has changed since: it has 79 examples, and had 80"):
        cr.open_run(tmp_path / "run").at(2)
    file.write_bytes(kept)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert cr.open_run(tmp_path / "run").at(2).loss > 0
    shutil.rmtree(pictures)
    with pytest.raises(RecordError, match="pictures: there is no such file or folder"):
        cr.open_run(tmp_path / "run").at(2)


def test_rows_of_the_user_s_own_are_asked_for_again(pictures: Path, little_memory: None, tmp_path: Path) -> None:
    some = cr.data.collect(pictures).take(np.arange(70))
    splits = cr.data.Preparation(batch=16, checks=False).fit(some)
    run = fit(splits, tmp_path / "run")
    with pytest.raises(RecordError, match="give it again, with source"):
        run.at(2)
    again = cr.open_run(tmp_path / "run", splits.train.x, splits.validation.x)
    assert again.at(2).loss > 0
