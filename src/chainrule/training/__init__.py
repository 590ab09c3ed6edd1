"""Training: the step, the loop, callbacks, models."""

from chainrule.training import callbacks
from chainrule.training.callbacks.callback import Memory
from chainrule.training.history import History
from chainrule.training.loading import load_model, model_from_data
from chainrule.training.model import Model, set_random_seed
from chainrule.training.plan import Examples, Plan, Settings
from chainrule.training.probes import Probe, Series
from chainrule.training.saving import model_to_data
from chainrule.training.sequential import Sequential
from chainrule.training.session import Progress, Session

__all__ = [
    "Examples",
    "History",
    "Memory",
    "Model",
    "Plan",
    "Probe",
    "Progress",
    "Sequential",
    "Series",
    "Session",
    "Settings",
    "callbacks",
    "load_model",
    "model_from_data",
    "model_to_data",
    "set_random_seed",
]
