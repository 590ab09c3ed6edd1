"""Series and sounds: shifted in time, and scaled."""

from typing import Annotated

import numpy as np

from chainrule import ops
from chainrule.augment.augmentation import AROUND, Augmentation, Factor, FactorRange, SignedFactor, as_float, in_dtype_of, spread
from chainrule.augment.images import FillMode, resample
from chainrule.errors import ShapeError
from chainrule.graph import Constant, Tensor
from chainrule.networks.layer import Layer

_GAIN = FactorRange(-1, 10)


def require_series(layer: Layer, inputs: Tensor) -> None:
    """Raise ShapeError unless the inputs are (batch, steps) or (batch, steps, channels)."""
    if inputs.ndim not in (2, 3):
        raise ShapeError(
            f"{type(layer).__name__} {layer.default_name!r}: inputs must have shape (batch, steps) or (batch, steps, channels). Got "
            f"(batch, {', '.join(map(str, inputs.shape[1:]))}) instead."
        )


class RandomShift(Augmentation):
    """In training, each series is shifted in time by whole steps, a share of its length drawn evenly. Targets stay as they are.

    This layer is not one of Keras's.

    Args:
        factor: the share, positive for later: a number f for -f to f, or a pair, the lowest and the highest, between -1 and 1.
        fill_mode: what lies outside of the series: "constant" the fill value, "nearest" its first or last step, "reflect" the series
            backwards, "wrap" the series again.
        fill_value: for "constant".
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 2.0, 3.0, 4.0]], "float32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomShift((0.25, 0.25))(x)
        >>> y.value.tolist()
        [[0.0, 1.0, 2.0, 3.0]]
    """

    factor: SignedFactor
    fill_mode: FillMode = "constant"
    fill_value: float = 0.0

    def vary(self, inputs: Tensor) -> Tensor:
        require_series(self, inputs)
        batch, steps = inputs.shape[:2]
        (drawn,) = self.draws(batch)
        shift = ops.round(spread(drawn, AROUND.ends(self.factor)) * float(steps))
        rows = Constant(np.arange(steps, dtype=np.float32).reshape(1, -1, 1)) - shift.reshape(-1, 1, 1)
        columns = Constant(np.zeros((1, 1, 1), np.float32))
        flat = inputs.reshape(batch, steps, 1, inputs.size // (batch * steps))
        return resample(flat, rows, columns, "nearest", self.fill_mode, self.fill_value).reshape(*inputs.shape)


class RandomScale(Augmentation):
    """In training, each series is multiplied with 1 + f, drawn evenly: a sound louder or softer, a measurement on another scale.

    This layer is not one of Keras's.

    Args:
        factor: f: a number for −factor to factor, or a pair, the lowest and the highest, from -1 on.
        per_channel: whether the last axis has a draw for each of its places, for inputs of shape (batch, steps, channels).
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 2.0, 3.0]], "float32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomScale((0.5, 0.5))(x)
        >>> y.value.tolist()
        [[1.5, 3.0, 4.5]]
    """

    factor: Annotated[Factor, _GAIN]
    per_channel: bool = False

    def vary(self, inputs: Tensor) -> Tensor:
        require_series(self, inputs)
        x = as_float(inputs)
        channels = x.shape[2] if self.per_channel and x.ndim == 3 else 1
        drawn = ops.random_uniform(self.random_key(), shape=(x.shape[0], channels), dtype="float32")
        f = spread(drawn, _GAIN.ends(self.factor)).astype(x.dtype)
        return in_dtype_of(x * (1 + f.reshape(*((-1, 1, channels) if x.ndim == 3 else (-1, 1)))), inputs)
