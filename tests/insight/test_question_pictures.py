"""Pictures of why and of the landscape: they show the numbers of what they draw."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.insight.pictures.landscape import draw, draw_line, draw_plane, draw_sharpness
from chainrule.insight.pictures.why import draw_why
from chainrule.pictures import new_figure, save

L = cr.layers


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    path: Path = tmp_path_factory.mktemp("runs") / "digits"
    x, y = cr.data.load("digits").train
    model = cr.Sequential([cr.Input((8, 8, 1)), L.Flatten(), L.Dense(12, "tanh"), L.Dense(10)], seed=1)
    model.compile(cr.optimizers.SGD(0.3, momentum=0.5), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x[:200], y[:200], epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_why_draws_each_factor_of_each_path_and_each_contribution(run: cr.Run) -> None:
    answer = run.at(10).why("dense/kernel", (10, 3), paths=3)
    figure = draw_why(answer)
    shown = texts(figure)
    for path in answer.paths:
        assert all(f"{factor.value:.3g}" in shown for factor in path.factors[1:])
    bars = [patch.get_width() for patch in figure.axes[0].patches]
    assert sum(bars) == pytest.approx(answer.total, rel=1e-6)
    assert bars[0] == pytest.approx(answer.contributions[np.abs(answer.contributions).argmax()])
    assert f"{answer.gradient:+.4g}" in figure.get_suptitle()


def test_the_plane_of_a_run_has_its_way_and_its_steps(run: cr.Run) -> None:
    found = cr.landscape.path(run, points=7, stops=5, examples=100)
    ax = draw_plane(found).axes[0]
    np.testing.assert_allclose(ax.lines[0].get_xydata(), found.path)
    assert {text.get_text() for text in ax.texts} <= {f"{step:,}" for step in found.steps}
    assert "0" in {text.get_text() for text in ax.texts}
    assert len(draw(found).axes) == 2


def test_a_line_and_the_course_of_sharpness(run: cr.Run) -> None:
    line = cr.landscape.line(run.model(), *cr.data.load("digits").train, to=run.at(0).state, points=9, examples=100)
    ax = draw_line(line).axes[0]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), line.losses)
    course = cr.landscape.course(run, [0, 10, 20], count=2, examples=100)
    above, below = draw_sharpness(course).axes
    np.testing.assert_allclose(above.lines[0].get_ydata(), course.eigenvalues[:, 0])
    np.testing.assert_allclose(above.lines[2].get_ydata(), 2 * 1.5 / 0.3)  # momentum moves the edge
    np.testing.assert_allclose(below.lines[0].get_ydata(), course.losses)


def test_planes_that_are_flat_or_not_finite() -> None:
    axis = np.linspace(-1, 1, 5)
    words = ("a random direction", "another random direction")
    assert draw_plane(cr.landscape.Plane(axis, axis, np.full((5, 5), 2.0), words)).axes
    some = np.where(np.eye(5) > 0, np.nan, 1.0 + axis)
    assert draw_plane(cr.landscape.Plane(axis, axis, some, words)).axes
    with pytest.raises(ArgumentError, match="not finite anywhere on this plane"):
        draw_plane(cr.landscape.Plane(axis, axis, np.full((5, 5), np.inf), words))


def test_a_picture_is_whole_or_not_there_and_its_ending_is_a_format(tmp_path):
    figure, _ = new_figure()
    save(figure, tmp_path / "some" / "picture.SVG")
    assert b"<svg" in (tmp_path / "some" / "picture.SVG").read_bytes()
    assert [file.name for file in (tmp_path / "some").iterdir()] == ["picture.SVG"]
    for name in ("picture", "picture.xyz"):
        with pytest.raises(ArgumentError, match=f"must end in one of .*png.* Got {name!r}"):
            save(figure, tmp_path / name)
