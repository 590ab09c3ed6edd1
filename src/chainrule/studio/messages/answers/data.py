"""Data: uploads, the report of the preparation, what each verb does."""

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.answers.runs import Finding
from chainrule.studio.messages.answers.shown import Picture, Statistics
from chainrule.studio.messages.shared import DataChoice, Number


class Upload(Struct, frozen=True):
    """A file that was uploaded.

    Args:
        name: that it is asked for by.
        source: as a `DataChoice` names it.
        bytes: its size.
        kind: "table", "image", "sound", "text", "array" or "images" (an archive).
    """

    name: str
    source: str
    bytes: int
    kind: str


class Uploads(Told, frozen=True, tag="uploads"):
    """The files that were uploaded; also the body of the answer to an upload by POST.

    Args:
        uploads: the newest first.
    """

    uploads: list[Upload]


class Distribution(Struct, frozen=True):
    """How a column, the target or the pixels are distributed in the training part.

    Args:
        name: of the column.
        kind: "number" or "category".
        edges: of the bins of numbers.
        names: of categories, the most frequent first.
        train: count in each bin or category.
        validation: likewise.
        test: likewise.
        missing: in all parts.
        text: what is done to it, in words.
    """

    name: str
    kind: str
    edges: list[float]
    names: list[str]
    train: list[int]
    validation: list[int]
    test: list[int]
    missing: int
    text: str


class Leak(Struct, frozen=True):
    """Something that lets a part know of another.

    Args:
        kind: "duplicates across parts", ...
        text: what was met, with rows and columns.
        alarm: whether figures of the test part cannot be trusted.
    """

    kind: str
    text: str
    alarm: bool


class DataReport(Told, frozen=True, tag="data_report"):
    """The preparation's report.

    Args:
        data: which.
        parts: how many examples each part has.
        steps: what each verb did, in lines: verb and text.
        distributions: of the target first, then of the columns, or of the pixels.
        leaks: that were found.
        findings: of the doctor, about the data.
    """

    data: DataChoice
    parts: dict[str, int]
    steps: list[list[str]]
    distributions: list[Distribution]
    leaks: list[Leak]
    findings: list[Finding]


class Preparing(Struct, frozen=True):
    """Examples after a verb.

    Args:
        verb: as a line of code; "as they are" before the first.
        examples: one after the other, each in all its copies.
        statistics: of the numbers of all examples shown.
    """

    verb: str
    examples: list[Picture]
    statistics: Statistics


class Prepared(Told, frozen=True, tag="prepared"):
    """Examples before and after each verb.

    Args:
        data: which.
        labels: of the examples.
        stages: as they are, then after each verb.
        copies: of each example.
    """

    data: DataChoice
    labels: list[str]
    stages: list[Preparing]
    copies: int


class VerbStage(Struct, frozen=True):
    """Rows of a table after a verb.

    Args:
        verb: which.
        text: what it did to each column, with what it learned.
        columns: their names.
        rows: the cells of each row, in words; "" where a value is missing.
    """

    verb: str
    text: str
    columns: list[str]
    rows: list[list[str]]


class VerbsShown(Told, frozen=True, tag="verbs_shown"):
    """What each verb made of a small table.

    Args:
        names: of the rows that are shown.
        stages: as collected, then after each verb.
        parts: names of the rows of each part.
        weights: how much an example of each class counts.
        losses: of each step of a small network that learns from the training part; None where it is not finite.
        error: why the table, so prepared, cannot be learned from; "" where it can.
    """

    names: list[str]
    stages: list[VerbStage]
    parts: dict[str, list[str]]
    weights: dict[str, float]
    losses: list[Number]
    error: str = ""
