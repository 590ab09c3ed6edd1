"""Networks for images."""

from chainrule.layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D, MixUp, RandomRotation, RandomTranslation, RandomZoom
from chainrule.optimizers import Adam, Optimizer
from chainrule.optimizers.schedules import CosineDecay
from chainrule.recipes.networks.choices import Choices
from chainrule.recipes.networks.parts import Body, Given, Wanted

SMALL_IMAGE = 12  # pixels; smaller ones are pooled once, not twice
LARGE_IMAGE = 64  # pixels; the first convolution of larger ones moves by two
MANY_ROWS = 20_000
EPOCHS, EPOCHS_VARIED = 60, 80
FEW_ROWS = 2_000  # of large images, below which each is varied in training: see `_variations`


def body(given: Given, wanted: Wanted, choices: Choices) -> Body:
    """Return two convolutions with pooling, of large images one more before them, and a dense layer."""
    hidden = [Dense(units, "relu") for units in (choices.layers if choices.layers is not None else [128])]
    many, large = given.rows > MANY_ROWS, max(given.shape[:2]) > LARGE_IMAGE
    augment = _variations() if large and given.rows < FEW_ROWS and wanted.task == "classification" else []
    reason = "two convolutions with pooling" + (", after one that moves by two pixels" if large else "") + ", for images"
    return Body(
        [*_convolutions(given.shape), Flatten(), Dropout(0.3), *hidden],
        reason + ("; few images: each is shifted, zoomed, turned and mixed with another a little in training" if augment else ""),
        epochs=EPOCHS_VARIED if augment else 12 if many else 20 if large else EPOCHS,
        batch_size=16 if augment else None,
        patience=3 if many else EPOCHS_VARIED if augment else 5 if large else None,
        optimizer=_settling if augment else None,
        augment=augment,
    )


def _settling(updates: int) -> Optimizer:
    """Return Adam with a rate that falls to nothing: what is varied at random is learned to the end."""
    return Adam(CosineDecay(1e-3, updates))


def _convolutions(shape: tuple[int, ...]) -> list[Layer]:
    if min(shape[:2]) < SMALL_IMAGE:
        return [Conv2D(32, 3, padding="same", activation="relu"), Conv2D(64, 3, padding="same", activation="relu"), MaxPooling2D(2)]
    if max(shape[:2]) <= LARGE_IMAGE:
        return [Conv2D(32, 3, activation="relu"), MaxPooling2D(2), Conv2D(64, 3, activation="relu"), MaxPooling2D(2)]
    return [
        Conv2D(24, 5, strides=2, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(48, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(96, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
    ]


def _variations() -> list[Layer]:
    """Return what leaves a picture what it is: a shift by a twelfth, a tenth larger or smaller, a turn of seven degrees; and mixtures."""
    return [
        RandomTranslation(0.08, 0.08, fill_mode="nearest"),
        RandomZoom(0.1, fill_mode="nearest"),
        RandomRotation(0.02, fill_mode="nearest"),
        MixUp(0.2),
    ]
