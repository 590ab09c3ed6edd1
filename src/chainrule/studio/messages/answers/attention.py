"""What attention looks at."""

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.shared import Block


class Attended(Told, frozen=True, tag="attended"):
    """How each step of an example looks at the others, in each head of a layer of attention.

    Args:
        run: its name.
        step: with the weights before which.
        layer: the layer's path.
        example: its place in the batch.
        looking: the steps that look, in words; their numbers where they are no words.
        seen: the steps that are looked at, likewise.
        left_out: how many steps are not shown because they are too many, of those that look and of those that are seen.
        shares: of shape (heads, looking, seen); each row's sum is 1.
    """

    run: str
    step: int
    layer: str
    example: int
    looking: list[str]
    seen: list[str]
    left_out: list[int]
    shares: Block
