"""Losses: how far an output is from its target, example by example.

Each loss has a function, which returns one number for each example (and each place, where targets have more axes), and a
class that holds its settings. Training takes the mean over examples and places.
"""

from chainrule.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    KLDivergence,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    kl_divergence,
    sparse_categorical_crossentropy,
)
from chainrule.losses.loss import Loss, LossLike, get, loss_names
from chainrule.losses.regression import Huber, MeanAbsoluteError, MeanSquaredError, huber, mean_absolute_error, mean_squared_error
from chainrule.losses.target import Target

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Huber",
    "KLDivergence",
    "Loss",
    "LossLike",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "Target",
    "binary_crossentropy",
    "categorical_crossentropy",
    "get",
    "huber",
    "kl_divergence",
    "loss_names",
    "mean_absolute_error",
    "mean_squared_error",
    "sparse_categorical_crossentropy",
]
