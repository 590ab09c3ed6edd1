"""Metrics of answers with several places, of which all must be right."""

import numpy as np

from chainrule import ops
from chainrule.errors import ShapeError
from chainrule.graph import Tensor
from chainrule.metrics.metric import Accuracy


class ExactMatch(Accuracy):
    """The part of examples of which at every place the largest output is the class that the target names by its index.

    Args:
        name: the figure's name.

    Source:
        Rajpurkar, Zhang, Lopyrev and Liang (2016), SQuAD: 100,000+ questions for machine comprehension of text; there of texts.

    Example:
        >>> outputs = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.9, 0.1], [0.2, 0.8]]])
        >>> ExactMatch()(np.array([[0, 1], [0, 0]]), outputs)
        0.5
    """

    name: str = "exact_match"

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        places = y_pred.shape[:-1]
        if y_true.shape != places:
            raise ShapeError(f"Outputs of shape {y_pred.shape} need one class index for each of {places}. Got targets of {y_true.shape}.")
        right = ops.equal(y_true.astype("int32"), ops.argmax(y_pred, axis=-1)).astype("float32")
        return ops.reduce_min(right.reshape(right.shape[0], int(np.prod(places[1:]))), axis=1)
