"""The columns of a table: what each is, what is learned of it from the training rows, and how it becomes numbers."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.frame import Place
from chainrule.errors import DataError

Kind: TypeAlias = Literal["number", "category", "drop"]

MOST_CATEGORIES = 100  # that are kept of one column
GREAT_MAJORITY = 0.9  # of a column's values: where so many are numbers, the others are taken for mistakes
FEWEST_FOR_IDENTIFIER = 20  # rows from which on a column may look like an identifier

_FOR_PEOPLE = r"^\s*[-+]?[$€£]?\s*(\d{1,3}([,.'\s]\d{3})*|\d+)([.,]\d+)?\s*[%$€£]?\s*$"  # 1,234.50 or 1 234,5 or $5 or 7 %
_IDENTIFIER = re.compile(r"(.*[ _.-])?([iI][dD]|[iI]ndex|INDEX|UUID|uuid|row)|.*[a-z]I[dD]|rownames")
_UNNAMED = re.compile(r"column_1|Unnamed: 0")


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers, standardised: (value - mean) / standard deviation; missing values become the mean, 0."""

    name: str
    mean: float
    standard_deviation: float
    missing: bool  # whether values were missing in training; then a second feature says where they are

    @property
    def feature_names(self) -> list[str]:
        """The names of its features."""
        return [self.name, f"{self.name} missing"] if self.missing else [self.name]

    def encode(self, column: pl.Series, place: Place, notes: list[str]) -> NDArray[np.float32]:  # (rows, features)
        """Return the standardised values, and where they are missing; add to `notes` what training did not have."""
        values = numbers(column, place)
        absent = np.isnan(values)
        if absent.any() and not self.missing:
            notes.append(f"column {self.name!r}: {absent.sum()} missing, as none was in training; taken to be the mean, {self.mean:.6g}")
        with np.errstate(over="ignore"):
            scaled = np.where(absent, 0.0, (values - self.mean) / self.standard_deviation).astype(np.float32)
        if not np.isfinite(scaled).all():
            row = int(np.argmin(np.isfinite(scaled)))
            raise DataError(f"Column {self.name!r}, {place(row)}: {values[row]:g} is too far from what was met in training to be used.")
        return np.stack([scaled, absent.astype(np.float32)], axis=1) if self.missing else scaled[:, None]

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "NumberColumn"} | asdict(self)


@dataclass(frozen=True)
class CategoryColumn:
    """A column of categories, one feature for each (one-hot), and one for all others: those rare in training and unknown ones."""

    name: str
    categories: tuple[str, ...]
    rare: tuple[str, ...]  # met in training, but too seldom for a feature of their own
    missing: bool  # whether values were missing in training; then they have a feature of their own

    @property
    def feature_names(self) -> list[str]:
        """The names of its features."""
        named = [f"{self.name}={category}" for category in self.categories]
        return [*named, f"{self.name} other", *([f"{self.name} missing"] if self.missing else [])]

    @property
    def sharing(self) -> str:
        """How many categories have a feature, and how many share one."""
        return f"column {self.name!r}: {len(self.categories)} categories have a feature each, {len(self.rare)} rare ones share one"

    def encode(self, column: pl.Series, place: Place, notes: list[str]) -> NDArray[np.float32]:  # (rows, features)
        """Return a 1 in the feature of each row's category; add to `notes` what training did not have."""
        values = texts(column, place)
        index = {category: number for number, category in enumerate(self.categories)}
        other = len(index)
        missing = other + 1 if self.missing else other
        codes = np.array([missing if value is None else index.get(value, other) for value in values], np.int64)
        self._note(values, notes)
        encoded = np.zeros((len(codes), len(self.feature_names)), np.float32)
        encoded[np.arange(len(codes)), codes] = 1
        return encoded

    def _note(self, values: pl.Series, notes: list[str]) -> None:
        unknown = values.drop_nulls().filter(~values.drop_nulls().is_in([*self.categories, *self.rare]))
        if len(unknown):
            shown = ", ".join(repr(value) for value in unknown.unique(maintain_order=True).head(5))
            notes.append(
                f"column {self.name!r}: {len(unknown)} of {len(values)} values were not met in training and count as other: {shown}"
            )
        if values.null_count() and not self.missing:
            notes.append(f"column {self.name!r}: {values.null_count()} missing, as none was in training; they count as other")

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "CategoryColumn"} | asdict(self) | {"categories": list(self.categories), "rare": list(self.rare)}


@dataclass(frozen=True)
class DroppedColumn:
    """A column that is left out, and why."""

    name: str
    reason: str

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "DroppedColumn"} | asdict(self)


Column: TypeAlias = NumberColumn | CategoryColumn | DroppedColumn


def column_from_config(config: Mapping[str, Any]) -> Column:
    """Return the column that `to_config` described."""
    entries = {key: value for key, value in config.items() if key != "class"}
    if config["class"] == "CategoryColumn":
        entries |= {name: tuple(entries[name]) for name in ("categories", "rare")}
        return CategoryColumn(**entries)
    return {"NumberColumn": NumberColumn, "DroppedColumn": DroppedColumn}[config["class"]](**entries)


def learn_column(column: pl.Series, kind: Kind | None, place: Place) -> Column:
    """Return what the training rows say of one column; `kind` overrides what it is taken for.

    The first that holds decides: all missing, or one value throughout, is left out. Numbers are a number, unless they are an
    identifier: whole, all different, in at least 20 rows, and named so (id, index, row), or in a first column without a name
    and from 0 to twice the number of rows. Text is a category; it is left out where every value is different, or where the
    categories with a feature (at most 100, each met twice and in one of a thousand rows) hold less than half of the values.

    Raises:
        DataError: text of which at least nine tenths are numbers, infinite values, or a kind that the values cannot be.
    """
    known = column.drop_nulls()
    if kind == "drop":
        return DroppedColumn(column.name, "as asked")
    if not len(known):
        return DroppedColumn(column.name, "all its values are missing")
    if len(known) == len(column) and known.n_unique() == 1:
        return DroppedColumn(column.name, f"constant: every value is {known[0]!r}")
    if kind is None and column.dtype == pl.String:
        _refuse_mixed(column, place)
    if kind == "number" or (kind is None and is_numeric(column)):
        reason = identifier(known, len(column)) if kind is None else None
        return DroppedColumn(column.name, reason) if reason else _learn_number(column, place)
    if not _is_text(column) and not is_numeric(column):
        return DroppedColumn(column.name, f"it holds {column.dtype}, which is neither number nor text")
    return _learn_category(column, forced=kind is not None, place=place)


def numbers(column: pl.Series, place: Place) -> NDArray[np.float64]:
    """Return a column as float64, NaN where a value is missing, or raise DataError with the first that is not a number."""
    if not (is_numeric(column) or _is_text(column) or column.dtype == pl.Null):
        raise DataError(f"Column {column.name!r} must be numbers. It holds {column.dtype}: turn it into numbers, or leave it out.")
    values = (column.cast(pl.String).str.strip_chars() if _is_text(column) else column).cast(pl.Float64, strict=False)
    if values.null_count() > column.null_count():
        bad = (values.is_null() & column.is_not_null()).arg_true()
        raise DataError(
            f"Column {column.name!r}, {place(bad[0])}: {column[bad[0]]!r} is not a number, and {len(bad)} of {len(column)} values of this "
            "column are not. Correct them, or leave them empty if they are not known."
        )
    array = values.to_numpy().astype(np.float64)
    if np.isinf(array).any():
        row = int(np.argmax(np.isinf(array)))
        raise DataError(f"Column {column.name!r}, {place(row)}: the value is infinite. Correct it, or leave it empty if it is not known.")
    return array


def texts(column: pl.Series, place: Place) -> pl.Series:
    """Return a column as text, whole numbers without a point, so that 7 and 7.0 are one category."""
    if column.dtype.is_float():
        array = numbers(column, place)
        return pl.Series(
            column.name, [None if math.isnan(v) else str(int(v)) if v.is_integer() else repr(v) for v in array.tolist()], pl.String
        )
    return column.cast(pl.String)


def share_of_numbers(column: pl.Series) -> float:
    """Return which share of a text column's known values are numbers."""
    known = column.drop_nulls().str.strip_chars()
    return 1 - known.cast(pl.Float64, strict=False).null_count() / max(len(known), 1)


def is_numeric(column: pl.Series) -> bool:
    """Return whether a column holds numbers or truth values."""
    return column.dtype.is_numeric() or column.dtype == pl.Boolean


def _is_text(column: pl.Series) -> bool:
    return isinstance(column.dtype, pl.String | pl.Categorical | pl.Enum)


def _refuse_mixed(column: pl.Series, place: Place) -> None:
    advice = f"; if they are codes, pass kinds={{{column.name!r}: 'category'}}."
    if share_of_numbers(column) >= GREAT_MAJORITY:
        bad = (column.str.strip_chars().cast(pl.Float64, strict=False).is_null() & column.is_not_null()).arg_true()
        if not len(bad):
            return
        raise DataError(
            f"Column {column.name!r}, {place(bad[0])}: {column[bad[0]]!r} is not a number, but nearly all values of this column are "
            f"({len(bad)} of {len(column)} are not). Correct these values, or leave them empty if they are not known{advice}"
        )
    for_people = column.str.contains(_FOR_PEOPLE)
    if (for_people.sum() or 0) >= GREAT_MAJORITY * (len(column) - column.null_count()):
        row = (for_people & column.str.strip_chars().cast(pl.Float64, strict=False).is_null()).arg_true()[0]
        raise DataError(
            f"Column {column.name!r}, {place(row)}: {column[row]!r} looks like a number written for people. Write it with digits and a "
            f"decimal point alone, or read the file with decimal=','{advice}"
        )


def identifier(known: pl.Series, rows: int) -> str | None:
    """Return why a column of numbers is taken for an identifier, if it is."""
    if rows < FEWEST_FOR_IDENTIFIER or len(known) < rows or known.n_unique() < rows or known.dtype == pl.Boolean:
        return None
    values = known.cast(pl.Float64).to_numpy()
    if not (values == np.floor(values)).all():
        return None
    numbered = _UNNAMED.fullmatch(known.name) and values.min() >= 0 and values.max() < 2 * rows
    named = _IDENTIFIER.fullmatch(known.name)
    return (
        "identifier-like: whole numbers, all different, in a column " + ("without a name" if numbered else "so named")
        if numbered or named
        else None
    )


def _learn_number(column: pl.Series, place: Place) -> NumberColumn:
    mean, standard_deviation, values = standardisation(column, place)
    return NumberColumn(column.name, mean, standard_deviation, missing=bool(np.isnan(values).any()))


def standardisation(column: pl.Series, place: Place) -> tuple[float, float, NDArray[np.float64]]:
    """Return the mean and the standard deviation (1 where all values are equal) of the known values, and all values."""
    values = numbers(column, place)
    known = values[~np.isnan(values)]
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(known.mean()), float(known.std())
    if not (math.isfinite(mean) and math.isfinite(deviation)):
        raise DataError(f"Column {column.name!r}: its values are too large to average (up to {np.abs(known).max():g}). Scale them down.")
    return mean, deviation if known.min() < known.max() and deviation > 0 else 1.0, values


def _learn_category(column: pl.Series, *, forced: bool, place: Place) -> CategoryColumn | DroppedColumn:
    known = texts(column, place).drop_nulls()
    counts = sorted(zip(*_counted(known), strict=True), key=lambda pair: (-pair[1], pair[0]))
    if len(counts) == len(known) >= FEWEST_FOR_IDENTIFIER and not forced:
        return DroppedColumn(column.name, f"identifier-like: text, and each of its {len(known)} values is different")
    fewest = max(2, math.ceil(len(column) / 1000))
    kept = [value for value, count in counts if count >= fewest][:MOST_CATEGORIES]
    held = sum(count for _, count in counts[: len(kept)])
    if 2 * held < len(known) and not forced:
        share = share_of_numbers(known)
        mixed = f"; {share:.0%} of its values are numbers, so it may be a column of numbers with words in it" if share > 0.5 else ""
        return DroppedColumn(column.name, f"free text with too many values: {len(counts)} in {len(known)} rows{mixed}")
    rare = sorted({value for value, _ in counts} - set(kept))
    return CategoryColumn(column.name, tuple(sorted(kept)), tuple(rare), missing=len(known) < len(column))


def _counted(known: pl.Series) -> tuple[Sequence[str], Sequence[int]]:
    table = known.rename("value").value_counts()
    return table["value"].to_list(), table["count"].to_list()
