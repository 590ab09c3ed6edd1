"""Mirror images."""

from typing import Annotated

from chainrule import ops
from chainrule.arguments import choice
from chainrule.augment.augmentation import Augmentation
from chainrule.augment.images import move_target, require_image
from chainrule.graph import Tensor

_AXES = {"horizontal": (2,), "vertical": (1,), "horizontal_and_vertical": (2, 1)}


class RandomFlip(Augmentation):
    """In training, each image is mirrored with probability ½: left and right, top and bottom, or both, each by a draw of its own.

    Targets that are images of the same size are mirrored with the inputs.

    Args:
        mode: "horizontal", "vertical" or "horizontal_and_vertical".
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.arange(3, dtype="float32").reshape(1, 1, 3, 1).repeat(5, 0))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomFlip("horizontal")(x)
        >>> sorted({tuple(row) for row in np.asarray(y.value).reshape(5, 3).tolist()})
        [(0.0, 1.0, 2.0), (2.0, 1.0, 0.0)]
    """

    mode: Annotated[str, choice(*_AXES)] = "horizontal_and_vertical"

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        return self._flip(inputs)

    def vary_target(self, inputs: Tensor, target: Tensor) -> Tensor:
        return move_target(self, self._flip, inputs, target)

    def _flip(self, images: Tensor) -> Tensor:
        axes = _AXES[self.mode]
        for axis, drawn in zip(axes, self.draws(images.shape[0], len(axes)), strict=True):
            images = ops.where((drawn < 0.5).reshape(-1, 1, 1, 1), ops.flip(images, axis=axis), images)
        return images
