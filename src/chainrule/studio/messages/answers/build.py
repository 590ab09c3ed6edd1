"""What situations are put together from, and whether they fit."""

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.answers.runs import Finding, Layer, Task
from chainrule.studio.messages.answers.shown import Example
from chainrule.studio.messages.shared import DataChoice, Number, Situation, Value


class DataSet(Struct, frozen=True):
    """A data set to be chosen.

    Args:
        source: what it is asked for by.
        name: how it is called.
        description: in a line.
        licence: under which it may be used.
        home: a page about it.
        kind: of its examples: "image", "table", ...
        classes: how many; 0 for a quantity.
        here: whether it is on this machine already.
        bytes: to be downloaded, or of the upload.
    """

    source: str
    name: str
    description: str
    licence: str
    home: str
    kind: str
    classes: int
    here: bool
    bytes: int


class DataSets(Told, frozen=True, tag="data_sets"):
    """Data sets to be chosen.

    Args:
        sets: named ones, then uploads.
    """

    sets: list[DataSet]


class ClassCount(Struct, frozen=True):
    """A class in the parts.

    Args:
        name: its.
        train: examples in the training part.
        validation: likewise.
        test: likewise.
    """

    name: str
    train: int
    validation: int
    test: int


class DataDescribed(Told, frozen=True, tag="data_described"):
    """Data as they will be learned from.

    Args:
        data: which.
        name: for titles and runs.
        task: what is learned.
        parts: how many examples each part has.
        counts: of the classes.
        facts: what was found and decided, in lines.
        samples: of the training part.
        suggested: a sensible situation to begin with.
        formulas: of the number columns of a table that has few of them, to be learned from in place of the columns.
        is_divided: whether their source gives the parts, so that nothing is to be chosen there.
    """

    data: DataChoice
    name: str
    task: Task
    parts: dict[str, int]
    counts: list[ClassCount]
    facts: list[str]
    samples: list[Example]
    suggested: Situation
    formulas: list[str]
    is_divided: bool


class Argument(Struct, frozen=True):
    """An argument of a constructor.

    Args:
        name: its.
        kind: "whole", "number", "share", "switch", "choice", "sizes" (a whole number or several) or "text".
        required: whether there is no default.
        default: it.
        optional: whether it may be None.
        choices: of a choice.
        least: the smallest value; None where there is no bound.
        most: the largest.
        text: what it is, in a line.
        made: of what it may be chosen itself: "schedule", "regularizer"; empty where it is a plain value.
    """

    name: str
    kind: str
    required: bool
    default: Value
    optional: bool
    choices: list[str]
    least: Number
    most: Number
    text: str
    made: str = ""


class Kind(Struct, frozen=True):
    """Something to be chosen.

    Args:
        kind: its class.
        group: where it is listed: "weighted sums", "pooling", ...
        text: what it does, in a line.
        formula: what it computes; empty where the text says it.
        arguments: of its constructor, the important ones first.
        takes: how many axes an example must have; empty for any.
    """

    kind: str
    group: str
    text: str
    formula: str
    arguments: list[Argument]
    takes: list[int]


class Kinds(Told, frozen=True, tag="kinds"):
    """What situations are put together from.

    Args:
        layers: to be put one after the other.
        losses: of them.
        optimizers: of them.
        metrics: names.
        augmentations: layers that change training examples.
        schedules: of learning rates.
        regularizers: penalties on weights.
    """

    layers: list[Kind]
    losses: list[Kind]
    optimizers: list[Kind]
    metrics: list[str]
    augmentations: list[Kind]
    schedules: list[Kind]
    regularizers: list[Kind]


class Problem(Struct, frozen=True):
    """What does not fit in a situation.

    Args:
        message: what was met, and what to do.
        layer: its number; None where no layer is at fault.
        field: "loss", "optimizer", "metrics", "data", ...; empty where a layer is at fault.
    """

    message: str
    layer: int | None
    field: str


class Descent(Struct, frozen=True):
    """The updates that are planned, and the learning rate of each.

    Args:
        updates: how many there will be, where nothing stops them early.
        steps: some of them, from the first to the last.
        rates: the learning rate at each of these.
    """

    updates: int
    steps: list[int]
    rates: list[Number]


class Checked(Told, frozen=True, tag="checked"):
    """A situation, checked.

    Args:
        layers: with their shapes, up to the first that does not fit; the input first.
        parameters: of all.
        problems: none where it can be trained.
        findings: what the doctor says before training.
        code: the Python program for it, which runs as it stands.
        descent: the updates that are planned; None where the situation does not fit.
    """

    layers: list[Layer]
    parameters: int
    problems: list[Problem]
    findings: list[Finding]
    code: str
    descent: Descent | None = None
