"""Targets beside outputs."""

from chainrule.errors import ShapeError
from chainrule.graph import Tensor, TensorLike, as_tensor
from chainrule.ops.casting import cast
from chainrule.ops.shaping import reshape


def match_target(y_true: TensorLike, y_pred: Tensor) -> Tensor:
    """Return the targets in the outputs' dtype and shape; (batch,) and (batch, 1) are the same, nothing else is stretched."""
    target = as_tensor(y_true)
    if target.shape != y_pred.shape:
        if target.shape != y_pred.shape[:-1] or y_pred.shape[-1] != 1:
            raise ShapeError(f"Targets of shape {target.shape} do not fit outputs of shape {y_pred.shape}: they must be equal.")
        target = reshape(target, shape=y_pred.shape)
    return cast(target, dtype=y_pred.dtype)
