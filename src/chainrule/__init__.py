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
from chainrule.models import Model, Sequential, load_model, set_random_seed
from chainrule.record import Recorder, resume
from chainrule.training import History, Probe, callbacks

__version__ = "0.1.0"

__all__ = [
    "History",
    "Input",
    "Model",
    "Moment",
    "NoGradient",
    "Placeholder",
    "Probe",
    "Recorder",
    "Run",
    "Sequential",
    "Tensor",
    "Variable",
    "activations",
    "callbacks",
    "contact_sheet",
    "data",
    "diagnose",
    "doctor",
    "errors",
    "explain",
    "gradient",
    "graph",
    "initializers",
    "insight",
    "landscape",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "open_run",
    "ops",
    "optimizers",
    "recipes",
    "regularizers",
    "resume",
    "rules",
    "set_random_seed",
    "tasks",
]
