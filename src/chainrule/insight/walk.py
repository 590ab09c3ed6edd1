"""A walk along the backward pass, node by node, from the loss to the weights."""

import inspect
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.backprop import pull_back
from chainrule.errors import unknown_name
from chainrule.graph import NoGradient, Op, Tensor, backward_of
from chainrule.insight.chain import between
from chainrule.insight.computation import Computation
from chainrule.insight.expression import expression
from chainrule.rules import Rule

Array = np.ndarray[Any, Any]
LOOP = "the gradient of the loop's body, from the last element to the first"
SMALL = 1 << 14  # numbers of an array that is returned whole


@dataclass(frozen=True)
class ValueSummary:
    """What is seen of a value.

    Args:
        name: what it is, such as "dense/kernel" or "matmul in dense".
        shape: its axes.
        mean: over all elements.
        norm: the square root of the sum of squares.
        smallest: element.
        largest: element.
        zeros: the share of elements that are 0.
        array: all of it, where it is small; else None.
    """

    name: str
    shape: tuple[int, ...]
    mean: float
    norm: float
    smallest: float
    largest: float
    zeros: float
    array: Array | None

    def __str__(self) -> str:
        if not self.shape:
            return f"{self.name}: {self.mean:.6g}"
        shape = " x ".join(map(str, self.shape))
        reach = f"{self.smallest:.4g} to {self.largest:.4g}"
        return f"{self.name}: {shape}, mean {self.mean:.4g}, norm {self.norm:.4g}, {reach}, {self.zeros:.0%} zero"


@dataclass(frozen=True)
class BackwardStep:
    """One operation, passed from its output to its inputs.

    Args:
        number: of the step in the walk, from 1 at the loss.
        op: the operation's name.
        formula: what it computes.
        path: the layer it belongs to; empty for the loss and what lies between layers.
        line: the line of the user's program at which the layer was made; empty for the loss.
        rules: for each input that a gradient goes to, the local rule of the chain: dx from dy.
        value: the operation's output in the forward pass.
        gradient_in: the gradient of the loss with respect to that output, which has arrived here.
        gradients_out: what goes on to each input; the gradient of an input that is used several times is the sum.
    """

    number: int
    op: str
    formula: str
    path: str
    line: str
    rules: dict[str, str]
    value: ValueSummary
    gradient_in: ValueSummary
    gradients_out: dict[str, ValueSummary]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it, JSON-ready."""
        return _plain(asdict(self))

    def __str__(self) -> str:
        made = f" (made at {self.line})" if self.line else ""
        where = f" in {self.path}{made}" if self.path else " in the loss"
        lines = [
            f"{self.number}. {self.op}{where}: {self.formula}",
            f"     value        {self.value}",
            f"     gradient in  {self.gradient_in}",
        ]
        for name, rule in self.rules.items():
            lines += [f"     rule         d{name} = {rule}", f"     gradient out to {name}, {self.gradients_out[name]}"]
        return "\n".join(lines)


@dataclass(frozen=True)
class _Station:
    """A node of the walk, with what is computed there: its value, the gradient that arrives, and what is passed on."""

    node: Tensor
    arriving: Tensor
    passed: dict[str, tuple[Tensor, Tensor, str]]  # by the input's name in the op's formula: the input, its gradient, the rule

    @property
    def op(self) -> Op:
        op = _operation(self.node).op
        assert op is not None
        return op

    @property
    def values(self) -> list[Tensor]:
        return [self.node, self.arriving, *(part for _, part, _ in self.passed.values())]


def walk(computation: Computation, layer: str | None) -> list[BackwardStep]:
    """Return the steps of the backward pass; `Moment.walk` with all its arguments."""
    graph = computation.graph
    weights = [graph.state[name] for name in graph.gradients]
    inside = [node for node in reversed(between(graph.loss, weights, graph.rule.pullbacks())) if len(node.types) == 1]
    numbers = {node: number for number, node in enumerate(inside, 1)}
    nodes = [node for node in inside if layer is None or node.origin.path == layer]
    if not nodes:
        raise unknown_name("The layer of a walk", layer, {node.origin.path for node in inside if node.origin.path})
    stations = _stations(graph.rule, graph.loss, nodes, {*inside, *weights})
    values = [value for station in stations for value in station.values]
    figures = [_figures(value) for value in values]
    small = [value for value in values if value.size <= SMALL]
    found = computation.compute(("walk", layer), lambda: ([ops.stack(figures), *small], []))
    arrays = iter(found[1:])
    readings = iter([(row, next(arrays) if value.size <= SMALL else None) for row, value in zip(found[0], values, strict=True)])
    names = {node: name for name, node in [*graph.outputs.items(), *graph.state.items()]}

    def read(node: Tensor, of: Tensor) -> ValueSummary:
        row, array = next(readings)
        mean, norm, smallest, largest, zeros = map(float, row)
        return ValueSummary(names.get(of) or _described(of), node.shape, mean, norm, smallest, largest, zeros, array)

    return [
        BackwardStep(
            number=numbers[station.node],
            op=station.op.name,
            formula=station.op.formula,
            path=station.node.origin.path,
            line=computation.line_of(station.node.origin.path),
            value=read(station.node, station.node),
            gradient_in=read(station.arriving, station.node),
            rules={name: rule for name, (_, _, rule) in station.passed.items()},
            gradients_out={name: read(part, source) for name, (source, part, _) in station.passed.items()},
        )
        for station in stations
    ]


def _stations(rule: Rule, loss: Tensor, nodes: Sequence[Tensor], passed: set[Tensor]) -> list[_Station]:
    arriving = zip(nodes, rule.gradient(loss, nodes), strict=True)
    return [_Station(node, dy, _passed_back(rule, node, dy, passed)) for node, dy in arriving if isinstance(dy, Tensor)]


def _passed_back(rule: Rule, node: Tensor, dy: Tensor, passed: set[Tensor]) -> dict[str, tuple[Tensor, Tensor, str]]:
    """Return what one operation alone passes back to each of its inputs, by the input's name in the op's formula."""
    core = _operation(node)
    assert core.op is not None
    index = 0 if core is node else node.attributes["index"]
    with backward_of(core):
        parts = pull_back(core, [dy if place == index else None for place in range(len(core.types))], rule.pullbacks())
    names = _input_names(core)
    known = dict(zip(reversed(core.inputs), reversed(names), strict=True)) | {dy: "dy", core: "y"}
    found: dict[str, tuple[Tensor, Tensor, str]] = {}
    for name, source, part in zip(names, core.inputs, parts, strict=True):
        if isinstance(part, Tensor) and source in passed and part.dtype.kind not in "iub":
            found[name] = source, part, LOOP if core.op.higher_order else expression(part, known)
    return found


def _operation(node: Tensor) -> Tensor:
    """Return the node that computes: for one output of a loop, the loop."""
    return node.inputs[0] if node.op is ops.item else node


def _input_names(node: Tensor) -> list[str]:
    """Return what the op's formula calls its inputs."""
    assert node.op is not None
    names: list[str] = []
    if not isinstance(node.op.pullback, NoGradient):
        parameters = list(inspect.signature(node.op.pullback).parameters.values())[2:]
        names = [parameter.name for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    count = len(node.inputs)
    return names[:count] if len(names) >= count and not node.op.higher_order else [f"x{i}" for i in range(count)]


def _figures(value: Tensor) -> Tensor:
    zeros = ops.equal(value, 0).astype("float32").mean()
    figures = [value.mean(), ops.sqrt(ops.square(value).sum()), ops.reduce_min(value), ops.reduce_max(value), zeros]
    return ops.stack([figure.astype("float32") for figure in figures])


def _described(node: Tensor) -> str:
    core = _operation(node)
    kind = core.op.name if core.op else "input"
    return f"{kind} in {node.origin.path}" if node.origin.path else f"{kind} in the loss"


def _plain(value: Any) -> Any:
    """Return arrays as lists, all the way down."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return value
