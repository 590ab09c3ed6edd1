"""Attention: each step of a series looks at others, and takes from each as much as it finds of use."""

import math
from collections.abc import Sequence
from functools import reduce
from typing import ClassVar, TypeVar

import numpy as np

from chainrule import ops, regularizers
from chainrule.arguments import Fraction, PositiveCount, Seed
from chainrule.errors import ArgumentError, ShapeError
from chainrule.graph import Tensor, as_tensor, current_path
from chainrule.initializers import InitializerLike
from chainrule.layers.regularization import Dropout
from chainrule.networks.checks import require_axes, require_size
from chainrule.networks.layer import Inputs, Layer, Role, Shape
from chainrule.networks.trace import current_trace
from chainrule.regularizers import RegularizerLike

Given = TypeVar("Given")
_UNSEEN = -1e30  # of which the exponential is 0, and which no sum turns into an infinity


class MultiHeadAttention(Layer):
    """In each of several heads, each value weighted by how well its key fits the query: softmax(query · keyᵀ / √key_dim) · value.

    Called with query and value, as `layer(query, value)`, or with query, value and key, each of shape (batch, steps, size); the key is
    the value unless it is given, and one input alone looks at itself. An `attention_mask`, of shape (batch, steps of the query, steps
    of the value) and True where a step may look, is given beside them, as where several texts stand in one row. Each head makes its
    own query, key and value of them, as x · kernel + bias; what the heads find is brought together by one more weighted sum. The
    result has the query's steps.

    The attention weights, of shape (batch, heads, steps of the query, steps of the value), can be seen at any moment of a run, as
    `moment["multi_head_attention/attention_scores"]`. Padding that an `Embedding(mask_zero=True)` or a `Masking` tells of has
    a weight of 0.

    Weights: `query/kernel` and `key/kernel` (size, num_heads, key_dim), `value/kernel` (size, num_heads, value_dim),
    `attention_output/kernel` (num_heads, value_dim, output_shape), and their biases.

    Args:
        num_heads: how many heads look, each in its own way.
        key_dim: the size of each head's queries and keys.
        value_dim: the size of each head's values; None for `key_dim`.
        dropout: which part of the attention weights drops in training, from 0 to 1.
        use_bias: whether biases are added.
        output_shape: the size of the result; None for that of the query.
        kernel_initializer: the first values of the kernels.
        bias_initializer: the first values of the biases.
        kernel_regularizer: a penalty on the kernels, added to the loss.
        bias_regularizer: a penalty on the biases, added to the loss.
        use_causal_mask: whether a step looks only at itself and at those before it (in Keras an argument of the call).
        seed: a whole number from 0 that changes which attention weights drop.

    Source: Vaswani and others, "Attention is all you need", 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = cr.layers.MultiHeadAttention(num_heads=2, key_dim=4)
        >>> words = cr.Input((6, 8))
        >>> layer(words, words).shape
        (None, 6, 8)
    """

    role: ClassVar[Role] = "attention"

    num_heads: PositiveCount
    key_dim: PositiveCount
    value_dim: PositiveCount | None = None
    dropout: Fraction = 0.0
    use_bias: bool = True
    output_shape: PositiveCount | None = None
    kernel_initializer: InitializerLike = "glorot_uniform"
    bias_initializer: InitializerLike = "zeros"
    kernel_regularizer: RegularizerLike = None
    bias_regularizer: RegularizerLike = None
    use_causal_mask: bool = False
    seed: Seed | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._dropout = Dropout(self.dropout, seed=self.seed)

    def __call__(  # pyright: ignore[reportIncompatibleMethodOverride]  # Keras's order: the query, then the value
        self, query: Inputs, value: Inputs = None, key: Inputs = None, training: bool | None = None, attention_mask: Inputs = None
    ) -> Inputs:
        """Return what the query finds in the value, for tensors as a tensor, for symbols as a symbol.

        Args:
            query: what looks; or a list of query, value and key, and of the mask as a fourth.
            value: what is looked at; None for the query.
            key: by what it is found; None for the value.
            training: whether to behave as in training; None does as the surrounding forward pass.
            attention_mask: True where a step of the query may look at one of the value; None for everywhere.
        """
        several = [entry for entry in (query, value, key) if entry is not None]
        if attention_mask is not None:
            several = [*_roles(several), attention_mask]
        return super().__call__(several if len(several) > 1 else query, training)

    def build(self, shape: Shape | list[Shape]) -> None:
        """Make the kernels and biases of query, key, value and result."""
        query, value, key = self._three(shape if isinstance(shape, list) else [shape])
        value_dim = self.value_dim or self.key_dim
        self._add("query", (query[-1], self.num_heads, self.key_dim), (self.num_heads, self.key_dim))
        self._add("key", (key[-1], self.num_heads, self.key_dim), (self.num_heads, self.key_dim))
        self._add("value", (value[-1], self.num_heads, value_dim), (self.num_heads, value_dim))
        size = self.output_shape or query[-1]
        self._add("attention_output", (self.num_heads, value_dim, size), (size,))

    def _add(self, name: str, kernel: Shape, bias: Shape) -> None:
        self.add_weight(f"{name}/kernel", kernel, self.kernel_initializer, regularizer=regularizers.get(self.kernel_regularizer))
        if self.use_bias:
            self.add_weight(f"{name}/bias", bias, self.bias_initializer, regularizer=regularizers.get(self.bias_regularizer))

    def call(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        """Return what the query finds in the value."""
        given = [inputs] if isinstance(inputs, Tensor) else list(inputs)
        self._three([x.shape[1:] for x in given])
        query, value, key = _roles(given)
        q = self._heads("query", query) * (1 / math.sqrt(self.key_dim))  # (batch, heads, query steps, key_dim)
        k, v = self._heads("key", key), self._heads("value", value)  # (batch, heads, value steps, key_dim or value_dim)
        scores = _attention_weights(ops.matmul(q, ops.transpose(k, axes=(0, 1, 3, 2))), self._visible(query, value, key, given[3:]))
        trace = current_trace()
        trace.insides[f"{current_path()}/attention_scores"] = scores
        output = self._together(ops.matmul(self._dropout.call(scores), v))
        trace.note_mask(output, trace.mask_of(query))
        return output

    def _three(self, shapes: list[Shape]) -> tuple[Shape, Shape, Shape]:
        """Return the shapes of query, value and key, where they go together."""
        who = f"MultiHeadAttention {self.default_name!r}"
        if len(shapes) > 4:
            raise ArgumentError(f"{who} takes a query, a value, a key and a mask. Got {len(shapes)} inputs instead.")
        for shape in shapes[:3]:
            require_axes(self, shape, "steps", "size")
        query, value, key = _roles(shapes)
        if value[0] != key[0]:
            raise ShapeError(f"{who}: value and key must have the same number of steps. Got {value[0]} and {key[0]} instead.")
        if shapes[3:] and shapes[3] != (query[0], value[0]):
            raise ShapeError(
                f"{who}: attention_mask must have the shape (batch, steps of the query, steps of the value), for one example "
                f"{(query[0], value[0])}. Got {shapes[3]} instead."
            )
        return query, value, key

    def _heads(self, name: str, x: Tensor) -> Tensor:
        """Return x · kernel + bias of each head, of shape (batch, heads, steps, size)."""
        kernel = self.weights[f"{name}/kernel"]
        size, heads, wide = kernel.shape
        require_size(self, size, x.shape[-1], x.shape)
        y = ops.matmul(x, ops.reshape(kernel, shape=(size, heads * wide)))
        if self.use_bias:
            y = y + ops.reshape(self.weights[f"{name}/bias"], shape=(heads * wide,))
        return ops.transpose(ops.reshape(y, shape=(*x.shape[:2], heads, wide)), axes=(0, 2, 1, 3))

    def _visible(self, query: Tensor, value: Tensor, key: Tensor, masks: Sequence[Tensor]) -> Tensor | None:
        """Return where a step of the query may look, to be stretched to (batch, heads, query steps, value steps); None for everywhere."""
        trace = current_trace()
        found = [ops.reshape(mask.astype("bool"), shape=(query.shape[0], 1, *mask.shape[1:])) for mask in masks]
        if (looking := trace.mask_of(query)) is not None:
            found.append(ops.reshape(looking, shape=(query.shape[0], 1, query.shape[1], 1)))
        if (seen := trace.mask_of([value, key])) is not None:
            found.append(ops.reshape(seen, shape=(value.shape[0], 1, 1, value.shape[1])))
        if self.use_causal_mask:
            found.append(as_tensor(np.tri(query.shape[1], value.shape[1], dtype=bool)))
        return reduce(ops.logical_and, found) if found else None

    def _together(self, found: Tensor) -> Tensor:
        """Return the weighted sum of what all heads found, of shape (batch, steps, output_shape)."""
        kernel = self.weights["attention_output/kernel"]
        heads, wide, size = kernel.shape
        side_by_side = ops.reshape(ops.transpose(found, axes=(0, 2, 1, 3)), shape=(found.shape[0], found.shape[2], heads * wide))
        y = ops.matmul(side_by_side, ops.reshape(kernel, shape=(heads * wide, size)))
        return y + self.weights["attention_output/bias"] if self.use_bias else y


def _roles(given: Sequence[Given]) -> tuple[Given, Given, Given]:
    """Return query, value and key of what was given in this order: what is lacking is what stands before it."""
    return given[0], given[min(1, len(given) - 1)], given[min(2, len(given) - 1)]


def _attention_weights(products: Tensor, visible: Tensor | None) -> Tensor:
    """Return the softmax over the last axis; 0 for what may not be looked at, even where that is everything."""
    if visible is None:
        return ops.softmax(products, axis=-1)
    return ops.where(visible, ops.softmax(ops.where(visible, products, _UNSEEN), axis=-1), 0)
