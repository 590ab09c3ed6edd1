"""Zip code digits with shared weights, the first convolutional network trained by backpropagation.

256 inputs, H1: 12 maps of 8 x 8 units, H2: 12 maps of 4 x 4, H3: 30 units, 10 outputs, all tanh; kernels of 5 x 5, moved by 2 places.
As in the paper: one pattern after the other, 23 passes, the mean squared error, first weights evenly within ±2.4 / inputs of a unit.

What differs, beside the preparation of the digits, which may not be the paper's:

- All units of a map share one bias; there each has its own.
- Each unit of H2 looks at all 12 maps of H1; there at 8 of them.
- Around the image stands 0; there -1, the background.
- Units are plain tanh with targets of ±0.8; there scaled so that the targets ±1 lie where they bend most.
- All weights learn at a rate of 0.1, for the mean over the outputs; there each has a rate from an estimate of its second derivative.

The rate was chosen on a fifth of the training part, out of 0.1 and 0.3; the test part is looked at once, at the end.

Source: LeCun, Boser, Denker, Henderson, Howard, Hubbard and Jackel, "Backpropagation applied to handwritten zip code
recognition", Neural Computation 1(4), 1989: 5.0 % on the test part (102 of 2,007), 0.14 % on the training part.
"""

import numpy as np

from chainrule.data import Split
from chainrule.initializers import Array, Initializer
from chainrule.initializers.initializers import fans
from chainrule.layers import Conv2D, Dense, Flatten, Input
from chainrule.models import Model, Sequential
from chainrule.optimizers import SGD
from chainrule.recipes.images import Examples, error_of, error_report, load_images, signs
from chainrule.recipes.recipe import Options, Recipe, Report

PUBLISHED, BAR = 5.0, 6.0  # two standard errors of a share of 2,007 digits are 1 point
EPOCHS = 23


class PerInput(Initializer):
    """Evenly within ± `reach` / fan in.

    Args:
        reach: the largest size of a weighted sum of inputs within ±1.

    Source: LeCun et al., 1989, with reach 2.4.
    """

    reach: float = 2.4

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        limit = self.reach / fans(shape)[0]
        return generator.uniform(-limit, limit, shape).astype(np.float32)


def network(seed: int) -> Model:
    """Return the compiled network."""
    maps = [Conv2D(12, 5, strides=2, padding="same", activation="tanh", kernel_initializer=PerInput()) for _ in range(2)]
    units = [Dense(n, "tanh", kernel_initializer=PerInput()) for n in (30, 10)]
    model = Sequential([Input((16, 16, 1)), *maps, Flatten(), *units], seed=seed)
    model.compile(SGD(0.1), "mse", ["categorical_accuracy"])
    return model


def run(options: Options) -> Report:
    """Train, and report the errors on the test part."""
    images = load_images("usps", options.quick)
    examples = Examples(*(Split(part.x, signs(part.y)) for part in (images.train, images.test)))
    error = error_of(network(options.seed), examples, 1, 1 if options.quick else EPOCHS, options)
    notes = ("Not the paper's network in every detail, and perhaps not its preparation of the digits.",)
    return error_report("USPS zip codes, two layers of shared weights", "256-H1-H2-30-10", error, PUBLISHED, BAR, options, *notes)


RECIPE = Recipe("usps-1989", "USPS zip codes with shared weights", "LeCun et al., Neural Computation 1, 1989", run)
