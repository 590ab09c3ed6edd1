"""The updates that settings plan, and the learning rate of each."""

import numpy as np
from msgspec import Struct

from chainrule.errors import ArgumentError, ChainruleError
from chainrule.graph import Placeholder
from chainrule.optimizers import Optimizer
from chainrule.studio.fields import Number
from chainrule.studio.settings import Settings
from chainrule.studio.tensors import numbers


class PlannedUpdates(Struct, frozen=True):
    """The updates that are planned, and the learning rate of each.

    Args:
        updates: how many there will be, where nothing stops them early.
        steps: some of them, from the first to the last.
        rates: the learning rate at each of these.
    """

    updates: int
    steps: list[int]
    rates: list[Number]


DRAWN = 201  # steps whose rates are sent


def planned_updates(settings: Settings, optimizer: Optimizer, examples: int) -> PlannedUpdates:
    """Return the updates that are planned.

    Args:
        settings: with batches and epochs.
        optimizer: its.
        examples: in the training part.
    """
    updates = settings.epochs * -(-examples // settings.batch_size)
    steps = np.unique(np.linspace(0, updates - 1, DRAWN).round().astype(np.int32))
    return PlannedUpdates(updates, steps.tolist(), numbers(optimizer.rates(steps)))


def require_rates(optimizer: Optimizer) -> None:
    """Raise ArgumentError unless a schedule gives one number for a step: its arguments may be of any type."""
    rate = optimizer.schedule
    if rate is None:
        return
    try:
        shape = rate(Placeholder((), np.dtype(np.int32), "step")).shape
    except (ChainruleError, TypeError, ValueError):
        shape = None
    if shape != ():
        raise ArgumentError(f"{type(rate).__name__} must be given numbers from which the rate of each step follows. Got {rate} instead.")
