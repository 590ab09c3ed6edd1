"""First values of weights."""

from chainrule.initializers.initializers import (
    INITIALIZERS,
    Constant,
    Initializer,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    VarianceScaling,
    Zeros,
    get,
)

__all__ = [
    "INITIALIZERS",
    "Constant",
    "Initializer",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "VarianceScaling",
    "Zeros",
    "get",
]
