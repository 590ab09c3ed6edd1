"""Examples that do not fit into memory are prepared while they are used, with the same numbers."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import chainrule as cr
from chainrule.data.preparing import streamed


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for label, level in (("dark", 60), ("light", 190)):
        (tmp_path / label).mkdir()
        for number in range(40):
            pixels = np.clip(random.normal(level, 30, (8, 8)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / label / f"{number}.png")
    return tmp_path


def prepare(pictures: Path, memory: int | None) -> "tuple[cr.data.Preparation, cr.data.Sets]":
    preparation = cr.data.Preparation(split=cr.data.Split(seed=3), memory=memory, batch=16, checks=False)
    return preparation, preparation.fit(str(pictures))


def network() -> cr.Sequential:
    model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Flatten(), cr.layers.Dense(2)], seed=1)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def test_streamed_parts_train_to_the_same_bits(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resident = prepare(pictures, None)[1]
    monkeypatch.setattr(streamed, "LEARNED_FROM", 20)
    preparation, sets = prepare(pictures, 1000)
    assert any("do not fit into memory" in fact for fact in preparation.facts)
    assert np.array_equal(sets.train.rows, resident.train.rows)
    x, y, _ = sets.train.x.take(range(len(sets.train)))
    assert np.array_equal(x[0], resident.train.x)
    assert np.array_equal(y[0], resident.train.y)
    first, second = network(), network()
    ours = first.fit(sets.train, validation_data=sets.validation, epochs=3, verbose=0, memory_limit=1000)
    theirs = second.fit(resident.train, validation_data=resident.validation, epochs=3, verbose=0)
    assert ours.history == theirs.history
    for mine, other in zip(first.get_weights(), second.get_weights(), strict=True):
        assert np.array_equal(mine, other)
    assert first.evaluate(sets.test) == second.evaluate(resident.test)


def test_what_fits_is_not_streamed(pictures: Path) -> None:
    assert isinstance(prepare(pictures, None)[1].train.x, np.ndarray)
