"""Numbers made less certain, to see what becomes of learning."""

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data import Collection
from chainrule.data.kind import infer_kind, is_kind
from chainrule.data.shuffle import philox
from chainrule.errors import ArgumentError

_STREAM = 1 << 32  # of a seed's random numbers, the first; each column has one of its own


def noisy(collection: Collection, noise: float, seed: int, training: NDArray[np.int64]) -> Collection:
    """Return examples whose number columns are off by chance: x + noise · s · e, with e normal and s the column's deviation in training.

    The columns of target, group and time stay as they are, and so does what is missing. All parts are as noisy as one another.

    Args:
        collection: the examples.
        noise: how far, in standard deviations of each column.
        seed: of the random numbers.
        training: the numbers of the rows that are learned from, and tell the deviations.

    Raises:
        ArgumentError: a noise that is negative or not finite.

    Example:
        >>> import chainrule as cr
        >>> rows = cr.data.collect({"x": [1.0, 2.0, 3.0], "y": [0.0, 1.0, 0.0]}, target="y")
        >>> off = noisy(rows, 0.1, seed=0, training=np.array([0, 1])).frame
        >>> off["x"].round(1).to_list() != rows.frame["x"].to_list(), off["y"].to_list()
        (True, [0.0, 1.0, 0.0])
    """
    if not 0 <= noise < np.inf:
        raise ArgumentError(f"The noise must be 0 or more standard deviations. Got {noise} instead.")
    learned, apart = collection.take(training), {collection.target, collection.group, collection.time}
    names = [name for name in collection.columns if name in collection.frame.columns and name not in apart]
    changed: list[pl.Series] = []
    for number, name in enumerate(names):
        kind = collection.kinds.get(name) or infer_kind(name, learned.values(name))[0]
        if is_kind(kind, "number"):
            known = collection.frame[name].cast(pl.Float64).to_numpy()
            draw = np.random.Generator(philox(seed, _STREAM + number)).standard_normal(len(known))
            changed.append(pl.Series(name, known + noise * np.nanstd(known[training]) * draw, nan_to_null=True))
    fact = f"noise of {noise:g} standard deviations is added to {', '.join(repr(series.name) for series in changed) or 'no column'}"
    return replace(collection, frame=collection.frame.with_columns(changed), facts=(*collection.facts, fact), found=None)
