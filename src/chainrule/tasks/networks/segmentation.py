"""Networks that say of each pixel of an image whether it belongs to an object."""

import math

from chainrule.layers import Concatenate, Conv2D, MaxPooling2D, Symbol, UpSampling2D
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices

FILTERS = 12  # of the first convolutions; twice as many after each halving
MOST_HALVINGS = 3


def network(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return a small U-Net: convolutions while the image is halved, and again while it is doubled, each beside what was there before.

    It ends in one logit for each pixel. The image is halved as often as its height and width can be, at most three times.

    Source:
        Ronneberger, Fischer and Brox (2015), U-Net: Convolutional Networks for Biomedical Image Segmentation; with padded
        convolutions, repeated pixels in place of learned doubling, and far fewer filters.
    """
    sides = math.gcd(*spec.shape[:2])
    halvings = min(MOST_HALVINGS, (sides & -sides).bit_length() - 1)

    def block(image: Symbol) -> Symbol:
        return Conv2D(output.shape[-1], 1, name="answer")(_level(image, FILTERS, halvings))

    return Body([block], f"a small U-Net of {halvings} halvings, for masks", epochs=25, batch_size=16, patience=6)


def _level(image: Symbol, filters: int, halvings: int) -> Symbol:
    """Return the image after two convolutions, joined with what half its size, and below, shows of it."""
    image = _convolved(image, filters)
    if not halvings:
        return image
    below = _level(MaxPooling2D(2)(image), 2 * filters, halvings - 1)
    return _convolved(Concatenate()([image, UpSampling2D(2)(below)]), filters)


def _convolved(image: Symbol, filters: int) -> Symbol:
    for _ in range(2):
        image = Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(image)
    return image
