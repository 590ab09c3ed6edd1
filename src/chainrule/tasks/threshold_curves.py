"""How well scores tell one class from all others, at every threshold: precision and recall, true and false positive rates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ThresholdCurves:
    """What is called positive at each threshold, from one above all scores down to the lowest score.

    Args:
        recall: the share of the positive examples that is, of shape (distinct scores + 1,); also the true positive rate. NaN where there
            are no positive examples.
        precision: the share of positive examples among those; 1 where there are none.
        false_positive_rate: the share of the negative examples that is. NaN where there are no negative examples.
    """

    recall: Floats
    precision: Floats
    false_positive_rate: Floats

    @property
    def average_precision(self) -> float:
        """Σ (recallₙ − recallₙ₋₁) · precisionₙ: the area under the steps of precision over recall."""
        return float((np.diff(self.recall) * self.precision[1:]).sum())

    @property
    def area(self) -> float:
        """The area under the true over the false positive rate: how probably a positive example is scored above a negative one."""
        return float(np.trapezoid(self.recall, self.false_positive_rate))


def threshold_curves(scores: ArrayLike, positive: ArrayLike) -> ThresholdCurves:
    """Return what is called positive at each threshold.

    Args:
        scores: of the examples, shape (examples,): the higher, the surer that an example is positive.
        positive: which are.

    Source:
        Fawcett, "An introduction to ROC analysis", 2006, algorithms 1 and 2; average precision as in scikit-learn.

    Example:
        >>> found = threshold_curves([0.9, 0.8, 0.7, 0.1], [True, False, True, False])
        >>> found.recall.tolist(), found.false_positive_rate.tolist()
        ([0.0, 0.5, 0.5, 1.0, 1.0], [0.0, 0.0, 0.5, 0.5, 1.0])
        >>> round(found.average_precision, 4), found.area
        (0.8333, 0.75)
    """
    values, true = np.asarray(scores, np.float64), np.asarray(positive, np.bool_)
    order = np.argsort(-values, kind="stable")
    last = np.flatnonzero(np.append(np.diff(values[order]) != 0, True)) if len(order) else np.zeros(0, np.int64)  # of equal scores
    hits = np.append(0, np.cumsum(true[order])[last])
    given = np.append(0, last + 1)
    return ThresholdCurves(
        recall=_share(hits, int(true.sum())),
        precision=np.divide(hits, given, out=np.ones(len(given)), where=given > 0),
        false_positive_rate=_share(given - hits, int((~true).sum())),
    )


def _share(count: NDArray[np.int64], of: int) -> Floats:
    return count / of if of else np.full(len(count), np.nan)
