"""How a recurrent layer reads a series: one step after the other, carrying what it remembers."""

from collections.abc import Callable, Sequence

import numpy as np

from chainrule import ops
from chainrule.graph import Tensor
from chainrule.networks.trace import current_trace

Turn = Callable[..., Sequence[Tensor]]  # takes what is remembered, then what enters; returns what is remembered next


def read_series(inputs: Tensor, entering: Tensor, units: int, states: int, turn: Turn, every: bool, backwards: bool) -> Tensor:
    """Return the first of what is remembered, after the last step or after every one.

    Where the inputs are known to be padding, all stays as it was.

    Args:
        inputs: the layer's, of shape (batch, steps, ...).
        entering: what enters at each step, of shape (steps, batch, ...).
        units: the size of what is remembered.
        states: how many tensors of shape (batch, units) are remembered; all begin as 0.
        turn: one step.
        every: whether every step is returned, as (batch, steps, units), in the order of reading, or the last alone, as (batch, units).
        backwards: whether the series is read from its end.
    """

    def step(*arrived: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        after = list(turn(*arrived[: states + 1]))
        for real in arrived[states + 1 :]:  # (batch, 1)
            after = [ops.where(real, new, old) for new, old in zip(after, arrived, strict=False)]
        return after, after[:1] if every else []

    zeros = ops.broadcast_to(np.zeros((), entering.dtype), shape=(entering.shape[1], units))
    mask = current_trace().mask_of(inputs)
    masks = [] if mask is None else [ops.reshape(mask.T, shape=(*entering.shape[:2], 1))]
    last, outputs = ops.scan(step, [zeros] * states, [entering, *masks], reverse=backwards)
    if not every:
        return last[0]
    in_order = ops.flip(outputs[0], axis=0) if backwards else outputs[0]
    output = ops.transpose(in_order, axes=(1, 0, 2))
    current_trace().note_mask(output, ops.flip(mask, axis=1) if mask is not None and backwards else mask)
    return output
