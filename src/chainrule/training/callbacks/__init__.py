"""Callbacks: listeners to a fit."""

from chainrule.training.callbacks.callback import Callback
from chainrule.training.callbacks.others import CSVLogger, LearningRateScheduler
from chainrule.training.callbacks.stopping import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau

__all__ = ["CSVLogger", "Callback", "EarlyStopping", "LearningRateScheduler", "ModelCheckpoint", "ReduceLROnPlateau"]
