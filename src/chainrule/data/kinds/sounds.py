"""Columns of sounds."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.checks.sounds import SILENT, near_sounds
from chainrule.data.kind import Kind
from chainrule.data.read.recordings import AUDIO_ENDINGS, read_sound
from chainrule.data.steps.scaling import Standardize
from chainrule.data.steps.sounds import LogMel, PadOrCrop, ReadSound, TrimSilence


class Audio(Kind):
    """A recording in each row: the path of its file, or its samples between -1 and 1."""

    plural = "sounds"
    rank = 60
    steps = (ReadSound(), TrimSilence(), PadOrCrop(), LogMel(), Standardize())
    can_be_target = False
    endings = AUDIO_ENDINGS
    by_path = True
    column = "sound"
    example = "recording.wav"
    takes_arrays = True

    def read(self, path: str) -> NDArray[np.float32]:
        return read_sound(path)

    def near_copies(self, values: Any) -> list[NDArray[np.int64]] | None:
        return None if isinstance(values, pl.Series) else near_sounds(values)

    def emptiness(self, value: Any) -> str | None:
        loudness = np.sqrt(np.mean(np.asarray(value, np.float64) ** 2))
        return "the recording is silent" if loudness < SILENT else None
