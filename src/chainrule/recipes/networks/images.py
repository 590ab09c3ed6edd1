"""Networks for images."""

from chainrule.layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D
from chainrule.recipes.networks.choices import Choices
from chainrule.recipes.networks.parts import Body, Given, Wanted

SMALL_IMAGE = 12  # pixels; smaller ones are pooled once, not twice
MANY_ROWS = 20_000


def body(given: Given, wanted: Wanted, choices: Choices) -> Body:
    """Return two convolutions with pooling, and a dense layer."""
    hidden = [Dense(units, "relu") for units in (choices.layers if choices.layers is not None else [128])]
    many = given.rows > MANY_ROWS
    layers = [*_convolutions(given.shape), Flatten(), Dropout(0.3), *hidden]
    return Body(layers, "two convolutions with pooling, for images", epochs=12 if many else 60, patience=3 if many else None)


def _convolutions(shape: tuple[int, ...]) -> list[Layer]:
    if min(shape[:2]) < SMALL_IMAGE:
        return [Conv2D(32, 3, padding="same", activation="relu"), Conv2D(64, 3, padding="same", activation="relu"), MaxPooling2D(2)]
    return [Conv2D(32, 3, activation="relu"), MaxPooling2D(2), Conv2D(64, 3, activation="relu"), MaxPooling2D(2)]
