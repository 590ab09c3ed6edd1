"""Handwritten digits with one hidden layer of 300 units and the mean squared error.

The paper's "2-layer NN, 300 HU, MSE" errs on 4.7 % of the test part, without deskewing or distortions. Here as there: raw pixels,
784-300-10 units of tanh, one target for each output. Different here: Adam in batches of 128 in place of the paper's stochastic
diagonal Levenberg-Marquardt, 10 passes, a learning rate that falls from 0.001 to 0 along half a cosine. The test part is looked
at once, at the end.

Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE
86(11), 1998, figure 9.
"""

from chainrule.data import Split
from chainrule.layers import Dense, Flatten, Input
from chainrule.models import Model, Sequential
from chainrule.optimizers import Adam
from chainrule.optimizers.schedules import CosineDecay
from chainrule.recipes.images import Examples, error_of, error_report, load_images, signs, steps
from chainrule.recipes.recipe import Options, Recipe, Report

PUBLISHED, BAR = 4.7, 4.7
BATCH_SIZE, EPOCHS = 128, 10


def network(updates: int, seed: int) -> Model:
    """Return the compiled network."""
    model = Sequential([Input((28, 28, 1)), Flatten(), Dense(300, "tanh"), Dense(10, "tanh")], seed=seed)
    model.compile(Adam(CosineDecay(0.001, updates)), "mse", ["categorical_accuracy"])
    return model


def run(options: Options) -> Report:
    """Train, and report the errors on the test part."""
    images = load_images("mnist", options.quick)
    examples = Examples(*(Split(part.x, signs(part.y)) for part in (images.train, images.test)))
    epochs = 1 if options.quick else EPOCHS
    error = error_of(network(steps(examples, BATCH_SIZE, epochs), options.seed), examples, BATCH_SIZE, epochs, options)
    return error_report("MNIST, 300 hidden units", "784-300-10, mean squared error", error, PUBLISHED, BAR, options)


RECIPE = Recipe("mnist-300", "MNIST with one hidden layer of 300 units", "LeCun et al., Proceedings of the IEEE 86, 1998", run)
