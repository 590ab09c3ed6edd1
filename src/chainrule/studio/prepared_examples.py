"""Example inputs made into what the network takes."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

from chainrule.data.kind import all_kinds, is_kind
from chainrule.errors import ArgumentError, DataError, unknown_name
from chainrule.studio.example_inputs import Drawing, ExampleInput, InBatch, InPart, Numbers, QuestionAndText, TableRow, Text, UploadedFile
from chainrule.studio.fields import PartName
from chainrule.studio.jobs import Jobs
from chainrule.studio.open_run import OpenRun
from chainrule.studio.task_view import TaskView
from chainrule.tasks.learning import open_trained_run, read_inputs

MOST_LETTERS = 100_000  # of a text that is read
SOUNDS = (".wav", ".flac", ".mp3", ".ogg")
MOST_PIXELS = 64 << 20  # of a picture that is opened
_INK = 24  # of 255, from which on a pixel counts as drawn

Array = NDArray[Any]


class PreparedExample(NamedTuple):
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


def prepare_example(jobs: Jobs, opened: OpenRun, given: ExampleInput, step: int | None) -> PreparedExample:
    """Return what was given as the network takes it.

    Raises:
        ArgumentError, DataError: it does not fit the network, or there is no such example.
    """
    task = opened.task
    match given:
        case InPart():
            rows = opened.rows(given.part)
            if given.number >= rows.count:
                raise ArgumentError(f"The part {given.part} has rows 0 to {rows.count - 1}. Got {given.number} instead.")
            one = rows.take(np.array([given.number]))
            return PreparedExample(one.x[0], one.y[0], one.places[0], given.part, given.number, [])
        case InBatch():
            return _in_batch(opened, given.place, step)
        case Drawing():
            return _new(task, _drawing(task, given), "drawn")
        case TableRow():
            return _row(task, given)
        case Numbers():
            return _new(task, _numbers(task, given), "given")
        case UploadedFile():
            return _upload(task, opened.path, jobs.uploads.place(given.name), given.row)
        case Text():
            return _text(task, given.text, "written")
        case QuestionAndText():
            return _question(task, given)


def _in_batch(opened: OpenRun, place: int, step: int | None) -> PreparedExample:
    number = opened.require_step(step)
    moment = opened.moment(number)
    if place >= len(moment.rows):
        raise ArgumentError(f"The batch of step {number} has examples 0 to {len(moment.rows) - 1}. Got {place} instead.")
    row = int(moment.rows[place])
    return PreparedExample(moment.x[place], moment.y[place], f"train[{row}]", "train", row, [])


def _new(task: TaskView, x: Array, place: str, notes: list[str] | None = None) -> PreparedExample:
    return PreparedExample(x, None, place, None, 0, notes or [])


def _image_shape(task: TaskView) -> tuple[int, int, int]:
    if len(task.shape) != 3 or task.shape[-1] not in (1, 3):
        raise ArgumentError(f"The network takes {_article(task)}, not pictures.")
    height, width, channels = task.shape
    return height, width, channels


def _article(task: TaskView) -> str:
    known = {kind.name: kind.plural for kind in all_kinds() if not kind.takes_arrays or kind.holds_files}
    return ({"table": "rows of a table"} | known).get(task.kind, f"arrays of shape {tuple(task.shape)}")


def _drawing(task: TaskView, given: Drawing) -> Array:
    """Return a drawing in the size and scale of the images that were learned from."""
    height, width, channels = _image_shape(task)
    if len(given.pixels) != given.width * given.height:
        count = given.width * given.height
        raise ArgumentError(f"A drawing of {given.width} x {given.height} must have {count} pixels. Got {len(given.pixels)} instead.")
    ink = np.frombuffer(given.pixels, np.uint8).reshape(given.height, given.width).astype(np.float32)
    fitted = _fitted(ink, height, width, _margin(height)) if given.fit else _resized(ink, height, width)
    return _scaled(task, np.repeat(fitted[..., None], channels, axis=-1))


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


def _scaled(task: TaskView, image: Array) -> Array:
    """Return bytes of an image, from 0 to 255, in the scale and dtype that the network learned from."""
    low, high = task.notes.get("range", (0.0, 255.0 if task.dtype.kind == "u" else 1.0))
    are_bytes = str(task.notes.get("dtype", task.dtype)) == "uint8"
    found = np.clip(np.rint(image), 0, 255).astype(np.uint8) if are_bytes else (low + (high - low) * image / 255).astype(np.float32)
    prepared = found if task.preparation is None else np.asarray(task.preparation.transform(found[None]))[0]
    return prepared.astype(task.dtype)


def _row(task: TaskView, given: TableRow) -> PreparedExample:
    """Return a row of a table, prepared as the run's own were; a column that is not given is missing."""
    preparation = task.preparation
    if preparation is None or preparation.fitted is None or not task.is_table:
        raise ArgumentError(f"The network takes {_article(task)}, not rows of a table.")
    columns = [feature.name for feature in preparation.fitted.features]
    for name in given.cells:
        if name not in columns:
            raise unknown_name("A column", name, columns)
    cells = {name: [None if given.cells.get(name) is None else str(given.cells[name])] for name in columns}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))
    x = np.asarray(preparation.transform(frame))[0]
    return _new(task, x, "given", list(preparation.notes))


def _numbers(task: TaskView, given: Numbers) -> Array:
    size = int(np.prod(task.shape))
    if len(given.numbers) != size:
        raise ArgumentError(f"The network takes {size} numbers, of shape {tuple(task.shape)}. Got {len(given.numbers)} instead.")
    return np.array(given.numbers, np.float64).reshape(task.shape).astype(task.dtype)


def _upload(task: TaskView, run: Path, file: Path, row: int) -> PreparedExample:
    if file.suffix in (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"):
        height, width, channels = _image_shape(task)
        return _new(task, _scaled(task, _opened(file, height, width, channels)), file.name)
    if file.suffix in SOUNDS and is_kind(task.kind, "audio"):
        return _prepared(task, str(file), file.name)
    if file.suffix == ".txt" and is_kind(task.kind, "text"):
        return _text(task, file.read_text(errors="replace")[:MOST_LETTERS], file.name)
    if file.suffix in (*SOUNDS, ".txt", ".zip"):
        raise ArgumentError(f"The network takes {_article(task)}: {file.name} is none of them.")
    _, x, notes = read_inputs(open_trained_run(run), file)
    if row >= len(x):
        raise ArgumentError(f"{file.name} has rows 0 to {len(x) - 1}. Got {row} instead.")
    return PreparedExample(x[row], None, f"{file.name}[{row}]", None, row, notes)


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


def _text(task: TaskView, text: str, place: str) -> PreparedExample:
    if not is_kind(task.kind, "text"):
        raise ArgumentError(f"The network takes {_article(task)}, not texts.")
    return _prepared(task, text, place)


def _question(task: TaskView, given: QuestionAndText) -> PreparedExample:
    learned = None if task.preparation is None else task.preparation.fitted
    if not is_kind(task.kind, "reading") or learned is None or learned.reading is None:
        raise ArgumentError(f"The network takes {_article(task)}, not questions about texts.")
    if not given.question.strip() or not given.text.strip():
        raise ArgumentError("There must be a question, and a text that it is about.")
    return _prepared(task, {learned.reading.question: [given.question], learned.reading.context: [given.text]}, "asked")


def _prepared(task: TaskView, raw: str | dict[str, list[str]], place: str) -> PreparedExample:
    """Return a text, the sound in a file, or columns of one row, prepared as the run's own were."""
    if task.preparation is None:
        raise ArgumentError(f"The network takes {_article(task)}, and the run keeps no preparation that makes them.")
    x = task.preparation.transform([raw] if isinstance(raw, str) else raw)
    if not isinstance(x, np.ndarray):
        raise ArgumentError("The network takes several inputs: ask it about a row of its table.")
    return _new(task, x[0], place, list(task.preparation.notes))
