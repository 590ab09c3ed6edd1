"""The base of losses: each says what targets it takes, what its outputs mean, and which accuracy fits it."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from chainrule import metrics, ops
from chainrule.configuration import Configurable, find, names_in, snake_case
from chainrule.errors import unknown_name
from chainrule.graph import Tensor, TensorLike, as_tensor
from chainrule.losses.target import Target
from chainrule.metrics import Metric


class Loss(Configurable, abstract=True):
    """The base of losses. A loss of your own is a subclass with `call`, and says with `target` what targets it takes.

    Attributes:
        target: what its targets are; everything that follows from that is read from here: their shape, their check, the accuracy that
            fits, what the outputs mean.
        median_is_best: whether the best constant output is the median of the targets, as for the absolute error, and not their mean: of
            classes it is then the commonest, whatever its probability.
        from_logits: whether the outputs are logits, from which softmax, or sigmoid, makes probabilities.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> class Focal(cr.losses.Loss):
        ...     "Mean of −(1 − p)² ln p, where p is the probability of the right class. Source: Lin et al., 2017."
        ...     target = cr.losses.Target.CLASS
        ...     def call(self, y_true, y_pred):
        ...         p = (cr.ops.one_hot(y_true, y_pred.shape[-1]) * y_pred).sum(-1)
        ...         return -cr.ops.square(1 - p) * cr.ops.log(p)
        >>> Focal().accuracy((10,))
        SparseCategoricalAccuracy()
    """

    target = Target.QUANTITY
    median_is_best = False
    from_logits = False

    @property
    def name(self) -> str:
        """The loss's name, as in "mean_squared_error"."""
        return snake_case(type(self).__name__)

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        """Return the loss of each example and place."""
        raise NotImplementedError

    def __call__(self, y_true: TensorLike, y_pred: Tensor, sample_weight: TensorLike | None = None) -> Tensor:
        """Return the mean loss, each example weighted by `sample_weight`."""
        losses = self.call(y_true, y_pred)
        if sample_weight is None:
            return losses.mean()
        weight = as_tensor(sample_weight).astype(losses.dtype)
        return (losses * weight.reshape(*weight.shape, *[1] * (losses.ndim - weight.ndim))).mean()

    def check(self, targets: np.ndarray[Any, Any], output_shape: tuple[int, ...]) -> None:
        """Raise DataError where targets cannot be meant for outputs of `output_shape` (of one example)."""
        self.target.check(targets, output_shape, type(self).__name__)

    def probabilities(self, outputs: Tensor) -> Tensor | None:
        """Return the probabilities that outputs stand for, as graph; None where they stand for quantities.

        Of classes that exclude one another they add up to 1 over the last axis; else each lies between 0 and 1 by itself.

        Example:
            >>> import numpy as np, chainrule as cr
            >>> loss = cr.losses.SparseCategoricalCrossentropy(from_logits=True)
            >>> loss.probabilities(cr.Variable(np.zeros((1, 4), "float32"))).value.tolist()
            [[0.25, 0.25, 0.25, 0.25]]
        """
        if self.target is Target.QUANTITY:
            return None
        if not self.from_logits:
            return outputs
        return ops.sigmoid(outputs) if self.target is Target.PROBABILITY else ops.softmax(outputs, axis=-1)

    def accuracy(self, output_shape: tuple[int, ...]) -> Metric:
        """Return the metric that "accuracy" stands for, with outputs of `output_shape` (of one example)."""
        if self.target is Target.CLASS:
            return metrics.SparseCategoricalAccuracy()
        if self.target is Target.PROBABILITY:
            return metrics.BinaryAccuracy(threshold=0.0 if self.from_logits else 0.5)
        return metrics.BinaryAccuracy() if output_shape[-1:] == (1,) else metrics.CategoricalAccuracy()

    def constant_loss(self, targets: np.ndarray[Any, Any]) -> float | None:
        """Return the smallest loss that one and the same answer for all examples can have; None where that is not known."""
        return None


LossFunction: TypeAlias = Callable[[Tensor, Tensor], Tensor]


def loss_names() -> dict[str, type[Loss]]:
    """Return the losses by all their names, ours and the user's."""
    return names_in(Loss)


LossLike: TypeAlias = str | Loss | LossFunction


def get(loss: LossLike) -> Loss:
    """Return the loss of a name, of a function, or the one given.

    Args:
        loss: a name; a loss; or a function of your own, of targets and outputs, which returns the loss of each example. A model that was
            compiled with a function is loaded again where `get` has met the function before.

    Raises:
        ArgumentError: no loss of this name.

    Example:
        >>> import chainrule as cr
        >>> get("mse"), get("MeanSquaredError")
        (MeanSquaredError(), MeanSquaredError())
        >>> def cubic(y_true, y_pred):
        ...     return (cr.ops.absolute(y_pred - y_true) ** 3.0).mean(-1)
        >>> get(cubic)
        cubic()
    """
    if isinstance(loss, Loss):
        return loss
    if isinstance(loss, str):
        return find(Loss, loss)()
    if not callable(loss):
        raise unknown_name("A loss", loss, (name for name in loss_names() if name.islower()))
    return _of_function(loss)


def _of_function(function: Any) -> Loss:
    """Return the loss of a function: of ours its class, of the user's a class made of it, under its name."""
    if function.__module__.startswith("chainrule.") and function.__name__ in names_in(Loss):
        return find(Loss, function.__name__)()
    name = function.__name__
    own = {"__module__": function.__module__, "__qualname__": f"loss {name}", "__doc__": function.__doc__}
    return type(Loss)(name, (Loss,), {"call": staticmethod(function), **own})()
