"""Texts as numbers of words, of which some are hidden."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from chainrule import ops
from chainrule.arguments import Fraction
from chainrule.augment.augmentation import Augmentation
from chainrule.errors import DtypeError
from chainrule.graph import Constant, Tensor


class WordDropout(Augmentation):
    """In training, each token becomes the mask token with probability `rate`. This layer is not one of Keras's.

    Args:
        rate: the share of tokens that are hidden, from 0 to 1.
        mask_token: what they become; 1 is the number of unknown words in Keras's vocabularies.
        keep: tokens that are never hidden, such as padding.
        seed: a whole number from 0 that changes what is drawn.

    Source: Iyyer, Manjunatha, Boyd-Graber and Daumé, "Deep Unordered Composition Rivals Syntactic Methods for Text Classification",
        2015; Bowman et al., "Generating Sentences from a Continuous Space", 2016.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[7, 8, 9, 0]], "int32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.WordDropout(1.0)(x)
        >>> y.value.tolist()
        [[1, 1, 1, 0]]
    """

    takes_indices: ClassVar[bool] = True

    rate: Fraction
    mask_token: int = 1
    keep: Sequence[int] = (0,)

    def vary(self, inputs: Tensor) -> Tensor:
        if inputs.dtype.kind not in "iu":
            raise DtypeError(
                f"WordDropout {self.default_name!r} hides tokens, which are whole numbers. Got {inputs.dtype}: for others take Dropout."
            )
        hidden = ops.random_uniform(self.random_key(), shape=inputs.shape, dtype="float32") < self.rate
        for token in self.keep:
            hidden = ops.logical_and(hidden, ops.not_equal(inputs, token))
        return ops.where(hidden, Constant(np.asarray(self.mask_token, inputs.dtype)), inputs)
