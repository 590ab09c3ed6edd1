"""An inspection inside the network: outputs, gradients and weights of every layer on some rows, for given weights."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.doctor.targets import Array as NumpyArray
from chainrule.graph import Array, Placeholder, Tensor
from chainrule.insight.computation import NamedArrays
from chainrule.layers import Trace
from chainrule.models import Model
from chainrule.rules import Rule
from chainrule.training import Examples
from chainrule.training.objective import Objective, make_objective
from chainrule.training.step import Batch, forward, trainable_weights
from chainrule.xla import Program

ROWS, FEWEST_ROWS = 256, 16  # on which a inspection looks
COST = 5e9  # parameters times rows, times steps of a series: about a second


@dataclass(frozen=True, eq=False)
class Inspection:
    """The insides at one step.

    Args:
        step: how many updates were made before.
        loss: out of training, penalties left out.
        outputs: of each layer, in training, by address.
        output_gradients: of the loss with respect to them.
        weights: by address.
        weight_gradients: of the trainable ones.
        answers: the network's outputs out of training.
        penalty: what regularisers add to the loss.
        rows: of the training data that were looked at.
    """

    step: int
    loss: float
    outputs: NamedArrays
    output_gradients: NamedArrays
    weights: NamedArrays
    weight_gradients: NamedArrays
    answers: list[NumpyArray]
    penalty: float = 0.0
    rows: NumpyArray = field(default_factory=lambda: np.arange(0))


class Inspector:
    """Looks at a model's network on some of its examples.

    Args:
        model: compiled, and built.
        examples: rows are taken from them, evenly.
    """

    def __init__(self, model: Model, examples: Examples) -> None:
        places = math.prod(max(symbol.example_shape[0] if len(symbol.example_shape) > 1 else 1, 1) for symbol in model.network.inputs)
        affordable = int(max(FEWEST_ROWS, COST / max(model.count_params() * places, 1)))
        self.rows = np.unique(np.linspace(0, len(examples) - 1, min(ROWS, affordable, len(examples))).astype(np.int64))
        self._examples = Examples(examples.x, examples.y).take(self.rows)
        self._model = model
        self._program: Program | None = None
        self._names: dict[str, list[str]] = {}

    def look(self, step: int, weights: Mapping[str, Any] | None = None) -> Inspection:
        """Return the insides for the model's own weights, or for others.

        Args:
            step: how many updates were made before.
            weights: by address; more than the network's own may be among them.
        """
        variables = self._model.named_weights()
        arrays = {name: np.asarray(variable.value if weights is None else weights[name]) for name, variable in variables.items()}
        if self._program is None:
            self._program = self._make()
        found = [np.asarray(array) for array in self._program(*arrays.values(), *self._examples.x, *self._examples.y)]
        loss, penalty, *rest = found
        groups: dict[str, NamedArrays] = {}
        for group, names in self._names.items():
            groups[group] = dict(zip(names, rest[: len(names)], strict=True))
            rest = rest[len(names) :]
        return Inspection(
            step,
            float(loss),
            groups["outputs"],
            groups["output_gradients"],
            arrays,
            groups["weight_gradients"],
            list(groups["answers"].values()),
            float(penalty),
            self.rows,
        )

    def _make(self) -> Program:
        model, examples = self._model, self._examples
        x = [Placeholder(array.shape, array.dtype) for array in examples.x]
        y = [Placeholder(array.shape, array.dtype) for array in examples.y]
        count = len(examples)
        ones = ops.as_tensor(np.ones(count, np.float32))
        batch = Batch(list(x), list(y), None, ones, ops.as_tensor(np.arange(count, dtype=np.int32)))
        objective = objective_of(model)
        trace = Trace(training=True, key=ops.as_tensor(ops.random_key(0)), valid=ones)
        loss, _, _ = forward(model.network, objective, batch, trace)
        quiet = Trace(training=False, valid=ones)
        _, _, quiet_losses = forward(model.network, objective, batch, quiet)
        last = _answers(model, quiet)
        weights = trainable_weights(model.network)
        gradients = _gradients(model.rule, loss, weights)
        into = _gradients(model.rule, loss, {name: node for name, node in trace.outputs.items() if node.dtype.kind == "f"})
        penalty: Tensor = sum(trace.losses[1:], trace.losses[0]) if trace.losses else ops.as_tensor(np.zeros((), np.float32))
        self._names = {
            "outputs": list(trace.outputs),
            "output_gradients": list(into),
            "weight_gradients": list(gradients),
            "answers": [str(i) for i in range(len(last))],
        }
        nodes = [quiet_losses.mean(), penalty, *trace.outputs.values(), *into.values(), *gradients.values(), *last]
        return Program(nodes, [*model.named_weights().values(), *x, *y])


def _answers(model: Model, trace: Trace) -> list[Tensor]:
    """Return the network's outputs, of which the trace knows those of the layers."""
    names = [f"{symbol.layer.default_name}/output" for symbol in model.network.outputs if symbol.layer is not None]
    return [trace.outputs[name] for name in names if name in trace.outputs]


def _gradients(rule: Rule, loss: Tensor, nodes: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found = rule.gradient(loss, list(nodes.values()))
    return {name: node for name, node in zip(nodes, found, strict=True) if isinstance(node, Tensor)}


def objective_of(model: Model) -> Objective:
    """Return what a compiled model aims at."""
    arguments = model.compile_arguments or {}
    shapes = [symbol.example_shape for symbol in model.network.outputs]
    return make_objective(arguments["loss"], arguments["loss_weights"], arguments["metrics"], shapes)


def rms(array: Array | Sequence[float]) -> float:
    """Return the root of the mean square; 0 for nothing, infinity where a value is not finite."""
    values = np.asarray(array, np.float64)
    if not values.size:
        return 0.0
    return float(np.sqrt((values**2).mean())) if np.isfinite(values).all() else math.inf
