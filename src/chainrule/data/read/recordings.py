"""One recording: its length and rate without decoding it, and its samples."""

from dataclasses import dataclass
from importlib.util import find_spec
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from chainrule.errors import DataError

AUDIO_ENDINGS = (".wav", ".flac", ".mp3", ".ogg", ".aiff", ".aif")

if find_spec("soundfile"):
    import soundfile
else:
    soundfile = None


@dataclass(frozen=True)
class SoundHeader:
    """What a recording's file says of itself.

    Args:
        frames: samples of each channel.
        rate: samples in a second.
        channels: 1 for mono, 2 for stereo.
    """

    frames: int
    rate: int
    channels: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.frames / self.rate


def read_sound_header(path: str | Path) -> SoundHeader:
    """Return a recording's length, rate and channels; its samples are not decoded.

    Raises:
        DataError: a file that is no recording; the extra "sounds" is not installed.
    """
    library = _library()
    try:
        info = library.info(str(path))
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error
    return SoundHeader(info.frames, info.samplerate, info.channels)


def read_sound(path: str | Path, rate: int | None = None) -> NDArray[np.float32]:  # (samples,)
    """Return a recording's samples between -1 and 1, its channels averaged.

    Args:
        path: the file: WAV, FLAC, MP3, OGG, AIFF.
        rate: the samples in a second that are wanted; None for its own.

    Raises:
        DataError: a file that is no recording, is damaged, holds no samples, or samples that are no numbers; the extra "sounds" is
            not installed.
    """
    library = _library()
    try:
        samples, own = library.read(str(path), dtype="float32", always_2d=True)
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not len(samples):
        raise DataError(f"{path}: the recording holds no samples.")
    if not np.isfinite(samples).all():
        raise DataError(f"{path}: the recording holds samples that are no finite numbers.")
    return resampled(samples.mean(axis=1, dtype=np.float32), int(own), rate or int(own))


def resampled(samples: NDArray[np.float32], own: int, rate: int) -> NDArray[np.float32]:
    """Return samples at another rate, by a polyphase filter that leaves out what the new rate cannot carry.

    Source:
        scipy.signal.resample_poly, with its Kaiser window of 5.0.

    Example:
        >>> len(resampled(np.zeros(8000, np.float32), 8000, 16000))
        16000
    """
    if own == rate:
        return samples
    common = gcd(own, rate)
    return scipy.signal.resample_poly(samples, rate // common, own // common).astype(np.float32)


def _library() -> Any:
    if soundfile is None:
        raise DataError("Reading recordings needs the package soundfile: pip install 'chainrule[sounds]'.")
    return soundfile


def _unreadable(path: str | Path, error: Exception) -> DataError:
    met = str(error).removeprefix(f"Error opening {str(path)!r}: ").rstrip(".") if Path(path).exists() else "there is no such file"
    return DataError(f"{path}: this cannot be read as a recording: {met}.")
