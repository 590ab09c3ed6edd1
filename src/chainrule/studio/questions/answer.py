"""The answer of a model, with its reasons."""

from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from chainrule.data.kind import is_kind
from chainrule.errors import unknown_name
from chainrule.explain import methods
from chainrule.models.model import Model
from chainrule.studio.example_inputs import ExampleInput
from chainrule.studio.examples import Example, names_of, shown
from chainrule.studio.fields import Array, Name, Number, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.open_run import OpenRun
from chainrule.studio.prepared_examples import PreparedExample, prepare_example
from chainrule.studio.protocol import Request
from chainrule.studio.tensors import Picture, number, numbers, picture
from chainrule.tasks.contributions import named_contributions


class Reason(Struct, frozen=True):
    """What a part of an example contributes to the answer.

    Args:
        name: of the column, or the word.
        met: what the example has there.
        value: the contribution: for the answer where positive, against it where negative.
    """

    name: str
    met: str
    value: Number


class Answer(Struct, frozen=True):
    """A model's answer, with its reasons.

    Args:
        run: its name.
        step: before which step; None for the end.
        example: what it was asked about, as the network took it.
        classes: in the order of their numbers; empty for a quantity.
        probabilities: of the classes.
        quantity: the answer where it is one, in the target's own unit.
        method: of explanation; None where none was asked for.
        target: the class that is explained.
        reasons: of each pixel, sample or step of time: a picture, signed.
        parts: of each column or word, the strongest first.
        notes: what the training had not met.
    """

    run: str
    step: int | None
    example: Example
    classes: list[str]
    probabilities: list[Number]
    quantity: Number
    method: str | None
    target: int | None
    reasons: Picture | None
    parts: list[Reason]
    notes: list[str]


class AskAnswer(Request, frozen=True):
    """Ask the model, with its reasons.

    Args:
        run: its name.
        input: what it is asked about.
        step: before which step; None for the end.
        method: of explanation, one of those that `welcome` lists; None for the answer alone.
        target: the class that is explained; None for the one that is predicted.
    """

    run: Name
    input: ExampleInput
    step: Step | None = None
    method: Name | None = None
    target: Step | None = None

    def about(self) -> object:
        return msgspec.json.encode(self.input), self.step

    def respond(self, jobs: Jobs) -> Answer:
        opened = jobs.library.open(self.run)
        task, prepared, model = opened.task, prepare_example(jobs, opened, self.input, self.step), opened.model(self.step)
        outputs = np.asarray(model.predict(prepared.x[None]))[0]
        said = task.task.answer(outputs, prepared.x)
        target = said.output if self.target is None else self.target
        place, sign = task.task.explained_output(target, task.outputs)
        values = None if self.method is None else sign * _reasons(model, prepared, self.method, place)
        return Answer(
            run=self.run,
            step=self.step,
            example=shown(task, prepared.x, prepared.y, prepared.place, prepared.part, prepared.row, outputs),
            classes=task.classes,
            probabilities=numbers(said.probabilities),
            quantity=None if said.quantity is None else number(said.quantity),
            method=self.method,
            target=None if self.method is None else target,
            reasons=None if is_kind(task.kind, "reading") else _map(values, prepared),
            parts=[] if values is None else _parts(opened, prepared, values),
            notes=prepared.notes,
        )


def _reasons(model: Model, prepared: PreparedExample, method: str, output: int) -> Array:
    """Return what each number of the example contributes to an output."""
    if method not in methods():
        raise unknown_name("method", method, methods())
    return np.asarray(methods()[method].contributions(model, prepared.x[None], output)[0])


def _map(
    values: Array | None,
    prepared: PreparedExample,
) -> Any:
    if values is None or prepared.x.ndim < 2:
        return None
    return picture(values[..., None] if values.ndim < prepared.x.ndim else values, signed=True)


def _parts(opened: OpenRun, prepared: PreparedExample, values: Array) -> list[Reason]:
    """Return the contributions of a table's columns, of a text's terms or words, or of plain numbers, the strongest first."""
    preparation = opened.task.preparation
    found, met = ({}, {}) if preparation is None else named_contributions(preparation, prepared.x, values)
    if preparation is None and prepared.x.ndim == 1:
        met = {name: f"{value:.4g}" for name, value in zip(names_of(opened.task, len(prepared.x)), prepared.x.tolist(), strict=True)}
        found = dict(zip(met, values.tolist(), strict=True))
    order = sorted(found, key=lambda name: -abs(found[name]))
    return [Reason(name, met.get(name, ""), number(found[name])) for name in order]
