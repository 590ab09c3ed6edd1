"""New examples, however they are given, as rows with the columns that training had."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from chainrule.data.collect import collect
from chainrule.data.collecting.collection import Collection, Kind
from chainrule.data.frame import ArrowStream
from chainrule.data.preparing.learned import Learned
from chainrule.errors import DataError


def as_raw(data: Any, learned: Learned) -> Collection:
    """Return new examples as a collection whose columns are of the kinds that training had.

    Raises:
        DataError: examples that cannot be read as rows of these columns.
    """
    kinds: dict[str, Kind] = {feature.name: feature.kind for feature in learned.features}
    collection = _collection(data, learned)
    return collection.taken_as(kinds={name: kind for name, kind in kinds.items() if name in collection.columns})


def _collection(data: Any, learned: Learned) -> Collection:
    if isinstance(data, Collection):
        return data
    if isinstance(data, Mapping):
        return _rows(data)
    if isinstance(data, pl.DataFrame) or (isinstance(data, ArrowStream) and not isinstance(data, pl.Series)):
        return collect(data)
    if len(learned.features) == 1:
        return _only_column(data, learned)
    if isinstance(data, np.ndarray):
        return _matrix(data, learned)
    return collect(data)


def _rows(data: Mapping[str, Any]) -> Collection:
    """Return columns by name, or the one row that single values are, as a collection."""
    single = all(isinstance(value, str | bytes) or np.ndim(value) == 0 for value in data.values())
    return Collection(pl.DataFrame({name: [value] for name, value in data.items()}) if single else pl.DataFrame(dict(data)))


def _only_column(data: Any, learned: Learned) -> Collection:
    (feature,) = learned.features
    if isinstance(data, str):
        return Collection(pl.DataFrame({feature.name: [data]}))
    if isinstance(data, np.ndarray) and feature.kind in {"array", "image", "audio"}:
        return Collection(pl.DataFrame(), {feature.name: data})
    return Collection(pl.DataFrame({feature.name: list(data)}))


def _matrix(data: Any, learned: Learned) -> Collection:
    if data.ndim != 2 or data.shape[1] != len(learned.features):
        raise DataError(f"Examples must have {len(learned.features)} numbers in a row, as in training. Got shape {data.shape} instead.")
    return Collection(pl.DataFrame({feature.name: data[:, number] for number, feature in enumerate(learned.features)}))
