"""Pictures in the terminal."""

import numpy as np

from chainrule.cli.drawing import curves, half_blocks, shades


def test_half_blocks_have_two_pixels_in_a_sign() -> None:
    lines = half_blocks(np.array([[0, 10], [10, 0], [5, 5]])[..., None])
    assert [line.plain for line in lines] == ["▀▀", "▀▀"]
    assert [str(span.style) for span in lines[0].spans] == ["rgb(0,0,0) on rgb(255,255,255)", "rgb(255,255,255) on rgb(0,0,0)"]


def test_shades_go_from_light_to_full() -> None:
    assert [line.plain for line in shades(np.array([[0, 1, 2, 3, 4]]))] == ["  ░░▒▒▓▓██"]
    assert [line.plain for line in shades(np.zeros((1, 2)))] == ["    "]


def test_curves_fall_where_values_fall() -> None:
    x = np.arange(200)
    lines = [line.plain for line in curves([(x, 1.0 - x / 200, "cyan")], 49, 4)]
    assert all(len(line) == 49 for line in lines)
    np.testing.assert_allclose([float(lines[0].split()[0]), float(lines[-1].split()[0])], [1, 0], atol=0.01)
    drawn = [[i for i, sign in enumerate(line[9:]) if sign != "\u2800"] for line in lines]
    assert [min(row) for row in drawn] == sorted(min(row) for row in drawn) and drawn[0][0] == 0 and drawn[-1][-1] == 39


def test_curves_bear_one_value_no_value_and_nan() -> None:
    one = np.array([3.0])
    assert curves([], 40) == [] and curves([(one, one * np.nan, "cyan")], 40) == []
    assert len(curves([(one, one, "cyan"), (np.array([0.0, 5.0]), np.array([np.nan, 2.0]), "yellow")], 40)) == 8
