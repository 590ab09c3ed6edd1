"""Parts of images."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from chainrule import ops
from chainrule.arguments import PositiveCount, Sizes
from chainrule.augment.augmentation import Augmentation
from chainrule.augment.images import move_target, require_image, resample
from chainrule.errors import ShapeError
from chainrule.graph import Constant, Tensor
from chainrule.networks.trace import current_trace


class RandomCrop(Augmentation):
    """In training, a part of each image of a given size, at a place drawn evenly; otherwise the middle.

    With `height` and `width` those of the image and a padding, the images are shifted by up to as many pixels, which is how most
    networks for small photographs are trained. Targets that are images of the same size are cropped with the inputs.
    Where Keras enlarges images that are too small, this layer refuses them: pad them, or take a smaller part.

    Args:
        height: rows of the part.
        width: columns of the part.
        padding: pixels added on every side before, in training alone (Keras has none): a number, or one for rows and one for columns.
        fill_value: what is added; in targets it is 0.
        seed: a whole number from 0 that changes what is drawn.

    Raises:
        ShapeError: images smaller than the part.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.arange(5, dtype="float32").reshape(1, 1, 5, 1))
        >>> cr.layers.RandomCrop(1, 3)(x).value.ravel().tolist()
        [1.0, 2.0, 3.0]
    """

    height: PositiveCount
    width: PositiveCount
    padding: Annotated[int | Sequence[int], Sizes(0, 2)] = 0
    fill_value: float = 0.0

    def _margins(self) -> tuple[int, ...]:
        return (self.padding,) * 2 if isinstance(self.padding, int) else tuple(self.padding)

    def call(self, inputs: Tensor) -> Tensor:
        """Return a part of each image."""
        require_image(self, inputs)
        margins = self._margins() if current_trace().training else (0, 0)
        if any(n + 2 * m < wanted for n, m, wanted in zip(inputs.shape[1:3], margins, (self.height, self.width), strict=True)):
            raise ShapeError(
                f"RandomCrop {self.default_name!r}: a part of {self.height} x {self.width} does not fit into images of "
                f"{inputs.shape[1]} x {inputs.shape[2]}: ask for a smaller one."
            )
        return super().call(inputs) if current_trace().training else self._middle(inputs)

    def vary(self, inputs: Tensor) -> Tensor:
        return self._part(inputs, self.fill_value)

    def vary_target(self, inputs: Tensor, target: Tensor) -> Tensor:
        return move_target(self, lambda images: self._part(images, 0.0), inputs, target)

    def _middle(self, images: Tensor) -> Tensor:
        top, left = ((n - wanted) // 2 for n, wanted in zip(images.shape[1:3], (self.height, self.width), strict=True))
        return images[:, top : top + self.height, left : left + self.width, :]

    def _part(self, images: Tensor, fill_value: float) -> Tensor:
        places: list[Tensor] = []
        sizes = zip(self.draws(images.shape[0], 2), images.shape[1:3], self._margins(), (self.height, self.width), strict=True)
        for axis, (drawn, size, margin, wanted) in enumerate(sizes, 1):
            begin = ops.floor(drawn * float(size + 2 * margin - wanted + 1)) - float(margin)
            own = Constant(np.arange(wanted, dtype=np.float32).reshape([-1 if axis == i else 1 for i in range(3)]))
            places.append(begin.reshape(-1, 1, 1) + own)
        return resample(images, *places, interpolation="nearest", fill_mode="constant", fill_value=fill_value)
