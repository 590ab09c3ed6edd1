"""Embedding: a row of numbers for each word, category or other thing that is counted."""

from dataclasses import dataclass

from chainrule import ops
from chainrule.configuration import configurable
from chainrule.errors import DtypeError
from chainrule.graph import Tensor
from chainrule.initializers import Initializer
from chainrule.layers import regularizers
from chainrule.layers.core import positive
from chainrule.layers.layer import Layer, Shape
from chainrule.layers.regularizers import Regularizer


@configurable
@dataclass(eq=False)
class Embedding(Layer):
    """For each index its row of `embeddings`: yᵢ = embeddings[xᵢ].

    Indices of shape (batch, ...) and of any whole-number dtype become (batch, ..., output_dim). Weights: `embeddings`
    (input_dim, output_dim). An index outside of the table gives NaN.

    Args:
        input_dim: the number of rows, one more than the largest index.
        output_dim: the size of a row.
        embeddings_initializer: the first values of the table.
        embeddings_regularizer: a penalty on the table, added to the loss.

    Raises:
        DtypeError: inputs that are not whole numbers.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = cr.layers.Embedding(1000, 8)
        >>> layer(cr.Variable(np.array([[3, 14, 15]], "int32"))).shape
        (1, 3, 8)
    """

    input_dim: int
    output_dim: int
    embeddings_initializer: str | Initializer = "uniform"
    embeddings_regularizer: str | Regularizer | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self, input_dim=self.input_dim, output_dim=self.output_dim)

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
        return ops.take(self.weights["embeddings"], inputs)
