"""Weights for classes that are not equally frequent."""

import numpy as np
from numpy.typing import ArrayLike

from chainrule.errors import DataError


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
