"""A model's forward pass over rows, opened where its continuous numbers begin: what every explanation of a prediction starts from."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.errors import ArgumentError, DataError, GraphError, unknown_name
from chainrule.graph import Constant, NoGradient, Placeholder, Tensor, dependents, substitute, topological
from chainrule.layers import Trace, tracing
from chainrule.models import Model
from chainrule.networks import Network
from chainrule.networks.rows import prepared_rows
from chainrule.xla import Program

Floats: TypeAlias = NDArray[np.floating[Any]]
OutputChoice: TypeAlias = int | Sequence[int] | NDArray[Any] | None
AnswerQuantity: TypeAlias = Literal["output", "logit", "probability"]

BATCH = 64  # rows in one call of a program, at most: what bounds memory
QUANTITIES = ("output", "logit", "probability")


class Attributions(NamedTuple):
    """An attribution that should add up to something, and by how much it does not.

    Args:
        values: how much each number of the input contributes, in the input's shape.
        gap: for each row, what the contributions should add up to less what they add up to.
    """

    values: Floats
    gap: Floats


class ForwardPass:
    """A network's forward pass over batches of one size, as graph, from its first continuous numbers to one score for each row.

    Args:
        network: one input, one output.
        size: rows in a batch.
        quantity: which quantity is the score; see `ExplainedRows`.

    Attributes:
        x: the placeholder of the rows.
        entry: the first continuous numbers: `x` itself, or, where it holds whole numbers, a placeholder for what the network
            makes of them first, such as the rows of an embedding; where some of these are padding, each with a 1, or for padding a
            0, at its end.
        embedded: whether `entry` has one more axis than `x`, the width of an embedding.
        target: the placeholder of the chosen output's number, of shape (size,).
        outputs: each layer's output by its address.
        insides: what else a layer shows, by its address.
        output: all numbers to choose from, of shape (size, ...).
        score: the chosen number of each row, of shape (size,).
    """

    def __init__(self, network: Network, size: int, quantity: AnswerQuantity) -> None:
        (symbol,) = network.inputs
        self.size = size
        self.x = Placeholder((size, *symbol.example_shape), symbol.dtype, "x")
        trace = Trace()
        with tracing(trace):
            found: Tensor = network.call([self.x])
        made = [found, *trace.outputs.values(), *trace.insides.values()]
        self.entry, self._made_from_x, self._is_marked = self.x, self.x, False
        if symbol.dtype.kind in "iub":
            embedded = _first_continuous(_without_padding(made, trace.masks), self.x)
            mask = trace.masks.get(embedded)
            self._made_from_x = embedded if mask is None else _marked(embedded, mask)
            self.entry = Placeholder(self._made_from_x.shape, self._made_from_x.dtype, "entry")
            marked = {} if mask is None else {mask: self.entry[..., -1] > 0.5}
            made = substitute(made, {embedded: self.entry if mask is None else self.entry[..., :-1], **marked})
            self._is_marked = mask is not None
        self.embedded = len(self.entry.shape) > len(self.x.shape)
        self.outputs = dict(zip(trace.outputs, made[1:], strict=False))
        self.insides = dict(zip(trace.insides, made[1 + len(trace.outputs) :], strict=True))
        self.output = _as_quantity(made[0], quantity)
        self.target = Placeholder((size,), "int32", "target")
        self.score = picked(self.output.reshape(size, -1), self.target)
        self._weights = list(dict(network.named_weights("")).values())
        self._programs: dict[str, Program] = {}

    def output_of(self, layer: str) -> Tensor:
        """Return a layer's output by the layer's path or its address, "dense" and "dense/output" alike; or what it shows by its address."""
        if layer in self.insides:
            return self.insides[layer]
        address = layer if layer in self.outputs else f"{layer}/output"
        if address not in self.outputs:
            raise unknown_name("A layer", layer, [name.removesuffix("/output") for name in self.outputs])
        return self.outputs[address]

    def gradient_of_score(self, source: Tensor) -> Tensor:
        """Return the gradient of each row's score with respect to a node of the forward pass."""
        return slope(self.score, source)

    def enter(self, x: NDArray[Any]) -> Floats:
        """Return the first continuous numbers of rows."""
        if self.entry is self.x:
            return x
        return self._run("enter", lambda: [self._made_from_x], [self.x], [x])[0]

    def numbers(self, entries: Floats) -> Floats:
        """Return entries without the mark of their padding."""
        return entries[..., :-1] if self._is_marked else entries

    def in_place_of(self, entries: Floats, numbers: Floats) -> Floats:
        """Return other numbers as entries, of which those are padding that are in `entries`."""
        if not self._is_marked:
            return numbers
        return np.concatenate([numbers, np.broadcast_to(entries[..., -1:], (*numbers.shape[:-1], 1))], axis=-1)

    def compute(self, name: str, nodes: Callable[[], list[Tensor]], entries: Floats, target: NDArray[Any]) -> list[Floats]:
        """Return the values of nodes, one row for each row of `entries`; compiled at the first call of this name."""
        return self._run(name, nodes, [self.entry, self.target], [entries, target])

    def scores(self, entries: Floats, target: NDArray[Any]) -> Floats:
        """Return each row's score."""
        return self.compute("score", lambda: [self.score], entries, target)[0].astype(np.float64)

    def gradients(self, entries: Floats, target: NDArray[Any]) -> Floats:
        """Return the gradient of each row's score with respect to its entry."""
        return self.compute("gradient", lambda: [self.gradient_of_score(self.entry)], entries, target)[0]

    def _run(
        self, name: str, nodes: Callable[[], list[Tensor]], places: list[Placeholder], rows: Sequence[NDArray[Any]]
    ) -> list[NDArray[Any]]:
        if name not in self._programs:
            self._programs[name] = Program(nodes(), [*self._weights, *places])
        weights = [variable.value for variable in self._weights]
        parts: list[list[NDArray[Any]]] = []
        for start in range(0, len(rows[0]), self.size):
            chunk = [array[start : start + self.size] for array in rows]
            missing = self.size - len(chunk[0])
            fed = [np.concatenate([c, np.repeat(c[-1:], missing, axis=0)]) for c in chunk] if missing else chunk
            parts.append([np.asarray(array)[: len(chunk[0])] for array in self._programs[name](*weights, *fed)])
        return [np.concatenate(column) for column in zip(*parts, strict=True)]


@dataclass(frozen=True, eq=False)
class ExplainedRows:
    """Rows, and the number of the model's answer for each that is to be explained.

    Args:
        forward_pass: of the model.
        x: the rows, in the dtype that the network takes.
        entries: their first continuous numbers.
        target: the number of the chosen output of each row, of shape (rows,).
    """

    forward_pass: ForwardPass
    x: NDArray[Any]
    entries: Floats
    target: NDArray[Any]

    def attribution(self, values: Floats) -> Floats:
        """Return contributions of the entries as those of the inputs: a token's is the sum over its embedding."""
        return values.sum(axis=-1) if self.forward_pass.embedded else values


def ask(
    model: Model, x: ArrayLike, target: OutputChoice = None, quantity: AnswerQuantity = "output", size: int | None = None
) -> ExplainedRows:
    """Return the question why a model answers as it does.

    Args:
        model: with one input and one output.
        x: rows, as for `predict`.
        target: which of the outputs: its number, for all rows or for each; None for the largest of each row. Where each row's
            output has several axes, its number counts through them all.
        quantity: "output" is what the model gives; "logit" what goes into a softmax or sigmoid at its end; "probability" the
            softmax (of one output the sigmoid) of logits at its end.
        size: rows in one call of the program; None for as many as there are, up to 64.

    Raises:
        ArgumentError: several inputs or outputs; a target or quantity that the model does not have.
        ShapeError: rows of another shape.
        DataError: rows that are not finite numbers, or not whole where the network takes indices.
    """
    if quantity not in QUANTITIES:
        raise unknown_name("quantity", quantity, QUANTITIES)
    rows = prepared_rows(model.network, x, model.name)
    forward_pass = forward_pass_over(model, size or min(BATCH, power_of_two(len(rows))), quantity)
    entries = forward_pass.enter(rows)
    if not np.isfinite(entries).all():
        row = int(np.argmin(np.isfinite(entries).reshape(len(rows), -1).all(axis=1)))
        raise DataError(f"Row {row} of x holds an index outside of the network's embedding: {rows[row].min()} to {rows[row].max()}.")
    return ExplainedRows(forward_pass, rows, entries, _chosen(forward_pass, entries, target))


_forward_passes: WeakKeyDictionary[Network, dict[tuple[int, AnswerQuantity], ForwardPass]] = WeakKeyDictionary()


def forward_pass_over(model: Model, size: int, quantity: AnswerQuantity = "output") -> ForwardPass:
    """Return the forward pass of a model over batches of a size; made once, so that its programs are compiled once."""
    known = _forward_passes.setdefault(model.network, {})
    if (size, quantity) not in known:
        known[size, quantity] = ForwardPass(model.network, size, quantity)
    return known[size, quantity]


def picked(numbers: Tensor, target: Tensor) -> Tensor:
    """Return the number of each row that the target names."""
    return (numbers * ops.one_hot(target, numbers.shape[1], numbers.dtype)).sum(1)


def slope(target: Tensor, source: Tensor) -> Tensor:
    """Return the gradient of the sum of `target` with respect to `source`, which it must depend on."""
    (found,) = gradient(target, [source], seed=np.ones(target.shape, target.dtype))
    if isinstance(found, NoGradient):
        raise GraphError(f"The answer has no gradient with respect to {source}: {found.reason}.")
    return found


def power_of_two(rows: int) -> int:
    """Return the power of two that is at least `rows`."""
    return 1 << max(rows - 1, 0).bit_length()


def _first_continuous(made: list[Tensor], x: Placeholder) -> Tensor:
    """Return the node in which whole numbers become continuous ones: an embedding's rows, or a cast."""
    order = topological(made)
    reached = dependents(order, [x])
    whole = {node for node in reached if all(kind.dtype.kind in "iub" for kind in node.types)}
    found = [node for node in order if node in reached - whole and any(source in whole for source in node.inputs)]
    if len(found) != 1:
        places = ", ".join(node.origin.path or str(node) for node in found) or "nowhere"
        raise ArgumentError(
            f"A network that takes whole numbers is explained from the one place where they become continuous, such as an "
            f"Embedding. Here that happens in {len(found)} places: {places}."
        )
    return found[0]


def _without_padding(made: list[Tensor], masks: Mapping[Tensor, Tensor]) -> list[Tensor]:
    """Return the forward pass with every step taken for a real one: what is padding is no number that an answer is explained from."""
    return substitute(made, {mask: Constant(np.ones(mask.shape, bool)) for mask in masks.values()})


def _marked(embedded: Tensor, mask: Tensor) -> Tensor:
    """Return embedded steps, each with a 1, or for padding a 0, at its end."""
    return ops.concatenate(embedded, mask.astype(embedded.dtype).reshape(*mask.shape, 1), axis=-1)


def _as_quantity(output: Tensor, quantity: AnswerQuantity) -> Tensor:
    logit = _logit(output)
    if quantity == "logit":
        if logit is None and output.op is not None and output.op.limits is not None:
            raise ArgumentError(f"The network ends in {output.op.name}, not in a softmax, a sigmoid or logits: take quantity='output'.")
        return output if logit is None else logit
    if quantity == "probability" and logit is None:
        return ops.sigmoid(output) if output.shape[-1:] == (1,) else ops.softmax(output)
    return output


def _logit(output: Tensor) -> Tensor | None:
    """Return what goes into the softmax or sigmoid whose output this is; None where it is neither."""
    if output.op is ops.sigmoid:
        return output.inputs[0]
    if output.op is ops.divide and output.inputs[0].op is ops.exp and output.inputs[1].inputs[:1] == output.inputs[:1]:
        shifted = output.inputs[0].inputs[0]
        return shifted.inputs[0] if shifted.op is ops.subtract else None
    return None


def _chosen(forward_pass: ForwardPass, entries: Floats, target: OutputChoice) -> NDArray[Any]:
    rows, shape = len(entries), forward_pass.output.shape[1:]
    count = math.prod(shape)
    if target is None:
        if len(shape) > 1:
            raise ArgumentError(f"Each row's output has shape {shape}: say by target=... which of its {count} numbers is to be explained.")
        if count == 1:
            return np.zeros(rows, np.int32)
        output = forward_pass.compute("output", lambda: [forward_pass.output], entries, np.zeros(rows, np.int32))[0]
        return output.argmax(axis=1).astype(np.int32)
    given = np.asarray(target)
    if given.dtype.kind not in "iu" or given.shape not in {(), (rows,)} or ((given < 0) | (given >= count)).any():
        raise ArgumentError(f"target must be a whole number from 0 to {count - 1}, or one for each of {rows} rows. Got {target!r} instead.")
    return np.broadcast_to(given, (rows,)).astype(np.int32)
