"""The objects in a mask, and how many of them are found."""

import numpy as np
import scipy
from numpy.typing import NDArray

Objects = NDArray[np.int32]  # (height, width): the number of the object that each pixel belongs to, 0 for none

_AROUND = np.ones((3, 3))  # pixels that touch at a corner belong together


def objects_in(mask: NDArray[np.bool_], least: int = 1) -> Objects:
    """Return the number of the object that each pixel of a mask belongs to: connected pixels.

    Args:
        mask: of shape (height, width).
        least: pixels of an object; smaller ones are taken out.
    """
    numbered = np.zeros(mask.shape, np.int32)
    scipy.ndimage.label(mask, _AROUND, output=numbered)
    sizes = np.bincount(numbered.ravel())
    large = np.flatnonzero(sizes[1:] >= least) + 1
    renumbered = np.zeros(len(sizes), np.int32)
    renumbered[large] = np.arange(1, len(large) + 1)
    return renumbered[numbered]


def object_precision(true: Objects, found: Objects, threshold: float = 0.5) -> float:
    """Return hits / (hits + false alarms + misses): an object is hit by one whose intersection over union with it is above the threshold.

    From a threshold of a half on, no object can be hit by two, nor two by one. It is 1 where there are no objects, and none is found.

    Source:
        Caicedo and others (2019), Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl, Nature Methods 16.

    Example:
        >>> true = np.array([[1, 1, 0, 2, 2]])
        >>> object_precision(true, np.array([[1, 1, 0, 0, 0]])), object_precision(true, np.array([[0, 0, 1, 1, 1]]))
        (0.5, 0.5)
    """
    sizes, others = np.bincount(true.ravel()), np.bincount(found.ravel())
    both = np.zeros((len(sizes), len(others)))
    np.add.at(both, (true.ravel(), found.ravel()), 1)
    overlap = both / np.maximum(sizes[:, None] + others[None] - both, 1)
    hits = int((overlap[1:, 1:] > threshold).sum())
    missed, false = int(np.count_nonzero(sizes[1:])) - hits, int(np.count_nonzero(others[1:])) - hits
    return hits / (hits + missed + false) if hits + missed + false else 1.0
