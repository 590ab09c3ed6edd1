"""Data: uploads, the report of the preparation, and what each verb does to examples."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from chainrule.errors import ArgumentError, DataError
from chainrule.graph import Placeholder
from chainrule.layers import Layer, Trace, tracing
from chainrule.ops import random_key
from chainrule.studio.code import expression
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import data as told
from chainrule.studio.messages.answers.shown import Picture
from chainrule.studio.situation import SituationError, layer_of, message_of
from chainrule.studio.subject import Subject, subject_of_problem
from chainrule.studio.tensors import picture, statistics
from chainrule.xla import Program

Array = NDArray[Any]


def list_uploads(desk: Desk, ask: requests.ListUploads, blocks: Blocks) -> told.Uploads:
    """List uploads."""
    return told.Uploads(ask.id, desk.uploads.all())


def read_report(desk: Desk, ask: requests.ReadReport, blocks: Blocks) -> told.DataReport:
    """Report on the preparation of data."""
    kept = _kept(desk, ask.run) if ask.run else None
    if kept is not None:
        return told.DataReport(ask.id, ask.run, None, _report(kept))
    if ask.data is None:
        raise ArgumentError(f"The run {ask.run!r} keeps no report: it was trained from arrays, which nothing prepared.")
    return told.DataReport(ask.id, None, ask.data, _report(desk.problem(ask.data).preparation.report().to_dict()))


def _kept(desk: Desk, run: str) -> dict[str, Any] | None:
    """Return the report that a run keeps of its data."""
    with desk.library.reading(run) as recording:
        return recording.notes.get("report")


def _report(report: dict[str, Any]) -> told.Report:
    try:
        return msgspec.convert(report, told.Report)
    except msgspec.ValidationError as error:
        raise DataError(f"The report that is kept is of another version of Chainrule: {error}.") from error


def show_preparation(desk: Desk, ask: requests.ShowPreparation, blocks: Blocks) -> told.Prepared:
    """Show examples before and after each verb."""
    subject, x, y = _training(desk, ask)
    if len(subject.shape) < 2:
        raise ArgumentError("Only images, sounds and series can be shown before and after. These are rows of numbers: see the report.")
    labels, x = [subject.label(one)[1] for one in y[: ask.examples]], x[: ask.examples]
    repeated = np.repeat(x, ask.copies, axis=0)
    stages = [told.Preparing("as they are", _pictures(x, blocks), statistics(x))]
    made: list[Layer] = []
    for number, verb in enumerate(ask.verbs):
        try:
            made.append(layer_of(verb))
            varied = _varied(made, repeated, ask.data.seed if ask.data else 0)
        except (TypeError, ValueError) as error:
            raise SituationError(message_of(error), layer=number) from error
        stages.append(told.Preparing(expression(verb, "layers"), _pictures(varied, blocks), statistics(varied)))
    return told.Prepared(ask.id, labels, stages, ask.copies)


def _training(desk: Desk, ask: requests.ShowPreparation) -> tuple[Subject, Array, Array]:
    """Return what is learned, and the training examples with their targets, of a run or of data."""
    if ask.run:
        room = desk.library.room(ask.run)
        rows = room.rows("train")
        return room.subject, rows.x, rows.y
    if ask.data is None:
        raise ArgumentError("Name a run, or data, whose examples are to be shown.")
    problem = desk.problem(ask.data)
    return subject_of_problem(problem), problem.train.x, problem.train.y


def _varied(verbs: Sequence[Layer], x: Array, seed: int) -> Array:
    """Return examples after these layers, as in training: with draws that hang on the seed."""
    given, key = Placeholder(x.shape, x.dtype, "x"), Placeholder((2,), "uint32", "key")
    with tracing(Trace(training=True, key=key)):
        output: Any = given
        for verb in verbs:
            output = verb(output)
    weights = [variable for verb in verbs for variable in verb.weights.values()]
    found = Program([output], [*weights, given, key])(*(variable.value for variable in weights), x, random_key(seed))
    return np.asarray(found[0])


def _pictures(x: Array, blocks: Blocks) -> list[Picture]:
    found = [picture(one, blocks) for one in x]
    return [one for one in found if one is not None]
