"""`chainrule explain`: an answer, its reasons, who taught it."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

import chainrule as cr
from chainrule.cli import app
from chainrule.cli.drawing import signed_blocks, signs
from chainrule.explain import methods
from chainrule.tasks import explanation
from chainrule.tasks.contributions import met_in
from chainrule.tasks.explanation import explain, influences
from chainrule.tasks.learning import open_trained_run, problem_of_run


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A folder of runs with one that has learned to read digits."""
    runs = tmp_path_factory.mktemp("images")
    learned = CliRunner().invoke(app, ["learn", "digits", "--epochs", "2", "--runs", str(runs), "--name", "digits"])
    assert learned.exit_code == 0, learned.output
    return runs


def test_columns_that_speak_for_an_answer(command, place) -> None:
    learned = open_trained_run(place.runs / "trees")
    rows = [int(re.findall(r"\d+", where)[-1]) for where in problem_of_run(learned.recording).places]
    found = command("explain", "trees", "--row", rows[2], "--runs", place.runs)
    assert found.exit_code == 0, found.output
    explained, _ = explain(learned, rows[2], None, "integrated-gradients")
    assert f"line {rows[2]}: kind" in found.output and explained.answer in found.output
    line = (place.trees.read_text().splitlines())[rows[2] - 1].split(",")
    assert explained.true == line[2] and explained.met["bark"] == line[1]
    assert float(explained.met["height"]) == pytest.approx(float(line[0]), rel=1e-3)
    for name, value in explained.columns.items():
        assert re.search(rf"{name} +{re.escape(explained.met[name])} +{re.escape(f'{value:.4f}')}", found.output)
    assert float(explained.values.sum()) == pytest.approx(sum(explained.columns.values()), rel=1e-5)


def test_methods_explain_a_row_of_a_file(command, place) -> None:
    assert len(methods()) >= 7
    for method in ("occlusion", "relevance", "grad-cam"):
        found = command("explain", "prices", "--input", place.prices, "--row", 3, "--method", method, "--runs", place.runs)
        if method == "grad-cam":
            assert found.exit_code == 2 and "no convolution" in found.output
        else:
            assert found.exit_code == 0 and "row 3 of prices.csv" in found.output and "area" in found.output


def test_reasons_are_those_of_the_world(place) -> None:
    """Prices are 3000 a unit of area: the larger of two rows' difference is explained by its area."""
    learned = open_trained_run(place.runs / "prices")
    large, small = (explain(learned, row, place.prices, "integrated-gradients")[0] for row in _extremes(place.prices))
    assert large.columns["area"] > 0 > small.columns["area"]
    assert abs(large.columns["area"]) > abs(large.columns["rooms"])


def _extremes(path) -> tuple[int, int]:
    area = [float(line.split(";")[1]) for line in path.read_text().splitlines()[1:]]
    return int(np.argmax(area)), int(np.argmin(area))


def test_who_taught_it(command, place) -> None:
    found = command("explain", "trees", "--influential", "--runs", place.runs)
    assert found.exit_code == 0, found.output
    learned = open_trained_run(place.runs / "trees")
    explained, _ = explain(learned, None, None, "saliency")
    scores = influences(learned, cr.open_run(place.runs / "trees"), explained, 5)
    y = problem_of_run(learned.recording).train.y
    assert (y[scores.proponents[0]] == explained.probabilities.argmax()).all() and (
        y[scores.opponents[0]] != explained.probabilities.argmax()
    ).mean() > 0.5
    assert all(re.search(rf"^ {row} ", found.output, re.MULTILINE) for row in scores.proponents[0])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(explanation, "MANY_EXAMPLES", 10)
        quick = command("explain", "trees", "--influential", "--runs", place.runs)
    assert re.search(r"by\s+answer/\*\s+alone", quick.output) and "answer/*" not in found.output
    refused = command("explain", "prices", "--input", place.prices, "--influential", "--runs", place.runs)
    assert refused.exit_code == 2 and "the true one must be known" in refused.output
    assert command("explain", "prices", "--influential", "--runs", place.runs).exit_code == 0


def test_images_are_drawn(command, images, tmp_path) -> None:
    picture = tmp_path / "why.png"
    found = command("explain", "digits", "--row", 4, "--influential", "--picture", picture, "--runs", images)
    assert found.exit_code == 0, found.output
    assert "test[4]: class" in found.output and "# + for, = - against" in found.output
    assert found.output.count("row ") >= 5
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_bad_input(command, place) -> None:
    for more, message in (
        (["--row", 100000], "one of the run's test part"),
        (["--method", "occlusoin"], "Did you mean 'occlusion'"),
        (["--input", place.trees, "--row", 120], "has rows 0 to 119"),
        (["--input", place.folder / "none.csv"], "none.csv"),
    ):
        found = command("explain", "trees", *more, "--runs", place.runs)
        assert found.exit_code == 2 and message in found.output.replace("\n", " ")


def test_what_a_row_has(place) -> None:
    learned = open_trained_run(place.runs / "trees")
    missing = [line.split(",") for line in place.trees.read_text().splitlines()[1:]]
    number = next(i for i, line in enumerate(missing) if line[0] == "")
    explained, _ = explain(learned, number, place.trees, "saliency")
    assert explained.met == {"height": "missing", "bark": missing[number][1]}
    assert met_in(learned.preparation, explained.x[0]) == explained.met


def test_maps_are_drawn_with_their_signs() -> None:
    values = np.array([[1.0, -1.0], [0.0, 0.4], [-0.4, 0.1]])
    assert [str(line) for line in signs(values)] == ["##==", "  ++", "--  "]
    lines = signed_blocks(values)
    assert [str(line) for line in lines] == ["▀▀", "▀▀"]
    first = lines[0].spans[0].style
    assert "rgb(255,0,0) on rgb(255,255,255)" in str(first) and "rgb(0,0,255)" in str(lines[0].spans[1].style)
