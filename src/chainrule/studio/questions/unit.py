"""One unit written out: its weighted sum in numbers, its activation, its gradient."""

from typing import Annotated, Any

import numpy as np
from msgspec import Meta, Struct

from chainrule import activations
from chainrule.backprop import gradient
from chainrule.errors import unknown_name
from chainrule.graph import Tensor, Variable
from chainrule.layers import Layer
from chainrule.models.model import Model
from chainrule.studio.example_inputs import ExampleInput
from chainrule.studio.example_pass import pass_through
from chainrule.studio.fields import Array, Name, Number, Place, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.network import formula_of
from chainrule.studio.open_run import OpenRun
from chainrule.studio.prepared_examples import prepare_example
from chainrule.studio.protocol import Request
from chainrule.studio.tensors import number
from chainrule.studio.units import require_place, terms_of


class Term(Struct, frozen=True):
    """A term of a weighted sum.

    Args:
        source: the address of the value below, and its place: "flatten/output[17]".
        place: of the value below, without the batch's axis.
        weight: its address.
        weight_place: of the number in it.
        x: the value below.
        w: the weight.
        product: of the two.
    """

    source: str
    place: list[int]
    weight: str
    weight_place: list[int]
    x: Number
    w: Number
    product: Number


class Unit(Struct, frozen=True):
    """A unit, written out.

    Args:
        run: its name.
        step: with the weights before which.
        layer: the layer's path.
        place: in the layer's output.
        kind: the layer's class.
        formula: of the layer.
        terms: the largest, by their size.
        count: of all terms.
        others: the sum of those that are not listed.
        bias: None where there is none.
        total: the weighted sum; None where the layer has none.
        activation: its name; "" where there is none.
        output: what comes out.
        gradient: of the example's loss with respect to the output; None where there is none.
        slope: the activation's derivative here.
    """

    run: str
    step: int
    layer: str
    place: list[int]
    kind: str
    formula: str
    terms: list[Term]
    count: int
    others: Number
    bias: Number
    total: Number
    activation: str
    output: Number
    gradient: Number
    slope: Number


class ReadUnit(Request, frozen=True):
    """Write out one unit: its weighted sum in numbers, its activation, its gradient.

    Args:
        run: its name.
        step: with the weights before which it is computed.
        input: the example.
        layer: the layer's path, such as "dense".
        place: of the unit in the layer's output, without the batch's axis.
        terms: how many of the sum's terms are written out, the largest first.
    """

    run: Name
    step: Step
    input: ExampleInput
    layer: Name
    place: Place
    terms: Annotated[int, Meta(ge=1, le=1024)] = 12

    def respond(self, jobs: Jobs) -> Unit:
        opened = jobs.library.open(self.run)
        prepared = prepare_example(jobs, opened, self.input, self.step)
        model = opened.model(opened.require_step(self.step))
        layer, below = _layer(model, self.layer)
        passed = pass_through(model, prepared.x, prepared.y)
        address = f"{self.layer}/output"
        output = passed.values[address]
        place = require_place(output.shape, self.place, self.layer)
        x = prepared.x if below is None else passed.values[below]
        terms = terms_of(layer, np.asarray(x), place)
        listed: list[Term] = []
        count, others, total, bias = 0, 0.0, None, None
        if terms is not None:
            products = terms.x.astype(np.float64) * terms.w
            order = np.argsort(-np.abs(products), kind="stable")
            chosen, count, total, bias = order[: self.terms], len(products), terms.total, terms.bias
            others = float(products[order[self.terms :]].sum())
            listed = [_term(opened, below, terms.below[i], f"{self.layer}/kernel", terms.within[i], terms.x[i], terms.w[i]) for i in chosen]
        activation = getattr(layer, "activation", None)
        return Unit(
            run=self.run,
            step=self.step,
            layer=self.layer,
            place=list(place),
            kind=type(layer).__name__,
            formula=formula_of(type(layer)),
            terms=listed,
            count=count,
            others=number(others),
            bias=bias,
            total=total,
            activation="" if activation is None else activations.get(activation).name,
            output=number(output[place]),
            gradient=number(passed.gradients[address][place]) if address in passed.gradients else None,
            slope=None if total is None else _slope(activation, total),
        )


def _term(opened: OpenRun, below: str | None, place: Array, weight: str, within: Array, x: Any, w: Any) -> Term:
    source = f"{below or 'input'}{place.tolist()}"
    return Term(source, place.tolist(), weight, within.tolist(), number(x), number(w), number(float(x) * float(w)))


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
    if function.probabilities == "together":
        return None
    z = Variable(np.array([total], np.float32), "z")
    (slope,) = gradient(function(z), [z], seed=np.ones(1, np.float32))
    return number(np.asarray(slope.value)[0]) if isinstance(slope, Tensor) else 0.0
