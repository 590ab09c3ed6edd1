"""Small data sets in the form of real ones, for tests that run also where the real ones are not at hand: all drawn from a fixed seed."""

from pathlib import Path

import numpy as np
import soundfile

RATE = 8000  # samples a second
_SPAM = ("free", "prize", "claim", "call", "now", "cash", "winner", "urgent", "offer", "win", "reward")
_HAM = ("ok", "see", "you", "later", "at", "home", "soon", "love", "dinner", "tomorrow", "work", "sorry")
_FORMANTS = {"0": (400, 900), "1": (650, 1200), "2": (300, 2100), "3": (500, 1700)}  # Hz, of four words unlike each other


def write_messages(path: Path, rows: int = 240) -> Path:
    """Write messages as the SMS spam collection has them: a label, a tab, a text; an eighth is spam."""
    random = np.random.default_rng(3)
    lines: list[str] = []
    for row in range(rows):
        words, other = (_SPAM, _HAM) if row % 8 == 0 else (_HAM, _SPAM)
        chosen = [*random.choice(words, random.integers(6, 12)), *random.choice(other, 1)]
        lines.append(f"{'spam' if row % 8 == 0 else 'ham'}\t{' '.join(random.permutation(chosen))}{'!' if row % 8 == 0 else '.'}")
    path.write_text("\n".join(lines) + "\n")
    return path


def write_concrete(path: Path, rows: int = 200) -> Path:
    """Write a table of mixtures and their strength, some rows of it twice, as the concrete data have them."""
    random = np.random.default_rng(4)
    cement, water, age = random.uniform(100, 540, rows), random.uniform(120, 250, rows), random.integers(1, 365, rows)
    strength = 20 + 0.1 * cement - 0.15 * water + 6 * np.log(age) + random.normal(0, 2, rows)
    lines = [f"{c:.1f},{w:.1f},{a},{s:.2f}" for c, w, a, s in zip(cement, water, age, strength, strict=True)]
    path.write_text("\n".join(["cement,water,age,strength", *lines, *lines[:: rows // 20]]) + "\n")
    return path


def write_spoken_digits(folder: Path, takes: int = 21) -> Path:
    """Write words of two resonances each, by two speakers of different pitch, named as the free spoken digits are."""
    random = np.random.default_rng(5)
    time = np.arange(int(0.45 * RATE)) / RATE
    for speaker, pitch in (("george", 110.0), ("jackson", 150.0)):
        for digit, formants in _FORMANTS.items():
            for take in range(takes):
                hertz = pitch * random.uniform(0.95, 1.05)
                harmonics = hertz * np.arange(1, int(RATE / 2 / hertz))
                strength = sum(np.exp(-0.5 * ((harmonics - formant) / 120) ** 2) for formant in formants) + 0.01
                sound = (strength[:, None] * np.sin(2 * np.pi * harmonics[:, None] * time)).sum(0) * np.hanning(len(time))
                sound += 0.01 * random.standard_normal(len(time))
                soundfile.write(folder / f"{digit}_{speaker}_{take}.wav", 0.5 * sound / np.abs(sound).max(), RATE, subtype="PCM_16")
    return folder
