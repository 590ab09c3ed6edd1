"""Training: the step, the loop, callbacks."""

from chainrule.training.history import History
from chainrule.training.listener import Memory
from chainrule.training.plan import Examples, Plan, Settings
from chainrule.training.probes import Probe, ProbeSeries
from chainrule.training.session import Progress, Session

__all__ = [
    "Examples",
    "History",
    "Memory",
    "Plan",
    "Probe",
    "ProbeSeries",
    "Progress",
    "Session",
    "Settings",
]
