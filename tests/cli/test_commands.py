"""Every command, end to end on small tables."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import chainrule as cr
from chainrule.cli import commands

NAMES = [command.__name__ for command in commands.ALL]


@pytest.mark.parametrize("name", NAMES)
def test_help_explains_every_option(command, name) -> None:
    output = command(name, "--help").output
    assert output.startswith(f"Usage: root {name}") or output.startswith("Usage:")
    options = re.findall(r"^  (--[a-z-]+)(.*(?:\n {6,}.*)*)", output, re.MULTILINE)
    assert options and all(len(re.sub(r"<.*?>|\[.*?\]", "", text).split()) >= 3 for _, text in options)


def test_help_lists_the_commands(command) -> None:
    output = command("--help").output
    assert all(re.search(rf"^  {name} +\w", output, re.MULTILINE) for name in NAMES)
    assert command().exit_code == 2 and "Usage" in command().output


def test_the_module_and_its_version() -> None:
    done = subprocess.run([sys.executable, "-m", "chainrule", "--version"], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, f"chainrule {cr.__version__}\n")


def test_classification_end_to_end(command, place) -> None:
    report = (place.folder / "trees.txt").read_text()
    assert "84 for training, 18 for validation, 18 for test" in report
    assert "classification: the target 'kind' holds text" in report and "Confusion matrix" in report
    accuracy = float(re.search(r"accuracy +([\d.]+)%", report).group(1))
    assert accuracy > 85
    assert f"rewind {place.runs / 'trees'} --step 10" in report.replace("\n", " ") or "rewind trees" in report
    notes = cr.open_run(place.runs / "trees").notes
    assert (notes["task"], notes["class_names"], notes["target"]) == ("classification", ["elm", "oak"], "kind")
    assert round(100 * notes["test"]["accuracy"], 2) == accuracy
    assert json.dumps(notes["preparation"])


def test_regression_end_to_end(command, place) -> None:
    report = (place.folder / "prices.txt").read_text()
    assert "regression: the target 'price' holds numbers that are not whole" in report
    figures = cr.open_run(place.runs / "prices").notes["test"]
    assert figures["R²"] > 0.9 and 1000 < figures["MAE"] <= figures["RMSE"] < 60_000  # in the target's own unit
    assert "Furthest from the truth" in report and "line " in report


def test_predictions_of_classes(command, place, tmp_path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("bark,height,owner\nrough,9.5,Ann\nsmooth,4.5,Bob\nfurry,9.0,Ann\n")
    done = command("predict", "trees", new, "--runs", place.runs, "--output", tmp_path / "out.csv")
    assert done.exit_code == 0, done.output
    flat = " ".join(done.output.split())
    assert "1 of 3 values were not met in training and count as other: 'furry'" in flat and "left aside: owner" in flat
    out = pl.read_csv(tmp_path / "out.csv")
    assert out.columns == ["bark", "height", "owner", "predicted kind", "probability", "probability of elm", "probability of oak"]
    assert out["predicted kind"].to_list()[:2] == ["oak", "elm"]
    np.testing.assert_allclose(out["probability of elm"] + out["probability of oak"], 1)


def test_answers_that_stand_in_a_file_already_are_given_anew(command, place, tmp_path) -> None:
    once, again = tmp_path / "once.csv", tmp_path / "again.csv"
    assert command("predict", "trees", place.trees, "--runs", place.runs, "--output", once).exit_code == 0
    done = command("predict", "trees", once, "--runs", place.runs, "--output", again)
    assert done.exit_code == 0, done.output
    assert again.read_text() == once.read_text()


def test_predictions_are_the_models_own(command, place, tmp_path) -> None:
    command("predict", place.runs / "prices", place.prices, "--output", tmp_path / "out.csv")
    run = cr.open_run(place.runs / "prices")
    preparation = cr.data.Preparation.from_config(run.notes["preparation"])
    expected = preparation.inverse_target(run.model().predict(preparation.transform(cr.data.read_table(place.prices)), 256)[:, 0])
    np.testing.assert_allclose(pl.read_csv(tmp_path / "out.csv")["predicted price"], expected, rtol=1e-6)


def test_evaluation(command, place) -> None:
    again = command("evaluate", "trees", "--runs", place.runs)
    kept = cr.open_run(place.runs / "trees").notes["test"]["accuracy"]
    assert again.exit_code == 0 and f"{kept:.2%}" in again.output and "18 examples" in again.output
    whole = command("evaluate", "trees", place.trees, "--runs", place.runs)
    assert whole.exit_code == 0 and "120 examples" in whole.output


def test_the_list_of_runs_and_one_of_them(command, place) -> None:
    listed = command("runs", place.runs).output
    assert re.search(r"trees +trees.csv +finished", listed) and re.search(r"prices +prices.csv +finished", listed)
    shown = command("show", "trees", "--runs", place.runs).output
    for part in ("Adam(learning_rate=0.02", "answer (Dense)", "val_loss", "Where it ran", "Loss over the steps", "macro F1"):
        assert part in shown
    assert "No run is saved" in command("runs", place.folder).output


def test_rewind(command, place) -> None:
    shown = command("rewind", "trees", "--step", 7, "--runs", place.runs).output
    loss = cr.open_run(place.runs / "trees").figures(7, 7)["loss"][0]
    assert f"recorded {loss:.7g}" in shown and "Gradients of the loss" in shown and "dense/kernel" in shown and "Batch:" in shown
    one = command("rewind", "trees", "--step", 7, "--node", "answer/bias", "--runs", place.runs).output
    bias = cr.open_run(place.runs / "trees").at(7)["answer/bias"]
    assert np.array2string(bias, precision=4) in one and "Update of answer/bias" in one
    wrong = command("rewind", "trees", "--step", 7, "--node", "answer/bais", "--runs", place.runs)
    assert wrong.exit_code == 2 and "Did you mean 'answer/bias'?" in wrong.output


def test_the_catalogue(command) -> None:
    output = command("data").output
    assert all(f"{name}  " in output for name in cr.data.CATALOGUE) and output.count("Licence") == len(cr.data.CATALOGUE)


def test_images(command, tmp_path: Path) -> None:
    learned = command("learn", "digits", "--epochs", 2, "--runs", tmp_path, "--name", "d", "--quiet")
    assert learned.exit_code == 0 and "8 x 8 x 1" in learned.output and "Worst mistakes" in learned.output
    test = cr.data.load("digits").test
    np.save(tmp_path / "x.npy", test.x[:30, ..., 0])
    answered = command("predict", "d", tmp_path / "x.npy", "--runs", tmp_path, "--output", tmp_path / "o.csv")
    assert answered.exit_code == 0 and "The first 20" not in answered.output
    given = pl.read_csv(tmp_path / "o.csv")
    assert (given["predicted class"].to_numpy() == test.y[:30]).mean() > 0.8
    np.savez(tmp_path / "xy.npz", x=test.x, y=test.y)
    evaluated = command("evaluate", "d", tmp_path / "xy.npz", "--runs", tmp_path)
    assert f"{cr.open_run(tmp_path / 'd').notes['test']['accuracy']:.2%}" in evaluated.output
    np.save(tmp_path / "bad.npy", test.x[:, :5])
    bad = command("predict", "d", tmp_path / "bad.npy", "--runs", tmp_path)
    assert bad.exit_code == 2 and "must be of shape (8, 8, 1)" in bad.output
    np.save(tmp_path / "bytes.npy", (test.x * 255).astype("uint8"))
    bad = command("predict", "d", tmp_path / "bytes.npy", "--runs", tmp_path)
    assert bad.exit_code == 2 and "training had numbers from 0 to 1. Got uint8 from 0 to 255" in " ".join(bad.output.split())


@pytest.mark.slow
def test_the_demo(command, tmp_path: Path) -> None:
    assert command("demo", "--quiet", "--runs", tmp_path).exit_code == 0
    assert cr.open_run(tmp_path / "digits-1").notes["test"]["accuracy"] >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("sonar", 0.75), ("usps", 0.8)])
def test_real_data(command, tmp_path: Path, data_folder, name: str, least: float) -> None:
    more = ["--epochs", 1] if name == "usps" else []
    done = command("learn", name, "--runs", tmp_path, "--quiet", *more)
    assert done.exit_code == 0, done.output
    assert cr.open_run(tmp_path / f"{name}-1").notes["test"]["accuracy"] > least


def test_inspect_shows_what_happened_inside(command, place, tmp_path):
    files = {"--picture": tmp_path / "inside.png", "--table": tmp_path / "inside.parquet", "--tensorboard": tmp_path / "events"}
    found = command("inspect", "trees", "--runs", place.runs, *(word for pair in files.items() for word in pair))
    assert found.exit_code == 0, found.output
    assert all(word in found.output for word in ("gradient noise scale", "saturated", "update / weight", "kernel"))
    assert (tmp_path / "inside.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "inside.parquet").stat().st_size > 0
    assert list((tmp_path / "events").glob("events.*"))
    series = command("inspect", "trees", "--runs", place.runs, "--series", "norm of *kernel")
    assert "answer/kernel" in series.output
    missing = command("inspect", "trees", "--runs", place.runs, "--series", "norn of *")
    assert missing.exit_code == 2
    assert "Did you mean" in missing.output
