"""One example travelling: forward through the layers, to the loss, and its gradient back; and one unit of them written out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule import activations
from chainrule.backprop import gradient
from chainrule.errors import unknown_name
from chainrule.graph import Tensor, Variable
from chainrule.layers import Layer
from chainrule.losses import BinaryCrossentropy, CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy
from chainrule.models import Model
from chainrule.studio.desk import Desk
from chainrule.studio.examples import shown
from chainrule.studio.given import Taken, take
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import rewind as told
from chainrule.studio.network import formula_of
from chainrule.studio.passage import Passed, pass_through
from chainrule.studio.room import Room
from chainrule.studio.subject import Subject
from chainrule.studio.tensors import Size, number, numbers, tensor
from chainrule.studio.units import require_place, terms_of

Array = NDArray[Any]


def travel(desk: Desk, ask: requests.Travel, blocks: Blocks) -> told.Travelled:
    """Let one example travel."""
    room = desk.library.room(ask.run)
    taken = take(desk, room, ask.given, ask.step)
    model = room.model(room.require_step(ask.step))
    passed = pass_through(model, taken.x, taken.y)
    size = Size(ask.width, ask.height, ask.maps)
    layers = [
        told.Passage(
            path=address.rpartition("/")[0],
            value=tensor(value, address, "value", None, size, blocks),
            gradient=tensor(passed.gradients[address], address, "gradient", None, size, blocks) if address in passed.gradients else None,
        )
        for address, value in passed.values.items()
    ]
    return told.Travelled(
        id=ask.id,
        run=ask.run,
        step=ask.step,
        example=shown(room.subject, taken.x, taken.y, taken.place, taken.part, taken.row, blocks, passed.output, passed.loss),
        outputs=numbers(passed.output),
        probabilities=numbers(room.subject.probabilities(passed.output[None])[0]),
        layers=layers,
        loss=_losing(room.subject, passed, taken),
    )


def _losing(subject: Subject, passed: Passed, taken: Taken) -> told.Losing | None:
    if passed.loss is None or passed.slopes is None or taken.y is None:
        return None
    kind = type(subject.loss)
    text = f"{kind.__name__} = {passed.loss:.6g}"
    if subject.classes and not subject.has_labels and _is_plain_entropy(subject.loss):
        target = int(subject.class_numbers(np.asarray(taken.y)[None])[0])
        chance = subject.probabilities(passed.output[None])[0, target]
        text = f"−ln p({subject.classes[target]}) = −ln {chance:.6g} = {-np.log(max(chance, 1e-300)):.6g}"
    elif passed.output.size == 1:
        error = float(passed.output.reshape(-1)[0]) - float(np.asarray(taken.y).reshape(-1)[0])
        text = f"the distance is {error:+.6g}; the loss is {passed.loss:.6g}"
    return told.Losing(kind.__name__, formula_of(kind), text, number(passed.loss), numbers(passed.slopes))


def _is_plain_entropy(loss: Loss | None) -> bool:
    """Return whether the loss of an example is minus the logarithm of the probability of its class."""
    entropies = (SparseCategoricalCrossentropy, CategoricalCrossentropy, BinaryCrossentropy)
    return isinstance(loss, entropies) and not getattr(loss, "label_smoothing", 0.0)


def read_unit(desk: Desk, ask: requests.ReadUnit, blocks: Blocks) -> told.Unit:
    """Write out one unit."""
    room = desk.library.room(ask.run)
    taken = take(desk, room, ask.given, ask.step)
    model = room.model(room.require_step(ask.step))
    layer, below = _layer(model, ask.layer)
    passed = pass_through(model, taken.x, taken.y)
    address = f"{ask.layer}/output"
    output = passed.values[address]
    place = require_place(output.shape, ask.place, ask.layer)
    x = taken.x if below is None else passed.values[below]
    terms = terms_of(layer, np.asarray(x), place)
    listed: list[told.Term] = []
    count, others, total, bias = 0, 0.0, None, None
    if terms is not None:
        products = terms.x.astype(np.float64) * terms.w
        order = np.argsort(-np.abs(products), kind="stable")
        chosen, count, total, bias = order[: ask.terms], len(products), terms.total, terms.bias
        others = float(products[order[ask.terms :]].sum())
        listed = [_term(room, below, terms.below[i], f"{ask.layer}/kernel", terms.within[i], terms.x[i], terms.w[i]) for i in chosen]
    activation = getattr(layer, "activation", None)
    return told.Unit(
        id=ask.id,
        run=ask.run,
        step=ask.step,
        layer=ask.layer,
        place=list(place),
        kind=type(layer).__name__,
        formula=formula_of(type(layer)),
        terms=listed,
        count=count,
        others=number(others),
        bias=bias,
        total=total,
        activation="" if activation is None else str(getattr(activation, "__name__", activation)),
        output=number(output[place]),
        gradient=number(passed.gradients[address][place]) if address in passed.gradients else None,
        slope=None if total is None else _slope(activation, total),
    )


def _term(room: Room, below: str | None, place: Array, weight: str, within: Array, x: Any, w: Any) -> told.Term:
    source = f"{below or 'input'}{place.tolist()}"
    return told.Term(source, place.tolist(), weight, within.tolist(), number(x), number(w), number(float(x) * float(w)))


def _layer(model: Model, path: str) -> tuple[Layer, str | None]:
    """Return a layer, and the address of what goes into it; None for that where it is the network's input."""
    for symbol in model.network.order:
        if symbol.layer is not None and symbol.layer.default_name == path:
            source = symbol.inputs[0].layer
            return symbol.layer, None if source is None else f"{source.default_name}/output"
    raise unknown_name("A layer", path, [symbol.layer.default_name for symbol in model.network.order if symbol.layer is not None])


def _slope(activation: Any, total: float) -> float | None:
    """Return the derivative of an activation at a weighted sum; None of one that takes all units together."""
    if activation is None:
        return 1.0
    function = activations.get(activation)
    if function is activations.softmax:
        return None
    z = Variable(np.array([total], np.float32), "z")
    (slope,) = gradient(function(z), [z], seed=np.ones(1, np.float32))
    return number(np.asarray(slope.value)[0]) if isinstance(slope, Tensor) else 0.0
