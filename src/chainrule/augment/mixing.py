"""Examples mixed with one another: inputs and targets both, so that these layers belong to training and not inside a network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import scipy

from chainrule import ops
from chainrule.arguments import Fraction, Number, Seed
from chainrule.augment.augmentation import as_float, for_each, in_dtype_of
from chainrule.augment.images import require_image
from chainrule.errors import ArgumentError, DtypeError
from chainrule.graph import Constant, Tensor
from chainrule.networks.layer import Layer, Role
from chainrule.networks.trace import current_trace

_POINTS = 4096  # equally likely numbers that stand for a Beta distribution


@dataclass(frozen=True)
class Mixture:
    """A batch mixed with itself.

    Attributes:
        inputs: the mixed inputs.
        share: how much of each example is its own, of shape (batch,).
        partner: the place in the batch of the example that the rest is from, of shape (batch,).
    """

    inputs: list[Tensor]
    share: Tensor
    partner: Tensor


class Mixing(Layer, abstract=True, room="layers"):
    """The base of layers that mix each example of a batch with another, in training.

    The loss of a mixture is share · loss(target) + (1 − share) · loss(target of the other). For a cross-entropy that is the loss for
    the mixed target; for squared errors it has the same gradient.

    Args:
        seed: a whole number from 0 that changes what is drawn.
    """

    role: ClassVar[Role] = "augmentation"

    seed: Seed | None = field(default=None, kw_only=True)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the inputs, out of training."""
        if current_trace().training:
            name = type(self).__name__
            raise ArgumentError(f"{name} mixes targets too, which a layer of a network cannot: give it to fit(augment=[{name}(...)]).")
        return inputs

    def mix(self, inputs: Sequence[Tensor]) -> Mixture:
        """Return a batch mixed with itself."""
        for x in inputs:
            if x.dtype.kind in "iu" and x.dtype.itemsize > 1:
                raise DtypeError(
                    f"{type(self).__name__} mixes numbers that stand for quantities. Got {x.dtype}, which may be indices: give float32."
                )
        key = current_trace().random_key()
        key = key if self.seed is None else ops.random_fold(key, self.seed)
        batch = inputs[0].shape[0]
        drawn = ops.random_uniform(key, shape=(4, batch), dtype="float32")
        step = 1 + ops.floor(drawn[0, :1] * float(batch - 1)).astype("int32")
        partner = (Constant(np.arange(batch, dtype=np.int32)) + step) % batch
        mixed, share = self.blend(list(inputs), [ops.take(x, partner) for x in inputs], [drawn[1], drawn[2], drawn[3]])
        given = [key, *inputs]
        return Mixture([ops.barrier(x, given) for x in mixed], share, partner)

    def blend(self, own: list[Tensor], others: list[Tensor], drawn: list[Tensor]) -> tuple[list[Tensor], Tensor]:
        """Return the mixed inputs and the share of each example's own, from three draws for each example."""
        raise NotImplementedError


def beta(drawn: Tensor, alpha: float) -> Tensor:
    """Return numbers of Beta(alpha, alpha) from numbers between 0 and 1: one of 4,096 equally likely ones."""
    table = scipy.special.betaincinv(alpha, alpha, (np.arange(_POINTS) + 0.5) / _POINTS).astype(np.float32)
    return ops.take(Constant(table), ops.floor(drawn * float(_POINTS)).astype("int32"))


class MixUp(Mixing):
    """In training, each example is mixed with another of its batch: λ x + (1 − λ) x', with λ from Beta(alpha, alpha).

    The other is the one a number of places further on in the batch, and the number is drawn. The loss is mixed in the same
    proportion, and so are metrics.

    Args:
        alpha: how much is mixed: small numbers for λ near 0 or 1, 1 for any λ alike.
        rate: the probability that an example is mixed at all (Keras mixes all).
        seed: a whole number from 0 that changes what is drawn.

    Source: Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: Beyond Empirical Risk Minimization", 2018.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x, y = np.array([[0.0], [1.0]] * 50, "float32"), np.array([0, 1] * 50)
        >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(2)])
        >>> model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> history = model.fit(x, y, epochs=2, verbose=0, augment=[cr.layers.MixUp(0.2)])
    """

    alpha: Annotated[float, Number(0.01, 100)] = 0.2
    rate: Fraction = 1.0

    def blend(self, own: list[Tensor], others: list[Tensor], drawn: list[Tensor]) -> tuple[list[Tensor], Tensor]:
        """Return λ x + (1 − λ) x', and λ."""
        share = ops.where(drawn[0] < self.rate, beta(drawn[1], self.alpha), 1.0)

        def mixed(x: Tensor, other: Tensor) -> Tensor:
            a, b = as_float(x), as_float(other)
            return in_dtype_of(b + (a - b) * for_each(share, a), x)

        return [mixed(x, other) for x, other in zip(own, others, strict=True)], share


class CutMix(Mixing):
    """In training, a rectangle of each image is that of another image of its batch.

    The rectangle has the image's proportions and 1 − λ of its area before it is cut at the image's edges, with λ from
    Beta(factor, factor) and a middle drawn evenly. The loss is mixed as the areas are, and so are metrics.

    Args:
        factor: 1 for rectangles of any size alike; smaller numbers for very small and very large ones.
        rate: the probability that an example is mixed at all (Keras mixes all).
        seed: a whole number from 0 that changes what is drawn.

    Source: Yun, Han, Oh, Chun, Choe and Yoo, "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features",
        2019.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x, y = np.random.default_rng(0).random((64, 8, 8, 1), "float32"), np.arange(64) % 2
        >>> model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Flatten(), cr.layers.Dense(2)])
        >>> model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> history = model.fit(x, y, epochs=2, verbose=0, augment=[cr.layers.CutMix()])
    """

    factor: Annotated[float, Number(0.01, 100)] = 1.0
    rate: Fraction = 1.0

    def blend(self, own: list[Tensor], others: list[Tensor], drawn: list[Tensor]) -> tuple[list[Tensor], Tensor]:
        """Return images with a rectangle of others, and how much of them is their own."""
        if len(own) != 1:
            raise ArgumentError(f"CutMix is for networks with one input, an image. Got {len(own)} inputs: take MixUp.")
        (x,), (other,) = own, others
        require_image(self, x)
        batch, height, width, _ = x.shape
        chosen, of_area, of_place = drawn
        side = ops.where(chosen < self.rate, ops.sqrt(1.0 - beta(of_area, self.factor)), 0.0)
        place = of_place * float(height)  # its whole part is the middle's row; what is left of it gives the column
        row = ops.floor(place)
        column = ops.floor((place - row) * float(width))
        rows, columns = _around(row, side, height), _around(column, side, width)
        cut = ops.logical_and(rows.reshape(batch, height, 1, 1), columns.reshape(batch, 1, width, 1))
        area = rows.astype("float32").sum(1) * columns.astype("float32").sum(1)
        return [ops.where(cut, other, x)], 1.0 - area / float(height * width)


def _around(middle: Tensor, side: Tensor, size: int) -> Tensor:
    """Return which places along an axis lie within a share `side` of it around the middle, of shape (batch, size)."""
    length = ops.round(side * float(size))
    begin = middle - ops.floor(length / 2.0)
    at = Constant(np.arange(size, dtype=np.float32).reshape(1, -1))
    return ops.logical_and(at >= begin.reshape(-1, 1), at < (begin + length).reshape(-1, 1))
