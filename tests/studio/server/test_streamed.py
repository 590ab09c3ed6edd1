"""A run on pictures that do not fit into memory is questioned as one whose pictures do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from studio_page import Page, visiting

from chainrule.data.preparation import streamed
from chainrule.studio import run_parts
from chainrule.tasks.learning import learn
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, read_problem
from chainrule.training import plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on the same pictures: one that held them in memory, one that read them while it learned."""
    folder = tmp_path_factory.mktemp("streamed")
    random = np.random.default_rng(0)
    for label, level in (("dark", 100), ("light", 150)):
        (folder / "pictures" / label).mkdir(parents=True)
        for number in range(40):
            pixels = np.clip(random.normal(level, 60, (8, 8)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / "pictures" / label / f"{number}.png")
    for name, limit in (("resident", 1 << 30), ("streamed", 1000)):
        with pytest.MonkeyPatch.context() as patched:
            little_memory(patched, limit)
            learn(read_problem(ProblemSpec(str(folder / "pictures"))), Choices([4], epochs=2), folder / "runs" / name, verbose=0)
    return folder / "runs"


def little_memory(patched: pytest.MonkeyPatch, limit: int) -> None:
    patched.setattr(streamed, "LEARNED_FROM", 20 if limit < 10_000 else 80)
    patched.setattr(streamed, "memory_limit", lambda: limit)
    patched.setattr(plan, "memory_limit", lambda: limit)


@pytest.fixture
def page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    little_memory(monkeypatch, 1000)
    with visiting(folder) as page:
        yield page


FIRST = {"type": "in_part", "part": "train", "number": 7}


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what is told but for the run's name and the time it took."""
    return {name: value for name, value in answer.items() if name not in {"id", "run", "seconds"}}


@pytest.mark.parametrize(
    ("type", "asked"),
    [
        ("seek", {"step": 3}),
        ("read_evaluation", {"part": "train"}),
        ("read_evaluation", {"part": "validation", "step": 3}),
        ("read_examples", {"part": "train", "first": 5}),
        ("read_suspects", {}),
        ("ask_answer", {"input": FIRST, "method": "saliency"}),
        ("ask_influence", {"input": FIRST}),
        ("ask_nearest", {"input": FIRST}),
        ("read_landscape", {"view": "plane", "points": 3}),
        ("read_embedding", {"part": "train"}),
    ],
)
def test_the_answers_are_those_of_a_run_in_memory(page: Page, type: str, asked: dict[str, Any]) -> None:
    ours, theirs = (told(page.ask(type, run=name, **asked)) for name in ("streamed", "resident"))
    np.testing.assert_equal(ours, theirs)


def test_some_stand_for_all_under_their_own_numbers(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_parts, "MOST_STREAMED", 10)
    shown = page.ask("read_examples", run="streamed", part="train")["examples"]
    numbers = [example["number"] for example in shown]
    assert len(numbers) == 10 and numbers[-1] == 55 and [example["place"] for example in shown] == [f"train[{n}]" for n in numbers]
    whole = page.ask("read_examples", run="resident", part="train", limit=100)["examples"]
    np.testing.assert_equal(shown, [whole[number] for number in numbers])
    answered = page.ask("ask_answer", run="streamed", input={"type": "in_part", "part": "train", "number": 54})
    np.testing.assert_equal(answered["example"]["picture"], whole[54]["picture"])
    assert "rows 0 to 55" in page.refused("ask_answer", run="streamed", input={"type": "in_part", "part": "train", "number": 56})["message"]
    taught, others = (page.ask("ask_influence", run=name, input=FIRST) for name in ("streamed", "resident"))
    np.testing.assert_equal(told(taught), told(others))
    tested = page.ask("read_evaluation", run="streamed", part="test")
    assert tested["examples"] == 10
