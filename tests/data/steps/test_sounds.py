"""Steps on sounds, against SciPy, librosa where it is installed, and hand-computed values."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from chainrule.data import MFCC, At, LogMel, PadOrCrop, ReadSound, Spectrogram, TrimSilence
from chainrule.data.steps.sounds import as_sounds, mel_filters, power
from chainrule.errors import ArgumentError, DataError

RATE = 8000
NOISE = np.random.default_rng(0).normal(size=(3, 4000)).astype(np.float32)


def at() -> At:
    return At("sound", known={"rate": RATE})


def test_power_is_scipy_s():
    window = signal.get_window("hann", 200)
    _, _, found = signal.stft(NOISE, RATE, window, 200, 120, 256, boundary=None, padded=False, scaling="spectrum")
    theirs = np.abs(found * window.sum()).swapaxes(1, 2) ** 2
    assert power(NOISE, 200, 80) == pytest.approx(theirs, rel=1e-4, abs=1e-4)


def test_mel_bands_are_librosa_s():
    librosa = pytest.importorskip("librosa")
    theirs = librosa.filters.mel(sr=RATE, n_fft=256, n_mels=40, fmin=20, fmax=RATE / 2, htk=True, norm=None)
    assert mel_filters(RATE, 256, 40, 20.0) == pytest.approx(theirs, abs=1e-6)


def test_log_mel_and_cepstra_are_librosa_s():
    librosa = pytest.importorskip("librosa")
    options = {"sr": RATE, "n_fft": 256, "win_length": 200, "hop_length": 80, "center": False}
    mel = librosa.feature.melspectrogram(y=_shifted(NOISE), n_mels=40, fmin=20, htk=True, norm=None, **options)
    ours = LogMel().fit(NOISE, at()).apply(NOISE, at())
    theirs = np.log(np.maximum(mel, 1e-8)).swapaxes(1, 2)
    assert ours[:, : theirs.shape[1]] == pytest.approx(theirs[:, : ours.shape[1]], abs=2e-3)
    cepstra = librosa.feature.mfcc(S=ours.swapaxes(1, 2), n_mfcc=13, norm="ortho")
    assert MFCC().fit(NOISE, at()).apply(NOISE, at()) == pytest.approx(cepstra.swapaxes(1, 2), abs=1e-3)


def _shifted(sounds):
    """Return sounds 28 samples later: librosa lays a window of 200 samples in the middle of its 256, we at the beginning."""
    return np.pad(sounds, ((0, 0), (28, 28)))


def test_resampling_keeps_a_tone(tmp_path):
    soundfile = pytest.importorskip("soundfile")
    wave = np.sin(2 * np.pi * 500 * np.arange(22050) / 22050)
    soundfile.write(tmp_path / "a.wav", wave, 22050)
    step = ReadSound(RATE).fit(pl.Series([str(tmp_path / "a.wav")]), At("sound"))
    (found,) = step.apply(pl.Series([str(tmp_path / "a.wav")]), At("sound"))
    assert len(found) == RATE
    expected = np.sin(2 * np.pi * 500 * np.arange(RATE) / RATE)
    assert found[100:-100] == pytest.approx(expected[100:-100], abs=5e-3)


@settings(max_examples=40, deadline=None)
@given(before=st.integers(0, 20), heard=st.integers(1, 20), after=st.integers(0, 20))
def test_silence_at_the_ends_is_trimmed(before, heard, after):
    size = RATE // 100
    sound = np.concatenate([np.zeros(before * size), np.full(heard * size, 0.5), np.full(after * size, 0.001)]).astype(np.float32)
    (trimmed,) = TrimSilence(40.0).apply(as_sounds([sound]), at())
    assert np.array_equal(trimmed, np.full(heard * size, 0.5, np.float32))


def test_a_silent_sound_is_not_trimmed_to_nothing():
    (trimmed,) = TrimSilence().apply(as_sounds([np.zeros(300, np.float32)]), at())
    assert len(trimmed) == 300


@settings(max_examples=40, deadline=None)
@given(length=st.integers(1, 30), wanted=st.integers(1, 30), align=st.sampled_from(["start", "center", "end"]))
def test_all_sounds_become_of_one_length(length, wanted, align):
    sound = np.arange(1, length + 1, dtype=np.float32)
    (fitted,) = PadOrCrop(wanted / RATE, align).apply(as_sounds([sound]), at())
    kept = fitted[fitted > 0]
    assert (len(fitted), len(kept)) == (wanted, min(length, wanted))
    assert (np.diff(kept) == 1).all()
    expected = {"start": 1, "end": max(1, length - wanted + 1), "center": max(0, (length - wanted) // 2) + 1}[align]
    assert kept[0] == expected


def test_the_length_is_what_most_of_training_has():
    sounds = as_sounds([np.ones(size, np.float32) for size in [*range(100, 195), *[9000] * 5]])
    step = PadOrCrop(share=0.9).fit(sounds, at())
    assert step.seconds == pytest.approx(190 / RATE, abs=1.5 / RATE)


def test_a_sound_does_not_depend_on_those_beside_it():
    many = np.random.default_rng(1).normal(size=(300, 800)).astype(np.float32)
    step = LogMel(rate=RATE)
    assert np.array_equal(step.apply(many, at())[[7, 290]], step.apply(many[[7, 290]], at()))


@pytest.mark.parametrize(
    ("step", "values", "error", "message"),
    [
        (TrimSilence(), pl.Series(["a.wav"]), DataError, "Put a ReadSound before"),
        (Spectrogram(), as_sounds([NOISE[0], NOISE[0, :9]]), DataError, "Put a PadOrCrop before Spectrogram"),
        (LogMel(highest=5000.0), NOISE, ArgumentError, "between 0 and 4000 Hz"),
        (PadOrCrop(), NOISE, ArgumentError, "use the step that fit returns"),
        (LogMel(), np.zeros((2, 3, 4)), DataError, r"each sound must have shape \(samples,\)"),
    ],
)
def test_what_does_not_fit_is_refused(step, values, error, message):
    with pytest.raises(error, match=message):
        step.apply(values, at())


def test_a_rate_that_is_not_known_is_asked_for():
    with pytest.raises(DataError, match=r"Put ReadSound\(rate=...\) before"):
        LogMel().fit(NOISE, At("sound"))
