"""The report of a preparation: what each verb did, what the columns and the target hold, examples, and what is wrong with the data."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image

from chainrule.counting import counted
from chainrule.data.checks import Issue
from chainrule.data.collection import Collection
from chainrule.data.kind import Values, get_kind, short_text
from chainrule.data.preparation.cleaning import Change
from chainrule.data.preparation.feature import Feature
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.preparation.report_page import page
from chainrule.data.read.pictures import as_image
from chainrule.data.selector import as_selector, dtype_of
from chainrule.data.split.holdout import PARTS, Holdout, Parts
from chainrule.data.splits import Splits
from chainrule.data.steps.step import ColumnStep
from chainrule.data.steps.values import missing
from chainrule.data.targets.forecasts import ForecastTarget
from chainrule.files import write_atomically


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


BINS, MOST_CATEGORIES, EXAMPLES = 24, 12, 8
_THUMBNAIL = 96  # pixels
_MOST_VALUES = 100_000  # of a column, that are counted after its steps


@dataclass(frozen=True)
class Distribution:
    """How values are distributed: counts by part, in bins or by name.

    Args:
        edges: of the bins of numbers; none for names.
        names: of categories, the most frequent first; none for numbers.
        counts: in each bin or of each name, by part.
        unit: what is counted along, such as "words".
        other_names: how many further names there are.
        others: how many values have one of these, by part; none for numbers.
    """

    edges: tuple[float, ...]
    names: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    unit: str = ""
    other_names: int = 0
    others: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class ColumnReport:
    """A column in the report.

    Args:
        name: of the column.
        kind: what it is.
        reason: why it is taken for that.
        steps: what is done to it, in words.
        missing: how many values are missing, by part.
        before: what it holds; None where that cannot be counted.
        after: what the network is given; None likewise.
    """

    name: str
    kind: str
    reason: str
    steps: tuple[str, ...]
    missing: Mapping[str, int]
    before: Distribution | None
    after: Distribution | None


@dataclass(frozen=True)
class ExampleReport:
    """An example in the report: its cells, its picture as a data URI, or both."""

    place: str
    label: str
    cells: Mapping[str, str]
    picture: str | None


@dataclass(frozen=True)
class Report:
    """What was done to data, in words, numbers and pictures.

    Args:
        name: of the data.
        task: what is to be fitted.
        parts: how many examples each part has.
        facts: what was found and decided, and why.
        left_out: which rows were left out, and why; places that could not be read.
        target: what is to be predicted, by part; None where nothing is.
        columns: that are learned from.
        aside: columns that are left aside, with the reason.
        issues: what the checks found, the gravest first.
        examples: some of the training part.
        variations: of examples by augmentation, a row of pictures for each; none without a contact sheet.
        checked: whether leaks were looked for.
    """

    name: str
    task: str
    parts: Mapping[str, int]
    facts: tuple[str, ...]
    left_out: tuple[str, ...]
    target: ColumnReport | None
    columns: tuple[ColumnReport, ...]
    aside: tuple[tuple[str, str], ...]
    issues: tuple[Issue, ...]
    examples: tuple[ExampleReport, ...]
    variations: tuple[tuple[str, ...], ...] = ()
    checked: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return asdict(self)

    def to_html(self) -> str:
        """Return the report as one page that needs nothing else: no script, no other file."""
        return page(self.to_dict())

    def save(self, path: str | Path) -> None:
        """Write the page into a file, whole or not at all."""
        write_atomically(Path(path), self.to_html().encode())

    def with_variations(self, sheet: NDArray[Any]) -> "Report":
        """Return the report with a contact sheet of augmentation, of shape (examples, variations, height, width, channels)."""
        return replace(self, variations=tuple(tuple(found for one in row if (found := picture_of(one))) for row in sheet))

    def __str__(self) -> str:
        parts = ", ".join(f"{size:,} for {part}" for part, size in self.parts.items())
        kinds = ", ".join(f"{sum(c.kind == kind for c in self.columns)} {kind}" for kind in sorted({c.kind for c in self.columns}))
        lines = [f"{self.name}: {parts}", f"columns: {kinds}; {len(self.aside)} left aside", *(f"· {fact}" for fact in self.facts)]
        lines += [f"· {column.name} ({column.kind}): {'; '.join(column.steps)}" for column in self.columns[:40]]
        return "\n".join([*lines, *(f"! {issue.severity}: {issue.message} {issue.advice}" for issue in self.issues)])


def make_report(
    collection: Collection,
    parts: Parts,
    fitted: FittedPreparation,
    splits: Splits,
    facts: Sequence[str],
    left_out: Sequence[str],
    issues: Sequence[Issue],
    checked: bool = True,
) -> Report:
    """Return the report of examples and what a preparation has learned from them; `checked` says whether issues were looked for."""
    arrays = _after(fitted, splits)
    target = None if fitted.target is None else _target_report(collection, parts, fitted)
    return Report(
        collection.name,
        fitted.task,
        _sizes(parts, fitted, splits),
        tuple(facts),
        (*left_out, *(f"{entry.place}: {entry.reason}" for entry in collection.left_out)),
        target,
        tuple(_column_report(feature, collection, parts, arrays) for feature in fitted.features),
        tuple((column.name, column.reason) for column in fitted.left),
        tuple(issues),
        _examples(collection, parts, fitted),
        checked=checked,
    )


def _sizes(parts: Parts, fitted: FittedPreparation, splits: Splits) -> dict[str, int]:
    """Return how many examples each part has: rows, or the windows of a series."""
    if fitted.windows is None:
        return {part: int((parts == part).sum()) for part in PARTS}
    return {
        part: 0 if some is None else len(some) for part, some in zip(PARTS, (splits.train, splits.validation, splits.test), strict=True)
    }


def _target_columns(fitted: FittedPreparation) -> tuple[str, ...]:
    """Return the columns that are predicted: one, several of a series, or none."""
    if isinstance(fitted.target, ForecastTarget):
        return fitted.target.names
    return () if fitted.target is None else (fitted.target.name,)


def _after(fitted: FittedPreparation, splits: Splits) -> dict[str, dict[str, NDArray[Any]]]:
    """Return what the network is given of each column, by part; nothing of columns that formulas stand in place of."""
    found: dict[str, dict[str, NDArray[Any]]] = {feature.name: {} for feature in fitted.features}
    for part, prepared in zip(PARTS, (splits.train, splits.validation, splits.test), strict=True):
        if prepared is None:
            continue
        inputs = list(prepared.x) if isinstance(prepared.x, list) else [prepared.x]
        flat, apart = (inputs[0], inputs[1:]) if fitted.flat else (None, inputs)
        start = 0
        for feature in fitted.flat if fitted.keeps_columns else ():
            assert flat is not None
            found[feature.name][part] = flat[..., start : start + feature.shape[0]]
            start += feature.shape[0]
        for feature, array in zip(fitted.apart, apart, strict=False):
            found[feature.name][part] = array
    return found


def _column_report(
    feature: Feature, collection: Collection, parts: Parts, arrays: Mapping[str, Mapping[str, NDArray[Any]]]
) -> ColumnReport:
    values = collection.values(feature.name)
    after = {part: _some(array[..., 0] if feature.is_flat else array) for part, array in arrays[feature.name].items()}
    steps = tuple(step.describe() for step in feature.steps)
    shown = _histogram(after) if get_kind(feature.kind).draws_prepared else None
    return ColumnReport(
        feature.name, feature.kind, feature.reason, steps, _missing(values, parts), _before(feature.kind, values, parts), shown
    )


def _target_report(collection: Collection, parts: Parts, fitted: FittedPreparation) -> ColumnReport:
    assert fitted.target is not None
    columns = [collection.values(name) for name in _target_columns(fitted)]
    kind = "labels" if fitted.task == "multi-label" else "category" if fitted.target.class_names is not None else "number"
    absent = [_missing(values, parts) for values in columns]
    lacking = {part: sum(counts[part] for counts in absent) for part in PARTS}
    before = _before(kind, columns[0], parts) if len(columns) == 1 else None
    return ColumnReport(fitted.target.name, kind, fitted.reason, (), lacking, before, None)


def _missing(values: Values, parts: Parts) -> dict[str, int]:
    absent = missing(values)
    return {part: int((absent & (parts == part)).sum()) for part in PARTS}


def _before(kind: str, values: Values, parts: Parts) -> Distribution | None:
    if isinstance(values, np.ndarray):
        return _histogram({part: _some(values[parts == part]) for part in PARTS if (parts == part).any()})
    counted = get_kind(kind).count(values)
    if counted is None:
        return None
    of_each = parts if counted.rows is None else parts[counted.rows]
    if isinstance(counted.values, pl.Series):
        return _names(counted.values, of_each)
    found = _histogram({part: counted.values[of_each == part] for part in PARTS})
    return found if counted.unit is None else replace(found or Distribution((), (), {}), unit=counted.unit)


def _names(values: pl.Series, parts: Parts) -> Distribution:
    known = values.rename("name").value_counts(sort=True)["name"]
    names = known.head(MOST_CATEGORIES if len(known) > MOST_CATEGORIES + 1 else MOST_CATEGORIES + 1).to_list()
    texts = values.to_numpy().astype(str)
    counts = {part: tuple(int(((texts == name) & (parts == part)).sum()) for name in names) for part in PARTS}
    others = {part: int((parts == part).sum()) - sum(found) for part, found in counts.items()}
    return Distribution((), tuple(names), counts, other_names=len(known) - len(names), others=others)


def _histogram(values: Mapping[str, NDArray[Any]]) -> Distribution | None:
    known = {part: (flat := np.asarray(array, np.float64).reshape(-1))[np.isfinite(flat)] for part, array in values.items()}
    every = np.concatenate(list(known.values())) if known else np.zeros(0)
    if not len(every):
        return None
    edges = _edges(every)
    return Distribution(tuple(edges.tolist()), (), {part: tuple(np.histogram(array, edges)[0].tolist()) for part, array in known.items()})


def _edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the edges of equal bins; of a single one where floating point has no room for more."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.histogram_bin_edges(values, BINS)
    except ValueError:
        return np.array([values.min(), values.max()])


def _some(array: NDArray[Any]) -> NDArray[Any]:
    """Return at most so many numbers of an array, spread over all of it."""
    flat = array.reshape(-1)
    return flat[:: max(1, len(flat) // _MOST_VALUES)]


def _examples(collection: Collection, parts: Parts, fitted: FittedPreparation) -> tuple[ExampleReport, ...]:
    rows = np.flatnonzero(parts == "train")
    rows = rows[np.linspace(0, len(rows) - 1, min(EXAMPLES, len(rows))).round().astype(int)]
    return tuple(_example_report(collection, int(row), fitted) for row in rows)


def _example_report(collection: Collection, row: int, fitted: FittedPreparation) -> ExampleReport:
    labels = [collection.values(name)[row] for name in _target_columns(fitted)]
    cells: dict[str, str] = {}
    drawn: str | None = None
    for feature in fitted.features:
        value = collection.values(feature.name)[row]
        kind = get_kind(feature.kind)
        picture = kind.picture(value, _THUMBNAIL)
        if picture is not None:
            drawn = drawn or _uri(picture)
        elif not isinstance(value, np.ndarray):
            cells[feature.name] = kind.text(value)
    return ExampleReport(
        collection.place(row), ", ".join(label if isinstance(label, str) else short_text(label) for label in labels), cells, drawn
    )


def picture_of(array: NDArray[Any]) -> str | None:
    """Return an image, of shape (height, width, channels), as a data URI; None for an array that is no image."""
    picture = as_image(array, _THUMBNAIL)
    return None if picture is None else _uri(picture)


def _uri(picture: Image.Image) -> str:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
