"""What a person gives a model to answer: an example of its data, a drawing, a row, a text, a question, a file,
made into what the network takes."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

from chainrule.errors import ArgumentError, DataError, unknown_name
from chainrule.studio.desk import Desk
from chainrule.studio.messages.shared import Drawn, Given, InBatch, InPart, Numbers, PartName, Question, Row, Text, Uploaded
from chainrule.studio.room import Room
from chainrule.studio.subject import Subject
from chainrule.tasks.learning import open_trained_run, read_inputs

MOST_LETTERS = 100_000  # of a text that is read
SOUNDS = (".wav", ".flac", ".mp3", ".ogg")
MOST_PIXELS = 64 << 20  # of a picture that is opened
_INK = 24  # of 255, from which on a pixel counts as drawn

Array = NDArray[Any]


class Taken(NamedTuple):
    """An example as the network takes it.

    Args:
        x: it, without the batch's axis.
        y: its target; None where it is not known.
        place: where it stands.
        part: of the run's data; None where it is not of them.
        row: there.
        notes: what training had not met.
    """

    x: Array
    y: Array | None
    place: str
    part: PartName | None
    row: int
    notes: list[str]


def take(desk: Desk, room: Room, given: Given, step: int | None) -> Taken:
    """Return what was given as the network takes it.

    Raises:
        ArgumentError, DataError: it does not fit the network, or there is no such example.
    """
    subject = room.subject
    match given:
        case InPart():
            rows = room.rows(given.part)
            if given.number >= rows.count:
                raise ArgumentError(f"The part {given.part} has rows 0 to {rows.count - 1}. Got {given.number} instead.")
            one = rows.take(np.array([given.number]))
            return Taken(one.x[0], one.y[0], one.places[0], given.part, given.number, [])
        case InBatch():
            return _in_batch(room, given.place, step)
        case Drawn():
            return _new(subject, _drawing(subject, given), "drawn")
        case Row():
            return _row(subject, given)
        case Numbers():
            return _new(subject, _numbers(subject, given), "given")
        case Uploaded():
            return _upload(subject, room.path, desk.uploads.place(given.name), given.row)
        case Text():
            return _text(subject, given.text, "written")
        case Question():
            return _question(subject, given)


def _in_batch(room: Room, place: int, step: int | None) -> Taken:
    number = room.require_step(step)
    moment = room.moment(number)
    if place >= len(moment.rows):
        raise ArgumentError(f"The batch of step {number} has examples 0 to {len(moment.rows) - 1}. Got {place} instead.")
    row = int(moment.rows[place])
    return Taken(moment.x[place], moment.y[place], f"train[{row}]", "train", row, [])


def _new(subject: Subject, x: Array, place: str, notes: list[str] | None = None) -> Taken:
    return Taken(x, None, place, None, 0, notes or [])


def _image_shape(subject: Subject) -> tuple[int, int, int]:
    if len(subject.shape) != 3 or subject.shape[-1] not in (1, 3):
        raise ArgumentError(f"The network takes {_article(subject)}, not pictures.")
    height, width, channels = subject.shape
    return height, width, channels


def _article(subject: Subject) -> str:
    known = {"table": "rows of a table", "image": "pictures", "text": "texts", "audio": "sounds", "reading": "questions about texts"}
    return known.get(subject.kind, f"arrays of shape {tuple(subject.shape)}")


def _drawing(subject: Subject, given: Drawn) -> Array:
    """Return a drawing in the size and scale of the images that were learned from."""
    height, width, channels = _image_shape(subject)
    if len(given.pixels) != given.width * given.height:
        count = given.width * given.height
        raise ArgumentError(f"A drawing of {given.width} x {given.height} must have {count} pixels. Got {len(given.pixels)} instead.")
    ink = np.frombuffer(given.pixels, np.uint8).reshape(given.height, given.width).astype(np.float32)
    fitted = _fitted(ink, height, width, _margin(height)) if given.fit else _resized(ink, height, width)
    return _scaled(subject, np.repeat(fitted[..., None], channels, axis=-1))


def _margin(height: int) -> int:
    """Return how many pixels digits are set in from the border: 4 of 28 as in MNIST, none of 8."""
    return height // 7 if height >= 16 else 0


def _fitted(ink: Array, height: int, width: int, margin: int) -> Array:
    """Return a drawing cut to its strokes, scaled into the frame and centred by its mass, as MNIST's digits were.

    Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998, section III A.
    """
    drawn = np.argwhere(ink > _INK)
    if not len(drawn):
        return np.zeros((height, width), np.float32)
    (top, left), (bottom, right) = drawn.min(axis=0), drawn.max(axis=0) + 1
    cut = ink[top:bottom, left:right]
    scale = min((height - 2 * margin) / cut.shape[0], (width - 2 * margin) / cut.shape[1])
    rows, columns = (max(1, round(n * scale)) for n in cut.shape)
    small = _resized(cut, rows, columns)
    frame = np.zeros((height, width), np.float32)
    y, x = (height - rows) // 2, (width - columns) // 2
    frame[y : y + rows, x : x + columns] = small
    if not margin:
        return frame
    middle = np.array(ndimage.center_of_mass(frame), np.float64)
    shift = np.rint((np.array([height, width]) - 1) / 2 - middle)
    return ndimage.shift(frame, shift, order=0)


def _resized(image: Array, height: int, width: int) -> Array:
    small = Image.fromarray(np.asarray(image, np.float32)).resize((width, height), Image.Resampling.BOX)
    return np.asarray(small, np.float32)


def _scaled(subject: Subject, image: Array) -> Array:
    """Return bytes of an image, from 0 to 255, in the scale and dtype that the network learned from."""
    low, high = subject.notes.get("range", (0.0, 255.0 if subject.dtype.kind == "u" else 1.0))
    are_bytes = str(subject.notes.get("dtype", subject.dtype)) == "uint8"
    found = np.clip(np.rint(image), 0, 255).astype(np.uint8) if are_bytes else (low + (high - low) * image / 255).astype(np.float32)
    prepared = found if subject.preparation is None else np.asarray(subject.preparation.transform(found[None]))[0]
    return prepared.astype(subject.dtype)


def _row(subject: Subject, given: Row) -> Taken:
    """Return a row of a table, prepared as the run's own were; a column that is not given is missing."""
    preparation = subject.preparation
    if preparation is None or preparation.fitted is None or not subject.is_table:
        raise ArgumentError(f"The network takes {_article(subject)}, not rows of a table.")
    columns = [feature.name for feature in preparation.fitted.features]
    for name in given.cells:
        if name not in columns:
            raise unknown_name("A column", name, columns)
    cells = {name: [None if given.cells.get(name) is None else str(given.cells[name])] for name in columns}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))
    x = np.asarray(preparation.transform(frame))[0]
    return _new(subject, x, "given", list(preparation.notes))


def _numbers(subject: Subject, given: Numbers) -> Array:
    size = int(np.prod(subject.shape))
    if len(given.numbers) != size:
        raise ArgumentError(f"The network takes {size} numbers, of shape {tuple(subject.shape)}. Got {len(given.numbers)} instead.")
    return np.array(given.numbers, np.float64).reshape(subject.shape).astype(subject.dtype)


def _upload(subject: Subject, run: Path, file: Path, row: int) -> Taken:
    if file.suffix in (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"):
        height, width, channels = _image_shape(subject)
        return _new(subject, _scaled(subject, _opened(file, height, width, channels)), file.name)
    if file.suffix in SOUNDS and subject.kind == "audio":
        return _prepared(subject, str(file), file.name)
    if file.suffix == ".txt" and subject.kind == "text":
        return _text(subject, file.read_text(errors="replace")[:MOST_LETTERS], file.name)
    if file.suffix in (*SOUNDS, ".txt", ".zip"):
        raise ArgumentError(f"The network takes {_article(subject)}: {file.name} is none of them.")
    _, x, notes = read_inputs(open_trained_run(run), file)
    if row >= len(x):
        raise ArgumentError(f"{file.name} has rows 0 to {len(x) - 1}. Got {row} instead.")
    return Taken(x[row], None, f"{file.name}[{row}]", None, row, notes)


def _opened(file: Path, height: int, width: int, channels: int) -> Array:
    """Return a picture's bytes in the size that the network takes: cut to its proportions from the middle, then made smaller."""
    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DataError(f"{file.name} has {picture.width} x {picture.height} pixels, which are too many to be opened.")
            plain = picture.convert("L" if channels == 1 else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{file.name} is no picture that can be read: {error}.") from error
    scale = min(plain.width / width, plain.height / height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (plain.width - across) // 2, (plain.height - down) // 2
    small = plain.crop((left, top, left + across, top + down)).resize((width, height), Image.Resampling.BOX)
    return np.asarray(small, np.float32).reshape(height, width, channels)


def _text(subject: Subject, text: str, place: str) -> Taken:
    if subject.kind != "text":
        raise ArgumentError(f"The network takes {_article(subject)}, not texts.")
    return _prepared(subject, text, place)


def _question(subject: Subject, given: Question) -> Taken:
    learned = None if subject.preparation is None else subject.preparation.fitted
    if subject.kind != "reading" or learned is None or learned.reading is None:
        raise ArgumentError(f"The network takes {_article(subject)}, not questions about texts.")
    if not given.question.strip() or not given.text.strip():
        raise ArgumentError("There must be a question, and a text that it is about.")
    return _prepared(subject, {learned.reading.question: [given.question], learned.reading.context: [given.text]}, "asked")


def _prepared(subject: Subject, raw: str | dict[str, list[str]], place: str) -> Taken:
    """Return a text, the sound in a file, or columns of one row, prepared as the run's own were."""
    if subject.preparation is None:
        raise ArgumentError(f"The network takes {_article(subject)}, and the run keeps no preparation that makes them.")
    x = subject.preparation.transform([raw] if isinstance(raw, str) else raw)
    if not isinstance(x, np.ndarray):
        raise ArgumentError("The network takes several inputs: ask it about a row of its table.")
    return _new(subject, x[0], place, list(subject.preparation.notes))
