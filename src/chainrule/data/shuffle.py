"""Random orders that depend on a seed alone."""

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import ArgumentError

LARGEST_KEY = 2**64 - 1


def permutation(size: int, seed: int, epoch: int) -> NDArray[np.int32]:
    """Return the order in which the examples are seen in one epoch.

    Args:
        size: number of examples.
        seed: whole number that the run is seeded with, from 0 to 2⁶⁴ - 1.
        epoch: number of the epoch, from 0.

    Returns:
        The numbers 0 to size - 1 in random order, of shape (size,) and dtype int32. The same seed and epoch give the same
        order; another epoch gives one that is independent of it, without computing those before.

    Raises:
        ArgumentError: a negative argument, or more examples than int32 can number.

    Source:
        Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3 (Philox, a generator that is a function of its key).

    Example:
        >>> sorted(permutation(5, seed=0, epoch=0).tolist())
        [0, 1, 2, 3, 4]
    """
    if not 0 <= size <= np.iinfo(np.int32).max:
        raise ArgumentError(f"size must be from 0 to {np.iinfo(np.int32).max}, the numbers of int32. Got {size} instead.")
    order = np.random.Generator(philox(seed, epoch)).permutation(size)
    return order.astype(np.int32)


def philox(seed: int, stream: int, part: int = 0) -> np.random.Philox:
    """Return the bit generator of one stream of a seed: each pair of numbers has its own, independent of all others.

    A stream has 2⁶⁴ parts, each long enough for any use, that can be drawn from by themselves.
    """
    for name, number in (("seed", seed), ("epoch", stream), ("part", part)):
        if not 0 <= number <= LARGEST_KEY:
            raise ArgumentError(f"{name} must be a whole number from 0 to 2⁶⁴ - 1. Got {number} instead.")
    return np.random.Philox(key=np.array([seed, stream], np.uint64), counter=np.array([0, 0, 0, part], np.uint64))
