"""Embedding: a row of numbers for each word, category or other thing that is counted, and for each place in a series."""

from typing import ClassVar

from chainrule import ops, regularizers
from chainrule.arguments import PositiveCount
from chainrule.errors import DtypeError, ShapeError
from chainrule.graph import Tensor
from chainrule.initializers import InitializerLike
from chainrule.networks.checks import require_axes, require_size
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.networks.trace import current_trace
from chainrule.regularizers import RegularizerLike


class Embedding(Layer):
    """For each index its row of `embeddings`: yᵢ = embeddings[xᵢ].

    Indices of shape (batch, ...) and of any whole-number dtype become (batch, ..., output_dim). Weights: `embeddings`
    (input_dim, output_dim). An index outside of the table gives NaN.

    Args:
        input_dim: the number of rows, one more than the largest index.
        output_dim: the size of a row.
        embeddings_initializer: the first values of the table.
        embeddings_regularizer: a penalty on the table, added to the loss.
        mask_zero: whether 0 is padding. Attention then looks past it, recurrent layers and the mean over all steps pass it over; of
            other layers, those that treat each step by itself, those that merge element by element, and a Reshape of steps alone hand
            the knowledge on.

    Raises:
        DtypeError: inputs that are not whole numbers.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = cr.layers.Embedding(1000, 8)
        >>> layer(cr.Variable(np.array([[3, 14, 15]], "int32"))).shape
        (1, 3, 8)
    """

    role: ClassVar[Role] = "embedding"
    takes_indices: ClassVar[bool] = True

    input_dim: PositiveCount
    output_dim: PositiveCount
    embeddings_initializer: InitializerLike = "uniform"
    embeddings_regularizer: RegularizerLike = None
    mask_zero: bool = False

    def build(self, shape: Shape) -> None:
        """Make `embeddings`."""
        penalty = regularizers.get(self.embeddings_regularizer)
        self.add_weight("embeddings", (self.input_dim, self.output_dim), self.embeddings_initializer, regularizer=penalty)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the row of each index."""
        if inputs.dtype.kind not in "iu":
            raise DtypeError(
                f"Embedding {self.default_name!r}: indices must be whole numbers. Got {inputs.dtype} instead: "
                "give the input dtype='int32', or cast with .astype('int32')."
            )
        rows = ops.take(self.weights["embeddings"], inputs)
        current_trace().note_mask(rows, ops.not_equal(inputs, 0) if self.mask_zero else None)
        return rows


class PositionEmbedding(Layer):
    """For each step of a series the learned row of its place, to be added to what stands there: yᵢ = embeddings[i].

    Inputs of shape (batch, steps, size), of which the shape alone matters, give an output of the same shape. Weights: `embeddings`
    (sequence_length, size).

    Args:
        sequence_length: the largest number of steps.
        initializer: the first values of the table.

    Raises:
        ShapeError: a series of more steps.

    Source: Gehring, Auli, Grangier, Yarats and Dauphin, "Convolutional sequence to sequence learning", 2017; KerasHub's layer of this name.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> tokens = cr.Input((6,), dtype="int32")
        >>> embedded = cr.layers.Embedding(1000, 8)(tokens)
        >>> cr.layers.Add()([embedded, cr.layers.PositionEmbedding(6)(embedded)]).shape
        (None, 6, 8)
    """

    role: ClassVar[Role] = "embedding"

    sequence_length: PositiveCount
    initializer: InitializerLike = "glorot_uniform"

    def build(self, shape: Shape) -> None:
        """Make `embeddings`."""
        require_axes(self, shape, "steps", "size")
        self.add_weight("embeddings", (self.sequence_length, shape[-1]), self.initializer)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the rows of the steps' places."""
        require_axes(self, inputs.shape[1:], "steps", "size")
        table = self.weights["embeddings"]
        require_size(self, table.shape[1], inputs.shape[2], inputs.shape)
        if inputs.shape[1] > self.sequence_length:
            raise ShapeError(
                f"PositionEmbedding {self.default_name!r}: sequence_length must be at least the number of steps, {inputs.shape[1]}. "
                f"Got {self.sequence_length} instead."
            )
        return ops.broadcast_to(table[: inputs.shape[1]], shape=inputs.shape)
