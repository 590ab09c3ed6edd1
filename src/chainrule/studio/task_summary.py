"""What is learned, as it is shown: the kind of the examples, the classes, the columns of a table."""

from msgspec import Struct

from chainrule.data import Preparation
from chainrule.data.kind import is_kind
from chainrule.data.preparation.feature import Feature
from chainrule.data.steps.encoding import OneHot
from chainrule.data.steps.scaling import Scaling
from chainrule.data.steps.step import inverse
from chainrule.record import Recording
from chainrule.studio.fields import Number
from chainrule.studio.task_view import task_view_of_run


class ColumnSummary(Struct, frozen=True):
    """A column of a table.

    Args:
        name: its.
        kind: "number", "category", "text", "date", "dropped".
        categories: those that were met in training.
        mean: of numbers.
        low: of numbers.
        high: of numbers.
        missing: rows without it.
        reason: why it is taken so.
    """

    name: str
    kind: str
    categories: list[str]
    mean: Number
    low: Number
    high: Number
    missing: int
    reason: str


class TaskSummary(Struct, frozen=True):
    """What is learned.

    Args:
        kind: of the examples: "image", "table", "text", "audio", "series" or "numbers".
        task: its name, such as "classification".
        chooses_class: whether an example is of one of several classes.
        is_quantity: whether a number is predicted, and errors are in its unit.
        classes: in the order of their numbers; empty where there are none.
        target: the name of what is predicted.
        shape: of an input, as the network takes it.
        columns: of a table.
        low: smallest number of the inputs.
        high: largest.
    """

    kind: str
    task: str
    chooses_class: bool
    is_quantity: bool
    classes: list[str]
    target: str
    shape: list[int]
    columns: list[ColumnSummary]
    low: Number
    high: Number


def task_of(recording: Recording) -> TaskSummary:
    """Return what a run learns."""
    task = task_view_of_run(recording)
    preparation = recording.notes.get("preparation")
    low, high = recording.notes.get("range", (None, None))
    return TaskSummary(
        kind=task.kind,
        task=task.task.name,
        chooses_class=task.task.chooses_class,
        is_quantity=task.task.is_quantity,
        classes=task.classes,
        target=task.target,
        shape=task.shape,
        columns=[] if preparation is None else columns_of(Preparation.from_config(preparation)),
        low=low,
        high=high,
    )


def columns_of(preparation: Preparation) -> list[ColumnSummary]:
    """Return the columns of a table, as its preparation met them; none for what is not a table."""
    learned = preparation.fitted
    if learned is None or learned.apart:
        return []
    dropped = [ColumnSummary(column.name, "dropped", [], None, None, None, 0, column.reason) for column in learned.left]
    return [*map(_column, learned.features), *dropped]


def _column(feature: Feature) -> ColumnSummary:
    """Return a column: its categories, or the middle of its numbers and two standard deviations to either side, in its own unit."""
    last = feature.steps[-1] if feature.steps else None
    if is_kind(feature.kind, "date"):
        return ColumnSummary(feature.name, "date", [], None, None, None, 0, feature.reason)
    if isinstance(last, Scaling):
        low, middle, high = inverse(feature.steps, [-2.0, 0.0, 2.0]).tolist()
        return ColumnSummary(feature.name, "number", [], middle, low, high, 0, feature.reason)
    categories = [str(name) for name in last.categories or ()] if isinstance(last, OneHot) else []
    return ColumnSummary(feature.name, "category", categories, None, None, None, 0, feature.reason)
