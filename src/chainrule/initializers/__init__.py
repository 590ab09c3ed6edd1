"""First values of weights."""

from chainrule.initializers.initializers import (
    INITIALIZERS,
    Array,
    Constant,
    Initializer,
    InitializerLike,
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
    "Array",
    "Constant",
    "Initializer",
    "InitializerLike",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "VarianceScaling",
    "Zeros",
    "get",
]
