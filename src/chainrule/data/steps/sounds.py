"""Sounds: read from their files at one rate, trimmed, brought to one length, and their spectra over time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray

from chainrule.arguments import NotNegative, Number, Positive, PositiveCount
from chainrule.counting import counted
from chainrule.data.kind import Values
from chainrule.data.machine import in_threads
from chainrule.data.read.recordings import read_sound, read_sound_header
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At, paths_of
from chainrule.errors import ArgumentError, DataError

RATE = "rate"  # what steps on sounds leave for those after them: samples in a second
_AUDIO: frozenset[str] = frozenset({"audio"})
_SHOWN = 4  # rates that are named
_TRIM_FRAME = 0.01  # seconds of which the loudness is judged as one


class ReadSound(ColumnStep):
    """Read recordings from their files, at one sample rate and in mono: for each an array of samples between -1 and 1.

    Where recordings have several rates, those of others are resampled (see `scipy.signal.resample_poly`), and counted.

    Args:
        rate: samples in a second; None for the most frequent of training; learned.
        met: how many training recordings had which rate and channels; learned.

    Raises:
        DataError: a recording that cannot be read.

    Example:
        >>> import tempfile, soundfile
        >>> path = tempfile.mkdtemp() + "/a.wav"
        >>> soundfile.write(path, np.zeros((800, 2)), 8000)
        >>> step = ReadSound().fit(pl.Series([path]))
        >>> step.rate, step.transform(pl.Series([path]))[0].shape
        (8000, (800,))
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = _AUDIO

    rate: PositiveCount | None = None
    met: Sequence[str] = ()

    def learn(self, values: Values, at: At) -> Self:
        if isinstance(values, np.ndarray):
            return self
        headers = in_threads(read_sound_header, paths_of(values, at))
        rates = Counter(header.rate for header in headers).most_common()
        kinds = Counter((header.rate, header.channels) for header in headers).most_common()
        met = [f"{count:,} of {rate} Hz in {counted(channels, 'channel')}" for (rate, channels), count in kinds]
        return replace(self, rate=self.rate or rates[0][0], met=met)

    def apply(self, values: Values, at: At) -> NDArray[Any]:
        if self.rate is not None:
            at.known[RATE] = self.rate
        if isinstance(values, np.ndarray):
            return values
        return as_sounds(in_threads(partial(read_sound, rate=self.rate), paths_of(values, at)))

    def describe(self) -> str:
        if self.rate is None:
            return "recordings in mono, at one rate"
        return f"{self.rate} Hz, mono" + (f": {self._met}" if len(self.met) > 1 else "")

    def remark(self) -> str | None:
        return f"the sounds differ ({self._met}); all became {self.rate} Hz, mono" if len(self.met) > 1 else None

    @property
    def _met(self) -> str:
        return ", ".join(self.met[:_SHOWN]) + (", ..." if len(self.met) > _SHOWN else "")


class TrimSilence(ColumnStep):
    """Leave out what is silent at the beginning and at the end of each sound: 10 ms at a time, softer than its loudest by so much.

    Args:
        decibels: below the loudest 10 ms of the sound, from which on a stretch is silent.

    Example:
        >>> at = At("sound", known={"rate": 1000})
        >>> sound = np.concatenate([np.zeros(50), np.ones(20), np.zeros(30)]).astype(np.float32)
        >>> TrimSilence().transform(as_sounds([sound]), at)[0].shape
        (20,)
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = _AUDIO

    decibels: Positive = 40.0

    def apply(self, values: Values, at: At) -> NDArray[Any]:
        size = max(1, round(_TRIM_FRAME * rate_of(at, None)))
        return as_sounds([self._trimmed(sound, size) for sound in sounds_of(values, at)])

    def _trimmed(self, sound: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        frames = np.pad(sound, (0, -len(sound) % size)).reshape(-1, size)
        power = np.mean(frames.astype(np.float64) ** 2, axis=1)
        heard = np.flatnonzero(power > power.max() * 10 ** (-self.decibels / 10))
        return sound[heard[0] * size : (heard[-1] + 1) * size] if len(heard) else sound

    def describe(self) -> str:
        return f"silence at both ends is left out ({self.decibels:g} dB below the loudest)"


class PadOrCrop(ColumnStep):
    """All sounds to one length: shorter ones are filled up with silence, longer ones are cut.

    Args:
        seconds: of each sound; None for what `share` of the training sounds do not exceed; learned.
        align: what stays at its place: "start" (filled up and cut at the end), "center" or "end".
        share: of training sounds that are not to be cut.

    Example:
        >>> at = At("sound", known={"rate": 4})
        >>> PadOrCrop(1.0).transform(as_sounds([np.ones(2, np.float32), np.ones(6, np.float32)]), at).tolist()
        [[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = _AUDIO

    seconds: Positive | None = None
    align: Literal["start", "center", "end"] = "start"
    share: Annotated[float, Number(0, 1, above=True)] = 0.95

    def learn(self, values: Values, at: At) -> Self:
        if self.seconds is not None:
            return self
        lengths = [len(sound) for sound in sounds_of(values, at)]
        return replace(self, seconds=float(np.quantile(lengths, self.share, method="higher")) / rate_of(at, None))

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:  # (sounds, samples)
        if self.seconds is None:
            raise self.not_fitted()
        sounds = sounds_of(values, at)
        size = max(1, round(self.seconds * rate_of(at, None)))
        fitted = np.zeros((len(sounds), size), np.float32)
        for row, sound in enumerate(sounds):
            surplus = len(sound) - size
            shift = {"start": 0, "center": surplus // 2, "end": surplus}[self.align]
            cut = sound[max(shift, 0) : max(shift, 0) + size]
            fitted[row, max(-shift, 0) : max(-shift, 0) + len(cut)] = cut
        return fitted

    def describe(self) -> str:
        return f"each {self.seconds:.3g} s long" if self.seconds is not None else "all of one length"


def as_sounds(sounds: Sequence[NDArray[np.float32]]) -> NDArray[Any]:  # (sounds,) of arrays
    """Return sounds of several lengths as one column."""
    column = np.empty(len(sounds), object)
    column[:] = sounds
    return column


def sounds_of(values: Values, at: At) -> list[NDArray[np.float32]]:
    """Return a column's sounds, each of shape (samples,).

    Raises:
        DataError: paths that no `ReadSound` has read, or arrays that hold no sounds.
    """
    if isinstance(values, pl.Series):
        raise DataError(f"Column {at.column!r}: its files are not read yet. Put a ReadSound before this step.")
    if any(np.ndim(sound) != 1 for sound in values):
        raise DataError(f"Column {at.column!r}: each sound must have shape (samples,). Got {np.shape(values[0])} instead.")
    return list(values)


def rate_of(at: At, own: int | None) -> int:
    """Return the samples in a second: a step's own, else what `ReadSound` has left.

    Raises:
        DataError: neither is known.
    """
    rate = own or at.known.get(RATE)
    if rate is None:
        raise DataError(f"Column {at.column!r}: the sample rate of its sounds is not known. Put ReadSound(rate=...) before this step.")
    return int(rate)


_BLOCK = 256  # sounds that are transformed at once
FLOOR = 1e-8  # of power, below which it is all one silence


class Frames(ColumnStep, abstract=True):
    """A step from sounds of one length to short stretches of them, a Hann window on each.

    Args:
        window: seconds in a stretch.
        step: seconds from one stretch to the next.
        rate: samples in a second; None for what `ReadSound` says; learned.
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = _AUDIO

    window: Positive = 0.025
    step: Positive = 0.01
    rate: PositiveCount | None = None

    def learn(self, values: Values, at: At) -> Self:
        return replace(self, rate=rate_of(at, self.rate))

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:  # (sounds, stretches, features)
        rate, sounds = rate_of(at, self.rate), sounds_of(values, at)
        if len({len(sound) for sound in sounds}) > 1:
            raise DataError(f"Column {at.column!r}: its sounds have several lengths. Put a PadOrCrop before {type(self).__name__}.")
        size = max(2, round(self.window * rate))
        blocks = [np.stack(sounds[start : start + _BLOCK]) for start in range(0, len(sounds), _BLOCK)]
        blocks = blocks or [np.zeros((0, np.shape(values)[-1]), np.float32)]
        return np.concatenate([self.features(power(block, size, max(1, round(self.step * rate))), rate) for block in blocks])

    def features(self, spectrum: NDArray[np.float64], rate: int) -> NDArray[np.float32]:
        """Return the features of a stretch, from its power at each frequency, of shape (sounds, stretches, frequencies)."""
        raise NotImplementedError


class Spectrogram(Frames):
    """The power of each frequency over time: P[t, k] = |Σₙ w[n] x[t · step + n] exp(-2πi k n / N)|², w a periodic Hann window.

    N is the least power of two that holds a window.

    Args:
        window: seconds in a stretch.
        step: seconds from one stretch to the next.
        rate: samples in a second; None for what `ReadSound` says; learned.
        logarithm: whether its natural logarithm is given, of what is not below 1e-8.

    Source:
        Allen and Rabiner (1977), A unified approach to short-time Fourier analysis and synthesis.

    Example:
        >>> tone = np.sin(2 * np.pi * 1000 * np.arange(800) / 8000).astype(np.float32)
        >>> spectrum = Spectrogram(rate=8000).transform(tone[None])
        >>> spectrum.shape, int(spectrum[0, 0].argmax()) * 8000 / 256
        ((1, 8, 129), 1000.0)
    """

    logarithm: bool = True

    def features(self, spectrum: NDArray[np.float64], rate: int) -> NDArray[np.float32]:
        return (np.log(np.maximum(spectrum, FLOOR)) if self.logarithm else spectrum).astype(np.float32)

    def describe(self) -> str:
        return f"power of each frequency, every {1000 * self.step:g} ms"


class LogMel(Frames):
    """The logarithm of the energy in bands as wide as the ear's, over time: L[t, b] = log max(Σₖ M[b, k] P[t, k], 1e-8).

    P is the power of `Spectrogram`, M a triangle for each band: the bands' edges lie evenly on the mel scale,
    mel(f) = 2595 log₁₀(1 + f / 700), between `lowest` and `highest`.

    Args:
        window: seconds in a stretch.
        step: seconds from one stretch to the next.
        rate: samples in a second; None for what `ReadSound` says; learned.
        bands: how many.
        lowest: in Hz.
        highest: in Hz; None for half the rate.

    Source:
        Stevens, Volkmann and Newman (1937), for the scale; Davis and Mermelstein (1980), for the bands; the formula and the height of
        the triangles are those of the HTK book, section 5.4.

    Example:
        >>> noise = np.random.default_rng(0).normal(size=(2, 4000)).astype(np.float32)
        >>> LogMel(rate=8000).transform(noise).shape
        (2, 48, 40)
    """

    bands: PositiveCount = 40
    lowest: NotNegative = 20.0
    highest: Positive | None = None

    def features(self, spectrum: NDArray[np.float64], rate: int) -> NDArray[np.float32]:
        filters = mel_filters(rate, 2 * (spectrum.shape[-1] - 1), self.bands, self.lowest, self.highest)
        return np.log(np.maximum(spectrum @ filters.T, FLOOR)).astype(np.float32)

    def describe(self) -> str:
        return f"log energy in {self.bands} mel bands, every {1000 * self.step:g} ms"


class MFCC(LogMel):
    """Mel-frequency cepstral coefficients: the first of the cosine transform (DCT-II, orthonormal) of each stretch's `LogMel`.

    C[t, c] = s(c) Σ_b L[t, b] cos(π c (b + 1/2) / B), with s(0) = √(1/B) and s(c) = √(2/B).

    Args:
        window: seconds in a stretch.
        step: seconds from one stretch to the next.
        rate: samples in a second; None for what `ReadSound` says; learned.
        bands: B, how many bands the cosine transform is taken of.
        lowest: in Hz.
        highest: in Hz; None for half the rate.
        coefficients: how many are kept.

    Source:
        Davis and Mermelstein (1980), Comparison of parametric representations for monosyllabic word recognition.

    Example:
        >>> noise = np.random.default_rng(0).normal(size=(2, 4000)).astype(np.float32)
        >>> MFCC(rate=8000).transform(noise).shape
        (2, 48, 13)
    """

    coefficients: PositiveCount = 13

    def features(self, spectrum: NDArray[np.float64], rate: int) -> NDArray[np.float32]:
        cepstra = np.asarray(scipy.fft.dct(super().features(spectrum, rate), norm="ortho", axis=-1))
        return cepstra[..., : self.coefficients]

    def describe(self) -> str:
        return f"{self.coefficients} mel-frequency cepstral coefficients, every {1000 * self.step:g} ms"


def power(sounds: NDArray[np.float32], size: int, step: int) -> NDArray[np.float64]:  # (sounds, stretches, frequencies)
    """Return the power of each frequency in each stretch of `size` samples, of sounds of shape (sounds, samples)."""
    sounds = np.pad(sounds, ((0, 0), (0, max(size - sounds.shape[1], 0))))
    frames = np.lib.stride_tricks.sliding_window_view(sounds, size, axis=1)[:, ::step]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    spectrum = np.fft.rfft(frames * hann, 1 << (size - 1).bit_length())
    return spectrum.real**2 + spectrum.imag**2


def mel_filters(rate: int, size: int, bands: int, lowest: float = 0.0, highest: float | None = None) -> NDArray[np.float64]:
    """Return the triangles of the mel bands, of height 1, of shape (bands, size // 2 + 1).

    Args:
        rate: samples in a second.
        size: of the Fourier transform, in samples.
        bands: how many.
        lowest: in Hz.
        highest: in Hz; None for half the rate.

    Raises:
        ArgumentError: frequencies that the rate does not carry.
    """
    highest = rate / 2 if highest is None else highest
    if not 0 <= lowest < highest <= rate / 2:
        raise ArgumentError(f"Mel bands must lie between 0 and {rate / 2:g} Hz, half the rate. Got {lowest:g} to {highest:g} Hz.")
    first, last = 2595 * np.log10(1 + np.array([lowest, highest]) / 700)
    edges = 700 * (10 ** (np.linspace(first, last, bands + 2) / 2595) - 1)
    frequencies = np.arange(size // 2 + 1) * rate / size
    rising = (frequencies - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - frequencies) / np.diff(edges)[1:, None]
    return np.maximum(np.minimum(rising, falling), 0.0)
