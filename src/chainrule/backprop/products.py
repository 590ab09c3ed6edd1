"""Derivatives along a direction: products with a Jacobian or a Hessian, from the gradient pass alone."""

from collections.abc import Sequence

import numpy as np

from chainrule.backprop.gradient import gradient
from chainrule.backprop.rules import PULLBACKS, Rules
from chainrule.errors import ArgumentError
from chainrule.graph import Constant, NoGradient, Tensor
from chainrule.ops import stop_gradient


def jacobian_vector_product(target: Tensor, sources: Sequence[Tensor], vectors: Sequence[Tensor], rules: Rules = PULLBACKS) -> Tensor:
    """Return Σ (∂target/∂source) · vector: how fast each element of `target` changes when `sources` move along `vectors`.

    For a seed u the gradient pass gives Jᵀu, which is linear in u; the gradient of (Jᵀu) · v with respect to u is J v.
    No number of the graph depends on which u that was. One product gives the derivatives of all elements of the target.

    Args:
        target: any node of floating-point numbers.
        sources: the nodes that move.
        vectors: for each source a node of its shape.
        rules: the table of pullbacks by op: of another than `PULLBACKS`, whose rules are linear in the gradient that arrives, J is the
            matrix whose transpose that table's gradient pass multiplies by.

    Returns:
        A node of the target's shape; zeros where the target does not depend on the sources.

    Source: Baydin et al., "Automatic differentiation in machine learning: a survey", 2018, section 3; the way by two gradient
    passes is from Townsend, "A new trick for calculating Jacobian vector products", 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([1.0, 2.0], "float32"))
        >>> y = jacobian_vector_product(x * x, [x], [cr.ops.as_tensor(np.array([1.0, 10.0], "float32"))])
        >>> np.asarray(y.value).tolist()
        [2.0, 40.0]
    """
    seed = Constant(np.zeros(target.shape, target.dtype))
    along = _inner(gradient(target, sources, seed, rules), vectors)
    found = seed if along is None else gradient(along, [seed])[0]
    return found if isinstance(found, Tensor) else seed


def hessian_vector_product(target: Tensor, sources: Sequence[Tensor], vectors: Sequence[Tensor]) -> list[Tensor]:
    """Return H v for the matrix H of second derivatives of `target`: the gradient of (gradient · v).

    Args:
        target: a node of one number.
        sources: with respect to what; H has a row for each of their elements.
        vectors: v, a node of its shape for each source.

    Returns:
        One node for each source, of its shape.

    Raises:
        ArgumentError: a target that does not depend on a source.

    Source: Pearlmutter, "Fast exact multiplication by the Hessian", 1994.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([1.0, 2.0], "float32"))
        >>> (hv,) = hessian_vector_product((x * x * x).sum(), [x], [cr.ops.as_tensor(np.array([1.0, 1.0], "float32"))])
        >>> np.asarray(hv.value).tolist()
        [6.0, 12.0]
    """
    slopes = gradient(target, sources)
    for source, slope in zip(sources, slopes, strict=True):
        if isinstance(slope, NoGradient):
            raise ArgumentError(f"hessian_vector_product: the target has no gradient with respect to {source}: {slope.reason}.")
    along = _inner(slopes, vectors)
    seconds = [NoGradient("")] * len(sources) if along is None else gradient(along, sources)
    return [
        second if isinstance(second, Tensor) else Constant(np.zeros(source.shape, source.dtype))  # linear in this source
        for source, second in zip(sources, seconds, strict=True)
    ]


def _inner(parts: Sequence[Tensor | NoGradient], vectors: Sequence[Tensor]) -> Tensor | None:
    """Return Σ part · vector, over the parts that there are; the vectors are held constant."""
    products = [(part * stop_gradient(vector)).sum() for part, vector in zip(parts, vectors, strict=True) if isinstance(part, Tensor)]
    return sum(products[1:], products[0]) if products else None
