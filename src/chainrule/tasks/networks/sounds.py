"""Networks for sounds, as spectra over time."""

from chainrule.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Reshape, SpecAugment
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices

_MANY_ROWS = 20_000


def body(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return three convolutions with pooling over time and frequency, and a dense layer; stretches and bands are masked in training."""
    hidden = [Dense(units, "relu") for units in (choices.layers if choices.layers is not None else [128])]
    layers = [
        *([Reshape((*spec.shape, 1))] if len(spec.shape) == 2 else []),
        Conv2D(24, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(48, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(64, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dropout(0.3),
        *hidden,
    ]
    return Body(
        layers,
        "three convolutions with pooling over time and frequency, stretches and bands masked in training, for sounds",
        epochs=12 if spec.rows > _MANY_ROWS else 40,
        batch_size=32 if spec.rows < _MANY_ROWS else 128,
        patience=8,
        augment=[SpecAugment(time_masks=1, time_width=0.15, frequency_masks=1, frequency_width=0.15)],
    )
