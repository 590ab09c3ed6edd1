"""Building: data to choose, what situations are put together from, whether one fits, and its training."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data import CATALOGUE
from chainrule.data.catalogue import Entry
from chainrule.data.catalogue.entry import place_of
from chainrule.data.steps.combinations import formulas_of
from chainrule.doctor import diagnose
from chainrule.errors import ArgumentError, ChainruleError, unknown_name
from chainrule.insight.why import place_of as number_in
from chainrule.networks import parameter_count
from chainrule.networks.network import chain
from chainrule.optimizers import Optimizer
from chainrule.optimizers.schedules import CosineDecay
from chainrule.studio import kinds
from chainrule.studio.code import program
from chainrule.studio.descent import descent_of
from chainrule.studio.desk import Desk
from chainrule.studio.examples import shown
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import build as told
from chainrule.studio.messages.answers import runs
from chainrule.studio.messages.answers.general import Done
from chainrule.studio.messages.answers.shown import Example
from chainrule.studio.messages.shared import Choice, DataChoice, Situation
from chainrule.studio.network import arguments_of, layers_of
from chainrule.studio.situation import SituationError, identifier, input_for, layer_of, layers_in, model_of, optimizer_of, situation_to_data
from chainrule.studio.subject import subject_of_problem
from chainrule.studio.views.questions import finding_of
from chainrule.studio.views.runs import columns_of, has_schedule
from chainrule.tasks.learning import designed
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import Problem

DIAGNOSED = 2000  # training examples that the doctor looks at before training
MOST_COLUMNS = 4  # of numbers, whose formulas are listed


def list_data(desk: Desk, ask: requests.ListData, blocks: Blocks) -> told.DataSets:
    """List data sets."""
    named = [_named(entry) for entry in CATALOGUE.values()]
    uploads = desk.uploads.all()
    own = [told.DataSet(file.source, file.name, "uploaded", "your own", "", file.kind, 0, True, file.bytes) for file in uploads]
    return told.DataSets(ask.id, [*named, *own])


def _named(entry: Entry) -> told.DataSet:
    here = all(place_of(file).is_file() for file in entry.files)
    kind = "table" if entry.feature_names else "image"
    size = sum(file.size for file in entry.files)
    return told.DataSet(
        entry.name, entry.name, entry.description, entry.licence, entry.home, kind, len(entry.classes or ()), here, 0 if here else size
    )


def describe_data(desk: Desk, ask: requests.DescribeData, blocks: Blocks) -> told.DataDescribed:
    """Describe data as they will be learned from."""
    problem = desk.problem(ask.data)
    parts = {"train": problem.train, "validation": problem.validation, "test": problem.test}
    return told.DataDescribed(
        id=ask.id,
        data=ask.data,
        name=problem.name,
        task=task_of(problem),
        parts={name: len(part.y) for name, part in parts.items()},
        counts=_counts(problem),
        facts=problem.facts,
        samples=samples_of(problem, ask.samples, blocks),
        suggested=suggested(problem, ask.data),
        formulas=formulas_for(problem),
        is_divided=problem.collection.parts is not None,
    )


def formulas_for(problem: Problem) -> list[str]:
    """Return the formulas of the number columns of a table; none where it has so many that nobody would choose among them."""
    columns = [feature.name for feature in problem.learned.flat if feature.kind == "number"]
    return formulas_of(columns) if len(columns) <= MOST_COLUMNS else []


def task_of(problem: Problem) -> runs.Task:
    """Return what is to be learned."""
    subject, x = subject_of_problem(problem), problem.train.x
    return runs.Task(
        kind=subject.kind,
        task=problem.task.name,
        classes=list(problem.class_names or ()),
        target=problem.target,
        shape=list(x.shape[1:]),
        columns=columns_of(problem.preparation),
        low=float(x.min()),
        high=float(x.max()),
    )


def _counts(problem: Problem) -> list[told.ClassCount]:
    names = problem.class_names
    if names is None:
        return []
    counted = [np.bincount(part.y.astype(np.int64), minlength=len(names)) for part in (problem.train, problem.validation, problem.test)]
    return [told.ClassCount(name, *(int(counts[number]) for counts in counted)) for number, name in enumerate(names)]


def samples_of(problem: Problem, count: int, blocks: Blocks) -> list[Example]:
    """Return some training examples, the classes in turn."""
    subject, y = subject_of_problem(problem), problem.train.y
    rows = np.arange(len(y))
    if problem.class_names:
        turn = np.concatenate([np.arange((y == number).sum()) for number in range(len(problem.class_names))])
        rows = np.argsort(y, kind="stable")[np.argsort(turn, kind="stable")]
    return [shown(subject, problem.train.x[row], y[row], f"train[{row}]", "train", int(row), blocks) for row in rows[:count]]


def suggested(problem: Problem, data: DataChoice) -> Situation:
    """Return a sensible situation to begin with: what `chainrule learn` would do."""
    plan = designed(problem, Choices(seed=data.seed))
    model, choices = plan.model, plan.choices
    arguments: dict[str, Any] = model.compile_arguments or {}
    return Situation(
        data=data,
        layers=[_chosen(layer) for layer in model.layers],
        loss=_chosen(arguments["loss"]),
        optimizer=_chosen(_with_plain_rate(arguments["optimizer"])),
        metrics=[name for name in arguments["metrics"] if isinstance(name, str)],
        batch_size=choices.batch_size or 32,
        epochs=min(choices.epochs or 10, 30),
        patience=choices.patience,
        seed=data.seed,
    )


def _with_plain_rate(optimizer: Optimizer) -> Optimizer:
    """Return an optimiser that keeps the highest rate of a cosine: whoever begins here sees one number, and may choose a schedule."""
    rate = optimizer.learning_rate
    if not isinstance(rate, CosineDecay):
        return optimizer
    return replace(optimizer, learning_rate=rate.initial_learning_rate if rate.warmup_target is None else rate.warmup_target)


def _chosen(made: Any) -> Choice:
    return Choice("MeanSquaredError") if made == "mse" else Choice(type(made).__name__, {**arguments_of(made)})


def list_kinds(desk: Desk, ask: requests.ListKinds, blocks: Blocks) -> told.Kinds:
    """List what situations are put together from."""
    return told.Kinds(
        ask.id,
        kinds.layer_kinds(),
        kinds.loss_kinds(),
        kinds.optimizer_kinds(),
        kinds.metric_names(),
        kinds.augmentation_kinds(),
        kinds.schedule_kinds(),
        kinds.regularizer_kinds(),
    )


def check_situation(desk: Desk, ask: requests.CheckSituation, blocks: Blocks) -> told.Checked:
    """Check a situation."""
    situation = ask.situation
    try:
        problem = desk.problem(situation.data)
    except ChainruleError as error:
        return told.Checked(ask.id, [], 0, [told.Problem(str(error), None, "data")], [], "")
    x = problem.train.x
    layers = _layers_that_fit(situation, x)
    code = program(situation, desk.uploads.place)
    try:
        model = model_of(situation, x.shape[1:], x.dtype, problem.name)
        some = slice(0, DIAGNOSED)
        findings = diagnose(model, x[some], problem.train.y[some])
    except SituationError as error:
        return told.Checked(ask.id, layers, 0, [told.Problem(str(error), error.layer, error.field)], [], code)
    except ChainruleError as error:
        return told.Checked(ask.id, layers, 0, [told.Problem(str(error), None, "loss")], [], code)
    descent = descent_of(situation, optimizer_of(situation.optimizer), len(problem.train.y))
    return told.Checked(ask.id, layers, parameter_count(model.network), [], [finding_of(finding) for finding in findings], code, descent)


def _layers_that_fit(situation: Situation, x: np.ndarray[Any, Any]) -> list[runs.Layer]:
    """Return the input and the layers up to the first that does not fit."""
    try:
        stack = layers_in(situation, x.shape[1:], x.dtype)
    except SituationError as error:
        stack = [layer_of(choice) for choice in situation.layers[: error.layer or 0]]
    if stack:
        return layers_of(chain(stack, input_for(x.shape[1:], x.dtype)))
    return [runs.Layer("input", "Input", list(x.shape[1:]), None, [], 0, [], {}, "x", "input")]


def train(desk: Desk, ask: requests.Train, blocks: Blocks) -> runs.Started:
    """Train a situation in a process of its own."""
    problem = desk.problem(ask.situation.data)
    model_of(ask.situation, problem.train.x.shape[1:], problem.train.x.dtype, problem.name)
    if ask.name is not None:
        desk.library.path(ask.name)
    stem = identifier(Path(problem.name).stem).replace("_", "-")
    return runs.Started(ask.id, desk.trainings.train(situation_to_data(ask.situation), stem, ask.name, ask.paused))


def steer(desk: Desk, ask: requests.Steer, blocks: Blocks) -> Done:
    """Steer a training.

    Raises:
        ArgumentError: it is not being trained here; its rate is to be set and none is given, or a schedule sets it; it has no such weight.
    """
    if ask.do == "rate":
        _set_rate(desk, ask)
    elif ask.do == "weight":
        _set_weight(desk, ask)
    else:
        desk.trainings.steer(ask.run, ask.do, ask.steps)
    return Done(ask.id)


def _set_rate(desk: Desk, ask: requests.Steer) -> None:
    if ask.rate is None:
        raise ArgumentError("The learning rate to be set must be a number above 0. Got none instead.")
    with desk.library.reading(ask.run) as recording:
        if has_schedule(recording.new_model()):
            raise ArgumentError(f"A schedule sets the learning rate of {ask.run} at every step: stop it, and fork it with a plain rate.")
    desk.trainings.set_rate(ask.run, ask.rate)


def _set_weight(desk: Desk, ask: requests.Steer) -> None:
    with desk.library.reading(ask.run) as recording:
        weights = {name: weight.value for name, weight in recording.new_model().named_weights().items() if weight.trainable}
    if ask.address not in weights:
        raise unknown_name("The address of a weight that learns", ask.address, weights)
    place = number_in(np.asarray(weights[ask.address]), ask.address, ask.place)
    desk.trainings.set_weight(ask.run, ask.address, place, ask.value)
