"""Questions to the model: how good it is and on what, what it answers and why, who taught it, how it sees its examples."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule import doctor, explain
from chainrule.errors import ArgumentError, unknown_name
from chainrule.insight import landscape, tracin
from chainrule.models import Model
from chainrule.studio.desk import Desk
from chainrule.studio.examples import answer_in_words, names_of, shown
from chainrule.studio.given import Taken, take
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import question as told
from chainrule.studio.messages.answers.runs import Diagnosed, Finding
from chainrule.studio.messages.answers.shown import Example, Examples
from chainrule.studio.messages.shared import Number, PartName
from chainrule.studio.room import Room
from chainrule.studio.spans import span_losses, span_target
from chainrule.studio.tensors import number, numbers, picture
from chainrule.tasks.contributions import named_contributions
from chainrule.tasks.evaluation import Evaluation, evaluate_answers, evaluate_classes, evaluate_labels, evaluate_quantities
from chainrule.tasks.explanation import MANY_EXAMPLES, METHODS

Array = NDArray[Any]


def diagnose(desk: Desk, ask: requests.Diagnose, blocks: Blocks) -> Diagnosed:
    """Ask the doctor."""
    findings = doctor.diagnose(desk.library.room(ask.run).run)
    return Diagnosed(ask.id, ask.run, [finding_of(finding) for finding in findings])


def finding_of(finding: Any) -> Finding:
    """Return what the doctor has found, as it is told."""
    step = next((finding.details[name] for name in ("step", "first_step", "from_step") if isinstance(finding.details.get(name), int)), None)
    return Finding(finding.symptom, finding.certainty, finding.seen, finding.cause, finding.remedy, finding.stage, step)


def _examples(room: Room, part: PartName, chosen: Array, step: int | None, blocks: Blocks, losses: Array | None = None) -> list[Example]:
    """Return examples of a part with the model's answers."""
    subject, rows, outputs = room.subject, room.rows(part), room.outputs(part, step)
    return [
        shown(
            subject,
            rows.x[i],
            rows.y[i],
            rows.places[i],
            part,
            int(rows.numbers[i]),
            blocks,
            outputs[i],
            None if losses is None else losses[i],
        )
        for i in chosen
    ]


def _losses(room: Room, part: PartName, step: int | None) -> Array:
    """Return how far each answer is off: −ln p of the true class, summed where there are several; or the distance in the target's own
    unit."""
    subject, rows, outputs = room.subject, room.rows(part), room.outputs(part, step)
    if span_target(subject) is not None:
        return span_losses(outputs, rows.y)
    if subject.has_labels:
        chances = subject.probabilities(outputs)
        return -np.log(np.maximum(np.where(rows.y > 0.5, chances, 1 - chances), 1e-300)).sum(axis=1)
    if subject.classes:
        chances = subject.probabilities(outputs)
        return -np.log(np.maximum(chances[np.arange(len(chances)), subject.class_numbers(rows.y)], 1e-300))
    return np.abs(subject.quantities(outputs) - subject.quantities(rows.y))


def read_judgement(desk: Desk, ask: requests.ReadJudgement, blocks: Blocks) -> told.Judged:
    """Judge the model on a part."""
    room = desk.library.room(ask.run)
    judgement, losses = _judged(room, ask.part, ask.step), _losses(room, ask.part, ask.step)
    wrong = np.array([mistake.row for mistake in judgement.mistakes], np.int64)[: ask.mistakes]
    return told.Judged(
        id=ask.id,
        run=ask.run,
        part=ask.part,
        step=ask.step,
        examples=len(losses),
        figures=_figures(judgement.figures),
        plain=_figures(judgement.baseline),
        classes=room.subject.classes,
        confusion=[] if judgement.confusion is None else judgement.confusion.tolist(),
        mistakes=_examples(room, ask.part, wrong, ask.step, blocks, losses),
    )


def _judged(room: Room, part: PartName, step: int | None) -> Evaluation:
    subject, rows, outputs = room.subject, room.rows(part), room.outputs(part, step)
    spans = span_target(subject)
    if spans is not None:
        places, sure = spans.likeliest(outputs, rows.x)
        return evaluate_answers(spans.words(rows.x, places), spans.words(rows.x, rows.y), sure.tolist(), len(rows.y))
    if subject.has_labels:
        return evaluate_labels(subject.probabilities(outputs), rows.y, subject.classes, len(rows.y))
    if subject.classes:
        return evaluate_classes(subject.probabilities(outputs), subject.class_numbers(rows.y), subject.classes, len(rows.y))
    return evaluate_quantities(subject.quantities(outputs), subject.quantities(rows.y), len(rows.y))


def _figures(figures: dict[str, float]) -> dict[str, Number]:
    return {name: number(value) for name, value in figures.items()}


def read_cell(desk: Desk, ask: requests.ReadCell, blocks: Blocks) -> Examples:
    """Show the examples in one cell of the confusion matrix, those first of which the model is surest."""
    room = desk.library.room(ask.run)
    subject = room.subject
    if not subject.classes or subject.has_labels:
        raise ArgumentError(f"The run {ask.run} does not choose one of several classes, so it has no confusion matrix.")
    chances = subject.probabilities(room.outputs(ask.part, ask.step))
    there = np.flatnonzero((subject.class_numbers(room.rows(ask.part).y) == ask.true) & (chances.argmax(axis=1) == ask.given))
    order = there[np.argsort(-chances[there].max(axis=1), kind="stable")]
    examples = _examples(room, ask.part, order[: ask.limit], ask.step, blocks, _losses(room, ask.part, ask.step))
    return Examples(ask.id, ask.run, len(there), examples)


def read_suspects(desk: Desk, ask: requests.ReadSuspects, blocks: Blocks) -> Examples:
    """Show the training examples whose label the model contradicts most."""
    room = desk.library.room(ask.run)
    losses = _losses(room, "train", None)
    order = np.argsort(-losses, kind="stable")[: ask.limit]
    return Examples(ask.id, ask.run, len(losses), _examples(room, "train", order, None, blocks, losses))


def read_examples(desk: Desk, ask: requests.ReadExamples, blocks: Blocks) -> Examples:
    """Show examples of a part."""
    room = desk.library.room(ask.run)
    losses = _losses(room, ask.part, ask.step)
    rows = np.arange(min(ask.first, len(losses)), min(ask.first + ask.limit, len(losses)))
    return Examples(ask.id, ask.run, len(losses), _examples(room, ask.part, rows, ask.step, blocks, losses))


def ask_answer(desk: Desk, ask: requests.AskAnswer, blocks: Blocks) -> told.Answered:
    """Ask the model, with its reasons."""
    room = desk.library.room(ask.run)
    subject, taken, model = room.subject, take(desk, room, ask.given, ask.step), room.model(ask.step)
    outputs = np.asarray(model.predict(taken.x[None]))[0]
    chances = subject.probabilities(outputs[None])[0]
    spans = span_target(subject)
    told_first = subject.told_output if spans is None else int(spans.likeliest(outputs[None], taken.x[None])[0][0, 0])
    target = ask.target if ask.target is not None else int(chances.argmax()) if len(chances) else told_first
    values = None if ask.method is None else _reasons(model, taken, ask.method, target, subject.outputs)
    if values is not None and subject.outputs == 1 and subject.classes and target == 0:
        values = -values  # of two classes in one output, the first is the opposite of the second
    return told.Answered(
        id=ask.id,
        run=ask.run,
        step=ask.step,
        example=shown(subject, taken.x, taken.y, taken.place, taken.part, taken.row, blocks, outputs),
        classes=subject.classes,
        probabilities=numbers(chances),
        quantity=None if subject.classes or spans is not None else number(subject.quantities(outputs[None])[0]),
        method=ask.method,
        target=None if ask.method is None else target,
        reasons=None if subject.kind == "reading" else _map(values, taken, blocks),
        parts=[] if values is None else _parts(room, taken, values),
        notes=taken.notes,
    )


def _reasons(model: Model, taken: Taken, method: str, target: int, outputs: int) -> Array:
    """Return what each number of the example contributes to an output."""
    if method not in METHODS:
        raise unknown_name("method", method, METHODS)
    return np.asarray(METHODS[method](model, taken.x[None], 0 if outputs == 1 else target)[0])


def _map(values: Array | None, taken: Taken, blocks: Blocks) -> Any:
    if values is None or taken.x.ndim < 2:
        return None
    return picture(values[..., None] if values.ndim < taken.x.ndim else values, blocks, signed=True)


def _parts(room: Room, taken: Taken, values: Array) -> list[told.Reason]:
    """Return the contributions of a table's columns, of a text's terms or words, or of plain numbers, the strongest first."""
    preparation = room.subject.preparation
    found, met = ({}, {}) if preparation is None else named_contributions(preparation, taken.x, values)
    if preparation is None and taken.x.ndim == 1:
        met = {name: f"{value:.4g}" for name, value in zip(names_of(room.subject, len(taken.x)), taken.x.tolist(), strict=True)}
        found = dict(zip(met, values.tolist(), strict=True))
    order = sorted(found, key=lambda name: -abs(found[name]))
    return [told.Reason(name, met.get(name, ""), number(found[name])) for name in order]


def ask_influence(desk: Desk, ask: requests.AskInfluence, blocks: Blocks) -> told.Influenced:
    """Ask which training examples taught the model its answer."""
    room = desk.library.room(ask.run)
    subject, taken, model = room.subject, take(desk, room, ask.given, None), room.model(None)
    outputs = np.asarray(model.predict(taken.x[None]))[0]
    if subject.has_labels:
        y = (subject.probabilities(outputs[None]) > 0.5).astype(np.float32)
    elif subject.classes:
        y = _targets_of(room, int(subject.probabilities(outputs[None])[0].argmax()))
    elif taken.y is not None:
        y = np.asarray(taken.y)[None]
    else:
        raise ArgumentError("Who taught a quantity can only be asked where the true one is known: choose an example of the run's data.")
    weights = None if room.rows("train").count <= MANY_EXAMPLES else f"{model.layers[-1].default_name}/*"
    found = tracin(room.run, taken.x[None], y, ask.limit, weights)
    answer, _ = answer_in_words(subject, taken.x, outputs)

    def those(numbers: Array) -> list[told.Influencing]:
        rows = room.rows("train").take(numbers)
        given = np.asarray(model.predict(rows.x))
        return [
            told.Influencing(shown(subject, x, y, place, "train", row, blocks, outputs), number(found.scores[0, row]))
            for x, y, place, row, outputs in zip(rows.x, rows.y, rows.places, numbers.tolist(), given, strict=True)
        ]

    return told.Influenced(ask.id, ask.run, answer or "", those(found.proponents[0]), those(found.opponents[0]))


def _targets_of(room: Room, number: int) -> Array:
    """Return a class as the target of one example, as the run's own are: its number, or a one-hot row."""
    like = np.asarray(room.rows("train").y)
    width = like[0].size
    return np.array([number], like.dtype).reshape(1, *like.shape[1:]) if width == 1 else np.eye(width, dtype=like.dtype)[[number]]


def ask_nearest(desk: Desk, ask: requests.AskNearest, blocks: Blocks) -> Examples:
    """Show the training examples that the network sees as most alike."""
    room = desk.library.room(ask.run)
    taken, rows = take(desk, room, ask.given, None), room.rows("train")
    found = explain.nearest_examples(room.model(None), taken.x[None], rows.x, ask.layer, min(ask.limit, len(rows.x)))
    return Examples(ask.id, ask.run, len(rows.x), _examples(room, "train", found.rows[0], None, blocks))


def read_landscape(desk: Desk, ask: requests.ReadLandscape, blocks: Blocks) -> told.Landscape:
    """Look at the loss around the way of a run."""
    room = desk.library.room(ask.run)
    if ask.view == "path":
        found = landscape.path(room.run, ask.points)
    else:
        train = room.run.plan().train.in_memory(landscape.EXAMPLES)
        found = landscape.plane(room.model(None), list(train.x), list(train.y), points=ask.points, sample_weight=train.weight)
    return told.Landscape(
        id=ask.id,
        run=ask.run,
        what=list(found.what),
        across=found.across.tolist(),
        up=found.up.tolist(),
        losses=blocks.add(found.losses),
        steps=list(found.steps),
        way=[] if found.path is None else found.path.tolist(),
        way_losses=[] if found.path_losses is None else numbers(found.path_losses),
        explained=[] if found.explained is None else list(found.explained),
    )


def read_embedding(desk: Desk, ask: requests.ReadEmbedding, blocks: Blocks) -> told.Embedded:
    """Lay a layer's outputs out in two dimensions, or three."""
    room = desk.library.room(ask.run)
    subject, rows, model = room.subject, room.rows(ask.part), room.model(ask.step)
    chosen = np.linspace(0, len(rows.x) - 1, min(ask.limit, len(rows.x))).round().astype(np.int64)
    names = [layer.default_name for layer in model.layers]
    layer = ask.layer or names[max(len(names) - 2, 0)]
    found = explain.embedding(model, rows.x[chosen], layer, ask.method, dimensions=ask.dimensions)
    outputs = room.outputs(ask.part, ask.step)[chosen]
    said = subject.probabilities(outputs).argmax(axis=1) if subject.classes else subject.quantities(outputs)
    targets = np.array([subject.label(y)[0] for y in rows.y[chosen]])
    if subject.has_labels:  # the likeliest is right if it is one of the true
        is_true = np.take_along_axis(rows.y[chosen], np.asarray(said, np.int64)[:, None], axis=1)[:, 0] > 0.5
        said = np.where(is_true, targets, said)
    return told.Embedded(
        id=ask.id,
        run=ask.run,
        layer=layer,
        part=ask.part,
        places=blocks.add(found.places),
        numbers=blocks.add(rows.numbers[chosen], "int32"),
        targets=blocks.add(targets),
        answers=blocks.add(said),
        classes=subject.classes,
        shares=[] if found.shares is None else np.asarray(found.shares).tolist(),
    )
