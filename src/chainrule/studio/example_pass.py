"""One example's passage through a network and back: every layer's value, its loss, and the gradient of that loss at every layer."""

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from chainrule import losses
from chainrule.graph import Placeholder, Tensor
from chainrule.layers import Trace, tracing
from chainrule.models import Model
from chainrule.networks import Network
from chainrule.xla import Program

Array = NDArray[Any]


class Passed(NamedTuple):
    """What an example was on its way.

    Args:
        output: of the network.
        values: each layer's output by its address.
        loss: None where the target is not known.
        gradients: of the loss with respect to the layers' outputs, by their addresses; those that it depends on.
        slopes: of the loss with respect to the network's output; None where the target is not known.
    """

    output: Array
    values: dict[str, Array]
    loss: float | None
    gradients: dict[str, Array]
    slopes: Array | None


class Passage:
    """A network's passage over one example, without dropout and with the averages that were learned, as in prediction.

    Args:
        model: with one input and one output.
        target: an example's target, for its shape and dtype; None where there is no loss.
    """

    def __init__(self, model: Model, target: Array | None) -> None:
        (symbol,) = model.network.inputs
        x = Placeholder((1, *symbol.example_shape), symbol.dtype, "x")
        trace = Trace()
        with tracing(trace):
            output: Tensor = model.network.call([x])
        self._names = list(trace.outputs)
        self._weights = list(dict(model.network.named_weights("")).values())
        outputs, inputs = [output, *trace.outputs.values()], [x]
        self._sloped: list[str] = []
        loss = (model.compile_arguments or {}).get("loss")
        self.has_loss = target is not None and loss is not None
        if target is not None and loss is not None:
            y = Placeholder((1, *target.shape), target.dtype, "y")
            each = losses.get(loss).call(y, output)
            total = each.reshape(1, -1).mean()
            found = model.rule.gradient(total, [output, *trace.outputs.values()])
            names = ["", *self._names]
            known = {name: node for name, node in zip(names, found, strict=True) if isinstance(node, Tensor)}
            self._sloped = list(known)
            outputs += [total, *known.values()]
            inputs.append(y)
        self._program = Program(outputs, [*self._weights, *inputs])

    def run(self, x: Array, y: Array | None) -> Passed:
        """Return what an example, without the batch's axis, is on its way."""
        given = [x[None], *([] if y is None or not self.has_loss else [np.asarray(y)[None]])]
        found = [np.asarray(array) for array in self._program(*(weight.value for weight in self._weights), *given)]
        count = 1 + len(self._names)
        values = {name: array[0] for name, array in zip(self._names, found[1:count], strict=True)}
        if not self.has_loss:
            return Passed(found[0][0], values, None, {}, None)
        slopes = {name: array[0] for name, array in zip(self._sloped, found[count + 1 :], strict=True)}
        return Passed(found[0][0], values, float(found[count]), slopes, slopes.pop("", None))


_passages: WeakKeyDictionary[Network, dict[bool, Passage]] = WeakKeyDictionary()


def pass_through(model: Model, x: Array, y: Array | None) -> Passed:
    """Return what an example is on its way through a model; compiled once for each network."""
    known = _passages.setdefault(model.network, {})
    target = None if y is None else np.asarray(y)
    if (target is not None) not in known:
        known[target is not None] = Passage(model, target)
    return known[target is not None].run(x, target)
