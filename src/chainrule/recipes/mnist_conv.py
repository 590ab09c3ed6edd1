"""Handwritten digits with two layers of convolution and pooling, the class of LeNet-5.

Convolutions of 5 x 5 with 12 and 24 maps, each followed by pooling over 2 x 2, then 100 units, then one for each digit: ReLU,
cross-entropy, Adam in batches of 64, a learning rate that falls from 0.002 to 0 along half a cosine, 6 passes, and three tenths
of the last maps left out in training. No distortions of the images. The size, the rate and the number of passes were chosen
on a sixth of the training part; the test part is looked at once, at the end.

LeNet-5 has 0.95 % errors without distortions, with maps of 6 and 16, sums for pooling, squashing units and distances to fixed codes
at the end, after 20 passes.

Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE
86(11), 1998.
"""

from chainrule.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D
from chainrule.losses import SparseCategoricalCrossentropy
from chainrule.models import Model, Sequential
from chainrule.optimizers import Adam
from chainrule.optimizers.schedules import CosineDecay
from chainrule.recipes.images import error_of, error_report, load_images, steps
from chainrule.recipes.recipe import Options, Recipe, Report

PUBLISHED, BAR = 0.95, 1.0
BATCH_SIZE, EPOCHS = 64, 6


def network(updates: int, seed: int) -> Model:
    """Return the compiled network."""
    first = [Conv2D(12, 5, padding="same", activation="relu"), MaxPooling2D(2)]
    second = [Conv2D(24, 5, activation="relu"), MaxPooling2D(2), Flatten(), Dropout(0.3)]
    model = Sequential([Input((28, 28, 1)), *first, *second, Dense(100, "relu"), Dense(10)], seed=seed)
    model.compile(Adam(CosineDecay(0.002, updates)), SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


def run(options: Options) -> Report:
    """Train, and report the errors on the test part."""
    examples = load_images("mnist", options.quick)
    epochs = 1 if options.quick else EPOCHS
    error = error_of(network(steps(examples, BATCH_SIZE, epochs), options.seed), examples, BATCH_SIZE, epochs, options)
    return error_report("MNIST, two layers of convolution and pooling", "12 and 24 maps, 100 units", error, PUBLISHED, BAR, options)


RECIPE = Recipe("mnist-conv", "MNIST with two layers of convolution", "LeCun et al., Proceedings of the IEEE 86, 1998", run)
