"""From what a number has become back to the number: scales and logarithms undone."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.preparing.scaling import Rescale, Scaling
from chainrule.data.preparing.shaping import Log
from chainrule.data.preparing.step import ColumnStep

Undoable: TypeAlias = Scaling | Log | Rescale


def undone(steps: Sequence[ColumnStep], values: ArrayLike) -> NDArray[np.float64]:
    """Return what the numbers of a column were before these steps, from what its first feature is after them.

    Steps that leave a known number what it is, such as `FillMissing`, are passed over, and so are those that nothing undoes.

    Example:
        >>> steps = [Log(scale=3.0), Rescale(2.0)]
        >>> undone(steps, 2 * np.log([2.0, 4.0])).round(6).tolist()
        [3.0, 9.0]
    """
    numbers = np.asarray(values, np.float64)
    for step in reversed(steps):
        if isinstance(step, Undoable):
            numbers = _before(step, numbers)
    return numbers


def _before(step: Undoable, values: NDArray[np.float64]) -> NDArray[np.float64]:
    if isinstance(step, Scaling):
        return values * np.asarray(step.divisor)[0] + np.asarray(step.shift)[0]
    if isinstance(step, Rescale):
        return (values - step.offset) / (step.scale or 1.0)
    return values if step.scale is None else np.sign(values) * step.scale * np.expm1(np.abs(values))
