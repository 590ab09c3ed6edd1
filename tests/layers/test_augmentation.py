"""Augmentations against SciPy, NumPy and Keras with what they draw fixed, the spread of what they draw, and what they refuse."""

import colorsys
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from gradients import check_against_differences
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_table import call, compute, in_training, value
from scipy import ndimage, stats

from chainrule import layers
from chainrule.augment import Augmentation, Mixing
from chainrule.augment.images import resample
from chainrule.errors import ArgumentError, DataError, DtypeError, ShapeError
from chainrule.graph import Constant, Placeholder, Tensor, layer_scope
from chainrule.layers import tracing

keras: Any = pytest.importorskip("keras")

RANDOM = np.random.default_rng(7)
IMAGES = RANDOM.random((3, 9, 12, 3)).astype("float32")
SCIPY_MODES = {"constant": "grid-constant", "nearest": "nearest", "reflect": "reflect", "wrap": "grid-wrap"}


def varied(layer: Any, x: Any, seed: int = 0) -> Any:
    """Return the layer's output in training."""
    return value(layer, x, trace=in_training(seed))


def in_keras(name: str, x: Any, **arguments: Any) -> Any:
    return np.asarray(getattr(keras.layers, name)(**arguments)(x, training=True))


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(list(SCIPY_MODES)), st.sampled_from(["bilinear", "nearest"]), st.integers(0, 2**32 - 1))
def test_images_are_read_between_pixels_as_scipy_reads_them(mode: str, interpolation: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    images = random.standard_normal((2, 5, 7, 1)).astype("float32")
    rows, columns = (random.uniform(-2 * n, 3 * n, (2, 4, 6)).astype("float32") for n in (5, 7))
    tensors = [Constant(array) for array in (images, rows, columns)]
    (found,) = compute([resample(*tensors, interpolation, mode, 0.5)])
    order = {"bilinear": 1, "nearest": 0}[interpolation]
    for mine, image, row, column in zip(found, images, rows, columns, strict=True):
        theirs = ndimage.map_coordinates(image[..., 0].astype("float64"), [row, column], order=order, mode=SCIPY_MODES[mode], cval=0.5)
        np.testing.assert_allclose(mine[..., 0], theirs, atol=2e-5)


@pytest.mark.parametrize("degrees", [30.0, -75.0, 90.0])
def test_rotation_is_that_of_scipy(degrees: float) -> None:
    square = IMAGES[:, :, :9]
    found = varied(layers.RandomRotation((degrees / 360,) * 2, "constant"), square)
    wanted = [ndimage.rotate(image.astype("float64"), degrees, reshape=False, order=1, mode="grid-constant") for image in square]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize(("rows", "columns"), [(0.5, 0.25), (-0.3, -0.3)])
def test_zoom_is_scipys_affine_transform(rows: float, columns: float) -> None:
    found = varied(layers.RandomZoom((rows, rows), (columns, columns), "nearest"), IMAGES)
    matrix, middle = np.diag([1 + rows, 1 + columns, 1]), np.array([4.0, 5.5, 0])
    wanted = [
        ndimage.affine_transform(image.astype("float64"), matrix, middle - matrix @ middle, order=1, mode="nearest") for image in IMAGES
    ]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_translation_is_scipys_shift() -> None:
    found = varied(layers.RandomTranslation((0.3, 0.3), (-0.2, -0.2), "wrap"), IMAGES)
    wanted = [ndimage.shift(image.astype("float64"), (0.3 * 9, -0.2 * 12, 0), order=1, mode="grid-wrap") for image in IMAGES]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_one_map_of_all_is_the_product_of_its_parts() -> None:
    layer = layers.RandomAffine((0.1, 0.1), (0.2, 0.2), (0.1, 0.1), (0.05, 0.05), fill_mode="constant")
    angle, shear = 0.1 * 2 * np.pi, np.tan(0.05 * 2 * np.pi)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # on (column, row)
    matrix = (1.2 * rotation @ np.array([[1, shear], [0, 1]]))[::-1, ::-1]
    middle, shift = np.array([4.0, 5.5]), np.array([0.9, 1.2])
    for mine, image in zip(varied(layer, IMAGES)[..., 0], IMAGES[..., 0].astype("float64"), strict=True):
        wanted = ndimage.affine_transform(image, matrix, middle - matrix @ middle - shift, order=1, mode="grid-constant")
        np.testing.assert_allclose(mine, wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("RandomRotation", {"factor": (0.12, 0.12), "fill_mode": "reflect"}),
        ("RandomRotation", {"factor": (-0.3, -0.3), "fill_mode": "constant", "fill_value": 0.5, "interpolation": "nearest"}),
        ("RandomZoom", {"height_factor": (0.3, 0.3), "width_factor": (-0.2, -0.2), "fill_mode": "wrap"}),
        ("RandomZoom", {"height_factor": (-0.4, -0.4)}),
        ("RandomTranslation", {"height_factor": (0.23, 0.23), "width_factor": (-0.31, -0.31), "fill_mode": "nearest"}),
        ("RandomBrightness", {"factor": (0.3, 0.3), "value_range": (0, 1)}),
        ("RandomContrast", {"factor": (-0.5, 0.5), "value_range": (0, 1)}),
        ("RandomSaturation", {"factor": (0.3, 0.3), "value_range": (0, 1)}),
        ("RandomSaturation", {"factor": (0.7, 0.7), "value_range": (0, 1)}),
        ("RandomHue", {"factor": (1.0, 1.0), "value_range": (0, 1)}),
        ("RandomErasing", {"scale": (1.0, 1.0), "fill_value": 0.5}),
    ],
)
def test_what_is_drawn_alike_looks_alike_in_keras(name: str, arguments: dict[str, Any]) -> None:
    np.testing.assert_allclose(
        varied(getattr(layers, name)(**arguments), IMAGES), in_keras(name, IMAGES, **_for_keras(name, arguments)), atol=2e-5
    )


def _for_keras(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return arguments | {"factor": (1.0, 1.0)} if name == "RandomErasing" else arguments


def test_hues_turn_as_in_colorsys() -> None:
    found = varied(layers.RandomHue((0.4, 0.4), (0, 1)), IMAGES)
    for mine, image in zip(found.reshape(3, -1, 3), IMAGES.reshape(3, -1, 3), strict=True):
        ways = []
        for turn in (0.2, -0.2):
            hsv = [colorsys.rgb_to_hsv(*map(float, pixel)) for pixel in image]
            ways.append(np.array([colorsys.hsv_to_rgb((h + turn) % 1, s, v) for h, s, v in hsv]))
        assert min(np.abs(mine - way).max() for way in ways) < 1e-5


@pytest.mark.parametrize(("mode", "axes"), [("horizontal", (2,)), ("vertical", (1,)), ("horizontal_and_vertical", (1, 2))])
def test_flips_are_numpys_and_each_is_as_likely(mode: str, axes: tuple[int, ...]) -> None:
    x = np.repeat(IMAGES[:1], 4000, axis=0)[:, :2, :3]
    found = varied(layers.RandomFlip(mode), x)
    ways = [x[0]]
    for axis in axes:
        ways += [np.flip(way, axis - 1) for way in ways]
    which = np.array([[np.array_equal(image, way) for way in ways] for image in found])
    assert (which.sum(1) == 1).all()
    assert stats.chisquare(which.sum(0)).pvalue > 1e-4


def test_crops_lie_everywhere_alike_and_the_middle_is_taken_out_of_training() -> None:
    x = np.arange(20, dtype="float32").reshape(1, 4, 5, 1).repeat(3000, 0)
    found = varied(layers.RandomCrop(2, 3), x)
    corners = found[:, 0, 0, 0].astype(int)
    for image, corner in zip(found, corners, strict=True):
        row, column = divmod(corner, 5)
        np.testing.assert_array_equal(image, x[0, row : row + 2, column : column + 3])
    assert stats.chisquare(np.unique(corners, return_counts=True)[1]).pvalue > 1e-4
    assert len(set(corners)) == 9
    np.testing.assert_array_equal(value(layers.RandomCrop(2, 3), x[:1]), x[:1, 1:3, 1:4])


def test_a_crop_of_padded_images_is_numpys() -> None:
    x = IMAGES[:1].repeat(500, 0)
    padded = np.pad(x[0], ((2, 2), (1, 1), (0, 0)), constant_values=7)
    found = varied(layers.RandomCrop(9, 12, padding=(2, 1), fill_value=7), x)
    parts = [padded[row : row + 9, column : column + 12] for row in range(5) for column in range(3)]
    assert {next(i for i, part in enumerate(parts) if np.array_equal(part, image)) for image in found} == set(range(15))
    np.testing.assert_array_equal(value(layers.RandomCrop(9, 12, padding=4), IMAGES), IMAGES)


@pytest.mark.parametrize(
    ("layer", "of_one", "wanted"),
    [
        (layers.RandomBrightness((-0.1, 0.3), (0, 1)), lambda y: y[:, 0, 0, 0] - 0.5, stats.uniform(-0.1, 0.4)),
        (layers.RandomScale(0.25), lambda y: y[:, 0] * 2 - 1, stats.uniform(-0.25, 0.5)),
        (layers.GaussianNoise(0.5), lambda y: (y - 0.5).ravel()[:4000], stats.norm(0, 0.5)),
    ],
    ids=["RandomBrightness", "RandomScale", "GaussianNoise"],
)
def test_what_is_drawn_is_spread_as_it_is_told(layer: Any, of_one: Any, wanted: Any) -> None:
    shape = (4000, 2) if not isinstance(layer, layers.RandomBrightness) else (4000, 1, 1, 1)
    drawn = of_one(varied(layer, np.full(shape, 0.5, "float32")))
    assert stats.kstest(drawn, wanted.cdf).pvalue > 1e-4


def test_an_erased_rectangle_has_the_size_and_the_likelihood_it_is_told() -> None:
    x = np.ones((4000, 8, 8, 1), "float32")
    found = varied(layers.RandomErasing(0.3, (0.25, 0.25), fill_value=0), x)[..., 0]
    erased = (found == 0).any((1, 2))
    assert abs(erased.mean() - 0.3) < 0.03
    assert ((found == 0).sum((1, 2))[erased] == 16).all()
    tops = (found[erased] == 0).any(2).argmax(1)
    assert stats.chisquare(np.bincount(tops, minlength=5)).pvalue > 1e-4
    noisy = varied(layers.RandomErasing(1.0, (1.0, 1.0), value_range=(2, 3)), x)
    assert stats.kstest(noisy.ravel()[:5000] - 2, "uniform").pvalue > 1e-4


def test_noise_is_as_much_weaker_than_the_signal_as_it_is_told() -> None:
    x = np.sin(np.linspace(0, 300, 40000, dtype="float32"))[None] * np.array([[1.0], [30.0]], "float32")
    noise = varied(layers.RandomNoise((20, 20)), x) - x
    np.testing.assert_allclose(10 * np.log10((x**2).mean(1) / (noise**2).mean(1)), 20, atol=0.2)


@pytest.mark.parametrize("mode", ["wrap", "constant"])
def test_a_shift_in_time_is_numpys_roll(mode: str) -> None:
    x = RANDOM.standard_normal((4, 10, 3)).astype("float32")
    wanted = np.roll(x, 3, axis=1)
    if mode == "constant":
        wanted[:, :3] = 5.0
    np.testing.assert_array_equal(varied(layers.RandomShift((0.3, 0.3), mode, 5.0), x), wanted)
    np.testing.assert_array_equal(varied(layers.RandomShift((0.3, 0.3), mode, 5.0), x[..., 0]), wanted[..., 0])


def test_channels_are_scaled_apart_when_asked() -> None:
    x = np.ones((5, 4, 3), "float32")
    together, apart = varied(layers.RandomScale(0.5), x), varied(layers.RandomScale(0.5, per_channel=True), x)
    assert (together == together[:, :1, :1]).all()
    assert (apart == apart[:, :1]).all()
    assert all(len(set(row)) == 3 for row in apart[:, 0])


def test_masked_stretches_and_bands_are_as_long_as_they_may_be() -> None:
    x = RANDOM.standard_normal((500, 40, 20)).astype("float32")
    found = varied(layers.SpecAugment(1, 0.25, 1, 0.5, fill_value=9.0), x)
    times, bands = (found == 9).all(2).sum(1), (found == 9).all(1).sum(1)
    np.testing.assert_array_equal(found[found != 9], x[found != 9])
    assert (times.max(), bands.max()) == (10, 10)
    assert times.min() == bands.min() == 0
    filled = varied(layers.SpecAugment(2, 1.0, 0), x)
    np.testing.assert_allclose(filled[filled != x], np.broadcast_to(x.mean((1, 2), keepdims=True), x.shape)[filled != x], atol=1e-5)


def test_words_are_hidden_at_their_rate_but_never_padding() -> None:
    x = RANDOM.integers(0, 9, (300, 40)).astype("int32")
    found = varied(layers.WordDropout(0.2, mask_token=99, keep=(0, 5)), x)
    kept = np.isin(x, [0, 5])
    assert (found[kept] == x[kept]).all()
    assert abs((found[~kept] == 99).mean() - 0.2) < 0.02
    assert found.dtype == np.int32


EVERY: list[tuple[Any, Any]] = [
    (layers.RandomFlip(), IMAGES),
    (layers.RandomRotation(0.2), IMAGES),
    (layers.RandomZoom(0.2), IMAGES),
    (layers.RandomTranslation(0.2, 0.2), IMAGES),
    (layers.RandomAffine(0.1, 0.1, 0.1, 0.1), IMAGES),
    (layers.RandomCrop(9, 12, 2), IMAGES),
    (layers.RandomBrightness(0.2, (0, 1)), IMAGES),
    (layers.RandomContrast(0.2, (0, 1)), IMAGES),
    (layers.RandomSaturation(0.4, (0, 1)), IMAGES),
    (layers.RandomHue(0.4, (0, 1)), IMAGES),
    (layers.RandomColorJitter((0, 1), 0.1, 0.1, 0.4, 0.4), IMAGES),
    (layers.RandomErasing(1.0, (0.2, 0.5), value_range=(0, 1)), IMAGES),
    (layers.GaussianNoise(0.1), IMAGES),
    (layers.RandomNoise(), IMAGES[..., 0]),
    (layers.RandomShift(0.4), IMAGES[..., 0]),
    (layers.RandomScale(0.4), IMAGES[..., 0]),
    (layers.SpecAugment(2, 0.9, 2, 0.9), IMAGES[..., 0]),
]
NAMES = [type(layer).__name__ for layer, _ in EVERY]


@pytest.mark.parametrize(("layer", "x"), EVERY, ids=NAMES)
def test_examples_vary_apart_by_key_by_seed_and_by_place_in_the_network(layer: Augmentation, x: Any) -> None:
    x = Constant(x[:1].repeat(12, 0))
    outputs = [call(layer, [x], trace) for trace in (in_training(), in_training(), in_training(1), None)]
    layer.seed = 4
    outputs.append(call(layer, [x], in_training()))
    layer.seed = None
    with layer_scope("elsewhere"):
        outputs.append(call(layer, [x], in_training()))
    first, again, of_key, plain, of_seed, of_place = compute(outputs)
    assert first.shape == x.shape
    np.testing.assert_array_equal(again, first)
    assert any((image != first[0]).any() for image in first[1:])
    assert all((other != first).any() for other in (of_key, of_seed, of_place))
    np.testing.assert_array_equal(plain, x.data)


@pytest.mark.parametrize(("layer", "x"), EVERY, ids=NAMES)
def test_bytes_stay_bytes_as_near_as_they_can(layer: Augmentation, x: Any) -> None:
    if hasattr(layer, "value_range"):
        layer = type(layer)(**{**_arguments(layer), "value_range": (0, 255)})
    raw = (x * 255).round().astype("uint8")
    found, smooth = compute([call(layer, [Constant(array)], in_training()) for array in (raw, raw.astype("float32"))])
    assert found.dtype == np.uint8
    assert np.abs(found - np.clip(smooth, 0, 255)).max() <= 0.51


def _arguments(layer: Any) -> dict[str, Any]:
    return {field.name: getattr(layer, field.name) for field in fields(layer) if field.init}


@pytest.mark.parametrize(("layer", "x"), EVERY, ids=NAMES)
def test_gradients_pass_in_training_too(layer: Augmentation, x: Any) -> None:
    check_against_differences(
        lambda tensor: call(layer, [tensor], in_training()),
        (x[:2, :4, :5] if x is IMAGES and not isinstance(layer, layers.RandomCrop) else x[:2]).astype("float64"),
        order=1,
    )


def _target(layer: Augmentation, x: Any, target: Any) -> tuple[Any, Any]:
    with tracing(in_training()), layer_scope("augment"):
        moved = layer(Constant(x))
        with layer_scope(layer.default_name):
            return tuple(compute([moved, layer.vary_target(Constant(x), Constant(target))]))


@pytest.mark.parametrize(("layer", "x"), EVERY[:6], ids=NAMES[:6])
def test_masks_move_with_their_images(layer: Augmentation, x: Any) -> None:
    moved, target = _target(layer, x, x)
    np.testing.assert_array_equal(target, moved)
    classes = (x[..., 0] > 0.5).astype("int32") * 7
    _, moved_classes = _target(layer, x, classes)
    assert set(np.unique(moved_classes)) <= {0, 7}
    assert moved_classes.shape == classes.shape
    labels = np.array([1, 2, 3], "int32")
    np.testing.assert_array_equal(_target(layer, x, labels)[1], labels)
    with pytest.raises(DataError, match=r"moves what is in the inputs.*9 x 12 and targets of shape \(5, 4\)"):
        _target(layer, x, np.zeros((3, 5, 4), "float32"))


@pytest.mark.parametrize(("layer", "x"), EVERY[6:], ids=NAMES[6:])
def test_targets_of_other_layers_stay(layer: Augmentation, x: Any) -> None:
    masks = np.zeros((3, 9, 12), "int32")
    np.testing.assert_array_equal(_target(layer, x, masks)[1], masks)


def _mixed(layer: Mixing, *arrays: Any, seed: int = 0) -> Any:
    with tracing(in_training(seed)), layer_scope("augment"):
        mixture = layer.mix([Constant(x) for x in arrays])
    return compute([*mixture.inputs, mixture.share, mixture.partner])


def test_mixup_blends_each_example_with_its_partner() -> None:
    x = RANDOM.random((500, 3)).astype("float32")
    found, share, partner = _mixed(layers.MixUp(0.4), x)
    np.testing.assert_allclose(found, share[:, None] * x + (1 - share[:, None]) * x[partner], atol=1e-6)
    assert sorted(partner) == list(range(500))
    assert (partner != np.arange(500)).all()
    assert stats.kstest(share, stats.beta(0.4, 0.4).cdf).pvalue > 1e-4
    assert abs((_mixed(layers.MixUp(0.4, rate=0.25), x)[1] < 1).mean() - 0.25) < 0.08
    assert _mixed(layers.MixUp(), x[:1])[2].tolist() == [0]


def test_cutmix_pastes_a_rectangle_and_counts_its_area() -> None:
    x = np.arange(200, dtype="float32").reshape(-1, 1, 1, 1) * np.ones((1, 10, 8, 1), "float32")
    found, share, partner = _mixed(layers.CutMix(), x)
    of_partner = found == partner.reshape(-1, 1, 1, 1)
    assert ((found == x) | of_partner).all()
    np.testing.assert_allclose(share, 1 - of_partner.mean((1, 2, 3)), atol=1e-6)
    for cut in of_partner[..., 0]:
        assert cut.sum() == cut.any(1).sum() * cut.any(0).sum()
    assert 0.55 < share.mean() < 0.75


def test_a_mixing_layer_is_not_one_of_a_network() -> None:
    with pytest.raises(ArgumentError, match=r"give it to fit\(augment=\[MixUp"):
        varied(layers.MixUp(), IMAGES)
    with pytest.raises(DtypeError, match="may be indices"):
        _mixed(layers.MixUp(), np.zeros((4, 3), "int32"))
    with pytest.raises(ArgumentError, match="one input"):
        _mixed(layers.CutMix(), IMAGES, IMAGES)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.RandomFlip("sideways"), "Did you mean|must be one of"),
        (lambda: layers.RandomRotation(1.5), "factor must be a number from 0 to 1, or a pair.*Got 1.5"),
        (lambda: layers.RandomRotation((0.2, 0.1)), "the lower end first"),
        (lambda: layers.RandomRotation(0.1, fill_mode="mirror"), "fill_mode must be one of"),
        (lambda: layers.RandomRotation(0.1, interpolation="cubic"), "interpolation must be one of"),
        (lambda: layers.RandomZoom(-0.1), "height_factor must be a number"),
        (lambda: layers.RandomZoom((-1, 0)), "between -0.95"),
        (lambda: layers.RandomTranslation(0.1, "far"), "width_factor must be"),
        (lambda: layers.RandomAffine(shear_factor=0.3), "shear_factor"),
        (lambda: layers.RandomCrop(0, 3), "height must be a whole number from 1"),
        (lambda: layers.RandomCrop(3, 3, padding=-1), "padding"),
        (lambda: layers.RandomContrast(1.5), "not negative"),
        (lambda: layers.RandomBrightness(0.1, (1, 0)), "the lower first"),
        (lambda: layers.RandomErasing(1.5), "factor must be a number from 0 to 1"),
        (lambda: layers.GaussianNoise(-1), "stddev must be"),
        (lambda: layers.RandomNoise((20, 10)), "ratio must be two numbers from -100 to 100, the lower first"),
        (lambda: layers.SpecAugment(time_masks=-1), "time_masks must be a whole number"),
        (lambda: layers.WordDropout(0.1, keep=(0.5,)), "keep must be a list of values, each a whole number"),
        (lambda: layers.MixUp(0), "alpha must be"),
        (lambda: layers.RandomFlip(seed=-1), "seed must be"),
    ],
)
def test_arguments_that_cannot_be_meant(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "x", "error", "message"),
    [
        (layers.RandomFlip(), np.zeros((3, 5), "int32"), ShapeError, r"RandomFlip 'random_flip': inputs must have shape \(batch, height, "),
        (layers.RandomHue(0.1), IMAGES[..., :1], ShapeError, "must have 3 channels, red, green and blue. Got 1"),
        (layers.RandomShift(0.1), IMAGES, ShapeError, r"\(batch, steps, channels\)"),
        (layers.SpecAugment(), np.zeros((2, 3), "float32"), ShapeError, "frequencies"),
        (layers.WordDropout(0.1), IMAGES, DtypeError, "take Dropout"),
        (layers.RandomCrop(30, 3), IMAGES, ShapeError, "does not fit into images of 9 x 12"),
    ],
)
def test_inputs_that_cannot_be_meant(layer: Any, x: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        varied(layer, x)


@pytest.mark.parametrize("layer", [layers.RandomBrightness(0.1), layers.RandomColorJitter(), layers.RandomErasing()])
def test_images_of_another_range_are_told_apart(layer: Augmentation) -> None:
    for x in (IMAGES, IMAGES * 300, IMAGES * 100 - 50):
        with pytest.raises(DataError, match=r"the inputs lie between .* value_range is \(0, 255\)"):
            layer.check(x)
    layer.check(IMAGES * 255)
    layer.check(np.zeros((3, 4, 4, 1), "uint8"))


def test_a_symbol_of_a_crop_has_the_size_of_the_part() -> None:
    assert layers.RandomCrop(4, 5)(layers.Input((9, 12, 3))).shape == (None, 4, 5, 3)
    leaf: Tensor = Placeholder((2, 9, 12, 3))
    assert call(layers.RandomCrop(4, 5), [leaf], in_training()).shape == (2, 4, 5, 3)
