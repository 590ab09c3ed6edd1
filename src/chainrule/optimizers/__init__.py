"""Optimisers and schedules of learning rates."""

from chainrule.optimizers import schedules, stages
from chainrule.optimizers.optimizers import SGD, Adam, AdamW, Optimizer, OptimizerLike, RMSprop, get, optimizer_names
from chainrule.optimizers.schedules import LearningRateSchedule

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "LearningRateSchedule",
    "Optimizer",
    "OptimizerLike",
    "RMSprop",
    "get",
    "optimizer_names",
    "schedules",
    "stages",
]
