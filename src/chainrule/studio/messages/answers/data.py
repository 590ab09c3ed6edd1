"""Data: uploads, the report of the preparation, what each verb does."""

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
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
        uploads: the newest first; in the answer to an upload, before them that upload.
    """

    uploads: list[Upload]


class Distribution(Struct, frozen=True):
    """How values are distributed: counts by part, in bins or by name.

    Args:
        edges: of the bins of numbers; none for names.
        names: of categories, the most frequent first; none for numbers.
        counts: in each bin or of each name, by part.
        unit: what is counted along, such as "words".
    """

    edges: list[float]
    names: list[str]
    counts: dict[str, list[int]]
    unit: str = ""


class ReportColumn(Struct, frozen=True):
    """A column in a report.

    Args:
        name: of the column.
        kind: what it is.
        reason: why it is taken for that.
        steps: what is done to it, in words.
        missing: how many values are missing, by part.
        before: what it holds; None where that cannot be counted.
        after: what the network is given; None likewise.
    """

    name: str
    kind: str
    reason: str
    steps: list[str]
    missing: dict[str, int]
    before: Distribution | None
    after: Distribution | None


class ReportIssue(Struct, frozen=True):
    """What a check of data has found.

    Args:
        check: its name.
        severity: "error", "warning" or "note".
        message: what was met, with rows and columns.
        advice: what to do.
    """

    check: str
    severity: str
    message: str
    advice: str


class ReportExample(Struct, frozen=True):
    """An example in a report.

    Args:
        place: where it stands.
        label: what it is.
        cells: of its columns, in their own words.
        picture: as a data URI; None where it has none.
    """

    place: str
    label: str
    cells: dict[str, str]
    picture: str | None


class Report(Struct, frozen=True):
    """What was done to data, as `Preparation.report()` tells it.

    Args:
        name: of the data.
        task: what is to be learned.
        parts: how many examples each part has.
        facts: what was found and decided, and why.
        left_out: which rows were left out, and why; places that could not be read.
        target: what is to be foretold; None where nothing is.
        columns: that are learned from.
        issues: what the checks found, the gravest first.
        examples: some of the training part.
    """

    name: str
    task: str
    parts: dict[str, int]
    facts: list[str]
    left_out: list[str]
    target: ReportColumn | None
    columns: list[ReportColumn]
    issues: list[ReportIssue]
    examples: list[ReportExample]


class DataReport(Told, frozen=True, tag="data_report"):
    """The preparation's report.

    Args:
        run: whose own report it is, as it was kept with it; None where it was made now.
        data: which were read for it; None of a run's.
        report: it.
    """

    run: str | None
    data: DataChoice | None
    report: Report


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
        labels: of the examples.
        stages: as they are, then after each verb.
        copies: of each example.
    """

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
