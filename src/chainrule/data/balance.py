"""Balancing the training part: classes that are not equally frequent, made to count alike."""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.shuffle import LARGEST_KEY, philox
from chainrule.errors import ArgumentError, DataError, unknown_name


def class_weights(labels: ArrayLike) -> dict[int, float]:
    """Return the weight of each class that makes all classes count alike: w(c) = n / (k · n(c)).

    Args:
        labels: class numbers, of shape (examples,), whole numbers.

    Returns:
        The weight of each class that occurs, by class number; averaged over the examples the weights are 1.

    Raises:
        DataError: no labels, or labels that are not a row of whole numbers.

    Source:
        King and Zeng (2001), Logistic regression in rare events data; scikit-learn's class_weight="balanced".

    Example:
        >>> class_weights([0, 0, 0, 1])
        {0: 0.6666666666666666, 1: 2.0}
    """
    array = np.asarray(labels)
    if array.ndim != 1 or array.size == 0:
        raise DataError(f"Labels must be a row of at least one class number. Got shape {array.shape} instead.")
    if array.dtype.kind not in "iub":
        raise DataError(f"Labels must be class numbers, whole numbers from 0. Got dtype {array.dtype} instead: number the classes first.")
    classes, counts = np.unique(array, return_counts=True)
    weights = array.size / (len(classes) * counts)
    return {int(label): float(weight) for label, weight in zip(classes, weights, strict=True)}


Balance: TypeAlias = Literal["weights", "oversample", "undersample"]
BALANCES: tuple[Balance, ...] = ("weights", "oversample", "undersample")


def balanced_rows(y: NDArray[Any], balance: Balance, seed: int) -> NDArray[np.int64]:
    """Return which examples to take, so that all classes are equally frequent; in ascending order.

    "oversample" takes each class's examples again and again, at random in the last round, until it is as frequent as the most
    frequent one; "undersample" takes as many of each class, at random, as the rarest has.

    Args:
        y: class numbers, of shape (examples,).
        balance: "oversample" or "undersample".
        seed: of what is drawn.

    Example:
        >>> balanced_rows(np.array([0, 0, 0, 1]), "oversample", 0).tolist()
        [0, 1, 2, 3, 3, 3]
    """
    counts = np.bincount(y)
    wanted = counts.max() if balance == "oversample" else counts[counts > 0].min()
    bits = philox(seed, LARGEST_KEY - 1).random_raw(len(y))  # a stream that neither shuffling nor splitting uses
    chosen: list[NDArray[np.int64]] = []
    for label in np.flatnonzero(counts):
        rows = np.flatnonzero(y == label)
        order = rows[np.argsort(bits[rows], kind="stable")]
        rounds, rest = divmod(int(wanted), len(rows))
        chosen.append(np.concatenate([np.repeat(rows, rounds), order[:rest]]))
    return np.sort(np.concatenate(chosen))


def balanced_weights(y: NDArray[Any]) -> NDArray[np.float32]:
    """Return the weight of each example under which all classes count alike: n / (k · n(class)).

    Example:
        >>> balanced_weights(np.array([0, 0, 0, 1])).tolist()
        [0.6666666865348816, 0.6666666865348816, 0.6666666865348816, 2.0]
    """
    table = class_weights(y)
    return np.array([table[int(label)] for label in y], np.float32)


def require_balance(balance: str | None, y: NDArray[Any] | None, task: str) -> None:
    """Raise ArgumentError where classes cannot be balanced."""
    if balance is None:
        return
    if balance not in BALANCES:
        raise unknown_name("balance", balance, BALANCES)
    if y is None or task != "classification":
        raise ArgumentError(f"balance={balance!r} is for classes. The task is {task}.")
