"""Callbacks: who listens to a fit.

Those that only know training stand there; the recorder and the doctor stand above it, and all are at hand here.
"""

from chainrule.doctor import Doctor
from chainrule.record import Recorder
from chainrule.training import History
from chainrule.training.callbacks import Callback, CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau

__all__ = [
    "CSVLogger",
    "Callback",
    "Doctor",
    "EarlyStopping",
    "History",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "Recorder",
    "ReduceLROnPlateau",
]
