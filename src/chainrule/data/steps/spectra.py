"""Spectra of sounds over time: short-time Fourier transform, mel bands, cepstra."""

from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
import scipy
from numpy.typing import NDArray

from chainrule.arguments import NotNegative, Positive, PositiveCount
from chainrule.data.kind import Values
from chainrule.data.steps.sounds import rate_of, sounds_of
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At
from chainrule.errors import ArgumentError, DataError

_AUDIO: frozenset[str] = frozenset({"audio"})
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
