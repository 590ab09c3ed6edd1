"""Training: the step, the loop, callbacks."""

from chainrule.training.history import History
from chainrule.training.listener import Memory
from chainrule.training.plan import Examples, Plan, Settings
from chainrule.training.probes import Probe, Series
from chainrule.training.session import Progress, Session

__all__ = [
    "Examples",
    "History",
    "Memory",
    "Plan",
    "Probe",
    "Progress",
    "Series",
    "Session",
    "Settings",
]
