"""A column on its way to the network: what it is, and the steps that training has taught."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.configuration import from_config, refuse_newer, to_config
from chainrule.data.collection import Collection, Values
from chainrule.data.kind import get_kind, is_kind
from chainrule.data.preparation.files import checked
from chainrule.data.steps.step import SERIES, ColumnStep
from chainrule.data.steps.values import At, flat
from chainrule.errors import ChainruleError, DataError


@dataclass(frozen=True)
class Raw:
    """What an array was before its steps, so that new ones of another shape or scale are recognised.

    Args:
        shape: of an example.
        dtype: the kind of number.
        low: the least number met in training.
        high: the greatest.
    """

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float


@dataclass(frozen=True)
class Feature:
    """A column and its fitted steps.

    Args:
        name: of the column.
        kind: what it is.
        reason: why it is taken for that.
        steps: in order.
        names: of the numbers of a row, where the column becomes a few numbers.
        shape: of what an example becomes.
        raw: what the column was, where it was an array; else None.
    """

    name: str
    kind: str
    reason: str
    steps: tuple[ColumnStep, ...]
    names: tuple[str, ...]
    shape: tuple[int, ...]
    raw: Raw | None = None

    @property
    def is_flat(self) -> bool:
        """Whether an example becomes a few numbers, which stand with those of other columns in one input."""
        return len(self.shape) == 1 and not self.is_whole and not (self.steps and self.steps[-1].is_input)

    @property
    def is_whole(self) -> bool:
        """Whether an example becomes whole numbers, to be embedded, which are an input of their own."""
        return bool(self.steps) and self.steps[-1].gives_indices

    def transform(self, collection: Collection, notes: list[str]) -> NDArray[Any]:
        """Return the column of these rows as the network takes it."""
        at = At(self.name, collection.place, notes, _known(collection))
        values = collection.values(self.name)
        self._require_scale(values, at)
        for step in self.steps:
            try:
                values = step.apply(values, at)
            except ChainruleError:
                raise
            except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
                raise DataError(f"Column {at.column!r}: {type(step).__name__} cannot take its values ({error}).") from error
        return _finite(_numbers(values, at), at)

    def _require_scale(self, values: Values, at: At) -> None:
        """Raise DataError for images between 0 and 1 where training had bytes, or the other way about."""
        if not get_kind(self.kind).comes_in_bytes or self.raw is None or not isinstance(values, np.ndarray) or not values.size:
            return
        low, high = float(values.min()), float(values.max())
        too_small = self.raw.dtype == "uint8" and values.dtype.kind == "f" and 0 < high <= 1
        too_large = np.dtype(self.raw.dtype).kind == "f" and self.raw.high <= 1 and values.dtype.kind in "iu" and high > 1
        if too_small or too_large:
            had = f"{self.raw.dtype} from {self.raw.low:g} to {self.raw.high:g}"
            raise DataError(
                f"Column {at.column!r}: images must be {had}, as in training. Got {values.dtype} from {low:g} to {high:g}: bring them to "
                "that scale."
            )

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {
            "name": self.name,
            "kind": self.kind,
            "reason": self.reason,
            "steps": to_config(self.steps),
            "names": list(self.names),
            "shape": list(self.shape),
            "raw": None if self.raw is None else asdict(self.raw) | {"shape": list(self.raw.shape)},
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Feature":
        """Return the feature that `to_config` described."""
        refuse_newer("A column", config, [f.name for f in fields(cls)])
        steps = tuple(from_config(list(config["steps"])))
        given = config["raw"]
        raw = None if given is None else checked(Raw, dict(given) | {"shape": tuple(given["shape"])})
        lists = {"steps": steps, "names": tuple(config["names"]), "shape": tuple(config["shape"])}
        made = checked(cls, dict(config) | lists | {"raw": raw})
        get_kind(made.kind)
        return made


def learn_feature(name: str, kind: str, reason: str, steps: Sequence[ColumnStep], training: Collection) -> tuple[Feature, NDArray[Any]]:
    """Return a column's feature, its steps learned from the training rows one after the other, and these rows as it gives them."""
    at = At(name, training.place, known=_known(training))
    values, names, fitted = training.values(name), [name], list[ColumnStep]()
    for step in steps:
        try:
            learned = step.learn(values, at)
            values, names = learned.apply(values, at), learned.feature_names(names)
        except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
            if is_kind(kind, *step.kinds):
                raise
            said = f"a step for columns of the kind {' or '.join(sorted(step.kinds))}"
            raise DataError(f"Column {name!r}, {kind}: {type(step).__name__}, {said}, cannot take it ({error}).") from error
        fitted.append(learned)
    array = _finite(_numbers(values, at), at)
    names = names if len(names) == array.shape[-1] else [f"{name} {number}" for number in range(1, array.shape[-1] + 1)]
    raw = raw_of(training.arrays[name]) if name in training.arrays else None
    return Feature(name, kind, reason, tuple(fitted), tuple(names) if array.ndim == 2 else (), array.shape[1:], raw), array


def _known(collection: Collection) -> dict[str, Any]:
    """Return what steps know of the rows beside their column's values: the series that each belongs to, where there are several."""
    return {} if collection.group is None else {SERIES: pl.Series(collection.values(collection.group))}


def raw_of(array: NDArray[Any]) -> Raw:
    """Return what an array is: its shape for an example, its dtype and its range."""
    return Raw(array.shape[1:], str(array.dtype), float(array.min()), float(array.max()))


def _numbers(values: Values, at: At) -> NDArray[Any]:
    """Return a column's values as numbers, or raise DataError with the first row that holds a text which is none."""
    if isinstance(values, np.ndarray) and values.ndim != 1:
        return values
    if isinstance(values, pl.Series) and values.dtype.is_nested():
        raise DataError(f"Column {at.column!r} must become numbers. Got {values.dtype} after its steps: add one that encodes it.")
    array = flat(values)
    if isinstance(values, pl.Series) and values.dtype == pl.String:
        words = np.isnan(array[:, 0]) & values.is_not_null().to_numpy()
        if words.any():
            row = int(np.argmax(words))
            raise DataError(
                f"Column {at.column!r}, {at.place(row)}: {values[row]!r} must become numbers. Got text after its steps: add one that "
                "encodes it, such as OneHot."
            )
    return array


def _finite(array: NDArray[Any], at: At) -> NDArray[Any]:
    """Return the array in a dtype to train on, or raise DataError with the first row that is not finite."""
    if array.dtype.kind not in "fiub":
        raise DataError(f"Column {at.column!r} must become numbers. Got {array.dtype} after its steps: add one that encodes it.")
    if array.dtype == np.uint8:
        return array
    with np.errstate(over="ignore"):
        narrow = array.astype(np.float32 if array.dtype.kind == "f" else np.int32, copy=False)
    bad = ~np.isfinite(narrow) if array.dtype.kind == "f" else narrow != array
    if bad.any():
        row = int(np.argmax(bad.reshape(len(array), -1).any(axis=1)))
        value = array[row][bad[row]].flat[0]
        what = f"{value:g} does not fit into {narrow.dtype}" if np.isfinite(value) else "not a finite number"
        advice = "Scale it, or correct it" if np.isfinite(value) else "Add a FillMissing, or correct it"
        raise DataError(f"Column {at.column!r}, {at.place(row)}: {what} after its steps. {advice}.")
    return narrow


def columns_of_numbers(features: Sequence[Feature]) -> list[str]:
    """Return of which column each number of a row is the number; "" for one that says something else, such as a category."""
    named = [feature.name if is_kind(feature.kind, "number") else "" for feature in features]
    return [name if not place else "" for name, feature in zip(named, features, strict=True) for place in range(feature.shape[0])]


def steps_of(features: Sequence[Feature]) -> dict[str, tuple[ColumnStep, ...]]:
    """Return the steps of each column by its name."""
    return {feature.name: feature.steps for feature in features}
