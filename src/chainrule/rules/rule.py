"""A learning rule: the table of pullbacks by which training passes gradients back."""

from collections.abc import Sequence

from chainrule.backprop import PULLBACKS, Rules, gradient
from chainrule.configuration import Configurable
from chainrule.graph import NoGradient, Tensor, TensorLike


class Rule(Configurable, abstract=True):
    """How a network's weights get the gradients that an optimiser turns into updates.

    A subclass is a learning rule of your own: its `pullbacks()` returns `PULLBACKS | {op: pullback, ...}`. Its settings are annotated
    fields, which a run and a saved model keep. A pullback of a learning rule is linear in the gradient that arrives, and makes the
    same graph each time: what it draws at random depends on a seed alone.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> from chainrule.ops.products import matmul_op, swap_last
        >>> class SignSymmetry(Rule):
        ...     "Gradients pass back through the signs of the weights. Source: Liao et al., 2016."
        ...     def pullbacks(self):
        ...         def product(dy, y, a, b):
        ...             return matmul_op(dy, swap_last(cr.ops.sign(b))), matmul_op(swap_last(a), dy)
        ...         return PULLBACKS | {matmul_op: product}
        >>> x, w = cr.Variable(np.array([[1.0]])), cr.Variable(np.array([[5.0]]))
        >>> dx, dw = SignSymmetry().gradient((x @ w).sum(), [x, w])
        >>> dx.value.item(), dw.value.item()
        (1.0, 1.0)
    """

    def pullbacks(self) -> Rules:
        """Return the table of pullbacks by op."""
        return PULLBACKS

    def gradient(self, target: Tensor, sources: Sequence[Tensor], seed: TensorLike | None = None) -> list[Tensor | NoGradient]:
        """Return what this rule takes for the gradient of `target` with respect to each of `sources`, as `chainrule.gradient` does."""
        return gradient(target, sources, seed, self.pullbacks())


class Backpropagation(Rule):
    """The chain rule itself: gradients are the derivatives of the loss.

    Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986.
    """
