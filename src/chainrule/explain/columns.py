"""Explanations of a table by its own columns, of which one may be several features for the network."""

from collections.abc import Mapping, Sequence

import numpy as np

from chainrule.data import Preparation
from chainrule.errors import ArgumentError, ShapeError
from chainrule.explain.forward_pass import Floats


def feature_groups(preparation: Preparation) -> dict[str, list[int]]:
    """Return for each column of a table the numbers of the features that it became; for formulas of columns, the number of each.

    Args:
        preparation: of the table, fitted.

    Raises:
        ArgumentError: a preparation that has learned from nothing yet.

    Example:
        >>> import chainrule as cr
        >>> rows = {"height": [1.0, 2.0, 3.0, 2.0] * 5, "bark": ["rough", "rough", "smooth", "smooth"] * 5, "kind": ["oak", "elm"] * 10}
        >>> preparation = cr.data.Preparation(target="kind")
        >>> splits = preparation.fit(rows)
        >>> cr.explain.feature_groups(preparation)
        {'height': [0], 'bark': [1, 2, 3]}
    """
    if preparation.fitted is None:
        raise ArgumentError("feature_groups: this preparation has not learned from training rows yet: call fit(data) first.")
    if not preparation.fitted.keeps_columns:
        return {name: [number] for number, name in enumerate(preparation.fitted.feature_names)}
    groups: dict[str, list[int]] = {}
    first = 0
    for feature in preparation.fitted.flat:
        groups[feature.name] = list(range(first, first + feature.shape[0]))
        first += feature.shape[0]
    return groups


def by_column(values: Floats, groups: Preparation | Mapping[str, Sequence[int]]) -> dict[str, Floats]:
    """Return contributions of features as contributions of columns: the sum over a column's features.

    Args:
        values: contributions, of shape (rows, features).
        groups: the table's preparation, or for each column the numbers of its features.

    Returns:
        For each column an array of shape (rows,).

    Raises:
        ShapeError: another number of features.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> {name: v.tolist() for name, v in cr.explain.by_column(np.array([[1.0, 2.0, 4.0]]), {"a": [0], "b": [1, 2]}).items()}
        {'a': [1.0], 'b': [6.0]}
    """
    found = feature_groups(groups) if isinstance(groups, Preparation) else groups
    wanted = 1 + max((number for numbers in found.values() for number in numbers), default=-1)
    if values.ndim != 2 or values.shape[1] < wanted:
        raise ShapeError(f"by_column: values must be of shape (rows, {wanted}), a number for each feature. Got {values.shape} instead.")
    return {name: np.asarray(values)[:, list(numbers)].sum(axis=1) for name, numbers in found.items()}
