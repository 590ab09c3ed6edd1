"""Sounds that are nearly the same, and sounds that are silent or clipped."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainrule.counting import counted
from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.equal import Rows, near_vectors
from chainrule.data.checks.issue import Issue, name_rows
from chainrule.errors import DataError

TIMES, BANDS = 16, 16  # of the summary that is compared
RADIUS = 0.1  # between summaries of mean 0 and length 1: a correlation of 0.995
SILENT = 1e-3  # of full scale, -60 dB: the loudness (root mean square) below which a sound is silent
FULL = 0.999  # of full scale, at which a sample counts as clipped
CLIPPED = 1e-3  # share of samples at full scale from which on a sound is clipped

Sounds: TypeAlias = NDArray[Any] | Sequence[NDArray[Any]]

_FRAME = 256  # samples of a short-time spectrum; shorter sounds are filled up with silence
_FLOOR = 1e-6  # of the loudest place, added to each: what is softer by 60 dB does not count


def near_sounds(sounds: Sounds, radius: float = RADIUS) -> list[Rows]:
    """Return the groups of sounds that are nearly the same, whatever their loudness.

    Each sound becomes a summary: the logarithm of its energy in 16 spans of time and 16 bands of frequency, as wide as the ear's (the mel
    scale), of mean 0 and length 1. Two are nearly the same where these differ by at most `radius`. All must have one sample rate.

    Args:
        sounds: samples of each, of shape (samples,) or (samples, channels).
        radius: the largest distance.

    Returns:
        Groups of two or more rows, each ascending. Silent sounds are left out: `silent_or_clipped` lists them.

    Raises:
        DataError: an array that is no sound.

    Example:
        >>> noise = np.random.default_rng(0).normal(size=(3, 4000)) * np.linspace(0, 0.3, 4000)
        >>> [group.tolist() for group in near_sounds([*noise, 0.5 * noise[1]])]
        [[1, 3]]
    """
    mono = [_mono(sound, row) for row, sound in enumerate(sounds)]
    heard = np.array([row for row, samples in enumerate(mono) if _loudness(samples) > SILENT], np.int64)
    if not len(heard):
        return []
    vectors = np.stack([_summary(mono[row]) for row in heard])
    vectors -= vectors.mean(axis=1, keepdims=True)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return [heard[group] for group in near_vectors(vectors.astype(np.float32), radius)]


def silent_or_clipped(sounds: Sounds) -> list[Issue]:
    """Return issues for sounds that are empty or silent (below -60 dB), and for those that are cut off at full scale.

    Args:
        sounds: samples of each: whole numbers, whose full scale is their dtype's, or fractions, whose full scale is 1.
    """
    mono = [_mono(sound, row) for row, sound in enumerate(sounds)]
    silent = tuple(row for row, samples in enumerate(mono) if _loudness(samples) <= SILENT)
    clipped = tuple(row for row, samples in enumerate(mono) if len(samples) and (np.abs(samples) >= FULL).mean() >= CLIPPED)
    issues: list[Issue] = []
    if silent:
        message = f"{counted(len(silent), 'sound is', 'sounds are')} silent (below -60 dB): {name_rows(silent)}."
        issues.append(Issue("silent sound", "warning", message, silent, (), len(silent), "Listen to them; leave out what holds nothing."))
    if clipped:
        message = f"{counted(len(clipped), 'sound is', 'sounds are')} clipped, cut off at full scale: {name_rows(clipped)}."
        issues.append(
            Issue("clipped sound", "note", message, clipped, (), len(clipped), "Record with less gain, or leave them as they are.")
        )
    return issues


class SilentOrClipped(Check):
    """Sounds in which there is nothing to hear, or that are cut off at full scale."""

    name = "silent or clipped sound"
    examines = ("audio",)
    rank = 50

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        for sounds in data.arrays(self).values():
            yield from silent_or_clipped(sounds)


def _mono(sound: NDArray[Any], row: int) -> NDArray[np.float64]:
    if sound.ndim not in (1, 2) or sound.dtype.kind not in "fiu":
        raise DataError(f"row {row}: a sound must be numbers of shape (samples,) or (samples, channels). Got {sound.dtype} {sound.shape}.")
    samples = sound.astype(np.float64)
    if sound.dtype.kind == "u":
        samples -= np.iinfo(sound.dtype).max // 2 + 1
    if sound.dtype.kind in "iu":
        samples /= np.iinfo(np.dtype(f"i{sound.dtype.itemsize}")).max
    return samples if samples.ndim == 1 else samples.mean(axis=1)


def _loudness(samples: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0


def _summary(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    filled = np.pad(samples, (0, max(0, _FRAME * 2 - len(samples))))
    step = max(1, min(_FRAME // 2, (len(filled) - _FRAME) // TIMES))
    frames = np.lib.stride_tricks.sliding_window_view(filled, _FRAME)[::step] * np.hanning(_FRAME)
    spectrum = np.square(np.abs(np.fft.rfft(frames))).T  # (frequencies, frames)
    edges = _mel_edges(len(spectrum))
    energy = np.add.reduceat(spectrum, edges, axis=0)  # (BANDS, frames)
    spans = np.linspace(0, energy.shape[1], TIMES + 1).astype(np.int64)[:-1]
    energy = np.add.reduceat(energy, spans, axis=1)
    return np.log(energy + _FLOOR * energy.max()).reshape(-1)


def _mel_edges(bins: int) -> NDArray[np.int64]:
    """Return where each band begins: evenly on the mel scale of 8 kHz, each at least one bin wide."""
    highest = 2595 * np.log10(1 + 4000 / 700)
    frequencies = 700 * (10 ** (np.linspace(0, highest, BANDS + 1)[:-1] / 2595) - 1)
    return np.maximum(np.round(frequencies / 4000 * bins).astype(np.int64), np.arange(BANDS))
