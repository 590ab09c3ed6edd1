"""Forecasting: what comes next as a weighted sum of what was."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np

from chainrule import ops, regularizers
from chainrule.arguments import PositiveCount, Several, Whole
from chainrule.errors import ArgumentError
from chainrule.graph import Tensor
from chainrule.initializers import Array, Initializer, InitializerLike
from chainrule.networks.checks import require_axes
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.regularizers import RegularizerLike


class SeasonalNaive(Initializer):
    """First values of a linear forecast's kernel with which each timestep is predicted as that a season before, or the last of its phase.

    kernel[s, h] = 1 where s = steps - season + h mod season, else 0; all 0 where the season is longer than the past.

    Args:
        season: steps after which a series is likely to repeat itself, such as 12 months.

    Example:
        >>> import numpy as np
        >>> SeasonalNaive(2)((3, 3), np.random.default_rng(0)).tolist()
        [[0.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """

    season: PositiveCount

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        steps, horizon = shape
        kernel = np.zeros(shape, np.float32)
        if self.season <= steps:
            ahead = np.arange(horizon)
            kernel[steps - self.season + ahead % self.season, ahead] = 1
        return kernel


class LinearForecast(Layer):
    """Each series' next steps as a weighted sum of its past ones, all less the last one, which is added again.

    y[h, c] = x[last, c] + Σₛ (x[s, c] - x[last, c]) · kernel[s, h] + bias[h]. All series share the weights. Inputs of shape
    (batch, steps, series) become (batch, horizon, series), or those of `series`. Weights: `kernel` (steps, horizon), `bias` (horizon,).
    Because all is told from the last value on, a level that shifts after training does no harm. This layer is not one of Keras's.

    Args:
        horizon: how many timesteps are predicted.
        series: the places of the series that are predicted; None for all.
        kernel_initializer: the first values of the kernel; with "zeros" the last value is predicted at first.
        kernel_regularizer: a penalty on the kernel, added to the loss.

    Source:
        Zeng, Chen, Zhang and Xu (2023), Are transformers effective for time series forecasting? (there: NLinear).

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = cr.layers.LinearForecast(2, kernel_initializer="zeros")
        >>> np.asarray(layer(cr.Variable(np.array([[[1.0], [5.0], [3.0]]], "float32"))).value).tolist()
        [[[3.0], [3.0]]]
    """

    role: ClassVar[Role] = "weighted"

    horizon: PositiveCount
    series: Annotated[Sequence[int] | None, Several(Whole(0))] = None
    kernel_initializer: InitializerLike = "glorot_uniform"
    kernel_regularizer: RegularizerLike = None

    def build(self, shape: Shape) -> None:
        """Make `kernel` and `bias`."""
        require_axes(self, shape, "steps", "series")
        for place in self.series or ():
            if not 0 <= place < shape[1]:
                raise ArgumentError(f"LinearForecast {self.default_name!r}: there are {shape[1]} series, numbered from 0. Got {place}.")
        penalty = regularizers.get(self.kernel_regularizer)
        self.add_weight("kernel", (shape[0], self.horizon), self.kernel_initializer, regularizer=penalty)
        self.add_weight("bias", (self.horizon,), "zeros")

    def call(self, inputs: Tensor) -> Tensor:
        """Return the forecast."""
        require_axes(self, inputs.shape[1:], "steps", "series")
        past = ops.transpose(inputs, axes=(0, 2, 1))  # (batch, series, steps)
        if self.series is not None:
            past = ops.concatenate(*(past[:, place : place + 1] for place in self.series), axis=1)
        last = past[:, :, -1:]
        ahead = ops.matmul(past - last, self.weights["kernel"]) + self.weights["bias"] + last
        return ops.transpose(ahead, axes=(0, 2, 1))
