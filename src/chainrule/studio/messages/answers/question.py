"""A model asked: how good it is, what it answers, and why."""

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.answers.shown import Example, Picture
from chainrule.studio.messages.shared import Block, Number, PartName


class Judged(Told, frozen=True, tag="judged"):
    """How good a model is on a part.

    Args:
        run: its name.
        part: of its data.
        step: before which step; None for the end.
        examples: in the part.
        figures: by name.
        plain: those of the plainest answer.
        classes: in the order of their numbers.
        confusion: how often each class (rows) was given as each (columns); empty for a quantity.
        mistakes: the worst first.
    """

    run: str
    part: PartName
    step: int | None
    examples: int
    figures: dict[str, Number]
    plain: dict[str, Number]
    classes: list[str]
    confusion: list[list[int]]
    mistakes: list[Example]


class ClassCurves(Struct, frozen=True):
    """How well a class is told from all others, at every threshold of its probability.

    Args:
        examples: of it.
        average_precision: the mean precision over the steps of recall; None where there is no example of it.
        area: under the true over the false positive rate; None where all examples, or none, are of it.
        precision: of shape (points, 2), recall and precision, from the highest threshold down; no points where the curve is not known.
        rates: of shape (points, 2), the false and the true positive rate, likewise.
    """

    examples: int
    average_precision: Number
    area: Number
    precision: Block
    rates: Block


class ToldApart(Told, frozen=True, tag="told_apart"):
    """How well a model tells each class from all others.

    Args:
        run: its name.
        part: of its data.
        step: before which step; None for the end.
        examples: in the part.
        classes: in the order of their numbers.
        curves: of each class.
    """

    run: str
    part: PartName
    step: int | None
    examples: int
    classes: list[str]
    curves: list[ClassCurves]


class Reason(Struct, frozen=True):
    """What a part of an example contributes to the answer.

    Args:
        name: of the column, or the word.
        met: what the example has there.
        value: the contribution: for the answer where positive, against it where negative.
    """

    name: str
    met: str
    value: Number


class Answered(Told, frozen=True, tag="answered"):
    """A model's answer, with its reasons.

    Args:
        run: its name.
        step: before which step; None for the end.
        example: what it was asked about, as the network took it.
        classes: in the order of their numbers; empty for a quantity.
        probabilities: of the classes.
        quantity: the answer where it is one, in the target's own unit.
        method: of explanation; None where none was asked for.
        target: the class that is explained.
        reasons: of each pixel, sample or step of time: a picture, signed.
        parts: of each column or word, the strongest first.
        notes: what the training had not met.
    """

    run: str
    step: int | None
    example: Example
    classes: list[str]
    probabilities: list[Number]
    quantity: Number
    method: str | None
    target: int | None
    reasons: Picture | None
    parts: list[Reason]
    notes: list[str]


class Influencing(Struct, frozen=True):
    """A training example that has had a say in an answer.

    Args:
        example: it.
        score: how much it has lowered (positive) or raised (negative) the loss of what was asked about.
    """

    example: Example
    score: Number


class Influenced(Told, frozen=True, tag="influenced"):
    """Who taught the model an answer.

    Args:
        run: its name.
        answer: in words.
        helpful: the strongest first.
        harmful: likewise.
    """

    run: str
    answer: str
    helpful: list[Influencing]
    harmful: list[Influencing]


class Landscape(Told, frozen=True, tag="landscape"):
    """The loss over a plane.

    Args:
        run: its name.
        what: the two directions, in words.
        across: positions along the first.
        up: positions along the second.
        losses: float32 of shape (up, across).
        steps: of the stops of the run's way.
        way: their coordinates, across and up.
        way_losses: at the stops themselves.
        explained: the share of the way's variance along each direction.
    """

    run: str
    what: list[str]
    across: list[float]
    up: list[float]
    losses: Block
    steps: list[int]
    way: list[list[float]]
    way_losses: list[Number]
    explained: list[float]


class Embedded(Told, frozen=True, tag="embedded"):
    """Examples as a layer sees them, in two or three dimensions.

    Args:
        run: its name.
        layer: its path.
        part: of the run's data.
        places: float32 of shape (examples, dimensions).
        numbers: int32, their rows in the part.
        targets: float32, the class or quantity of each.
        answers: float32, what the model says of each.
        classes: in the order of their numbers.
        shares: of the variance, along each axis; none where the axes have no such meaning.
    """

    run: str
    layer: str
    part: PartName
    places: Block
    numbers: Block
    targets: Block
    answers: Block
    classes: list[str]
    shares: list[float]


class PlaneUnits(Struct, frozen=True):
    """What the units of a layer give all over the plane.

    Args:
        layer: its path.
        block: of shape (units, cells, cells), the second input growing upwards.
        units: how many it has; the first are drawn.
    """

    layer: str
    block: Block
    units: int


class Plane(Told, frozen=True, tag="plane"):
    """What a network of two inputs gives all over their plane.

    Args:
        run: its name.
        step: before which it is so; None for the latest that is kept.
        names: of the two inputs.
        low: of each input, where the plane begins.
        high: where it ends.
        output: of shape (answers, cells, cells): each class's probability, or the quantity, as it was learned; rows from above.
        formulas: that are made of them, the first of the layers; none where the network takes the two as they are.
        layers: below the answer.
        points: of shape (examples, 2): the training part, then the test part.
        targets: of each point: its class's number, or the quantity.
        training: how many of the points are of the training part.
        classes: by number; none for a quantity.
    """

    run: str
    step: int | None
    names: list[str]
    low: list[float]
    high: list[float]
    output: Block
    formulas: list[str]
    layers: list[PlaneUnits]
    points: Block
    targets: Block
    training: int
    classes: list[str]
