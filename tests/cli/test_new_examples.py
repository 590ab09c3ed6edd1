"""From files as they lie on a disk to answers: what a newcomer does, and gets wrong."""

import wave
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

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


def test_several_series_are_predicted_on_the_screen(command, tmp_path: Path) -> None:
    days = np.arange("2020-01-01", "2020-05-30", dtype="datetime64[D]")
    rows = [f"{day},{np.sin(i / 3):.4f},{np.cos(i / 3):.4f}" for i, day in enumerate(days)]
    (tmp_path / "waves.csv").write_text("\n".join(["date,sine,cosine", *rows]))
    runs = ("--runs", tmp_path / "runs")
    learnt = command("learn", tmp_path / "waves.csv", "--forecast", 3, "--epochs", 1, "--quiet", "--name", "waves", *runs)
    assert learnt.exit_code == 0, learnt.output
    result = command("predict", "waves", tmp_path / "waves.csv", *runs)
    assert result.exit_code == 0 and "predicted sine" in plain(result) and "predicted cosine" in plain(result)


def test_the_next_rows_of_each_series_are_on_the_screen(command, tmp_path: Path) -> None:
    days = np.arange("2020-01-01", "2020-05-30", dtype="datetime64[D]")
    rows = [f"{day},{shop},{np.sin(i / 3):.4f}" for shop in ("north", "south") for i, day in enumerate(days)]
    (tmp_path / "shops.csv").write_text("\n".join(["date,shop,sold", *rows, "2020-01-01,new,0.5"]))
    runs = ("--runs", tmp_path / "runs")
    asked = ("--forecast", 2, "--target", "sold", "--group", "shop", "--epochs", 1, "--quiet", "--name", "shops")
    learnt = command("learn", tmp_path / "shops.csv", *asked, *runs)
    assert learnt.exit_code == 0, learnt.output
    assert "within each 'shop'" in " ".join(plain(learnt).split())
    result = command("predict", "shops", tmp_path / "shops.csv", *runs)
    assert result.exit_code == 3 and "shop new: A forecast is made from the last" in plain(result)
    assert all(place in plain(result) for place in ("shop, step", "north, 1", "north, 2", "south, 1", "south, 2"))


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


def told_and_answered(result, broken: int) -> str:
    """Return what was printed, where some examples were broken and the others were answered."""
    said = plain(result)
    assert result.exit_code == 3, said
    assert f"{broken} example{'s' if broken > 1 else ''} could not be used:" in said
    return said


def test_a_broken_image_among_others(command, tmp_path: Path) -> None:
    for kind, grey in (("bright", 220), ("dark", 20)):
        (tmp_path / "greys" / kind).mkdir(parents=True)
        for number in range(12):
            Image.new("L", (8, 8), grey + number).save(tmp_path / "greys" / kind / f"{number}.png")
    runs = ("--runs", tmp_path / "runs")
    learnt = command("learn", tmp_path / "greys", "--epochs", 1, "--quiet", "--name", "greys", *runs)
    assert learnt.exit_code == 0, learnt.output
    (tmp_path / "new").mkdir()
    for number in range(5):
        Image.new("L", (8, 8), 40 * number).save(tmp_path / "new" / f"{number}.png")
    (tmp_path / "new" / "2.png").write_bytes((tmp_path / "new" / "2.png").read_bytes()[:40])
    said = told_and_answered(command("predict", "greys", tmp_path / "new", "--output", tmp_path / "out.csv", *runs), 1)
    assert "2.png: " in said and "file predicted class" in said and "2.png - -" in said
    answers = pl.read_csv(tmp_path / "out.csv")
    assert answers["predicted class"].is_null().to_list() == [False, False, True, False, False]
    alone = command("predict", "greys", tmp_path / "new" / "2.png", *runs)
    assert alone.exit_code == 2 and "2.png" in plain(alone)


def test_bad_rows_of_a_table(command, place, tmp_path: Path) -> None:
    rows = ["height,bark", "9,rough", "tall,rough", "5,smooth,yes", "4,smooth"]
    (tmp_path / "new.csv").write_bytes("\n".join([*rows, '"8",caf\xe9', "8,rough"]).encode("latin-1"))
    more = ("--runs", place.runs, "--output", tmp_path / "out.csv")
    said = told_and_answered(command("predict", "trees", tmp_path / "new.csv", *more), 3)
    assert "new.csv, line 4: a row must have as many fields as the others, 2 like the header (line 1). Met 3." in said
    assert "new.csv, line 6: byte 0xe9 is not utf-8" in said
    assert "line 3: Column 'height': 'tall' is not a number" in said
    assert pl.read_csv(tmp_path / "out.csv")["predicted kind"].to_list() == ["oak", None, "elm", "oak"]


def test_bad_rows_of_json_lines(command, place, tmp_path: Path) -> None:
    (tmp_path / "new.jsonl").write_text('{"height": 9, "bark": "rough"}\n{"height": 9\n[1]\n{"height": [3], "bark": "rough"}\n')
    said = told_and_answered(command("predict", "trees", tmp_path / "new.jsonl", "--runs", place.runs), 3)
    for line, reason in ((2, "this is not JSON"), (3, "each line must be one JSON object"), (4, "a value must be a number")):
        assert f"new.jsonl, line {line}" in said and reason in said


def test_a_table_of_which_no_row_can_be_used(command, place, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("height,bark\n" + "tall,rough\n" * 300)
    result = command("predict", "trees", tmp_path / "new.csv", "--runs", place.runs)
    assert result.exit_code == 2 and "Column 'height', line 2: 'tall' is not a number" in plain(result)
    with pytest.raises(DataError, match=r"line 2: a row must have as many fields as the others, 1 like the header"):
        (tmp_path / "ragged.csv").write_text("height\n1,2\n3,4\n")
        cr.data.collect(tmp_path / "ragged.csv", leave_out=True)


def test_texts_of_which_some_are_in_another_encoding(tmp_path: Path) -> None:
    for kind, said in (("good", b"a fine caf\xc3\xa9"), ("bad", b"a dull caf\xe9"), ("bad", b"a dull one")):
        (tmp_path / kind).mkdir(exist_ok=True)
        (tmp_path / kind / f"{len(said)}.txt").write_bytes(said)
    with pytest.raises(DataError, match="byte 0xe9 is not utf-8"):
        cr.data.collect(tmp_path)
    found = cr.data.collect(tmp_path, leave_out=True)
    assert found.frame["text"].to_list() == ["a dull one", "a fine café"]
    assert [entry.place for entry in found.left_out] == ["bad/11.txt"] and "byte 0xe9 is not utf-8" in found.left_out[0].reason
    (tmp_path / "lines").write_bytes(b"good\ta fine one\nbad\ta dull caf\xe9\nbad\n" + b"good\ta fine one\nbad\ta dull one\n" * 20)
    lines = cr.data.collect(tmp_path / "lines", leave_out=True)
    assert len(lines) == 41 and [entry.place.rpartition(" ")[2] for entry in lines.left_out] == ["2", "3"]


@pytest.mark.parametrize(
    ("names", "more", "said"),
    [
        (("7_anna_{}.png",), (), "--pattern '{class}_{part2}_{part3}' takes '7' for the class of 7_anna_0.png"),
        (("face{}.png",), (), "--pattern '(?P<class>[A-Za-z]+)' takes 'face' for the class of face0.png"),
        (("{}.png",), (), "--pattern '{class}_{index}', though a name such as 0.png does not seem to hold one"),
        (("note-{}.txt",), (), "--pattern '{class}-{part2}' takes 'note' for the class of note-0.txt"),
        (("7_{}.png",), ("--pattern", "{digit}_{index}"), "have the parts digit, index, and none is to be predicted. Call the one that is"),
    ],
)
def test_files_of_which_nothing_says_the_class(command, tmp_path: Path, names, more, said: str) -> None:
    for number in range(24):
        path = tmp_path / names[0].format(number)
        path.write_text(f"text {number}") if path.suffix == ".txt" else Image.new("L", (4, 4), number).save(path)
    result = command("prepare", tmp_path, *more)
    assert result.exit_code == 2 and said in plain(result)


def test_texts_whose_class_stands_in_their_names(command, tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{('dull', 'fine')[number % 2]}-{number}.txt").write_text(f"{('a bore', 'a joy')[number % 2]} {number}")
    result = command("prepare", tmp_path, "--pattern", "{class}-{index}")
    assert result.exit_code == 0 and "class, 2 classes" in plain(result)
