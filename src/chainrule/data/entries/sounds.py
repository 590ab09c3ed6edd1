"""The named data sets that are files of sounds."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from chainrule.data.collecting.collection import Collection, parts_column
from chainrule.data.collecting.sounds import from_sounds
from chainrule.data.entries.entry import Entry
from chainrule.data.folder import Folder

_DIGITS = "https://github.com/Jakobovski/free-spoken-digit-dataset"
_LAST_TESTED = 4  # of the recordings of a digit by a speaker


def _spoken_digits(paths: Sequence[Path]) -> Collection:
    """Return the spoken digits: recordings 0 to 4 of each digit and speaker are the test."""
    collection = from_sounds(paths[0] / "recordings", pattern="{class}_{speaker}_{index}")
    tested = collection.frame["index"].cast(pl.Int64) <= _LAST_TESTED
    frame = collection.frame.with_columns(parts_column(["test" if test else "train" for test in tested]))
    return replace(collection, frame=frame, facts=(*collection.facts, "recordings 0 to 4 of each digit and speaker are the test"))


SOUNDS = (
    Entry(
        "fsdd",
        "3,000 spoken digits by six speakers, 8 kHz in mono, split 2,700/300 by the number of the recording",
        "Z. Jackson and others, 2016 to 2020",
        "CC BY-SA 4.0",
        _DIGITS,
        (),
        collect=_spoken_digits,
        folders=(Folder("fsdd", _DIGITS, "469d1528bcce9ade3874b9e6e58c64183dfeae7d205a86c6b3afcca0b08cb732", "recordings/*.wav"),),
    ),
)
