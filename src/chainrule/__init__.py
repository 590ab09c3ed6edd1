"""Chainrule trains neural networks, and lets a person see, stop, rewind and question every step of their learning.

Example:
    >>> import chainrule as cr
    >>> x = cr.Variable(3.0, name="x")
    >>> dx, = cr.gradient(x * x, [x])
    >>> float(dx.value)
    6.0
"""

from chainrule import (
    activations,
    callbacks,
    data,
    doctor,
    errors,
    explain,
    graph,
    initializers,
    insight,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    recipes,
    regularizers,
    rules,
    tasks,
)
from chainrule.backprop import NoGradient, gradient
from chainrule.doctor import diagnose
from chainrule.graph import Placeholder, Tensor, Variable
from chainrule.insight import Moment, Run, contact_sheet, landscape, open_run
from chainrule.layers import Input
from chainrule.models import Model, Sequential, set_random_seed
from chainrule.record import resume
from chainrule.training import Probe

__version__ = "0.1.0"

__all__ = [
    "Input", "Model", "Moment", "NoGradient", "Placeholder", "Probe", "Run", "Sequential", "Tensor", "Variable",
    "activations", "callbacks", "contact_sheet", "data", "diagnose", "doctor", "errors", "explain", "gradient", "graph",
    "initializers", "insight", "landscape", "layers", "losses", "metrics", "models", "open_run", "ops", "optimizers",
    "recipes", "regularizers", "resume", "rules", "set_random_seed", "tasks",
]  # fmt: skip
