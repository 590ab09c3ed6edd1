"""How a recurrent layer reads a series: one step after the other, carrying what it remembers."""

from collections.abc import Callable, Sequence

import numpy as np

from chainrule import ops
from chainrule.graph import Tensor

Turn = Callable[..., Sequence[Tensor]]  # takes what is remembered, then what enters; returns what is remembered next


def read_series(entering: Tensor, units: int, states: int, turn: Turn, every: bool, backwards: bool) -> Tensor:
    """Return the first of what is remembered, after the last step or after every one.

    Args:
        entering: what enters at each step, of shape (steps, batch, ...).
        units: the size of what is remembered.
        states: how many tensors of shape (batch, units) are remembered; all begin as 0.
        turn: one step.
        every: whether every step is returned, as (batch, steps, units), in the order of reading, or the last alone, as (batch, units).
        backwards: whether the series is read from its end.
    """

    def step(*arrived: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        after = list(turn(*arrived))
        return after, after[:1] if every else []

    zeros = ops.broadcast_to(np.zeros((), entering.dtype), shape=(entering.shape[1], units))
    last, outputs = ops.scan(step, [zeros] * states, [entering], reverse=backwards)
    if not every:
        return last[0]
    in_order = ops.flip(outputs[0], axis=0) if backwards else outputs[0]
    return ops.transpose(in_order, axes=(1, 0, 2))
