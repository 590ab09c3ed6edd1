"""What messages both ways are made of."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from chainrule.tasks.problem import HELD_OUT

Number: TypeAlias = float | None  # None where it is not finite, or not known
Name: TypeAlias = Annotated[str, Meta(max_length=200)]
Step: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=100_000)]
Pixels: TypeAlias = Annotated[int, Meta(ge=1, le=4096)]
Place: TypeAlias = Annotated[list[Step], Meta(max_length=8)]  # of one number in an array
Scalar: TypeAlias = bool | int | float | Annotated[str, Meta(max_length=2000)] | None
Value: TypeAlias = Scalar | Annotated[list[Scalar], Meta(max_length=64)]
PartName: TypeAlias = Literal["train", "validation", "test"]
Quantity: TypeAlias = Literal["value", "gradient", "update"]
DType: TypeAlias = Literal["float32", "int32", "uint8"]


class Block(Struct, frozen=True):
    """An array in the payload of a binary frame, in C order and little-endian.

    Args:
        shape: its axes.
        dtype: the kind of its numbers.
        offset: bytes from the beginning of the payload; a multiple of 4.
        low: its smallest finite number; None where there is none.
        high: its largest.
    """

    shape: list[int]
    dtype: DType
    offset: int
    low: Number
    high: Number


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """Something chosen from a catalogue: a layer, a loss, an optimiser, a schedule, with its arguments.

    Args:
        kind: its class, such as "Dense" or "Adam".
        arguments: those of its constructor that are given; one may be chosen itself, such as the schedule of a rate.
    """

    kind: Name
    arguments: Annotated[dict[Name, "Value | Choice"], Meta(max_length=64)] = {}


class DataChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """What is learned from.

    Args:
        source: the name of a data set, or of an upload ("upload:iris.csv").
        target: of a table, the column to foretell; None for the last.
        task: of a table; None to have it decided by what the target holds.
        examples: how many of the training examples are used, drawn in proportion to the classes; None for all.
        seed: of the split.
        features: of a table, formulas of its number columns that are learned from in place of the columns; none for the columns.
        noise: that is added to the number columns of a table, in standard deviations of each.
        held_out: of data that are not divided yet, the share that is not learned from, half to decide by and half to be judged by; 0 to
            learn from all.
    """

    source: Name
    target: Name | None = None
    task: Literal["classification", "regression"] | None = None
    examples: Annotated[int, Meta(ge=20)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32)] = 0
    features: Annotated[tuple[Name, ...], Meta(max_length=64)] = ()
    noise: Annotated[float, Meta(ge=0, le=10)] = 0.0
    held_out: Annotated[float, Meta(ge=0, le=0.9)] = HELD_OUT


class Situation(Struct, frozen=True, forbid_unknown_fields=True):
    """All that decides what is learned and how: the same situation gives the same run.

    Args:
        data: what is learned from.
        layers: one after the other, after the input, the last of them the answer.
        loss: its class, such as "SparseCategoricalCrossentropy".
        optimizer: with its learning rate, a number or a schedule.
        metrics: names.
        batch_size: examples in a batch.
        epochs: passes over the training part, at most.
        patience: epochs without a better validation loss before training stops; None never stops early.
        augment: what is done to training examples as they are learned from.
        seed: what first weights, shuffling and dropout hang on.
    """

    data: DataChoice
    layers: Annotated[list[Choice], Meta(max_length=64)]
    loss: Choice
    optimizer: Choice
    metrics: Annotated[list[Name], Meta(max_length=16)] = []
    batch_size: Annotated[int, Meta(ge=1, le=65_536)] = 32
    epochs: Annotated[int, Meta(ge=1, le=100_000)] = 10
    patience: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    augment: Annotated[list[Choice], Meta(max_length=16)] = []
    seed: Annotated[int, Meta(ge=0, le=2**32)] = 0


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


class Drawn(Struct, frozen=True, tag="drawn", forbid_unknown_fields=True):
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


class Uploaded(Struct, frozen=True, tag="uploaded", forbid_unknown_fields=True):
    """A picture, sound or array that was uploaded.

    Args:
        name: that the upload was given.
        row: of an array or table, which.
    """

    name: Name
    row: Step = 0


class Row(Struct, frozen=True, tag="row", forbid_unknown_fields=True):
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


class Question(Struct, frozen=True, tag="question", forbid_unknown_fields=True):
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


Given: TypeAlias = InPart | InBatch | Drawn | Uploaded | Row | Text | Question | Numbers
