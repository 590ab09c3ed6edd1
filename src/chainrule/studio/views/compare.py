"""Two moments side by side: of one run or of two, such as a run and its fork."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.insight import Moment
from chainrule.studio.desk import Desk
from chainrule.studio.examples import shown
from chainrule.studio.given import Taken, take
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import compare as told
from chainrule.studio.messages.shared import InBatch, Number
from chainrule.studio.network import layers_of
from chainrule.studio.passage import pass_through
from chainrule.studio.room import Room
from chainrule.studio.tensors import Size, number, tensor

Array = NDArray[Any]

_REPEATING = {"shape", "noise"}  # stages of layers whose output, when a network is asked, shows nothing that their input does not


class Found(NamedTuple):
    """What stands at an address of one network.

    Args:
        layer: its path.
        kind: of the layer.
        array: it.
    """

    layer: str
    kind: str
    array: Array


def compare_moments(desk: Desk, ask: requests.CompareMoments, blocks: Blocks) -> told.Compared:
    """Lay a moment of one run beside one of another."""
    rooms = desk.library.room(ask.run), desk.library.room(ask.other)
    steps = rooms[0].within(ask.step), rooms[1].within(ask.other_step)
    taken = take(desk, rooms[0], InBatch(ask.example), steps[0])
    first, second = (_inside(room, step, taken) for room, step in zip(rooms, steps, strict=True))
    size = Size(ask.width, ask.height, ask.maps)
    return told.Compared(
        id=ask.id,
        first=_side(rooms[0], steps[0], taken, blocks),
        second=_side(rooms[1], steps[1], taken, blocks),
        pairs=[_pair(address, first.get(address), second.get(address), size, blocks) for address in {**first, **second}],
    )


def _takes(room: Room, taken: Taken) -> bool:
    """Whether a run's network takes an example."""
    return tuple(room.subject.shape) == taken.x.shape and room.subject.dtype == taken.x.dtype


def _inside(room: Room, step: int, taken: Taken) -> dict[str, Found]:
    """Return a network's weights before a step, and what it makes of an example, by address, layer after layer."""
    state, model = room.moment(step).state, room.model(step)
    values = pass_through(model, taken.x, None).values if _takes(room, taken) else {}
    found: dict[str, Found] = {}
    for layer in layers_of(model.network):
        arrays = {weight.address: state[weight.address] for weight in layer.weights if weight.learns}
        if layer.output in values and layer.stage not in _REPEATING:
            arrays[layer.output] = values[layer.output]
        found |= {address: Found(layer.path, layer.kind, array) for address, array in arrays.items()}
    return found


def _side(room: Room, step: int, taken: Taken, blocks: Blocks) -> told.Side:
    moment = room.moment(step)
    example = None
    if _takes(room, taken):
        output = pass_through(room.model(step), taken.x, None).output
        example = shown(room.subject, taken.x, taken.y, taken.place, taken.part, taken.row, blocks, output)
    return told.Side(
        run=room.name,
        step=step,
        epoch=moment.epoch,
        loss=room.loss(step),
        learning_rate=room.learning_rate(step),
        figures=_figures(room, moment),
        example=example,
    )


def _figures(room: Room, moment: Moment) -> dict[str, Number]:
    over = [epoch for epoch in room.run.epochs() if epoch["epoch"] < moment.epoch]
    return {name: number(value) for name, value in over[-1]["figures"].items()} if over else {}


def _pair(address: str, first: Found | None, second: Found | None, size: Size, blocks: Blocks) -> told.Pair:
    known = first or second
    assert known is not None
    sides = [None if one is None else tensor(one.array, address, "value", None, size, blocks) for one in (first, second)]
    if first is None or second is None or first.array.shape != second.array.shape:
        return told.Pair(address, known.layer, known.kind, sides[0], sides[1], None, None, None, None)
    a, b = first.array.astype(np.float64), second.array.astype(np.float64)
    norms, distance = (np.linalg.norm(a), np.linalg.norm(b)), float(np.linalg.norm(b - a))
    return told.Pair(
        address=address,
        layer=known.layer,
        kind=known.kind,
        first=sides[0],
        second=sides[1],
        change=tensor(b - a, address, "value", None, size, blocks),
        distance=number(distance),
        share=number(distance / norms[0]) if norms[0] else None,
        cosine=number((a * b).sum() / (norms[0] * norms[1])) if norms[0] and norms[1] else None,
    )
