"""Where evidence comes from: a model and data, from a training under way, from a saved run."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.doctor.answers import Answers
from chainrule.doctor.architecture import model_facts
from chainrule.doctor.course import Course
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.inspection import Inspection, Inspector
from chainrule.doctor.rows import some_rows
from chainrule.doctor.targets import Array
from chainrule.errors import ChainruleError
from chainrule.models import Model
from chainrule.record import Recording
from chainrule.training import Examples, Plan, Session
from chainrule.training.plan import as_examples, as_validation

NEEDED = (ChainruleError, ValueError, TypeError, KeyError, IndexError, ZeroDivisionError)  # what odd data and networks can end in
MOST = 1024  # of examples that have to be read from a source


def examples_in_memory(plan: Plan) -> tuple[Examples, Examples | None]:
    """Return the training and the validation examples of a plan as arrays; of those that are streamed, some that stand for all."""
    return plan.train.in_memory(MOST), None if plan.validation is None else plan.validation.in_memory(MOST)


def before_training(
    model: Model,
    x: Any,
    y: Any,
    validation_data: Any = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    shuffle: bool = True,
) -> Evidence:
    """Return the evidence of a compiled model and data; what `fit` would refuse is kept as such.

    Args:
        model: compiled.
        x: as for `fit`.
        y: as for `fit`.
        validation_data: as for `fit`.
        batch_size: as for `fit`.
        epochs: None where no fit is planned yet.
        shuffle: as for `fit`.
    """
    refusals: list[str] = []
    examples = _examples(lambda: as_examples(x, y), refusals)
    inputs, targets = (examples.x, examples.y) if examples else (_raw(x), _raw(y))
    validation = None if validation_data is None else _examples(lambda: as_validation(validation_data), refusals)
    if examples is not None:
        _try(refusals, lambda: model.session(Plan(examples, validation)))
    facts: dict[str, Any] = {"layers": (), "outputs": ()}
    with suppress(*NEEDED):
        facts = model_facts(model, targets, validation.y if validation else ())
    inspections: tuple[Inspection, ...] = ()
    if examples is not None and not refusals:
        with suppress(*NEEDED):
            inspections = (Inspector(model, examples).look(0),)
    return Evidence(
        "before",
        x=inputs,
        x_val=validation.x if validation else (),
        batch_size=batch_size or 32,
        epochs=epochs,
        shuffle=shuffle,
        refusals=tuple(dict.fromkeys(refusals)),
        inspections=inspections,
        in_time=divided_by_time(_config(model)),
        **facts,
    )


def _examples(read: Callable[[], Examples], refusals: list[str]) -> Examples | None:
    found: list[Examples] = []
    _try(refusals, lambda: found.append(read().in_memory(MOST)))
    return found[0] if found else None


def _try(refusals: list[str], act: Callable[[], Any]) -> None:
    try:
        act()
    except NEEDED as error:
        refusals.append(str(error))


def _raw(values: Any) -> tuple[Array, ...]:
    """Return values that `fit` refuses as an array, as far as they can be one."""
    with suppress(*NEEDED):
        array = np.asarray(values)
        if array.dtype.kind in "fiub" and array.ndim and array.size:
            return (array,)
    return ()


def plan_facts(plan: Plan) -> dict[str, Any]:
    """Return what `Evidence` wants to know of a plan; of examples that are streamed, some stand for all."""
    train, validation = examples_in_memory(plan)
    return {
        "x": train.x,
        "weights": train.weight,
        "x_val": validation.x if validation else (),
        "batch_size": plan.settings.batch_size,
        "epochs": plan.settings.epochs,
        "shuffle": plan.settings.shuffle,
    }


def of_plan(stage: str, model: Model, plan: Plan) -> Evidence:
    """Return the evidence of a compiled model and a plan."""
    train, validation = examples_in_memory(plan)
    facts = model_facts(model, train.y, validation.y if validation else ())
    return Evidence(stage, **facts, **plan_facts(plan), in_time=divided_by_time(_config(model)))


def _config(model: Model) -> Mapping[str, Any]:
    return {} if model.preparation is None else model.preparation.to_config()


def _prepared_by(recording: Recording) -> Mapping[str, Any]:
    """Return the configuration of the preparation that the saved model has learned from; none where there is no such."""
    with suppress(*NEEDED):
        return _config(recording.model())
    return {}


def divided_by_time(config: Mapping[str, Any]) -> bool:
    """Return whether a preparation, by its configuration, has divided its rows by time.

    Example:
        >>> divided_by_time({"split": {"time": "day"}}), divided_by_time({"split": {}, "fitted": None})
        (True, False)
    """
    learned, split = config.get("fitted") or {}, config.get("split") or {}
    return learned.get("windows") is not None or split.get("time") is not None


def course_of(plan: Plan, losses: Array, epochs: Sequence[Mapping[str, float]], **more: Any) -> Course:
    """Return the course of a plan."""
    settings = plan.settings
    return Course(
        losses,
        epochs,
        settings.steps(len(plan.train)),
        0 if plan.train.order else len(plan.train),  # of a source, it is not known which rows a step learned from
        settings.batch_size,
        settings.seed,
        settings.shuffle,
        planned=settings.planned(len(plan.train)),
        **more,
    )


def during_training(
    base: Evidence, session: Session, losses: Array, epochs: Sequence[Mapping[str, float]], inspections: Sequence[Inspection]
) -> Evidence:
    """Return the evidence of a training under way."""
    rate = None
    with suppress(ChainruleError):
        rate = session.learning_rate
    return replace(base, stage="during", learning_rate=rate, course=course_of(session.plan, losses, epochs), inspections=tuple(inspections))


def after_training(recording: Recording) -> Evidence:
    """Return the evidence of a saved run: its figures, and inspections at its first and its last snapshot.

    Raises:
        RecordError: a run whose examples or snapshots cannot be read.
    """
    plan, model = recording.plan(), recording.new_model()
    base = of_plan("after", model, plan)
    figures = recording.figures()
    course = course_of(
        plan,
        figures["loss"],
        [epoch["figures"] for epoch in recording.epochs()],
        status=recording.status,
        reason=_reason(recording),
        first_epoch=int(recording.configuration["first_epoch"]),
        series=_series(recording),
    )
    inspections = _inspections(recording, model, plan, course.steps)
    by_time = recording.notes.get("spec", {}).get("time") is not None
    in_time = by_time or divided_by_time(recording.notes.get("preparation") or _prepared_by(recording))
    return replace(
        base, course=course, inspections=inspections, answers=_answers(recording, plan), keeps_best=_keeps_best(recording), in_time=in_time
    )


def _reason(recording: Recording) -> str:
    """Return why training ended, as its last event says; "" where none says so."""
    return next((str(event.get("reason", "")) for event in reversed(recording.events()) if event["kind"] == "finished"), "")


def _series(recording: Recording) -> dict[str, tuple[Array, Array]]:
    with suppress(*NEEDED):
        return {name: (series.steps, series.values) for name, series in recording.probes().items() if series.values.ndim == 1}
    return {}


def _inspections(recording: Recording, model: Model, plan: Plan, steps: int) -> tuple[Inspection, ...]:
    """Return inspections at the first snapshot and at the end; at the last snapshot where the end is not finite."""
    kept = recording.snapshot_steps()
    if not kept:
        return ()
    with suppress(*NEEDED):
        inspector = Inspector(model, examples_in_memory(plan)[0])
        first = inspector.look(kept[0], recording.snapshot(kept[0]).arrays)
        ended = {name: np.asarray(weight.value) for name, weight in recording.model().named_weights().items()}
        if all(np.isfinite(weight).all() for weight in ended.values()):
            return first, inspector.look(steps, ended)
        return (first, inspector.look(kept[-1], recording.snapshot(kept[-1]).arrays)) if len(kept) > 1 else (first,)
    return ()


def _answers(recording: Recording, plan: Plan) -> Answers | None:
    with suppress(*NEEDED):
        model = recording.model()
        here, held_out = examples_in_memory(plan)
        rows = some_rows(len(here))
        train = _listed(model.predict([part[rows] for part in here.x], 256))
        validation = _listed(model.predict([part[: len(rows)] for part in held_out.x], 256)) if held_out else []
        logits = tuple(output.from_logits for output in of_plan("after", model, plan).outputs)
        return Answers(rows, train, validation, logits)
    return None


def _listed(value: Any) -> list[Array]:
    return list(value) if isinstance(value, list) else [value]


def _keeps_best(recording: Recording) -> bool:
    """Return whether early stopping gave the best weights back."""
    configs = [entry.get("config", {}) for entry in recording.configuration.get("callbacks", [])]
    return any(str(config.get("class", "")).endswith("EarlyStopping") and config.get("restore_best_weights") for config in configs)
