"""Preparations in files: those that an earlier version wrote, and those of a later one."""

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest

from chainrule.data import Holdout, Preparation
from chainrule.errors import ArgumentError, ChainruleError, DataError

OLD = Path(__file__).with_name("written_before_interactions.json")  # by the version that first kept a preparation with its run
TREES = {"height": [3.1, 9.5, None, 8.8] * 15, "bark": ["smooth", "rough", "smooth", None] * 15, "kind": ["birch", "oak"] * 30}
FIRST_OF_TEST = [  # as that version gave them
    [0.6862825155258179, -0.5773502588272095, 0.0, 0.0, 0.0, 1.0],
    [0.9701061248779297, -0.5773502588272095, 1.0, 0.0, 0.0, 0.0],
    [0.0, 1.7320507764816284, 0.0, 1.0, 0.0, 0.0],
]


def test_a_file_of_an_earlier_version_prepares_as_it_did() -> None:
    old = Preparation.load(OLD)
    assert old.class_names == ("birch", "oak") and old.checks and old.memory is None
    new = Preparation(target="kind", split=Holdout(validation=0.2, test=0.2, seed=7))
    test = new.fit(TREES).test
    rows = {name: [values[row] for row in test.rows] for name, values in TREES.items()}
    assert old.transform(rows)[:3].tolist() == FIRST_OF_TEST
    assert np.array_equal(old.transform(rows), new.transform(rows))


def test_settings_are_kept(tmp_path: Path) -> None:
    Preparation(checks=False, memory=1_000_000, batch=16).save(tmp_path / "p.json")
    kept = Preparation.load(tmp_path / "p.json")
    assert (kept.checks, kept.memory, kept.batch) == (False, 1_000_000, 16)


@pytest.mark.parametrize("way", [(), ("fitted",), ("fitted", "features", 0), ("fitted", "features", 0, "steps", 0), ("split",)])
def test_what_a_later_version_has_added_is_refused(way: tuple[str | int, ...]) -> None:
    config = json.loads(OLD.read_text())
    place = config
    for step in way:
        place = place[step]
    place["colour"] = "green"
    with pytest.raises(ArgumentError, match="Got 'colour' too: it was written by a newer Chainrule. Update Chainrule."):
        Preparation.from_config(config)


def test_classes_of_a_later_version_are_refused() -> None:
    for place, message in ((("target",), "The class of a target"), (("features", 0, "steps", 0), "The class of a configuration")):
        config = json.loads(OLD.read_text())
        held = config["fitted"]
        for step in place:
            held = held[step]
        held["class"] = "data.Later"
        with pytest.raises(ArgumentError, match=message):
            Preparation.from_config(config)


def test_what_was_always_there_must_be_there() -> None:
    for name in ("steps", "split", "balance", "fitted", "facts"):
        config = json.loads(OLD.read_text())
        del config[name]
        with pytest.raises(DataError, match=f"not the configuration of a Preparation: KeyError\\('{name}'\\)"):
            Preparation.from_config(config)


def places(config, way=()):
    """Yield the way to every entry of a configuration."""
    if way:
        yield way
    entries = config.items() if isinstance(config, dict) else enumerate(config) if isinstance(config, list) else ()
    for name, entry in entries:
        yield from places(entry, (*way, name))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("junk", [None, -1, "junk", [], {}, [1, "a"], True, {"class": "data.Nope"}, 1e400], ids=repr)
def test_whatever_is_damaged_or_of_another_type_is_an_error_in_words(junk) -> None:
    """It is met where the configuration is read, or else the preparation still works, or says what is amiss with its numbers."""
    whole = json.loads(OLD.read_text())
    for way in places(whole):
        config = json.loads(OLD.read_text())
        held = config
        for name in way[:-1]:
            held = held[name]
        held[way[-1]] = junk
        with contextlib.suppress(ChainruleError):
            Preparation.from_config(config).transform({"height": [1.0, 2.0], "bark": ["smooth", "pale"]})
