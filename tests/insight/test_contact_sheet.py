"""The contact sheet: the examples themselves, variations that hang on the seed alone, and pictures of every kind of example."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError, DataError, ShapeError
from chainrule.insight.pictures.contact_sheet import draw_contact_sheet
from chainrule.pictures import save

IMAGES = np.random.default_rng(1).random((3, 5, 4, 1)).astype("float32")


def test_each_variation_is_one_that_the_layers_can_make() -> None:
    sheet = cr.contact_sheet([cr.layers.RandomFlip("horizontal"), cr.layers.RandomFlip("vertical")], IMAGES, seed=3, count=6)
    assert sheet.shape == (3, 7, 5, 4, 1)
    np.testing.assert_array_equal(sheet[:, 0], IMAGES)
    for image, varied in zip(IMAGES, sheet[:, 1:], strict=True):
        ways = [image, image[:, ::-1], image[::-1], image[::-1, ::-1]]
        assert all(any(np.array_equal(one, way) for way in ways) for one in varied)
    assert len({one.tobytes() for one in sheet[0]}) > 1


def test_it_hangs_on_the_seed_alone() -> None:
    augment = [cr.layers.GaussianNoise(1.0), cr.layers.MixUp()]
    first = cr.contact_sheet(augment, IMAGES, seed=3)
    np.testing.assert_array_equal(first, cr.contact_sheet(augment, IMAGES, seed=3))
    assert (first[:, 1:] != cr.contact_sheet(augment, IMAGES, seed=4)[:, 1:]).any()
    np.testing.assert_array_equal(first[:, :3], cr.contact_sheet(augment, IMAGES, seed=3, count=2))


@pytest.mark.parametrize(
    ("augment", "examples", "words"),
    [
        ([cr.layers.RandomRotation(0.1)], IMAGES, ()),
        ([cr.layers.RandomHue(0.5)], (np.random.default_rng(0).random((2, 6, 6, 3)) * 255).astype("uint8"), ()),
        ([cr.layers.RandomShift(0.3)], np.sin(np.arange(40.0)).reshape(2, 20), ()),
        ([cr.layers.RandomScale(0.3, per_channel=True)], np.ones((2, 20, 3)), ()),
        ([cr.layers.SpecAugment()], np.random.default_rng(0).random((2, 20, 10)), ()),
        ([cr.layers.WordDropout(0.5)], np.arange(2, 22).reshape(2, 10), ("", "[UNK]", "the", "graph")),
    ],
    ids=["grey", "colour", "series", "channels", "spectrogram", "words"],
)
def test_every_kind_is_drawn(augment: Any, examples: Any, words: Any, tmp_path: Path) -> None:
    sheet = cr.contact_sheet(augment, examples, count=3)
    figure = draw_contact_sheet(sheet, words, "What is learned from")
    assert len(figure.axes) == 4 * len(examples)
    save(figure, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size > 3000


def test_what_cannot_be_meant() -> None:
    with pytest.raises(ArgumentError, match="count must be"):
        cr.contact_sheet([], IMAGES, count=0)
    with pytest.raises(ArgumentError, match="64 examples at most. Got 65"):
        cr.contact_sheet([], np.zeros((65, 2)))
    with pytest.raises(ArgumentError, match="list of layers"):
        cr.contact_sheet(["flip"], IMAGES)  # pyright: ignore[reportArgumentType]
    with pytest.raises(DataError, match="value_range"):
        cr.contact_sheet([cr.layers.RandomBrightness(0.1)], IMAGES)
    with pytest.raises(ShapeError, match=r"Got examples of shape \(2, 2, 2, 2\)"):
        draw_contact_sheet(np.zeros((1, 2, 2, 2, 2, 2)))
