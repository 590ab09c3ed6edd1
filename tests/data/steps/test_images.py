"""Steps on images, against Pillow and hand-computed values; nothing outside training counts."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from chainrule.data import At, CenterCrop, Grayscale, Holdout, Preparation, Resize, collect
from chainrule.data.read.pictures import Shape, read_header, read_picture
from chainrule.errors import ArgumentError, DataError

AT = At("image")
RANDOM = np.random.default_rng(0)


def photograph(path, size=(40, 30), mode="RGB", seed=0, **saving):
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], channels), np.uint8)
    Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels).save(path, **saving)
    return str(path)


@pytest.mark.parametrize("fit_by", ["pad", "crop", "stretch"])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic", "lanczos"])
def test_resizing_is_pillow_s(tmp_path, fit_by, interpolation):
    path = photograph(tmp_path / "a.png")
    method = getattr(Image.Resampling, interpolation.upper())
    theirs = {
        "pad": lambda image: ImageOps.pad(image, (16, 20), method),
        "crop": lambda image: ImageOps.fit(image, (16, 20), method),
        "stretch": lambda image: image.resize((16, 20), method),
    }[fit_by](Image.open(path))
    step = Resize(20, 16, "RGB", fit_by, interpolation)
    assert np.array_equal(step.apply(pl.Series([path]), AT)[0], np.asarray(theirs))
    array = np.asarray(Image.open(path))[None]
    assert np.array_equal(step.fit(array, AT).apply(array, AT)[0], np.asarray(theirs))


def test_size_and_mode_are_learned_from_training(tmp_path):
    sizes = [(40, 30)] * 3 + [(80, 20), (30, 60)]
    paths = pl.Series([photograph(tmp_path / f"{i}.png", size, "RGBA" if i == 4 else "RGB", i) for i, size in enumerate(sizes)])
    step = Resize().fit(paths, AT)
    assert (step.height, step.width, step.mode) == (30, 40, "RGB")
    assert list(step.met) == ["3 of 30 x 40 RGB", "1 of 20 x 80 RGB", "1 of 60 x 30 RGBA"]
    assert str(step.remark()).startswith("the images are of 3 sizes (3 of 30 x 40 RGB, ")
    assert step.apply(paths, AT).shape == (5, 30, 40, 3)
    assert "3 sizes (3 of 30 x 40 RGB" in step.describe()
    assert Resize(largest=20).fit(paths, AT).shape.height == 15


def test_colour_without_colours_is_grey(tmp_path):
    grey = RANDOM.integers(0, 256, (9, 9, 1), np.uint8)
    Image.fromarray(np.repeat(grey, 3, axis=-1)).save(tmp_path / "a.png")
    step = Resize().fit(pl.Series([str(tmp_path / "a.png")]), AT)
    assert step.mode == "L"
    assert np.array_equal(step.apply(pl.Series([str(tmp_path / "a.png")]), AT)[0], grey)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_images_stand_upright(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = photograph(tmp_path / "a.png", exif=exif)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(path)))
    assert np.array_equal(read_picture(path), upright)
    header = read_header(path)
    assert (header.height, header.width) == upright.shape[:2]


@pytest.mark.parametrize(
    ("values", "dtype"), [([0, 70_000], np.int32), ([-1, 255], np.int32), ([0, 0.5, 1], np.float32), ([0, 300], np.float32)]
)
def test_numbers_that_no_bytes_are_meant_by_are_refused(tmp_path, values, dtype):
    Image.fromarray(np.array([values], dtype)).save(tmp_path / "a.tif")
    with pytest.raises(DataError, match=r"a\.tif: this cannot be read as a picture: its values of 32 bits, from"):
        read_picture(tmp_path / "a.tif")


def test_a_picture_on_its_side_is_decoded_large_enough(tmp_path):
    random = np.random.default_rng(0).integers(0, 255, (600, 800, 3), dtype=np.uint8)
    upright = Image.fromarray(random).resize((800, 600))
    exif = upright.getexif()
    exif[0x0112] = 6
    upright.rotate(90, expand=True).save(tmp_path / "side.jpg", quality=95, exif=exif)
    upright.save(tmp_path / "upright.jpg", quality=95)
    shape = Shape(400, 100, "stretch")
    found, wanted = (read_picture(tmp_path / name, "RGB", shape).astype(float) for name in ("side.jpg", "upright.jpg"))
    assert np.abs(found - wanted).mean() < 3


def test_what_is_transparent_lies_on_white_and_16_bits_become_8(tmp_path):
    Image.fromarray(np.array([[[10, 20, 30, 0], [10, 20, 30, 255]]], np.uint8)).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").tolist() == [[[255, 255, 255], [10, 20, 30]]]
    Image.fromarray(np.array([[0, 257 * 100, 65535]], np.uint16)).save(tmp_path / "b.png")
    assert read_picture(tmp_path / "b.png")[..., 0].tolist() == [[0, 100, 255]]


def test_palettes_and_bits_are_read(tmp_path):
    Image.new("1", (3, 2), 1).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").tolist() == [[[255]] * 3] * 2
    Image.new("RGB", (3, 2), (1, 2, 3)).quantize(4).save(tmp_path / "b.gif")
    assert read_picture(tmp_path / "b.gif")[0, 0].tolist() == [1, 2, 3]


def test_grey_is_pillow_s():
    images = RANDOM.integers(0, 256, (3, 16, 16, 3), np.uint8)
    theirs = [np.asarray(Image.fromarray(image).convert("L")) for image in images]
    assert np.array_equal(Grayscale().apply(images, AT)[..., 0], theirs)
    floats = Grayscale().apply(images / np.float32(255), AT)
    assert floats[..., 0] == pytest.approx(np.array(theirs) / 255, abs=3 / 255)


@settings(max_examples=30, deadline=None)
@given(height=st.integers(1, 12), width=st.integers(1, 12))
def test_the_middle_is_the_middle(height, width):
    images = np.arange(9 * 8).reshape(1, 9, 8, 1).astype(np.uint8)
    cropped = CenterCrop(height, width).apply(images, AT)[0, :, :, 0]
    assert cropped.shape == (min(height, 9), min(width, 8))
    top, left = divmod(int(cropped[0, 0]), 8)
    assert abs(top - (9 - cropped.shape[0] - top)) <= 1
    assert abs(left - (8 - cropped.shape[1] - left)) <= 1


def test_steps_stand_one_after_the_other(tmp_path):
    for number in range(10):
        (tmp_path / "ab"[number % 2]).mkdir(exist_ok=True)
        photograph(tmp_path / "ab"[number % 2] / f"{number}.png", seed=number)
    steps = [Resize(20, 20), CenterCrop(12, 10), Grayscale()]
    splits = Preparation(transform=steps, split=Holdout(validation=0, test=0.2)).fit(tmp_path)
    assert (splits.train.x.shape, splits.train.x.dtype) == ((8, 12, 10, 1), np.float32)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_no_image_outside_training_can_change_a_training_tensor(tmp_path_factory, seed):
    folder = tmp_path_factory.mktemp("images")
    for number in range(12):
        (folder / "ab"[number % 2]).mkdir(exist_ok=True)
        photograph(folder / "ab"[number % 2] / f"{number}.png", (10 + number, 9), seed=number)
    split = Holdout(validation=0.2, test=0.2, seed=seed)
    before = Preparation(split=split).fit(folder)
    paths = collect(folder).frame["image"]
    for row in (*before.validation.rows.tolist(), *before.test.rows.tolist()):
        photograph(paths[row], (90, 80), seed=seed)
    after = Preparation(split=split).fit(folder)
    assert np.array_equal(before.train.rows, after.train.rows)
    assert np.array_equal(before.train.x, after.train.x)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"height": 3}, "give height and width, or neither"),
        ({"height": 0, "width": 3}, "height must be a whole number from 1"),
        ({"mode": "RGBX"}, "mode must be one of L, RGB, RGBA"),
        ({"fit_by": "paddle"}, "Did you mean 'pad'"),
        ({"interpolation": "bilinar"}, "Did you mean 'bilinear'"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        Resize(**arguments)


def test_arrays_that_are_no_images_are_refused():
    with pytest.raises(DataError, match=r"images must have shape \(images, height, width, channels\)"):
        Resize().fit(np.zeros((3, 4, 5)), AT)
    step = Resize().fit(np.zeros((3, 4, 5, 1), np.float32), AT)
    with pytest.raises(DataError, match="only bytes"):
        step.apply(np.zeros((1, 5, 5, 1), np.float32), AT)
