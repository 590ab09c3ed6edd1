"""What a preparation did to the data of its last fit, for its report, and what it decided, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chainrule.counting import counted
from chainrule.data.collection import Collection
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.preparation.splits import Splits
from chainrule.data.split.holdout import Holdout, Parts
from chainrule.data.steps.step import ColumnStep, Verb


@dataclass(frozen=True)
class Change:
    """What one step did to the rows: how many it left out, and why."""

    verb: Verb
    step: str
    reason: str
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class PreparedData:
    """What a preparation has learned from, for its report: the examples that stayed, the part of each, and the parts as tensors."""

    collection: Collection
    parts: Parts
    splits: Splits


def idle(steps: Mapping[Verb, Sequence[Any] | None], fitted: FittedPreparation) -> list[str]:
    """Return which of the steps that were asked for take no column, neither of those that are learned from nor the target."""
    met: list[tuple[str, str]] = [(feature.name, feature.kind) for feature in fitted.features]
    target = "" if fitted.target is None else fitted.target.name
    asked = [step for several in steps.values() for step in several or () if isinstance(step, ColumnStep)]
    alone = [step for step in asked if target not in step.columns and not any(step.takes(name, kind) for name, kind in met)]
    return [
        f"{type(step).__name__} is asked for and takes no column: it is for "
        + (", ".join(map(repr, step.columns)) or f"columns of the kind {' or '.join(sorted(step.kinds))}")
        for step in alone
        if not ("masks" in step.kinds and fitted.task == "segmentation")
    ]


def decided(fitted: FittedPreparation, changes: Sequence[Change], split: Holdout, collection: Collection) -> list[str]:
    """Return what was decided and why: rows left out, the task, what the files had, columns left aside, the split."""
    dropped = [f"{counted(len(change.rows), 'row is', 'rows are')} left out: {change.reason}" for change in changes]
    task = [] if fitted.target is None else [f"{fitted.task}: {fitted.reason}"]
    met = [f"column {feature.name!r}: {said}" for feature in fitted.features for step in feature.steps if (said := step.remark())]
    left = [f"column {column.name!r} is left aside: {column.reason}" for column in fitted.left]
    return [*dropped, *task, *met, *left, f"split: {split.describe(collection, fitted.windows is not None)}"]
