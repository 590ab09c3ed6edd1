"""The steps that a column is given where nothing else is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from chainrule.data.collection import Collection
from chainrule.data.kind import get_kind
from chainrule.data.steps.rows import DropBroken, DropMissing, has_files
from chainrule.data.steps.step import ColumnStep, FlatStep, RowStep, Step, TrainingStep, Verb
from chainrule.data.steps.windows import Windows
from chainrule.errors import ArgumentError


def default_steps(kind: str) -> tuple[ColumnStep, ...]:
    """Return the steps of a column of this kind, in the order in which they are done."""
    return get_kind(kind).steps


def row_steps(collection: Collection, asked: Sequence[Step | Windows | FlatStep] | None) -> list[RowStep]:
    """Return what is done to the rows before the split: what was asked for, and before it what no example can do without.

    Rows whose target is missing can neither teach nor judge. Files that cannot be used are left out unless nothing at all, an empty
    list, was asked for.

    Args:
        collection: the rows.
        asked: the steps that were asked for; None where nothing was.
    """
    steps = [step for step in asked or () if isinstance(step, RowStep)]
    if not any(isinstance(step, DropBroken) for step in steps) and asked != [] and has_files(collection):
        steps = [DropBroken(), *steps]
    if not any(isinstance(step, DropMissing) and not step.columns for step in steps) and collection.target is not None:
        steps = [DropMissing(), *steps]
    return [*steps, *(get_kind(collection.kinds[collection.target]).target_steps if collection.target in collection.kinds else ())]


def training_steps(asked: Sequence[Step | Windows | FlatStep] | None) -> list[TrainingStep]:
    """Return what is done to the rows of the training part alone, of the steps that were asked for."""
    return [step for step in asked or () if isinstance(step, TrainingStep)]


def listed(verb: Verb, steps: Any) -> list[Step | Windows | FlatStep] | None:
    """Return what was asked for under a verb as a list; None where nothing was.

    Raises:
        ArgumentError: something that is no step, or that belongs to another verb.
    """
    if steps is None:
        return None
    each = list(steps) if isinstance(steps, list | tuple) else [steps]
    for step in each:
        if not isinstance(step, ColumnStep | RowStep | TrainingStep | Windows | FlatStep):
            raise ArgumentError(f"Preparation: {verb} must be steps. Got {step!r} instead.")
        if step.verb != verb:
            raise ArgumentError(f"Preparation: {type(step).__name__} belongs to {step.verb}. Got it under {verb}.")
    return each


def column_steps(asked: Mapping[Verb, Sequence[Step | Windows | FlatStep] | None]) -> dict[Verb, list[ColumnStep] | None]:
    """Return those of the steps asked for that change columns; None for a verb of which none was asked for."""
    chosen: dict[Verb, list[ColumnStep] | None] = {}
    for verb, steps in asked.items():
        columns = None if steps is None else [step for step in steps if isinstance(step, ColumnStep)]
        chosen[verb] = None if steps and not columns else columns
    return chosen


def steps_for(column: str, kind: str, asked: dict[Verb, list[ColumnStep] | None]) -> list[ColumnStep]:
    """Return a column's steps: for each verb those that were asked for and take this column, else the default ones.

    An empty list asked for a verb does nothing at all for it.
    """
    chosen: list[ColumnStep] = []
    for verb, steps in asked.items():
        fitting = [step for step in steps or () if step.takes(column, kind)]
        if fitting or steps == []:
            chosen += fitting
        else:
            chosen += [step for step in default_steps(kind) if step.verb == verb]
    return chosen
