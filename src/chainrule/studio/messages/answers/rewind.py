"""A moment of a run, and what can be asked of it."""

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.answers.shown import Example, Tensor
from chainrule.studio.messages.shared import Number


class Moment(Told, frozen=True, tag="moment"):
    """A step of a run.

    Args:
        run: its name.
        step: that is looked at: of a coarse answer the nearest at hand.
        asked: the step that was asked for.
        epoch: it belongs to, counted from 0.
        position: in its epoch.
        loss: of its batch.
        learning_rate: of this step, also where a schedule gives it.
        batch: how many examples it learned from.
        disagreement: how far what is shown is from what the run's own program did; None of a coarse answer.
        seconds: the computation took.
    """

    run: str
    step: int
    asked: int
    epoch: int
    position: int
    loss: Number
    learning_rate: Number
    batch: int
    disagreement: Number
    seconds: float


class Passage(Struct, frozen=True):
    """What an example is at one layer.

    Args:
        path: the layer's.
        value: its output.
        gradient: of the example's loss with respect to it; None where there is none.
    """

    path: str
    value: Tensor
    gradient: Tensor | None


class Losing(Struct, frozen=True):
    """How a loss came about.

    Args:
        name: of the loss.
        formula: it.
        text: it with the numbers in place.
        value: it.
        slopes: d loss / d output, for each output.
    """

    name: str
    formula: str
    text: str
    value: Number
    slopes: list[Number]


class Travelled(Told, frozen=True, tag="travelled"):
    """An example's way through a network and back.

    Args:
        run: its name.
        step: with the weights before which.
        example: it, with the answer.
        outputs: the network's, number by number.
        probabilities: of the classes; empty where there are none.
        layers: in order.
        loss: None where the target is not known.
    """

    run: str
    step: int
    example: Example
    outputs: list[Number]
    probabilities: list[Number]
    layers: list[Passage]
    loss: Losing | None


class Term(Struct, frozen=True):
    """A term of a weighted sum.

    Args:
        source: the address of the value below, and its place: "flatten/output[17]".
        place: of the value below, without the batch's axis.
        weight: its address.
        weight_place: of the number in it.
        x: the value below.
        w: the weight.
        product: of the two.
    """

    source: str
    place: list[int]
    weight: str
    weight_place: list[int]
    x: Number
    w: Number
    product: Number


class Unit(Told, frozen=True, tag="unit"):
    """A unit, written out.

    Args:
        run: its name.
        step: with the weights before which.
        layer: the layer's path.
        place: in the layer's output.
        kind: the layer's class.
        formula: of the layer.
        terms: the largest, by their size.
        count: of all terms.
        others: the sum of those that are not listed.
        bias: None where there is none.
        total: the weighted sum; None where the layer has none.
        activation: its name; "" where there is none.
        output: what comes out.
        gradient: of the example's loss with respect to the output; None where there is none.
        slope: the activation's derivative here.
    """

    run: str
    step: int
    layer: str
    place: list[int]
    kind: str
    formula: str
    terms: list[Term]
    count: int
    others: Number
    bias: Number
    total: Number
    activation: str
    output: Number
    gradient: Number
    slope: Number


class Factor(Struct, frozen=True):
    """One local derivative on a path of the chain rule.

    Args:
        of: what changes.
        by: what it is differentiated by.
        value: the derivative.
        ops: the operations between, as "name: formula".
        line: of the program at which the layer was made.
    """

    of: str
    by: str
    value: Number
    ops: list[str]
    line: str


class Path(Struct, frozen=True):
    """One path of the chain rule, from the loss down to the weight.

    Args:
        factors: along it.
        value: their product.
        units: for each stage from the weight up, the position of the unit that it passes.
    """

    factors: list[Factor]
    value: Number
    units: list[list[int]]


class Why(Told, frozen=True, tag="why"):
    """Why a weight has its gradient: gradient = Σ contributions + penalty; a contribution = Σ paths + others.

    Args:
        run: its name.
        step: counted from 0.
        address: of the weight.
        place: of the number in it.
        weight: the number.
        gradient: of the batch's loss with respect to it.
        update: what the optimiser adds to it.
        total: the sum of contributions and penalty.
        rows: the examples of the batch, by their number in the training data.
        example_losses: of each.
        contributions: of each.
        penalty: of penalties on weights.
        example: whose paths are listed, by its place in the batch.
        stages: what every path passes, from the weight up.
        shapes: of these.
        paths: the strongest.
        others: the sum of all other paths.
        blocked: the first derivative that lets nothing through; empty where something comes through.
        number: of paths that are not 0; None where they are too many to be counted.
        text: all of it, in words.
    """

    run: str
    step: int
    address: str
    place: list[int]
    weight: Number
    gradient: Number
    update: Number
    total: Number
    rows: list[int]
    example_losses: list[Number]
    contributions: list[Number]
    penalty: Number
    example: int
    stages: list[str]
    shapes: list[list[int]]
    paths: list[Path]
    others: Number
    blocked: str
    number: int | None
    text: str


class Look(Struct, frozen=True):
    """What is seen of a value on the walk.

    Args:
        name: what it is.
        shape: its axes.
        mean: over all elements.
        norm: the square root of the sum of squares.
        low: the smallest.
        high: the largest.
        zeros: the share that is 0.
    """

    name: str
    shape: list[int]
    mean: Number
    norm: Number
    low: Number
    high: Number
    zeros: Number


class BackwardStep(Struct, frozen=True):
    """One operation, passed from its output to its inputs.

    Args:
        number: from 1 at the loss.
        op: its name.
        formula: what it computes.
        path: the layer; empty for the loss.
        line: of the program at which the layer was made.
        rules: for each input, the local rule: dx from dy.
        value: the operation's output.
        gradient_in: the gradient that arrives.
        gradients_out: what goes on, by input.
    """

    number: int
    op: str
    formula: str
    path: str
    line: str
    rules: dict[str, str]
    value: Look
    gradient_in: Look
    gradients_out: dict[str, Look]


class Walked(Told, frozen=True, tag="walked"):
    """A walk along the backward pass.

    Args:
        run: its name.
        step: counted from 0.
        steps: from the loss to the weights.
    """

    run: str
    step: int
    steps: list[BackwardStep]


class Nudged(Told, frozen=True, tag="nudged"):
    """What a changed weight would have done.

    Args:
        run: its name.
        step: counted from 0.
        address: of the weight.
        place: of the number in it.
        weight: before the change.
        change: that is added.
        loss_before: of the batch.
        loss: after the change, computed again.
        predicted_loss: loss_before + gradient · change.
        example_losses_before: as they were.
        example_losses: after the change.
        text: all of it, in words.
    """

    run: str
    step: int
    address: str
    place: list[int]
    weight: Number
    change: Number
    loss_before: Number
    loss: Number
    predicted_loss: Number
    example_losses_before: list[Number]
    example_losses: list[Number]
    text: str
