"""What surrounds a layer while its part of the graph is made: the mode, the random key, and what the layer adds beside its output."""

import zlib
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from chainrule import ops
from chainrule.errors import ArgumentError
from chainrule.graph import Tensor, Variable, current_path


@dataclass
class Trace:
    """One forward pass through a network.

    Args:
        training: whether layers behave as in training (dropout drops, batch normalisation uses the batch).
        key: the random key of this step; layers fold their path into it.
        valid: 1 for each real example of the batch and 0 for padding, of shape (batch,); None when all are real.

    Attributes:
        updates: new values for variables that change without a gradient, such as moving averages.
        losses: penalties that layers add to the loss.
        outputs: each layer's output by its address, such as "dense/output".
        insides: what else of a layer is worth being seen, by its address, such as "multi_head_attention/attention_scores".
        masks: for tensors of shape (batch, steps, ...) some of whose steps are padding, where they are not, of shape (batch, steps).
    """

    training: bool = False
    key: Tensor | None = None
    valid: Tensor | None = None
    updates: dict[Variable, Tensor] = field(default_factory=dict[Variable, Tensor])
    losses: list[Tensor] = field(default_factory=list[Tensor])
    outputs: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    insides: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    masks: dict[Tensor, Tensor] = field(default_factory=dict[Tensor, Tensor])

    def random_key(self) -> Tensor:
        """Return a key that depends on the step's key and the path of the layer that asks."""
        if self.key is None:
            raise ArgumentError(f"{current_path()}: a random layer in training needs a random key: Trace(training=True, key=...).")
        return ops.random_fold(self.key, zlib.crc32(current_path().encode()) & 0x7FFFFFFF)

    def mask_of(self, inputs: Any) -> Tensor | None:
        """Return which steps of a layer's input, or of all its inputs, are no padding; None where all are."""
        several = inputs if isinstance(inputs, list | tuple) else [inputs]
        found = dict.fromkeys(self.masks[x] for x in several if isinstance(x, Tensor) and x in self.masks)
        return reduce(ops.logical_and, found) if found else None

    def note_mask(self, output: Tensor, mask: Tensor | None) -> None:
        """Keep which steps of a layer's output are no padding."""
        if mask is not None:
            self.masks[output] = mask


_current: ContextVar[Trace | None] = ContextVar("chainrule_trace", default=None)


def current_trace() -> Trace:
    """Return the forward pass under way, or one with all defaults."""
    return _current.get() or Trace()


@contextmanager
def tracing(trace: Trace) -> Generator[Trace]:
    """Layers called inside belong to this forward pass."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)
