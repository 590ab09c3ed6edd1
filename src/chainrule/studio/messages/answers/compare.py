"""Two moments, side by side."""

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.answers.shown import Example, Tensor
from chainrule.studio.messages.shared import Number


class Side(Struct, frozen=True):
    """One of two moments.

    Args:
        run: its name.
        step: that is looked at.
        epoch: it belongs to, counted from 0.
        loss: of its batch.
        learning_rate: of this step, also where a schedule gives it.
        figures: of the last epoch that was over before it; none before the first.
        example: the example, with what this network says of it; None where the network does not take it.
    """

    run: str
    step: int
    epoch: int
    loss: Number
    learning_rate: Number
    figures: dict[str, Number]
    example: Example | None


class Pair(Struct, frozen=True):
    """What stands at one address in either network.

    Args:
        address: such as "dense/kernel", or "dense/output" for the example.
        layer: its path.
        kind: of the layer.
        first: in the first network; None where there is none.
        second: in the second.
        change: the second less the first; None where their shapes differ.
        distance: the norm of that, √Σ (b − a)².
        share: the distance as a share of the first one's norm.
        cosine: of the angle between both, Σ a b / (‖a‖ ‖b‖).
    """

    address: str
    layer: str
    kind: str
    first: Tensor | None
    second: Tensor | None
    change: Tensor | None
    distance: Number
    share: Number
    cosine: Number


class Compared(Told, frozen=True, tag="compared"):
    """Two moments, side by side.

    Args:
        first: the moment that others are compared with.
        second: the other.
        pairs: in the order of the first network's layers, then those that only the second has: its weights, its output.
    """

    first: Side
    second: Side
    pairs: list[Pair]
