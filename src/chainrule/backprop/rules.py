"""Rules: the table of pullbacks by op that a gradient pass reads. Another table is another way to pass gradients back."""

from collections.abc import Iterator, Mapping

from chainrule.graph import OPS, NoGradient, Op, Pullback


class Rules(Mapping[Op, Pullback | NoGradient]):
    """A table of pullbacks by op: each op's own, unless another is given for it.

    A rule is called as an op's pullback is: with the gradient of the output, the node itself, its inputs and its attributes. It
    returns what goes on to each input, as graph. The node tells where it stands: `node.origin.path` is its layer.

    Args:
        others: rules that stand in place of the ops' own.

    Example:
        >>> import chainrule as cr
        >>> x = cr.Variable(3.0)
        >>> straight_through = PULLBACKS | {cr.ops.round: lambda dy, y, x: (dy,)}
        >>> dx, = cr.gradient(2.0 * cr.ops.round(x), [x], rules=straight_through)
        >>> float(dx.value)
        2.0
    """

    def __init__(self, others: Mapping[Op, Pullback | NoGradient] | None = None) -> None:
        self.others = dict(others or {})

    def __getitem__(self, op: Op) -> Pullback | NoGradient:
        return self.others.get(op, op.pullback)

    def __or__(self, others: Mapping[Op, Pullback | NoGradient]) -> "Rules":
        return Rules({**self.others, **others})

    def __iter__(self) -> Iterator[Op]:
        return iter(OPS.values())

    def __len__(self) -> int:
        return len(OPS)


PULLBACKS = Rules()
