"""Two moments side by side: of one run or of two, such as a run and its fork."""

from typing import Annotated, Any, NamedTuple

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from chainrule.insight import Moment
from chainrule.studio.example_inputs import InBatch
from chainrule.studio.example_pass import pass_through
from chainrule.studio.examples import Example, shown
from chainrule.studio.fields import Name, Number, Pixels, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.network import layers_of
from chainrule.studio.open_run import OpenRun
from chainrule.studio.prepared_examples import PreparedExample, prepare_example
from chainrule.studio.protocol import Request
from chainrule.studio.tensors import Size, Tensor, number, tensor


class ComparedMoment(Struct, frozen=True):
    """One of two moments.

    Args:
        run: its name.
        step: that is looked at.
        epoch: it belongs to, counted from 0.
        loss: of its batch.
        learning_rate: of this step, also where a schedule gives it.
        figures: of the last epoch that was over before it; none before the first.
        example: the example, with what this network says of it; None where the network does not take it.
    """

    run: str
    step: int
    epoch: int
    loss: Number
    learning_rate: Number
    figures: dict[str, Number]
    example: Example | None


class ComparedArrays(Struct, frozen=True):
    """What stands at one address in either network.

    Args:
        address: such as "dense/kernel", or "dense/output" for the example.
        layer: its path.
        kind: of the layer.
        first: in the first network; None where there is none.
        second: in the second.
        change: the second less the first; None where their shapes differ.
        distance: the norm of that, √Σ (b − a)².
        share: the distance as a share of the first one's norm.
        cosine: of the angle between both, Σ a b / (‖a‖ ‖b‖).
    """

    address: str
    layer: str
    kind: str
    first: Tensor | None
    second: Tensor | None
    change: Tensor | None
    distance: Number
    share: Number
    cosine: Number


class Comparison(Struct, frozen=True):
    """Two moments, side by side.

    Args:
        first: the moment that others are compared with.
        second: the other.
        pairs: in the order of the first network's layers, then those that only the second has: its weights, its output.
    """

    first: ComparedMoment
    second: ComparedMoment
    pairs: list[ComparedArrays]


class CompareMoments(Request, frozen=True):
    """Lay a moment of one run beside one of another: figures, weights, and what either network makes of the same example, with what
    differs. A step that a run has not made gives way to the nearest that it has.

    Args:
        run: the first run's name.
        step: of it, counted from 0.
        other: the second run's name.
        other_step: of it.
        example: of the first one's batch, by its place.
        width: pixels for each tensor.
        height: pixels for each tensor.
        maps: of feature maps or kernels, how many at most.
    """

    run: Name
    step: Step
    other: Name
    other_step: Step
    example: Step = 0
    width: Pixels = 128
    height: Pixels = 128
    maps: Annotated[int, Meta(ge=1, le=256)] = 16

    def about(self) -> int:
        return self.id

    def runs(self) -> list[str]:
        return [self.run, self.other]

    def respond(self, jobs: Jobs) -> Comparison:
        runs = jobs.library.open(self.run), jobs.library.open(self.other)
        steps = runs[0].within(self.step), runs[1].within(self.other_step)
        prepared = prepare_example(jobs, runs[0], InBatch(self.example), steps[0])
        first, second = (_inside(opened, step, prepared) for opened, step in zip(runs, steps, strict=True))
        size = Size(self.width, self.height, self.maps)
        return Comparison(
            first=_side(runs[0], steps[0], prepared),
            second=_side(runs[1], steps[1], prepared),
            pairs=[_pair(address, first.get(address), second.get(address), size) for address in {**first, **second}],
        )


# roles of layers whose output, when a network is asked, shows nothing that their input does not
_REPEATING = {
    "shape",
    "masking",
    "dropout",
    "augmentation",
}


class Found(NamedTuple):
    """What stands at an address of one network.

    Args:
        layer: its path.
        kind: of the layer.
        array: it.
    """

    layer: str
    kind: str
    array: NDArray[Any]


def _takes(opened: OpenRun, prepared: PreparedExample) -> bool:
    """Whether a run's network takes an example."""
    return tuple(opened.task.shape) == prepared.x.shape and opened.task.dtype == prepared.x.dtype


def _inside(opened: OpenRun, step: int, prepared: PreparedExample) -> dict[str, Found]:
    """Return a network's weights before a step, and what it makes of an example, by address, layer after layer."""
    state, model = opened.moment(step).state, opened.model(step)
    values = pass_through(model, prepared.x, None).values if _takes(opened, prepared) else {}
    found: dict[str, Found] = {}
    for layer in layers_of(model.network):
        arrays = {weight.address: state[weight.address] for weight in layer.weights if weight.learns}
        if layer.output in values and layer.role not in _REPEATING:
            arrays[layer.output] = values[layer.output]
        found |= {address: Found(layer.path, layer.kind, array) for address, array in arrays.items()}
    return found


def _side(
    opened: OpenRun,
    step: int,
    prepared: PreparedExample,
) -> ComparedMoment:
    moment = opened.moment(step)
    example = None
    if _takes(opened, prepared):
        output = pass_through(opened.model(step), prepared.x, None).output
        example = shown(opened.task, prepared.x, prepared.y, prepared.place, prepared.part, prepared.row, output)
    return ComparedMoment(
        run=opened.name,
        step=step,
        epoch=moment.epoch,
        loss=opened.loss(step),
        learning_rate=opened.learning_rate(step),
        figures=_figures(opened, moment),
        example=example,
    )


def _figures(opened: OpenRun, moment: Moment) -> dict[str, Number]:
    over = [epoch for epoch in opened.run.epochs() if epoch["epoch"] < moment.epoch]
    return {name: number(value) for name, value in over[-1]["figures"].items()} if over else {}


def _pair(
    address: str,
    first: Found | None,
    second: Found | None,
    size: Size,
) -> ComparedArrays:
    known = first or second
    assert known is not None
    sides = [None if one is None else tensor(one.array, address, "value", None, size) for one in (first, second)]
    if first is None or second is None or first.array.shape != second.array.shape:
        return ComparedArrays(address, known.layer, known.kind, sides[0], sides[1], None, None, None, None)
    a, b = first.array.astype(np.float64), second.array.astype(np.float64)
    norms, distance = (np.linalg.norm(a), np.linalg.norm(b)), float(np.linalg.norm(b - a))
    return ComparedArrays(
        address=address,
        layer=known.layer,
        kind=known.kind,
        first=sides[0],
        second=sides[1],
        change=tensor(b - a, address, "value", None, size),
        distance=number(distance),
        share=number(distance / norms[0]) if norms[0] else None,
        cosine=number((a * b).sum() / (norms[0] * norms[1])) if norms[0] and norms[1] else None,
    )
