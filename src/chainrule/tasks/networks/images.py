"""Networks for images."""

from chainrule.layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D, MixUp, RandomAffine
from chainrule.optimizers import Adam, Optimizer
from chainrule.optimizers.schedules import CosineDecay
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices

SMALL_IMAGE = 12  # pixels; smaller ones are pooled once, not twice
LARGE_IMAGE = 64  # pixels; the first convolution of larger ones moves by two
MANY_ROWS = 20_000
EPOCHS = 60
FEW_ROWS = 2_000  # of large images, below which each is varied in training: see `_variations`
FEW_OF_A_CLASS = 20  # examples, below which there is no dense layer between convolutions and answer: it would know them by heart
_NARROW, _WIDE = (24, 48, 96), (32, 64, 128)  # filters of the convolutions of large images; the wide ones where there are few
SMALL_BATCH = 16
UPDATES_VARIED = 2_000  # that learning from varied images takes, where they are few
FEWEST_EPOCHS_VARIED, MOST_EPOCHS_VARIED = 80, 200


def body(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return two convolutions with pooling, of large images one more before them, and a dense layer, unless classes have few examples."""
    many, large = spec.rows > MANY_ROWS, max(spec.shape[:2]) > LARGE_IMAGE
    varied = large and spec.rows < FEW_ROWS and output.classes is not None
    units = choices.layers if choices.layers is not None else [] if varied and spec.rows < FEW_OF_A_CLASS * (output.classes or 1) else [128]
    hidden = [Dense(count, "relu") for count in units]
    reason = "two convolutions with pooling" + (", after one that moves by two pixels" if large else "") + ", for images"
    layers = [*_convolutions(spec.shape, _WIDE if varied else _NARROW), Flatten(), Dropout(0.3), *hidden]
    if varied:
        return _varied(layers, reason, -(-spec.rows // (choices.batch_size or SMALL_BATCH)))
    return Body(layers, reason, epochs=12 if many else 20 if large else EPOCHS, patience=3 if many else 5 if large else None)


def _varied(layers: list[Layer], reason: str, updates_in_epoch: int) -> Body:
    """Return what learns from few images, each varied anew in every epoch, for as long as the rate takes to fall to nothing."""
    epochs = min(MOST_EPOCHS_VARIED, max(FEWEST_EPOCHS_VARIED, UPDATES_VARIED // updates_in_epoch))
    return Body(
        layers,
        reason
        + "; few images: each is shifted, zoomed, turned and mixed with another a little in training, at a rate that falls to nothing",
        epochs=epochs,
        batch_size=SMALL_BATCH,
        patience=epochs,
        optimizer=_settling,
        augment=_variations(),
    )


def _settling(updates: int) -> Optimizer:
    """Return Adam with a rate that falls to nothing: what is varied at random is learned to the end."""
    return Adam(CosineDecay(1e-3, updates))


def _convolutions(shape: tuple[int, ...], widths: tuple[int, int, int]) -> list[Layer]:
    if min(shape[:2]) < SMALL_IMAGE:
        return [Conv2D(32, 3, padding="same", activation="relu"), Conv2D(64, 3, padding="same", activation="relu"), MaxPooling2D(2)]
    if max(shape[:2]) <= LARGE_IMAGE:
        return [Conv2D(32, 3, activation="relu"), MaxPooling2D(2), Conv2D(64, 3, activation="relu"), MaxPooling2D(2)]
    return [
        Conv2D(widths[0], 5, strides=2, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(widths[1], 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(widths[2], 3, padding="same", activation="relu"),
        MaxPooling2D(2),
    ]


def _variations() -> list[Layer]:
    """Return what leaves a picture what it is: a shift by a twelfth, a tenth larger or smaller, a turn of seven degrees; and mixtures."""
    return [RandomAffine(rotation_factor=0.02, zoom_factor=0.1, translation_factor=0.08, fill_mode="nearest"), MixUp(0.2)]
