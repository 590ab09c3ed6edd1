"""What a preparation did to the data of its last fit, for its report, and what it decided, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.counting import counted
from chainrule.data.collection import Collection
from chainrule.data.preparation.cleaning import Change
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.selector import as_selector, dtype_of
from chainrule.data.split.holdout import Holdout, Parts
from chainrule.data.splits import Splits
from chainrule.data.steps.step import ColumnStep


@dataclass(frozen=True, eq=False)
class PreparedData:
    """What a preparation has learned from, for its report: the examples that stayed, the part of each, and the parts as tensors."""

    collection: Collection
    parts: Parts
    splits: Splits


def unused_steps(steps: Sequence[ColumnStep], fitted: FittedPreparation, collection: Collection) -> list[str]:
    """Return which of the steps that were asked for take no column, neither of those that are learned from nor the target."""
    met = [(feature.name, feature.kind, dtype_of(collection.values(feature.name))) for feature in fitted.features]
    target = "" if fitted.target is None else fitted.target.name
    alone = [
        step
        for step in steps
        if not (step.columns and step.takes(target, None)) and not any(step.takes(name, kind, dtype) for name, kind, dtype in met)
    ]
    return [
        f"{type(step).__name__} is asked for and takes no column: it is for "
        + (str(as_selector(step.columns)) if step.columns else f"columns of the kind {' or '.join(sorted(step.kinds))}")
        for step in alone
        if not ("masks" in step.kinds and fitted.task == "segmentation")
    ]


def decisions(fitted: FittedPreparation, changes: Sequence[Change], split: Holdout, collection: Collection) -> list[str]:
    """Return what was decided and why: rows left out, the task, what the files had, columns left aside, the split."""
    dropped = [f"{counted(len(change.rows), 'row is', 'rows are')} left out: {change.reason}" for change in changes]
    task = [] if fitted.target is None else [f"{fitted.task}: {fitted.reason}"]
    met = [f"column {feature.name!r}: {said}" for feature in fitted.features for step in feature.steps if (said := step.remark())]
    left = [f"column {column.name!r} is left aside: {column.reason}" for column in fitted.left]
    return [*dropped, *task, *met, *left, f"split: {split.describe(collection, fitted.windows is not None)}"]
