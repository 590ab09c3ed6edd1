"""Examples and tensors, as they are shown."""

from typing import Literal

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.shared import Block, Number, PartName, Quantity


class Picture(Struct, frozen=True):
    """Numbers to be drawn.

    Args:
        block: of shape (height, width) or (height, width, 3); or of several maps, (maps, height, width[, 3]).
        kind: "image" (as light), "signed" (around 0), "series" (one row for each channel over time, drawn as lines) or "spectrum"
            (likewise, of so many channels that they are drawn as a picture).
    """

    block: Block
    kind: Literal["image", "signed", "series", "spectrum"]


class Example(Struct, frozen=True):
    """An example, and what the model says of it.

    Args:
        place: where it stands: "test[17]", "line 17".
        part: of the run's data; None where it is not of them.
        number: its row in the part, or in what was given.
        picture: of an image, a sound or a series.
        cells: of a table, by column, in its own words.
        text: a question and the text that it is about, a line for each sentence; "" of all else.
        target: the number of its class, or its quantity; None where it is not known.
        label: the target in words.
        answer: of the model in words; None where it was not asked.
        probability: of the answer.
        loss: of the example.
    """

    place: str
    part: PartName | None
    number: int
    picture: Picture | None = None
    cells: dict[str, str] = {}
    text: str = ""
    target: Number = None
    label: str | None = None
    answer: str | None = None
    probability: Number = None
    loss: Number = None


class Examples(Told, frozen=True, tag="examples"):
    """Examples.

    Args:
        run: its name.
        of: how many there are in all.
        examples: those that are shown.
    """

    run: str
    of: int
    examples: list[Example]


class Heard(Told, frozen=True, tag="heard"):
    """The recording that an example was made of.

    Args:
        run: its name.
        part: of its data.
        number: the example's row there.
        rate: samples in a second.
        seconds: how long the recording is; of a longer one the first thirty are sent.
        samples: float32 between -1 and 1, in mono.
    """

    run: str
    part: PartName
    number: int
    rate: int
    seconds: float
    samples: Block


class Statistics(Struct, frozen=True):
    """Figures of a tensor, the whole of it.

    Args:
        mean: of its finite numbers.
        deviation: their standard deviation.
        norm: the square root of the sum of their squares.
        low: the smallest.
        high: the largest.
        zeros: the share that is 0.
        lost: how many are not finite.
        bins: shares between low and high.
    """

    mean: Number
    deviation: Number
    norm: Number
    low: Number
    high: Number
    zeros: float
    lost: int
    bins: list[float]


class Tensor(Struct, frozen=True):
    """A tensor of a moment.

    Args:
        address: such as "dense/kernel" or "conv2d/output".
        quantity: which of it.
        example: whose, by its place in the batch; None of what is not of an example, or is the mean of all.
        shape: of the whole, without the batch's axis of an output.
        layout: what the block's axes are: "row" and "column" of a matrix, "map", "row" and "column" of feature maps or kernels.
        of: how many entries of the tensor each of the block's entries stands for, along each axis.
        whole: how long each of the block's axes is in the tensor.
        block: float32.
        statistics: of the whole.
    """

    address: str
    quantity: Quantity
    example: int | None
    shape: list[int]
    layout: list[str]
    of: list[float]
    whole: list[int]
    block: Block
    statistics: Statistics


class Tensors(Told, frozen=True, tag="tensors"):
    """Tensors of a moment.

    Args:
        run: its name.
        step: counted from 0.
        tensors: in the order in which they were wanted; those that there are not are left out.
    """

    run: str
    step: int
    tensors: list[Tensor]
