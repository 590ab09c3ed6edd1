"""Explanations of a table by its own columns, of which one may be several features for the network."""

from collections.abc import Mapping, Sequence

import numpy as np

from chainrule.data import TablePreparation
from chainrule.data.columns import DroppedColumn
from chainrule.errors import ShapeError
from chainrule.insight.explanations.passage import Floats


def feature_groups(preparation: TablePreparation) -> dict[str, list[int]]:
    """Return for each column of a table the numbers of the features that it became.

    Args:
        preparation: of the table.

    Example:
        >>> import chainrule as cr
        >>> rows = {"height": [1.0, 2.0, 3.0, 2.0], "bark": ["rough", "rough", "smooth", "smooth"], "kind": ["oak", "oak", "elm", "elm"]}
        >>> cr.explanations.feature_groups(cr.data.TablePreparation.fit(rows, "kind"))
        {'height': [0], 'bark': [1, 2, 3]}
    """
    groups: dict[str, list[int]] = {}
    first = 0
    for column in preparation.columns:
        if not isinstance(column, DroppedColumn):
            groups[column.name] = list(range(first, first + len(column.feature_names)))
            first += len(column.feature_names)
    return groups


def by_column(values: Floats, groups: TablePreparation | Mapping[str, Sequence[int]]) -> dict[str, Floats]:
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
        >>> {name: v.tolist() for name, v in cr.explanations.by_column(np.array([[1.0, 2.0, 4.0]]), {"a": [0], "b": [1, 2]}).items()}
        {'a': [1.0], 'b': [6.0]}
    """
    found = feature_groups(groups) if isinstance(groups, TablePreparation) else groups
    wanted = 1 + max((number for numbers in found.values() for number in numbers), default=-1)
    if values.ndim != 2 or values.shape[1] < wanted:
        raise ShapeError(f"by_column: values must be of shape (rows, {wanted}), a number for each feature. Got {values.shape} instead.")
    return {name: np.asarray(values)[:, list(numbers)].sum(axis=1) for name, numbers in found.items()}
