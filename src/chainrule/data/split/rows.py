"""Dividing examples into parts: for training, for validation, for the test."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.shuffle import LARGEST_KEY, philox
from chainrule.errors import ArgumentError, DataError


def split_rows(
    size: int,
    fractions: Sequence[float],
    seed: int,
    *,
    stratify: ArrayLike | pl.Series | None = None,
    groups: ArrayLike | pl.Series | None = None,
) -> list[NDArray[np.int64]]:
    """Divide `size` examples at random into parts that share none and leave none out.

    The parts' sizes are `size` times the fractions, rounded by largest remainder. The random order comes straight from the
    Philox generator's bits, so that a split stays what it is from one version of NumPy to the next.

    Args:
        size: number of examples.
        fractions: share of each part, such as (0.8, 0.1, 0.1); positive, and 1 together.
        seed: whole number from 0 to 2⁶⁴ - 1; the same seed gives the same parts.
        stratify: a label for each example, of shape (size,), an array or a Polars series: each label is shared out over the parts
            in proportion, by largest remainder.
        groups: a group for each example, of shape (size,): a group is never divided, as for several recordings of one person;
            then the sizes of the parts are met as nearly as the groups allow.

    Returns:
        For each part the numbers of its examples, ascending, of dtype int64.

    Raises:
        ArgumentError: fractions that are not positive or not 1 together; both `stratify` and `groups`.
        DataError: labels of another length, a label with fewer examples than there are parts, fewer groups than parts, or too
            few examples to give every part one.

    Source:
        Largest remainder: Hamilton's method of apportionment (Balinski and Young, 1982, Fair representation).

    Example:
        >>> training, test = split_rows(10, (0.8, 0.2), seed=0, stratify=[0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
        >>> len(training), len(test)
        (8, 2)
    """
    shares = _checked(fractions)
    if stratify is not None and groups is not None:
        raise ArgumentError("split: give stratify or groups, not both.")
    if groups is not None:
        return _by_group(_codes("groups", groups, size), shares, seed)
    labels = np.zeros(size, np.int64) if stratify is None else _codes("stratify", stratify, size)
    sizes = _apportion(shares, size)
    counts = np.bincount(labels)
    if stratify is not None and counts.min() < len(shares):
        label = np.asarray(stratify)[np.flatnonzero(labels == counts.argmin())[:1]].tolist()[0]
        raise DataError(
            f"split: each label needs at least {len(shares)} examples, one for each part. Label {label!r} has {counts.min()}: "
            "merge it with another, leave it out, or split without stratify."
        )
    order = _random_order(size, seed)
    short = labels.astype(np.int16) if len(counts) <= np.iinfo(np.int16).max else labels  # of which NumPy sorts the former by radix
    order = order[np.argsort(short[order], kind="stable")]
    pieces = np.split(order, np.cumsum(_divide(counts, sizes).ravel())[:-1])
    return [_ascending(pieces[part :: len(shares)], size) for part in range(len(shares))]


def _ascending(pieces: Sequence[NDArray[np.int64]], size: int) -> NDArray[np.int64]:
    chosen = np.zeros(size, np.bool_)
    for piece in pieces:
        chosen[piece] = True
    return np.flatnonzero(chosen)


def _checked(fractions: Sequence[float]) -> NDArray[np.float64]:
    shares = np.asarray(fractions, np.float64)
    if shares.ndim != 1 or not (shares > 0).all() or abs(shares.sum() - 1) > 1e-6:
        raise ArgumentError(f"split: fractions must be positive and 1 together. Got {tuple(fractions)} instead.")
    return shares / shares.sum()


def _codes(what: str, labels: ArrayLike | pl.Series, size: int) -> NDArray[np.int64]:
    if isinstance(labels, pl.Series) and labels.dtype == pl.String and not labels.null_count() and len(labels) == size:
        return labels.cast(pl.Enum(labels.unique().sort())).to_physical().to_numpy().astype(np.int64)
    array = np.asarray(labels)
    if array.shape != (size,):
        raise DataError(f"split: {what} must have one entry for each of the {size} examples. Got shape {array.shape} instead.")
    if array.dtype.kind == "O":
        raise DataError(f"split: {what} must be all numbers or all text. Got Python objects instead: convert them with str().")
    return np.unique(array, return_inverse=True)[1].astype(np.int64)


def _random_order(size: int, seed: int) -> NDArray[np.int64]:
    bits = philox(seed, LARGEST_KEY).random_raw(size)  # the stream that no epoch's shuffling uses
    order = np.argsort(bits)  # several times as fast as the stable sort, and the same where no two are equal
    ranked = bits[order]
    return np.argsort(bits, kind="stable") if (ranked[1:] == ranked[:-1]).any() else order


def _apportion(shares: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Return `size` divided by largest remainder, at equal remainders the earlier part first."""
    sizes = np.floor(shares * size).astype(np.int64)
    by_remainder = np.argsort(sizes - shares * size, kind="stable")
    sizes[by_remainder[: size - sizes.sum()]] += 1
    return _none_empty(sizes)


def _none_empty(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    if sizes.min() < 1:
        raise DataError(f"split: {sizes.sum()} examples are too few for these fractions: the parts would have {sizes.tolist()}.")
    return sizes


def _divide(counts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many of each label go to each part: whole numbers in proportion that add up to both totals."""
    cells, remainders = np.divmod(counts[:, None] * sizes, sizes.sum())  # (labels, parts)
    for_label, for_part = (counts - cells.sum(1)).tolist(), (sizes - cells.sum(0)).tolist()
    while any(for_label):  # a cell that has got its one is behind all others
        for place in np.argsort(-remainders, axis=None, kind="stable").tolist():
            label, part = divmod(place, len(sizes))
            if for_label[label] > 0 and for_part[part] > 0:
                cells[label, part] += 1
                remainders[label, part] -= sizes.sum()
                for_label[label] -= 1
                for_part[part] -= 1
    return cells


def _by_group(codes: NDArray[np.int64], shares: NDArray[np.float64], seed: int) -> list[NDArray[np.int64]]:
    """Give the groups, large before small, each to the part that lacks most."""
    counts = np.bincount(codes)
    if len(counts) < len(shares):
        raise DataError(f"split: {len(shares)} parts need at least as many groups. Got {len(counts)} instead.")
    order = _random_order(len(counts), seed)
    lacking = shares * len(codes)
    part_of = np.empty(len(counts), np.int64)
    empty = np.ones(len(shares), np.bool_)
    for left, group in zip(range(len(counts), 0, -1), order[np.argsort(-counts[order], kind="stable")], strict=True):
        part = np.argmax(np.where(empty, lacking, -np.inf) if left == empty.sum() else lacking)  # each part has at least one group
        part_of[group], empty[part] = part, False
        lacking[part] -= counts[group]
    return [np.flatnonzero(part_of[codes] == part) for part in range(len(shares))]
