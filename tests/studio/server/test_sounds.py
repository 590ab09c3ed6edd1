"""The recordings of a run, as the page hears them."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from studio_page import Page, visiting

import chainrule as cr
from chainrule.data.read.recordings import read_sound
from chainrule.tasks.learning import learn, open_trained_run
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, read_problem

RATE = 4000


def write_tones(folder: Path) -> None:
    """Write low and high tones, each with noise of its own, so that no two are alike."""
    random = np.random.default_rng(3)
    for name, pitch in (("low", 220), ("high", 880)):
        (folder / name).mkdir(parents=True)
        for number in range(20):
            length = int(RATE * random.uniform(0.2, 0.3))
            tone = 0.4 * np.sin(2 * np.pi * pitch * np.arange(length) / RATE) + 0.05 * random.standard_normal(length)
            soundfile.write(folder / name / f"{number}.wav", tone, RATE)


def test_an_examples_own_recording_is_heard(tmp_path: Path) -> None:
    write_tones(tmp_path / "tones")
    problem = read_problem(ProblemSpec(str(tmp_path / "tones")))
    learn(problem, Choices(epochs=1), tmp_path / "runs" / "tones", verbose=0)
    preparation = open_trained_run(tmp_path / "runs" / "tones").preparation
    plan = cr.open_run(tmp_path / "runs" / "tones").plan()
    assert plan.validation is not None
    kept = {"train": plan.train.x[0], "validation": plan.validation.x[0], "test": problem.test.x}
    recordings = {path: read_sound(path) for path in (tmp_path / "tones").rglob("*.wav")}
    with visiting(tmp_path / "runs") as page:
        for part, x in kept.items():
            for number in (0, len(x) - 1):
                heard = page.ask("read_sound", run="tones", part=part, number=number)
                (path,) = (path for path, samples in recordings.items() if np.array_equal(samples, heard["samples"]))
                np.testing.assert_array_equal(np.asarray(preparation.transform([str(path)]))[0], x[number])
                assert heard["rate"] == RATE and heard["seconds"] == pytest.approx(len(recordings[path]) / RATE)
        assert "has rows 0 to" in page.refused("read_sound", run="tones", part="test", number=1000)["message"]


def test_a_run_without_recordings_has_nothing_to_hear(page: Page) -> None:
    assert "not made of recordings" in page.refused("read_sound", run="digits", part="test", number=0)["message"]
