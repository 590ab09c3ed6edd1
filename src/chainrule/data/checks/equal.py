"""Examples that are equal to the last bit, and rows that are nearly the same, found without comparing all with all."""

import hashlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import polars as pl
import scipy
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import DataError

Rows: TypeAlias = NDArray[np.int64]
Examples: TypeAlias = NDArray[Any] | pl.DataFrame | pl.Series | Sequence[str] | Sequence[bytes] | Sequence[NDArray[Any]]

_ROW = "__row__"
MOST_PAIRS = 5_000_000  # that are kept
_DIRECTIONS = 8  # of the search; more sift better, and are slower to search in
_PAIRS_AT_A_TIME = 200_000  # pairs that are compared at a time
_VECTORS_AT_A_TIME = 10_000  # vectors that are compared at a time
TOLERANCE = 1e-3  # standard deviations by which each column may differ
FEWEST_VALUES = 20  # different values from which on a column counts as one that varies finely
FEWEST_COLUMNS = 3  # that vary finely; with less, rows are near one another by chance


def equal_examples(examples: Examples) -> list[Rows]:
    """Return the groups of rows that are equal: two or more each, ascending, in the order of their first rows.

    Rows of a frame are equal where all columns are, nulls included. Arrays are compared by shape, dtype and bytes (0 and -0 are one).

    Args:
        examples: a frame, a series, an array with one row for each example, or a sequence of texts, bytes or arrays.

    Example:
        >>> [group.tolist() for group in equal_examples(["a", "b", "a", "c", "b"])]
        [[0, 2], [1, 4]]
    """
    if isinstance(examples, pl.DataFrame | pl.Series):
        frame = examples.to_frame() if isinstance(examples, pl.Series) else examples
        groups = frame.with_row_index(_ROW).group_by(frame.columns, maintain_order=True).agg(_ROW).filter(pl.col(_ROW).list.len() > 1)[_ROW]
        return [np.array(group, np.int64) for group in groups.to_list()]
    seen: dict[bytes, int] = {}
    return groups_by_code(np.array([seen.setdefault(_digest(example), len(seen)) for example in examples], np.int64))


def groups_by_code(codes: NDArray[Any]) -> list[Rows]:
    """Return the groups of rows that have one code; rows alone with theirs are left out."""
    if not len(codes):
        return []
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order[0]])) if len(order) > 1 else np.array([], np.int64)
    groups = [group for group in np.split(order, starts) if len(group) > 1]
    return sorted(groups, key=lambda group: int(group[0]))


def _digest(example: str | bytes | NDArray[Any]) -> bytes:
    if isinstance(example, str):
        content, what = example.encode("utf-8", "surrogatepass"), b"text"
    elif isinstance(example, bytes):
        content, what = example, b"bytes"
    else:
        array = example + 0 if example.dtype.kind in "fc" else example  # -0 becomes 0
        content, what = array.tobytes(), f"{array.dtype.str}{array.shape}".encode()
    return hashlib.blake2b(content, digest_size=16, key=what[:64]).digest()


def near_vectors(vectors: NDArray[np.float32], radius: float, *, largest: bool = False) -> list[Rows]:
    """Return the groups of rows that are joined by distances of at most `radius`.

    A projection on orthonormal directions never makes a distance longer: all pairs within the radius along the eight main directions
    are looked up in a k-d tree, and their whole distance is then measured. So no pair is missed, and none is wrong. Where the pairs
    are too many to be kept, rows are joined one after the other.

    Args:
        vectors: one row for each example, of shape (rows, entries), finite.
        radius: the largest distance.
        largest: measure by the largest difference of an entry, not by the root of the sum of squares.

    Returns:
        Groups of two or more rows, each ascending, in the order of their first rows; a group may be longer across than the radius.

    Example:
        >>> [group.tolist() for group in near_vectors(np.array([[0, 0], [3, 0], [0, 0.1]], "float32"), 0.2)]
        [[0, 2]]
    """
    if len(vectors) < 2:
        return []
    distinct, of_row = np.unique(vectors + np.float32(0), axis=0, return_inverse=True)
    return groups_by_code(_near_components(distinct, radius, largest)[of_row.reshape(-1)])


def joined(pairs: NDArray[np.int64], rows: int) -> list[Rows]:
    """Return the groups of rows that pairs, of shape (pairs, 2), join directly or through others."""
    return groups_by_code(_components(pairs, rows))


def _components(pairs: NDArray[np.int64], rows: int) -> NDArray[np.int32]:
    graph = scipy.sparse.coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(rows, rows))
    return scipy.sparse.csgraph.connected_components(graph, directed=False)[1]


def _near_components(vectors: NDArray[np.float32], radius: float, largest: bool) -> NDArray[np.int64] | NDArray[np.int32]:
    low = _widest(vectors) if largest else _projected(vectors)
    slack = radius * (1 + 1e-4) + 1e-6 * float(np.abs(low).max())  # the projection is rounded
    tree, norm = scipy.spatial.KDTree(low), np.inf if largest else 2.0
    if tree.count_neighbors(tree, slack, p=norm) > 2 * MOST_PAIRS + len(low):  # which counts each pair twice, and each row with itself
        return dense_components(vectors, tree, radius, slack, largest)
    return _components(_near_pairs(vectors, tree.query_pairs(slack, p=norm, output_type="ndarray"), radius, largest), len(vectors))


def _near_pairs(
    vectors: NDArray[np.float32], candidates: NDArray[np.int64], radius: float, largest: bool
) -> NDArray[np.int64]:  # (pairs, 2)
    kept: list[NDArray[np.int64]] = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(candidates), _PAIRS_AT_A_TIME):
        chunk = candidates[start : start + _PAIRS_AT_A_TIME]
        difference = vectors[chunk[:, 0]] - vectors[chunk[:, 1]]
        distance = np.abs(difference).max(axis=1) if largest else np.sqrt(np.einsum("ij,ij->i", difference, difference))
        kept.append(chunk[distance <= radius])
    return np.concatenate(kept)


def _projected(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return centred @ directions[:, -_DIRECTIONS:]


def _widest(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the entries with most different values: those that sift best."""
    different = [len(np.unique(column)) for column in vectors.T]
    return vectors[:, np.argsort(different)[-_DIRECTIONS:]]


def dense_components(
    vectors: NDArray[np.float32], tree: "scipy.spatial.KDTree", radius: float, slack: float, largest: bool
) -> NDArray[np.int64]:
    """Return a number for each row, the same for rows that are joined by distances of at most `radius`.

    A row that is in no group yet leads one: it takes all rows within the radius, its members. Whatever is as near to a member is within
    twice the radius of the leader, and is compared with the members unless it is joined already. So no member need lead, and of each
    group only the few rows at its rim are compared with many.

    Args:
        vectors: one row for each example, of shape (rows, entries).
        tree: of their projections, by which no distance gets longer.
        radius: the largest distance.
        slack: the radius among the projections, which are rounded.
        largest: measure by the largest difference of an entry, not by the root of the sum of squares.
    """
    low, norm = np.asarray(tree.data, np.float64), np.inf if largest else 2.0
    group, waits = np.arange(len(vectors)), np.ones(len(vectors), np.bool_)
    for leader in range(len(vectors)):
        if not waits[leader]:
            continue
        around = np.array(tree.query_ball_point(low[leader], 2 * slack, p=norm))
        near = around[_distances(vectors, around, leader, largest) <= radius]
        _join(group, near)
        members = near[waits[near] & (near != leader)]
        for row in around[group[around] != group[leader]].tolist() if len(members) else ():
            some = members[_distances(low, members, row, largest) <= slack]
            if group[row] != group[leader] and (_distances(vectors, some, row, largest) <= radius).any():
                _join(group, np.array([leader, row]))
        waits[near] = False
    return group


def _join(group: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    met = np.unique(group[rows])
    if len(met) > 1:
        group[np.isin(group, met)] = met[0]


def _distances(
    vectors: NDArray[np.float32] | NDArray[np.float64], rows: NDArray[np.int64], row: int, largest: bool
) -> NDArray[np.float64]:  # (rows,)
    found = [np.zeros(0)]
    for start in range(0, len(rows), _VECTORS_AT_A_TIME):
        difference = vectors[rows[start : start + _VECTORS_AT_A_TIME]] - vectors[row]
        found.append(np.abs(difference).max(axis=1) if largest else np.sqrt(np.einsum("ij,ij->i", difference, difference)))
    return np.concatenate(found)


def near_rows(numbers: ArrayLike, tolerance: float = TOLERANCE) -> list[Rows]:
    """Return the groups of rows that differ in no column by more than `tolerance` standard deviations.

    With fewer than three columns of at least 20 different values, rows come near one another by chance, and none are returned.

    Args:
        numbers: of shape (rows, columns); NaN where a value is missing, which counts as a value of its own.
        tolerance: in standard deviations of each column.

    Returns:
        Groups of two or more rows, each ascending.

    Raises:
        DataError: an array that is not of two axes, or infinite values.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(50, 4))
        >>> x[7] = x[31] + 1e-5
        >>> [group.tolist() for group in near_rows(x)]
        [[7, 31]]
    """
    array = np.asarray(numbers, np.float64)
    if array.ndim != 2 or np.isinf(array).any():
        raise DataError(f"near_rows takes finite numbers of shape (rows, columns). Got shape {array.shape}, or infinite values.")
    fine = sum(len(np.unique(column[~np.isnan(column)])) >= FEWEST_VALUES for column in array.T)
    if fine < FEWEST_COLUMNS:
        return []
    absent = np.isnan(array)
    filled = np.where(absent, 0.0, array - np.nanmean(np.where(absent.all(axis=0), 0.0, array), axis=0))
    spread = np.sqrt(np.sum(filled**2, axis=0) / np.maximum((~absent).sum(axis=0), 1))
    scaled = np.concatenate([filled / np.where(spread > 0, spread, 1.0), absent], axis=1)
    return near_vectors(scaled.astype(np.float32), tolerance, largest=True)
