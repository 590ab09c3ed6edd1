"""The first number of a run that is not finite: the step, the operation, the example, and the inputs that made it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.graph import Tensor, topological
from chainrule.insight.computation import Computation, NamedArrays
from chainrule.insight.non_finite import NonFiniteSource, Numbers, find_source, finite
from chainrule.training.step import TrainingStep


@dataclass(frozen=True)
class NonFinite:
    """Where the first number that is not finite came about, of those that reach the loss or the weights. Prints as a sentence.

    Attributes:
        step: the step, from 0.
        reached: what it reached: "the loss", or the address of a weight or of an array of the optimiser.
        value: NaN, or an infinity.
        op: the operation's name; empty where the number came in from outside, or cannot be traced.
        formula: the operation's formula.
        stage: "forward", "backward" or "update".
        layer: the path of the layer it belongs to.
        line: the line of the user's program where the layer was made.
        row: the training row of the example; None where the number belongs to no single one.
        index: the number's place in the operation's output.
        turns: where the operation stands in a loop, as of a recurrent layer: which turn of it.
        inputs: the numbers it was made from, or the ranges they lie in, as texts.
    """

    step: int
    reached: str
    value: float
    op: str = ""
    formula: str = ""
    stage: str = ""
    layer: str = ""
    line: str = ""
    row: int | None = None
    index: tuple[int, ...] = ()
    turns: tuple[int, ...] = ()
    inputs: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.op:
            return f"Step {self.step}: {self.reached} became {self.value}{f', {self.stage}' if self.stage else ''}."
        inside = f"layer {self.layer}" if self.layer else "the loss"
        where = {"forward": f"in {inside}", "backward": f"in the gradient of {inside}", "update": "in the optimizer"}[self.stage]
        parts = [
            f"Step {self.step}: {self.op} ({self.formula}) {where}",
            f", made at {self.line}," if self.line else "",
            f" gave {self.value}",
            f" at step {self.turns[0]} of the series" if self.turns else "",
            f" for training row {self.row}" if self.row is not None else "",
            f", at place {self.index} of its output" if self.index else "",
            f", from {' and '.join(self.inputs)}" if self.inputs else "",
            f". It reached {self.reached}.",
        ]
        return "".join(parts)


def first_step(
    before: Callable[[int], NamedArrays], after: Callable[[int], NamedArrays], first: int, last: int, losses: Numbers
) -> int | None:
    """Return the first step whose loss, or whose state afterwards, is not finite; None where there is none.

    Args:
        before: gives the state before a step.
        after: gives the state after a step.
        first: the first step that was made.
        last: the last one.
        losses: of these steps, as recorded.
    """
    lost = np.flatnonzero(~np.isfinite(losses))
    end = first + int(lost[0]) if len(lost) else last
    if not len(lost) and not _lost(after(last)):
        return None
    if _lost(before(first)):
        return first
    low, high = first, end + 1  # what is lost in the state stays lost, so the place is found by halving
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _lost(before(middle)) else (middle, high)
    changed_by_hand = low < end and not _lost(after(low))
    return low + 1 if changed_by_hand else low


def explain(computation: Computation, next_state: NamedArrays) -> NonFinite:
    """Return what made the first number that is not finite within a step.

    Args:
        computation: of the step.
        next_state: after it.
    """
    step, state = computation.number, computation.state
    if before := _lost(state):
        return NonFinite(step, before[0], _value(state[before[0]]), stage="by a callback, or because it began so")
    graph = computation.graph

    def values(nodes: Sequence[Tensor]) -> list[Numbers]:
        return computation.compute(("first_nan", *nodes), lambda: (nodes, ()))

    targets = {"the loss": graph.loss} | {f"{name}, as updated": node for name, node in zip(graph.state, graph.following, strict=True)}
    arrays = dict(zip(targets, values(list(targets.values())), strict=True))
    lost = _lost(arrays)
    source = find_source([targets[name] for name in lost], values) if lost else None
    if source is None:
        after = _lost(next_state)
        name = after[0] if after else "the loss"
        value = _value(next_state[name]) if after else float("nan")
        return NonFinite(step, name, value, stage="but computed one by one, no operation of the step gives such a number")
    return _described(computation, source, lost[0], _stage(graph, source))


def _described(computation: Computation, source: NonFiniteSource, reached: str, stage: str) -> NonFinite:
    node = source.node
    row, index = _place(computation, source, stage)
    layer = node.origin.path
    line = computation.line_of(layer)
    op, formula = (node.op.name, node.op.formula) if node.op else (node.name or "a constant", "given from outside")
    inputs = tuple(_shown(array, source.output.shape, index) for array in source.inputs)
    return NonFinite(
        computation.number, reached, float(source.output[index]), op, formula, stage, layer, line, row, index, source.turns, inputs
    )


def _stage(graph: TrainingStep, source: NonFiniteSource) -> str:
    if source.node.origin.forward is not None:
        return "backward"
    return "forward" if source.turns or source.node in topological([graph.loss]) else "update"


def _place(computation: Computation, source: NonFiniteSource, stage: str) -> tuple[int | None, tuple[int, ...]]:
    """Return the training row to which the first such number belongs, and the number's place; padding is not blamed."""
    lost, batch = ~np.isfinite(source.output), computation.graph.batch
    rows, valid = computation.compute("rows of first_nan", lambda: ([batch.rows, batch.valid], ()))
    axis = None if stage == "update" else _batch_axis(source.output, len(rows))
    if axis is not None:
        real = np.moveaxis(np.moveaxis(lost, axis, -1) & (valid > 0), -1, axis)
        lost = real if real.any() else lost
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(lost)), lost.shape))
    if axis is not None:
        return (int(rows[index[axis]]) if valid[index[axis]] else None), index
    return None if stage == "update" else _largest_row(source.inputs, rows, valid), index


def _largest_row(inputs: Sequence[Numbers], rows: Numbers, valid: Numbers) -> int | None:
    """Return the training row of the largest input, of a sum over examples."""
    for array in inputs:
        axis = _batch_axis(array, len(rows))
        if axis is not None and array.dtype.kind == "f":
            sizes = np.abs(np.moveaxis(array, axis, 0).reshape(len(rows), -1)).max(axis=1, initial=0.0)
            return int(rows[int(np.argmax(np.where(valid > 0, sizes, -1.0)))])
    return None


def _batch_axis(array: Numbers, examples: int) -> int | None:
    """Return the axis of examples: the first, or the second, as within recurrent layers."""
    return next((axis for axis in range(min(array.ndim, 2)) if array.shape[axis] == examples), None)


def _shown(array: Numbers, shape: tuple[int, ...], index: tuple[int, ...]) -> str:
    try:
        return f"{np.broadcast_to(array, shape)[index]:.6g}"
    except ValueError:
        return f"numbers from {array.min():.6g} to {array.max():.6g}"


def _lost(arrays: Mapping[str, Numbers]) -> list[str]:
    return [name for name, array in arrays.items() if not finite(array)]


def _value(array: Numbers) -> float:
    return float(array[~np.isfinite(array)].flat[0])
