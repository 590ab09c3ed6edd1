"""The commands that question a run: why, walk, landscape."""

import re

import pytest

import chainrule as cr


def test_why_tells_the_gradient_its_examples_and_its_paths(command, place, tmp_path) -> None:
    picture = tmp_path / "why.png"
    arguments = ["trees", "--step", 20, "--weight", "dense/kernel", "--index", "0,3", "--runs", place.runs]
    answer = command("why", *arguments, "--nudge", 0.1, "--paths", 2, "--picture", picture)
    assert answer.exit_code == 0, answer.output
    gradient = cr.open_run(place.runs / "trees").at(20).gradient("dense/kernel")[0, 3]
    assert float(re.search(r"dense/kernel\[0, 3\] is ([^\s]+)\.", answer.output).group(1)) == pytest.approx(float(gradient), rel=1e-4)
    assert "By example" in answer.output and "By path" in answer.output
    assert "The batch's loss would go from" in answer.output
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_walk_goes_from_the_loss_to_the_weights(command, place) -> None:
    answer = command("walk", "trees", "--step", 20, "--runs", place.runs)
    assert answer.exit_code == 0 and answer.output.startswith("1. ")
    assert "gradient out to b, dense/kernel" in answer.output
    layer = command("walk", "trees", "--step", 20, "--layer", "dense", "--runs", place.runs).output
    assert 0 < len(layer) < len(answer.output) and all(
        re.match(r"\d+\. \w+ in dense[ :]", line) for line in re.findall(r"^\d+\. .*", layer, re.MULTILINE)
    )


@pytest.mark.parametrize("kind", ["path", "plane", "line", "sharpness"])
def test_landscape_prints_and_draws(command, place, tmp_path, kind) -> None:
    picture = tmp_path / "picture.png"
    answer = command("landscape", "trees", "--kind", kind, "--examples", 40, "--picture", picture, "--runs", place.runs)
    assert answer.exit_code == 0, answer.output
    assert "loss" in answer.output and picture.read_bytes().startswith(b"\x89PNG")


def test_bad_questions(command, place) -> None:
    base = ["trees", "--step", 20, "--runs", place.runs]
    wrong = command("why", *base, "--weight", "dense/kernel", "--index", "a,b")
    assert wrong.exit_code == 2 and "--index takes whole numbers" in wrong.output
    wrong = command("why", *base, "--weight", "dense/kernl", "--index", "0,3")
    assert wrong.exit_code == 2 and "Did you mean 'dense/kernel'?" in wrong.output
    wrong = command("walk", *base, "--layer", "dens")
    assert wrong.exit_code == 2 and "Did you mean 'dense'?" in wrong.output
