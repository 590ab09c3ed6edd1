"""The steps of a preparation: those that were asked for, verb by verb, and where none were, those of each column's kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from chainrule.configuration import from_config, to_config
from chainrule.data.collection import Collection
from chainrule.data.kind import get_kind
from chainrule.data.selector import as_selector
from chainrule.data.steps.rows import DropBroken, DropMissing, has_files
from chainrule.data.steps.step import VERBS, ColumnStep, FlatStep, RowStep, Step, Verb
from chainrule.data.steps.windows import Windows
from chainrule.errors import ArgumentError

OneStep = TypeVar("OneStep", bound=Step)


@dataclass(frozen=True)
class Pipeline:
    """The steps that were asked for.

    Args:
        asked: the steps of each verb, in order; None for a verb of which nothing was asked.
    """

    asked: Mapping[Verb, tuple[Step, ...] | None]

    @classmethod
    def of(cls, **asked: Any) -> "Pipeline":
        """Return the steps that were given for each verb: one, several, or None.

        Raises:
            ArgumentError: something that is no step, that belongs to another verb, or of which there can be one alone.
        """
        made = cls({verb: _listed(verb, asked.get(verb)) for verb in VERBS})
        for kind, more in ((Windows, "Its horizon may be as long, and its targets as many, as you need."), (FlatStep, "")):
            if len(made._all(kind)) > 1:
                raise ArgumentError(f"Preparation: there can be one {kind.__name__}. {more}".rstrip())
        return made

    def _all(self, kind: type[OneStep]) -> list[OneStep]:
        return [step for steps in self.asked.values() for step in steps or () if isinstance(step, kind)]

    @cached_property
    def column_steps(self) -> list[ColumnStep]:
        """The steps that change columns."""
        return self._all(ColumnStep)

    @cached_property
    def flat_step(self) -> FlatStep | None:
        """The step that is done to the numbers of all columns at once."""
        return next(iter(self._all(FlatStep)), None)

    @cached_property
    def windows(self) -> Windows | None:
        """The step that makes examples of rows in the order of time."""
        return next(iter(self._all(Windows)), None)

    @cached_property
    def training_steps(self) -> list[RowStep]:
        """The steps that leave rows out of the training part alone."""
        return [step for step in self._all(RowStep) if step.training_only]

    def row_steps(self, collection: Collection) -> list[RowStep]:
        """Return what is done to the rows before the split: what was asked for, and before it what no example can do without.

        Rows whose target is missing are of no use in any part. Files that cannot be used are left out unless nothing at all, an empty
        list, was asked for.
        """
        steps = [step for step in self._all(RowStep) if not step.training_only]
        if not any(isinstance(step, DropBroken) for step in steps) and self.asked["clean"] != () and has_files(collection):
            steps = [DropBroken(), *steps]
        if not any(isinstance(step, DropMissing) and not step.columns for step in steps) and collection.target is not None:
            steps = [DropMissing(), *steps]
        kind = collection.kinds.get(collection.target or "")
        return [*steps, *(() if kind is None else get_kind(kind).target_steps)]

    def steps_of(self, column: str, kind: str, dtype: pl.DataType | None = None) -> list[ColumnStep]:
        """Return a column's steps: for each verb those that were asked for and take this column, else those of its kind.

        An empty list asked for a verb does nothing at all for it.
        """
        chosen: list[ColumnStep] = []
        for verb, asked in self.asked.items():
            fitting = [step for step in asked or () if isinstance(step, ColumnStep) and step.takes(column, kind, dtype)]
            if fitting or asked == ():
                chosen += fitting
            else:
                chosen += [step for step in get_kind(kind).steps if step.verb == verb]
        return chosen

    def require_columns(self, collection: Collection) -> None:
        """Raise DataError for a step whose columns are not there."""
        for step in self.column_steps:
            if step.columns:
                as_selector(step.columns).require(collection.columns, f"{type(step).__name__}: the column")

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {verb: to_config(steps) for verb, steps in self.asked.items()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Pipeline":
        """Return the steps that `to_config` described."""
        return cls.of(**{verb: from_config(entries) for verb, entries in config.items()})


def _listed(verb: Verb, steps: Any) -> tuple[Step, ...] | None:
    if steps is None:
        return None
    each: Sequence[Any] = tuple(steps) if isinstance(steps, list | tuple) else (steps,)
    for step in each:
        if not isinstance(step, Step):
            raise ArgumentError(f"Preparation: {verb} must be steps. Got {step!r} instead.")
        if step.verb != verb:
            raise ArgumentError(f"Preparation: {type(step).__name__} belongs to {step.verb}. Got it under {verb}.")
    return tuple(each)
