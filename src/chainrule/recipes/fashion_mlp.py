"""Pieces of clothing with three dense hidden layers.

The README of the data set lists a network of 256, 128 and 100 hidden units, without preparation, at a test accuracy of 0.8833. Here:
784-256-128-100-10 units, ReLU, cross-entropy, Adam in batches of 128, a learning rate that falls from 0.002 to 0 along half a
cosine, 10 passes, and a tenth of the units of the first two hidden layers left out in training. These were chosen on a twelfth of the
training part; the test part is looked at once, at the end.

Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017, and the benchmark in the README of its repository.
"""

from chainrule.layers import Dense, Dropout, Flatten, Input
from chainrule.losses import SparseCategoricalCrossentropy
from chainrule.models import Model, Sequential
from chainrule.optimizers import Adam
from chainrule.optimizers.schedules import CosineDecay
from chainrule.recipes.images import error_of, load_images, steps
from chainrule.recipes.recipe import Options, Recipe, Report, Row

PUBLISHED = 0.8833
BATCH_SIZE, EPOCHS = 128, 10


def network(updates: int, seed: int) -> Model:
    """Return the compiled network."""
    hidden = [Dense(256, "relu"), Dropout(0.1), Dense(128, "relu"), Dropout(0.1), Dense(100, "relu")]
    model = Sequential([Input((28, 28, 1)), Flatten(), *hidden, Dense(10)], seed=seed)
    model.compile(Adam(CosineDecay(0.002, updates)), SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


def run(options: Options) -> Report:
    """Train, and report the accuracy on the test part."""
    examples = load_images("fashion-mnist", options.quick)
    epochs = 1 if options.quick else EPOCHS
    error = error_of(network(steps(examples, BATCH_SIZE, epochs), options.seed), examples, BATCH_SIZE, epochs, options)
    accuracy = 1 - error / 100
    row = Row(
        ("784-256-128-100-10", f"{accuracy:.4f}", f"{PUBLISHED:.4f}"),
        None if options.quick else round(accuracy, 6) >= PUBLISHED,
    )
    return Report("Fashion-MNIST, three dense hidden layers", ("test accuracy", "ours", "theirs"), (row,), (), {"test accuracy": accuracy})


RECIPE = Recipe("fashion-mlp", "Fashion-MNIST with dense layers of 256, 128 and 100 units", "README of Fashion-MNIST, 2017", run)
