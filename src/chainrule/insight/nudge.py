"""A nudge: what the loss and the outputs would be if one number of a weight were another, exactly and to first order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.graph import Tensor, dependents, topological
from chainrule.insight.computation import Computation, Nodes
from chainrule.insight.why import derivatives, direction_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Nudge:
    """What a changed weight would have done to a step, beside what the gradient says of it.

    Args:
        step: of the run.
        name: the weight's address.
        index: the number's position in it.
        weight: the number before the change.
        change: what is added to it.
        loss_before: the batch's loss as it was.
        loss: the batch's loss after the change, computed again.
        predicted_loss: loss_before + gradient · change.
        example_losses_before: the loss of each example as it was.
        example_losses: after the change.
        predicted_example_losses: to first order.
        outputs_before: of the network, by address.
        outputs: after the change.
    """

    step: int
    name: str
    index: tuple[int, ...]
    weight: float
    change: float
    loss_before: float
    loss: float
    predicted_loss: float
    example_losses_before: Array
    example_losses: Array
    predicted_example_losses: Array
    outputs_before: dict[str, Array]
    outputs: dict[str, Array]

    def __str__(self) -> str:
        place = f"{self.name}{list(self.index)}"
        moved = self.example_losses - self.example_losses_before
        lines = [
            f"Step {self.step}: {place} from {self.weight:.6g} to {self.weight + self.change:.6g}.",
            f"  The batch's loss would go from {self.loss_before:.6g} to {self.loss:.6g}, by {self.loss - self.loss_before:+.4g}; "
            f"the gradient alone says by {self.predicted_loss - self.loss_before:+.4g}.",
            f"  Of the examples {(moved < 0).sum()} would be better off and {(moved > 0).sum()} worse; "
            f"the most, by {moved[np.abs(moved).argmax()]:+.4g}.",
        ]
        for name, after in self.outputs.items():
            before = self.outputs_before[name]
            if after.ndim == 2 and after.shape[1] > 1:
                changed = int((after.argmax(1) != before.argmax(1)).sum())
                lines.append(f"  Of {name}, the largest would be another in {changed} of {len(after)} examples.")
            else:
                lines.append(f"  {name} would change by {np.abs(after - before).max():.4g} at most.")
        return "\n".join(lines)


def nudge(computation: Computation, name: str, index: Sequence[int] | int, change: float) -> Nudge:
    """Return what a change of one number of a weight would have done; `Moment.nudge` with all its arguments."""
    place, direction = direction_of(computation, name, index)
    outputs = final_outputs(computation.graph.outputs)

    def nodes() -> Nodes:
        graph = computation.graph
        return [graph.loss, graph.example_losses, *outputs.values()], []

    def trimmed(arrays: list[Array]) -> list[Array]:
        return [array[computation.real] for array in arrays]

    changed = np.asarray(computation.state[name]) + direction * np.asarray(change, direction.dtype)
    before = computation.compute("nudge", nodes)
    after = replace(computation, state={**computation.state, name: changed}).compute("nudge", nodes)
    slopes = derivatives(computation, name, direction)[2]
    losses_before, *outputs_before = trimmed(before[1:])
    losses, *outputs_after = trimmed(after[1:])
    return Nudge(
        step=computation.number,
        name=name,
        index=place,
        weight=float(computation.state[name][place]),
        change=float(change),
        loss_before=float(before[0]),
        loss=float(after[0]),
        predicted_loss=float(before[0]) + float(computation.insides["gradient"][name][place]) * float(change),
        example_losses_before=losses_before,
        example_losses=losses,
        predicted_example_losses=losses_before + slopes[-1][computation.real] * float(change),
        outputs_before=dict(zip(outputs, outputs_before, strict=True)),
        outputs=dict(zip(outputs, outputs_after, strict=True)),
    )


def final_outputs(outputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the layers' outputs that no other layer's output is computed from: those of the network."""
    order = topological(outputs.values())
    layers = set(outputs.values())
    return {name: node for name, node in outputs.items() if not (dependents(order, [node]) & layers) - {node}}
