"""To which cluster an example belongs, as a layer that learns; and the targets that sharpen it."""

import numpy as np
from numpy.typing import NDArray

from chainrule import ops
from chainrule.arguments import Positive, PositiveCount
from chainrule.errors import ShapeError
from chainrule.graph import Tensor
from chainrule.initializers import InitializerLike
from chainrule.layers import Layer


class SoftAssignment(Layer):
    """The share of each cluster in an example, by Student's t-distribution around centres that are learned.

    q_j = (1 + |z - μ_j|² / α)^(-(α + 1) / 2), divided by the sum over all clusters j. Inputs of shape (batch, size) become shares of shape
    (batch, clusters). Weights: `centres` μ (clusters, size).

    Args:
        clusters: how many.
        alpha: degrees of freedom.
        initializer: the first values of the centres; usually they are set to those of k-means.

    Source:
        Xie, Girshick and Farhadi (2016), Unsupervised deep embedding for clustering analysis, equation 1, with α = 1.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = SoftAssignment(2)
        >>> _ = layer(cr.Variable(np.zeros((1, 1), "float32")))
        >>> layer.weights["centres"].assign(np.array([[0.0], [2.0]], "float32"))
        >>> print(np.asarray(layer(cr.Variable(np.array([[0.0]], "float32"))).value).round(4))
        [[0.8333 0.1667]]
    """

    clusters: PositiveCount
    alpha: Positive = 1.0
    initializer: InitializerLike = "glorot_uniform"

    def build(self, shape: tuple[int, ...]) -> None:
        """Make `centres`."""
        if len(shape) != 1:
            raise ShapeError(f"SoftAssignment {self.default_name!r}: each example must be a vector. Got inputs of shape (batch, {shape}).")
        self.add_weight("centres", (self.clusters, shape[0]), self.initializer)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the shares."""
        centres = self.weights["centres"]
        difference = inputs.reshape(inputs.shape[0], 1, inputs.shape[1]) - centres.reshape(1, *centres.shape)  # (batch, clusters, size)
        logits = -0.5 * (self.alpha + 1) * ops.log1p(ops.square(difference).sum(-1) / self.alpha)
        return ops.softmax(logits, axis=-1)


def sharpened(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the targets p_ij = (q_ij² / f_j) / Σ_j' (q_ij'² / f_j') with f_j = Σ_i q_ij: surer than q, and no cluster swallows all.

    Args:
        shares: q, of shape (examples, clusters).

    Source:
        Xie, Girshick and Farhadi (2016), equation 3.

    Example:
        >>> print(sharpened(np.array([[0.75, 0.25], [0.25, 0.75]], "float32")).round(2))
        [[0.9 0.1]
         [0.1 0.9]]
    """
    weight = np.square(shares, dtype=np.float64) / shares.sum(axis=0, dtype=np.float64)
    return (weight / weight.sum(axis=1, keepdims=True)).astype(np.float32)
