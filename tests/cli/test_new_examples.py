"""From files as they lie on a disk to answers: what a newcomer does, and gets wrong."""

import wave
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DataError


def plain(result) -> str:
    """Return what was printed, on one line; there must be no traceback."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return " ".join(result.output.split())


def write_tone(path: Path, hertz: float, rate: int = 8000) -> None:
    tone = 9000 * np.sin(2 * np.pi * hertz * np.arange(rate // 4) / rate)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(tone.astype("<i2").tobytes())


@pytest.mark.parametrize(
    ("held", "said"), [((), "It is empty."), (("a.csv", "b.json"), "It has a.csv, b.json; for a table, give the file")]
)
def test_a_folder_without_examples(command, tmp_path: Path, held, said: str) -> None:
    for name in held:
        (tmp_path / name).write_text("a,b\n1,2\n")
    result = command("learn", tmp_path)
    assert result.exit_code == 2 and f"must hold images, sounds or files of text, best in a folder for each class. {said}" in plain(result)


def test_several_series_are_foretold_on_the_screen(command, tmp_path: Path) -> None:
    days = np.arange("2020-01-01", "2020-05-30", dtype="datetime64[D]")
    rows = [f"{day},{np.sin(i / 3):.4f},{np.cos(i / 3):.4f}" for i, day in enumerate(days)]
    (tmp_path / "waves.csv").write_text("\n".join(["date,sine,cosine", *rows]))
    runs = ("--runs", tmp_path / "runs")
    learnt = command("learn", tmp_path / "waves.csv", "--forecast", 3, "--epochs", 1, "--quiet", "--name", "waves", *runs)
    assert learnt.exit_code == 0, learnt.output
    result = command("predict", "waves", tmp_path / "waves.csv", *runs)
    assert result.exit_code == 0 and "predicted sine" in plain(result) and "predicted cosine" in plain(result)


def test_sounds_named_by_their_class_are_judged_by_their_names_again(command, tmp_path: Path) -> None:
    (tmp_path / "tones").mkdir()
    for number in range(24):
        write_tone(tmp_path / "tones" / f"{('low', 'high')[number % 2]}_{number}.wav", (300, 1500)[number % 2] + number)
    runs = ("--runs", tmp_path / "runs")
    asked = ("--pattern", "{class}_{index}", "--epochs", 1, "--quiet", "--name", "tones")
    learnt = command("learn", tmp_path / "tones", *asked, *runs)
    assert learnt.exit_code == 0, learnt.output
    judged = command("evaluate", "tones", tmp_path / "tones", *runs)
    assert judged.exit_code == 0 and "24 examples" in plain(judged)


def test_a_text_in_another_encoding(command, tmp_path: Path) -> None:
    lines = [f"{('ham', 'spam')[i % 2]}\t{('see you soon', 'win a prize now')[i % 2]} {'abcdefgh'[i % 8]}" for i in range(60)]
    (tmp_path / "letters").write_text("\n".join(lines))
    (tmp_path / "new.txt").write_bytes("café prize".encode("latin-1"))
    runs = ("--runs", tmp_path / "runs")
    learnt = command("learn", tmp_path / "letters", "--epochs", 1, "--quiet", "--name", "letters", *runs)
    assert learnt.exit_code == 0, learnt.output
    result = command("predict", "letters", tmp_path / "new.txt", *runs)
    assert result.exit_code == 2 and "new.txt, line 1: byte 0xe9 is not utf-8" in plain(result)
    with pytest.raises(DataError, match=r"values of the column 'text' \(text\), or rows of it. Got 5 instead"):
        cr.open_run(tmp_path / "runs" / "letters").model().answer(5)
