"""The step: forward, loss, gradient and update as one graph, over batches picked from resident data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.errors import TrainingError
from chainrule.graph import Array, NoGradient, Placeholder, Tensor, Variable, verify
from chainrule.layers import Layer, Trace, tracing
from chainrule.networks import Network
from chainrule.optimizers import Optimizer
from chainrule.rules import Rule
from chainrule.training.augmentation import augmented
from chainrule.training.objective import MixedTargets, Objective

Signature = tuple[tuple[tuple[int, ...], str], ...]


@dataclass(frozen=True)
class Feed:
    """The placeholders of resident data: all examples, and the order in which they are taken.

    Where examples are streamed, it is a chunk of them that is resident: `rows` has their numbers in the source, -1 where there are none.
    """

    x: tuple[Placeholder, ...]
    y: tuple[Placeholder, ...]
    weight: Placeholder | None
    order: Placeholder
    rows: Placeholder | None
    key: Placeholder
    index: Placeholder

    @property
    def fixed(self) -> list[Placeholder]:
        """The placeholders that stay the same over the steps of a dispatch, in the order in which they are fed."""
        weight, rows = ([node] if node is not None else [] for node in (self.weight, self.rows))
        return [*self.x, *self.y, *weight, self.order, *rows, self.key]


@dataclass(frozen=True)
class Batch:
    """One batch, as graph; `mixture` are the targets of examples that are mixed with one another."""

    x: list[Tensor]
    y: list[Tensor]
    weight: Tensor | None
    valid: Tensor
    rows: Tensor
    mixture: tuple[MixedTargets, ...] = ()


@dataclass(frozen=True)
class TrainingStep:
    """The graph of one training step, with every inside by name.

    Attributes:
        state: what each step replaces: weights, the optimiser's arrays, the step's number, the learning rate.
        following: what replaces it.
        statistics: the vector that the objective reads.
        loss: the batch's loss.
        example_losses: each example's own loss, before weights and penalties.
        penalties: what layers add to the loss.
        outputs: each layer's output by its address.
        insides: what else of a layer is worth being seen, by its address.
        rule: the learning rule, which gives the gradients.
        gradients: by the weight's address.
        updates: what is added to each weight, by its address.
        learning_rate: this step's; one of the state's variables, unless a schedule gives it.
        batch: what the step learned from.
        augmented: the output of each layer that varied the batch, by its address.
    """

    state: dict[str, Variable]
    following: list[Tensor]
    statistics: Tensor
    loss: Tensor
    example_losses: Tensor
    penalties: list[Tensor]
    outputs: dict[str, Tensor]
    insides: dict[str, Tensor]
    rule: Rule
    gradients: dict[str, Tensor]
    updates: dict[str, Tensor]
    learning_rate: Tensor
    batch: Batch
    feed: Feed
    augmented: dict[str, Tensor]


def make_feed(x: Sequence[Array], y: Sequence[Array], weighted: bool, streamed: bool = False) -> Feed:
    """Return placeholders for arrays of these shapes and dtypes."""
    examples = x[0].shape[0]
    return Feed(
        x=tuple(Placeholder(array.shape, array.dtype, f"x{i}") for i, array in enumerate(x)),
        y=tuple(Placeholder(array.shape, array.dtype, f"y{i}") for i, array in enumerate(y)),
        weight=Placeholder((examples,), "float32", "sample_weight") if weighted else None,
        order=Placeholder((examples,), "int32", "order"),
        rows=Placeholder((examples,), "int32", "rows") if streamed else None,
        key=Placeholder((2,), "uint32", "key"),
        index=Placeholder((), "int32", "index"),
    )


def pick_batch(feed: Feed, batch_size: int) -> Batch:
    """Return batch number `index`: rows of the data in their order; past the end, rows that count for nothing."""
    examples = feed.order.shape[0]
    places = feed.index * batch_size + np.arange(batch_size, dtype=np.int32)
    inside = ops.minimum(places, examples - 1)
    rows = ops.take(feed.order, inside)
    numbers = rows if feed.rows is None else ops.take(feed.rows, inside)
    valid = (places < examples if feed.rows is None else numbers >= 0).astype("float32")
    return Batch(
        x=[ops.take(array, rows) for array in feed.x],
        y=[ops.take(array, rows) for array in feed.y],
        weight=None if feed.weight is None else ops.take(feed.weight, rows),
        valid=valid,
        rows=numbers,
    )


def make_state(network: Network, optimizer: Optimizer, slots: dict[str, dict[str, Variable]]) -> dict[str, Variable]:
    """Return every variable of training by its address."""
    state = dict(network.named_weights(""))
    state |= {variable.name: variable for kept in slots.values() for variable in kept.values()}
    rate = 0.0 if optimizer.schedule else optimizer.learning_rate
    state["optimizer/iteration"] = Variable(np.zeros((), np.int32), "optimizer/iteration", trainable=False)
    state["optimizer/learning_rate"] = Variable(np.asarray(rate, np.float32), "optimizer/learning_rate", trainable=False)
    return state


def trainable_weights(network: Network) -> dict[str, Variable]:
    """Return the weights that an optimiser may change, by address."""
    return {
        f"{path}/{name}": variable
        for path, layer in network.sublayers("")
        if not isinstance(layer, Network) and layer.trainable
        for name, variable in layer.weights.items()
        if variable.trainable
    }


def make_step(
    network: Network,
    objective: Objective,
    rule: Rule,
    optimizer: Optimizer,
    state: dict[str, Variable],
    slots: dict[str, dict[str, Variable]],
    feed: Feed,
    batch_size: int,
    augment: Sequence[Layer] = (),
) -> TrainingStep:
    """Return the graph of a training step, whose batch is varied by the layers of `augment`.

    Raises:
        TrainingError: a weight that the loss does not depend on.
    """
    batch = pick_batch(feed, batch_size)
    iteration = state["optimizer/iteration"]
    key = ops.random_fold(feed.key, iteration)
    before, trace = (Trace(training=True, key=key, valid=batch.valid) for _ in range(2))
    if augment:
        varied = augmented(augment, batch.x, batch.y, batch.weight, before)
        batch = replace(batch, x=varied.x, y=varied.y, weight=varied.weight, mixture=varied.mixture)
    loss, statistics, example_losses = forward(network, objective, batch, trace)
    parameters = trainable_weights(network)
    _require_slots(parameters, slots)
    gradients = _gradients(rule, loss, parameters)
    rate = optimizer.rate(state["optimizer/learning_rate"], iteration)
    updates, kept = optimizer.updates(
        list(parameters.values()), list(gradients.values()), [slots[name] for name in parameters], iteration, rate
    )
    new: dict[Tensor, Tensor] = {p: p + update for p, update in zip(parameters.values(), updates, strict=True)}
    new |= trace.updates
    for name, arrays in zip(parameters, kept, strict=True):
        new |= {slots[name][slot]: array for slot, array in arrays.items()}
    new[iteration] = iteration + 1
    following = [new.get(variable, variable) for variable in state.values()]
    verify([*following, statistics])
    named_updates = dict(zip(parameters, updates, strict=True))
    return TrainingStep(
        state,
        following,
        statistics,
        loss,
        example_losses,
        trace.losses,
        trace.outputs,
        trace.insides,
        rule,
        gradients,
        named_updates,
        rate,
        batch,
        feed,
        before.outputs,
    )


def forward(network: Network, objective: Objective, batch: Batch, trace: Trace) -> tuple[Tensor, Tensor, Tensor]:
    """Return a batch's loss, its statistics, and each example's own loss."""
    with tracing(trace):
        outputs = network.call(batch.x)
    several: list[Tensor] = outputs if isinstance(outputs, list) else [outputs]
    loss, statistics = objective.loss_and_statistics(several, batch.y, batch.weight, batch.valid, trace.losses, batch.mixture)
    return loss, statistics, objective.example_losses(several, batch.y, batch.mixture)


def _require_slots(parameters: Mapping[str, Variable], slots: Mapping[str, Mapping[str, Variable]]) -> None:
    late = [name for name in parameters if name not in slots]
    if late:
        raise TrainingError(f"{late[0]} was made trainable after compile(), so the optimizer keeps nothing for it: call compile() again.")


def _gradients(rule: Rule, loss: Tensor, parameters: dict[str, Variable]) -> dict[str, Tensor]:
    found = dict(zip(parameters, rule.gradient(loss, list(parameters.values())), strict=True))
    missing = {name: answer.reason for name, answer in found.items() if isinstance(answer, NoGradient)}
    if missing:
        listed = "; ".join(f"{name} ({reason})" for name, reason in missing.items())
        raise TrainingError(
            f"The loss does not depend on {len(missing)} weight(s), so they cannot learn: {listed}. "
            "Connect them, or set trainable=False on their layer."
        )
    return {name: answer for name, answer in found.items() if isinstance(answer, Tensor)}


def signature(arrays: Sequence[Any]) -> Signature:
    """Return shapes and dtypes: arrays with the same signature are fed to the same program."""
    return tuple((tuple(array.shape), str(array.dtype)) for array in arrays)
