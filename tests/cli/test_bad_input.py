"""What people get wrong, and what is told them: a message that names the place, no traceback, and an exit code."""

import errno
import gzip
import os
from pathlib import Path

import pytest


def told(result) -> str:
    """Return the message on one line; there must be one, and no traceback."""
    assert result.exit_code in (1, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output and "Error: " in result.output
    return " ".join(result.output.partition("Error: ")[2].split())


def lines_of(place) -> list[str]:
    return place.trees.read_text().splitlines()


TABLES = {  # how the lines of a good table are spoilt, and what must be said
    "ragged": (
        lambda lines: [*lines[:9], lines[9] + ",extra", *lines[10:]],
        "t.csv, line 10: a row must have as many fields as the others, 3",
    ),
    "mixed": (lambda lines: [*lines[:9], "tall,rough,oak", *lines[10:]], "Column 'height', line 10: 'tall' is not a number"),
    "constant": (lambda lines: [lines[0], *(line[: line.rindex(",")] + ",oak" for line in lines[1:])], "the target, is 'oak' in every row"),
    "few": (lambda lines: lines[:8], "7 rows with a target are too few"),
    "header alone": (lambda lines: lines[:1], "a header and no rows"),
    "empty": (lambda lines: [], "the file is empty"),
    "two of a name": (lambda lines: ["height,height,kind", *lines[1:]], "columns 1 and 2 are both named 'height'"),
}


@pytest.mark.parametrize("case", TABLES)
def test_tables(command, place, tmp_path: Path, case: str) -> None:
    spoil, expected = TABLES[case]
    (tmp_path / "t.csv").write_text("\n".join(spoil(lines_of(place))))
    result = command("learn", tmp_path / "t.csv", "--target", "kind", "--runs", tmp_path / "runs")
    assert expected in told(result) and result.exit_code == 2
    assert not (tmp_path / "runs").exists()


def test_a_gzip_file_that_is_cut_off(command, place, tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(place.trees.read_bytes())[:-40])
    assert "t.csv.gz: the gzip file is cut off" in told(command("learn", tmp_path / "t.csv.gz"))


def test_a_class_that_is_rare_stays_in_training(command, place, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\n".join([*lines_of(place), "5,rough,ash"]))
    result = command("learn", tmp_path / "t.csv", "--epochs", 1, "--runs", tmp_path / "runs", "--quiet")
    assert result.exit_code == 0 and "with fewer than 5 rows, 'ash' stay in training" in " ".join(result.output.split())


def test_rows_without_a_target_are_left_out_and_counted(command, place, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\n".join([*lines_of(place), "5,rough,", "6,rough,NA"]))
    result = command("learn", tmp_path / "t.csv", "--epochs", 1, "--runs", tmp_path / "runs", "--quiet")
    assert result.exit_code == 0 and "2 rows are left out: missing 'kind'" in result.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["learn", "digit"], "Did you mean 'digits'?"),
        (["learn", "nothing.csv"], "nothing.csv: there is no such file"),
        (["learn", "TREES", "--target", "knid"], "Did you mean 'kind'?"),
        (["learn", "TREES", "--target", "height", "--task", "classification"], "too many to be classes"),
        (["learn", "TREES", "--target", "kind", "--task", "regression"], "is not a number"),
        (["learn", "TREES", "--epochs", "0"], "epochs must be a whole number from 1"),
        (["learn", "TREES", "--layers", "8,x"], "--layers must be whole numbers with commas"),
        (["learn", "TREES", "--layers", "0"], "layers must be whole numbers from 1"),
        (["learn", "TREES", "--optimizer", "adm"], "Did you mean 'adam'?"),
        (["learn", "TREES", "--learning-rate", "-1"], "learning_rate must be above 0"),
        (["learn", "TREES", "--name", "../x"], "--name must be a plain name"),
        (["learn", "TREES", "--name", "trees"], "exists already"),
        (["learn", "digits", "--target", "x"], "The target 'x' is not in the table, whose columns are image, class"),
        (["show", "tree"], "Did you mean 'trees'?"),
        (["predict", "trees", "PRICES"], "The column 'height' is not in the table, whose columns are price, area, rooms"),
        (["predict", "trees", "nothing.csv"], "there is no such file"),
        (["predict", "trees", "x.npy"], "has learned from a table"),
        (["evaluate", "prices", "TREES"], "is not in the table"),
        (["rewind", "trees", "--step", "100000"], "has made steps 0 to"),
        (["rewind", "trees", "--step", "-1"], "has made steps 0 to"),
        (["resume", "trees"], "is finished"),
        (["runs", "--nonsense"], ""),
    ],
)
def test_arguments(command, place, arguments: list[str], expected: str) -> None:
    known = {"TREES": place.trees, "PRICES": place.prices}
    more = [] if arguments[-1] == "--nonsense" else ["--runs", place.runs]
    result = command(*(known.get(argument, argument) for argument in arguments), *more)
    assert result.exit_code == (1 if arguments[0] == "resume" else 2)
    if expected:
        assert expected in told(result)


def test_a_loss_that_is_not_finite(command, place, tmp_path: Path) -> None:
    result = command(
        "learn", place.prices, "--target", "price", "--optimizer", "sgd", "--learning-rate", 1e12, "--runs", tmp_path, "--quiet"
    )
    assert result.exit_code == 1 and "Lower learning_rate" in told(result)


def test_a_missing_value_in_new_rows_counts_as_the_mean(command, place, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("height,bark\n9,\n,rough\n")
    result = command("predict", "trees", tmp_path / "new.csv", "--runs", place.runs)
    assert result.exit_code == 0 and "1 missing, as none was in training" in " ".join(result.output.split())


def test_a_full_disk_leaves_nothing_half_written(command, place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    result = command("learn", place.trees, "--epochs", 1, "--runs", tmp_path / "runs", "--quiet")
    assert "No space left on device" in told(result)
    left = [path.name for path in (tmp_path / "runs").rglob("*") if path.is_file()]
    assert left == []
    answered = command("predict", "trees", place.trees, "--runs", place.runs, "--output", tmp_path / "out.csv")
    assert "No space left on device" in told(answered) and not list(tmp_path.glob("*out.csv*"))


def test_a_disk_that_fills_up_later_leaves_a_run_that_opens(command, place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count, real = iter(range(100)), os.fsync

    def soon_full(descriptor: int) -> None:
        if next(count) >= 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", soon_full)
        failed = command("learn", place.trees, "--epochs", 3, "--runs", tmp_path, "--name", "t", "--quiet")
    assert "No space left on device" in told(failed) and failed.exit_code == 1
    assert not list(tmp_path.rglob("*.part"))
    resumed = command("resume", "t", "--runs", tmp_path, "--quiet")
    assert resumed.exit_code == 0, resumed.output
    whole = command("learn", place.trees, "--epochs", 3, "--runs", tmp_path, "--name", "u", "--quiet")
    assert whole.exit_code == 0
    assert (tmp_path / "t" / "model.safetensors").read_bytes() == (tmp_path / "u" / "model.safetensors").read_bytes()
