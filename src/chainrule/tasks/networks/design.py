"""The network of a problem: a body for each input, joined, and the head of its task."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chainrule import optimizers
from chainrule.data.kind import kind_names
from chainrule.errors import ArgumentError
from chainrule.layers import Concatenate, Dense, Flatten, Input, Layer, Symbol
from chainrule.models import Model, Sequential
from chainrule.optimizers import Optimizer
from chainrule.tasks.body import Block, Body, BodyBuilder, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices
from chainrule.tasks.networks import images, sounds, tables, texts, tokens
from chainrule.tasks.task import Task

MANY_ROWS = 1000  # from which on few epochs of patience are enough

# Bodies by the kind of an input; "KIND tokens" for one of whole numbers that are to be embedded.
BODIES: dict[str, BodyBuilder] = {
    "features": tables.body,
    "image": images.body,
    "audio": sounds.body,
    "category tokens": tokens.categories,
    "text": texts.terms,
    "text tokens": texts.tokens,
    "reading tokens": texts.reading,
}


@dataclass(frozen=True, eq=False)
class Design:
    """A compiled network, and how it is to be trained.

    Args:
        model: compiled.
        choices: with nothing left to be chosen.
        augment: layers that vary each training batch at random.
        reasons: what was chosen, and why, for people to read.
    """

    model: Model
    choices: Choices
    augment: tuple[Layer, ...]
    reasons: tuple[str, ...]


def design(inputs: Sequence[InputSpec], task: Task, shape: tuple[int, ...], choices: Choices, name: str = "model") -> Design:
    """Return a sensible network for these inputs and this task, compiled, and how to train it.

    Args:
        inputs: what the network takes.
        task: what is done; it gives the head of the network, the loss and the metrics, and may give the whole network.
        shape: of the output for one example, such as (classes,).
        choices: how to learn; what is None in it is chosen here.
        name: of the model.

    Raises:
        ArgumentError: a kind of input that there is no network for.
    """
    output = OutputSpec(shape, (len(task.class_names) or shape[0]) if task.chooses_class else None)
    whole = task.network(inputs, output, choices)
    bodies = [_body(spec, output, choices) for spec in inputs] if whole is None else [whole]
    head = task.head(shape) if whole is None else []
    model = _joined(inputs, bodies, head, choices.seed, _identifier(name))
    settled = _settled(inputs[0].rows, bodies, choices)
    updates = -(-inputs[0].rows // (settled.batch_size or 32)) * (settled.epochs or 1)
    model.compile(_optimizer(settled, bodies, updates), task.loss(), list(task.metrics()))
    augment = tuple(bodies[0].augment) if len(bodies) == 1 else ()
    return Design(model, settled, augment, tuple(body.reason for body in bodies))


def _body(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    more = " tokens" if spec.size is not None else ""
    build = next((BODIES[name + more] for name in kind_names(spec.kind) if name + more in BODIES), None)
    if build is not None:
        return build(spec, output, choices)
    if spec.size is None and len(spec.shape) == 3:
        return images.body(spec, output, choices)
    if spec.size is None:
        flat = tables.body(spec, output, choices)
        return replace(flat, layers=[Flatten(), *flat.layers] if len(spec.shape) > 1 else flat.layers)
    met = f"{spec.name!r}, {spec.kind}{more} of shape {spec.shape}"
    raise ArgumentError(f"There is no network for the input {met}. Build one with cr.Model.")


def _joined(inputs: Sequence[InputSpec], bodies: Sequence[Body], head: Sequence[Layer], seed: int, name: str) -> Model:
    symbols = [Input(spec.shape, spec.dtype, name=spec.name) for spec in inputs]
    if len(bodies) == 1 and all(isinstance(layer, Layer) for layer in bodies[0].layers):
        return Sequential([symbols[0], *bodies[0].layers, *head], seed=seed, name=name)
    ends = [_applied(symbol, body.layers) for symbol, body in zip(symbols, bodies, strict=True)]
    joined = ends[0] if len(ends) == 1 else Dense(64, "relu")(Concatenate()(ends))
    return Model(symbols, _applied(joined, head), seed=seed, name=name)


def _applied(symbol: Symbol, layers: Sequence[Block]) -> Any:
    for layer in layers:
        symbol = layer(symbol)
    return symbol


def _settled(rows: int, bodies: Sequence[Body], choices: Choices) -> Choices:
    """Return the choices with every None decided: of several bodies the most epochs and the longest patience count."""
    about_40_steps = min(128, max(16, 1 << round(math.log2(max(rows / 40, 1)))))
    patience = [body.patience or (10 if rows > MANY_ROWS else 25) for body in bodies]
    return replace(
        choices,
        epochs=choices.epochs or max(body.epochs for body in bodies),
        batch_size=choices.batch_size or max(body.batch_size or about_40_steps for body in bodies),
        patience=choices.patience or max(patience),
    )


def _optimizer(choices: Choices, bodies: Sequence[Body], updates: int) -> Optimizer:
    own = next((body.optimizer for body in bodies if body.optimizer is not None), None)
    if choices.optimizer is None and choices.learning_rate is None and own is not None:
        return own(updates)
    optimizer = optimizers.get(choices.optimizer or "adam")
    return optimizer if choices.learning_rate is None else type(optimizer)(learning_rate=choices.learning_rate)


def _identifier(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name) or "model"
