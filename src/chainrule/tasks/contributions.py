"""Contributions to an answer in the words of the data: by column of a table, by term of a text, by word in its place."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import Preparation
from chainrule.data.kind import get_kind
from chainrule.data.preparation.feature import Feature
from chainrule.data.steps.dates import DateParts
from chainrule.data.steps.scaling import Scaling
from chainrule.data.steps.step import inverse
from chainrule.explain import by_column, feature_groups

Array = NDArray[Any]
Named = tuple[dict[str, float], dict[str, str]]  # by name: the contribution, and what the example has there


def named_contributions(preparation: Preparation, x: Array, values: Array) -> Named:
    """Return contributions by the names that people know, each with what the example has there; none for pictures, sounds and series.

    Of a table they are those of its columns; of a text by its terms, those of the terms that it has; of a text by its tokens, those of
    its words, each named with its place, counted from 1: "free (4)", or "free (2.4)" in the second sentence.

    Args:
        preparation: of the example.
        x: the example as the network takes it, without the batch's axis.
        values: the contribution of each of its numbers, of the same shape.

    Example:
        >>> rows = {"text": ["a free prize", "see you then"] * 20, "kind": ["spam", "ham"] * 20}
        >>> preparation = Preparation(target="kind", kinds={"text": "text"})
        >>> splits = preparation.fit(rows)
        >>> x = preparation.transform(["see a prize"])[0]
        >>> found, met = named_contributions(preparation, x, np.arange(len(x)))
        >>> list(found)
        ['a', 'prize', 'see']
    """
    learned = preparation.fitted
    if learned is None or learned.windows is not None:
        return {}, {}
    if not learned.apart:
        found = {name: float(some[0]) for name, some in by_column(values[None], preparation).items()}
        return found, met_in(preparation, x)
    feature = learned.apart[0]
    if learned.flat or len(learned.apart) > 1 or not feature.steps:
        return {}, {}
    if feature.is_whole:
        return _of_tokens(feature, x, values)
    return _of_terms(feature, x, values) if feature.names else ({}, {})


def met_in(preparation: Preparation, features: Array) -> dict[str, str]:
    """Return what a row of features says of each column, in the table's own words.

    Example:
        >>> rows = {"height": [1.0, 2.0, 3.0, 2.0] * 5, "bark": ["rough", "rough", "smooth", "smooth"] * 5, "kind": ["oak", "elm"] * 10}
        >>> preparation = Preparation(target="kind")
        >>> splits = preparation.fit(rows)
        >>> met_in(preparation, preparation.transform({"height": 3.0, "bark": "smooth"})[0])
        {'height': '3', 'bark': 'smooth'}
    """
    groups = feature_groups(preparation)
    learned = preparation.fitted
    if learned is None or not learned.keeps_columns:
        return {name: f"{features[number]:.4g}" for name, (number,) in groups.items()}
    return {feature.name: _met(feature, features[groups[feature.name]]) for feature in learned.flat}


def _met(feature: Feature, features: Array) -> str:
    """Return what numbers of a row say of their column: its strongest category, its date, or its number in the column's own unit."""
    if get_kind(feature.kind).has_names:
        present = [name for name, value in zip(feature.names, features, strict=True) if value > 0.5]
        found = present or [feature.names[int(features.argmax())]]
        return ", ".join(name.removeprefix(f"{feature.name}=").removeprefix(f"{feature.name} ") for name in found[:3])
    last = feature.steps[-1] if feature.steps else None
    values = last.inverse_transform(features) if isinstance(last, Scaling) else features.astype(np.float64)
    if feature.names[-1].endswith(" missing") and values[-1] > 0.5:
        return "missing"
    dates = next((step for step in feature.steps if isinstance(step, DateParts)), None)
    if dates is not None:
        return dates.date_of(values)
    return f"{inverse(feature.steps, features[0]):.5g}"


def _of_terms(feature: Feature, x: Array, values: Array) -> Named:
    """Return the contributions of the terms that a text has, in the order of the vocabulary, and their weights in it."""
    there = np.flatnonzero(x).tolist()
    names = [feature.names[place].removeprefix(f"{feature.name}: ") for place in there]
    return (
        dict(zip(names, values[there].tolist(), strict=True)),
        {name: f"{x[place]:.3g}" for name, place in zip(names, there, strict=True)},
    )


def _of_tokens(feature: Feature, x: Array, values: Array) -> Named:
    """Return the contributions of a text's words, or parts of words, in the order of the text."""
    decode = getattr(feature.steps[-1], "decode", None)
    if decode is None:
        return {}, {}
    words = decode(x.reshape(-1, 1))
    rows = x.reshape(-1, x.shape[-1]) > 0
    sentence = np.cumsum(rows.any(axis=1))
    found: dict[str, float] = {}
    met: dict[str, str] = {}
    for flat, (row, place) in enumerate(np.ndindex(rows.shape)):
        if rows[row, place]:
            word = int(rows[row, : place + 1].sum())
            where = str(word) if x.ndim == 1 else f"{sentence[row]}.{word}"
            name = f"{words[flat]} ({where})"
            found[name] = float(values.reshape(-1)[flat])
            met[name] = f"word {word}" if x.ndim == 1 else f"sentence {sentence[row]}, word {word}"
    return found, met
