"""What a person asks a model about: an example of the run's data, a drawing, a row, a text, a question, a file."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from chainrule.studio.fields import Name, PartName, Scalar, Step


class InPart(Struct, frozen=True, tag="in_part", forbid_unknown_fields=True):
    """An example of the run's own data.

    Args:
        part: which.
        number: its row there, from 0.
    """

    part: PartName
    number: Step


class InBatch(Struct, frozen=True, tag="in_batch", forbid_unknown_fields=True):
    """An example of the batch of the step that is looked at.

    Args:
        place: in the batch, from 0.
    """

    place: Step


class Drawing(Struct, frozen=True, tag="drawn", forbid_unknown_fields=True):
    """A drawing: light (255) on dark (0), fitted to what the network takes.

    Args:
        width: of the pad.
        height: of the pad.
        pixels: width x height bytes from the top left, row after row, as base64.
        fit: whether the drawing is centred and scaled as those that were learned from; else it is only resized.
    """

    width: Annotated[int, Meta(ge=1, le=1024)]
    height: Annotated[int, Meta(ge=1, le=1024)]
    pixels: Annotated[bytes, Meta(max_length=1 << 20)]
    fit: bool = True


class UploadedFile(Struct, frozen=True, tag="uploaded", forbid_unknown_fields=True):
    """A picture, sound or array that was uploaded.

    Args:
        name: that the upload was given.
        row: of an array or table, which.
    """

    name: Name
    row: Step = 0


class TableRow(Struct, frozen=True, tag="row", forbid_unknown_fields=True):
    """A row of a table.

    Args:
        cells: by column; None where it is missing.
    """

    cells: Annotated[dict[Name, Scalar], Meta(max_length=4096)]


class Text(Struct, frozen=True, tag="text", forbid_unknown_fields=True):
    """A text.

    Args:
        text: it.
    """

    text: Annotated[str, Meta(max_length=100_000)]


class QuestionAndText(Struct, frozen=True, tag="question", forbid_unknown_fields=True):
    """A question, and the text that it is about.

    Args:
        question: it.
        text: in which the answer is to be found.
    """

    question: Annotated[str, Meta(max_length=2000)]
    text: Annotated[str, Meta(max_length=100_000)]


class Numbers(Struct, frozen=True, tag="numbers", forbid_unknown_fields=True):
    """An input as the network takes it, number by number: that of a small network without a preparation.

    Args:
        numbers: in C order.
    """

    numbers: Annotated[list[float], Meta(max_length=65_536)]


ExampleInput: TypeAlias = InPart | InBatch | Drawing | UploadedFile | TableRow | Text | QuestionAndText | Numbers
