"""Optimisers and schedules of learning rates."""

from chainrule.optimizers import schedules, stages
from chainrule.optimizers.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Optimizer, RMSprop, get
from chainrule.optimizers.schedules import LearningRateSchedule

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "LearningRateSchedule", "Optimizer", "RMSprop", "get", "schedules", "stages"]
