"""What image augmentations share: the axes they need, and targets that are images too, which move along."""

from collections.abc import Callable

from chainrule.errors import DataError
from chainrule.graph import Tensor
from chainrule.networks.checks import require_axes
from chainrule.networks.layer import Layer


def require_image(layer: Layer, inputs: Tensor) -> None:
    """Raise ShapeError unless the inputs are (batch, height, width, channels)."""
    require_axes(layer, inputs.shape[1:], "height", "width", "channels")


def move_target(layer: Layer, move: Callable[[Tensor], Tensor], inputs: Tensor, target: Tensor) -> Tensor:
    """Return targets that are images of the inputs' size moved as they are; others, of one axis or none, as they are.

    Args:
        layer: who moves.
        move: takes images of shape (batch, height, width, channels).
        inputs: the images that move, of shape (batch, height, width, channels).
        target: classes, numbers, or images such as masks, of shape (batch, height, width) or (batch, height, width, channels).

    Raises:
        DataError: targets with places of their own that are not those of the inputs.
    """
    if target.ndim < 3:
        return target
    if target.ndim > 4 or target.shape[1:3] != inputs.shape[1:3]:
        raise DataError(
            f"{type(layer).__name__} moves what is in the inputs, and targets that are images of the same size with them. Got inputs of "
            f"{inputs.shape[1]} x {inputs.shape[2]} and targets of shape {target.shape[1:]} for each example, which would no longer fit: "
            "leave the layer out."
        )
    return move(target) if target.ndim == 4 else move(target.reshape(*target.shape, 1)).reshape(*target.shape)
