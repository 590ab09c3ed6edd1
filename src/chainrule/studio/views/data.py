"""Data: uploads, the report of the preparation, and what each verb does to examples."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import Prepared
from chainrule.data.preparing.feature import Feature
from chainrule.data.preparing.scaling import Scaling
from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder
from chainrule.insight import diagnose
from chainrule.layers import Layer, Trace, tracing
from chainrule.ops import random_key
from chainrule.recipes.learning import designed
from chainrule.recipes.networks import Choices
from chainrule.recipes.problem import Problem
from chainrule.studio.code import expression
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import data as told
from chainrule.studio.messages.answers.shown import Picture
from chainrule.studio.situation import SituationError, layer_of, message_of
from chainrule.studio.subject import subject_of_problem
from chainrule.studio.tensors import picture, statistics
from chainrule.studio.views.questions import finding_of
from chainrule.xla import Program

BINS = 24
MOST_CATEGORIES = 30
MOST_ROWS = 20_000  # of a part, whose rows are compared
SEEN = 2000  # training examples that the doctor looks at

Array = NDArray[Any]


def list_uploads(desk: Desk, ask: requests.ListUploads, blocks: Blocks) -> told.Uploads:
    """List uploads."""
    return told.Uploads(ask.id, desk.uploads.all())


def read_report(desk: Desk, ask: requests.ReadReport, blocks: Blocks) -> told.DataReport:
    """Report on the preparation of data."""
    problem = desk.problem(ask.data)
    parts = {"train": problem.train, "validation": problem.validation, "test": problem.test}
    model = designed(problem, Choices(seed=ask.data.seed)).model
    findings = diagnose(model, problem.train.x[:SEEN], problem.train.y[:SEEN])
    return told.DataReport(
        id=ask.id,
        data=ask.data,
        parts={name: len(part.y) for name, part in parts.items()},
        steps=_steps(problem),
        distributions=[_target(problem, list(parts.values())), *_inputs(problem, list(parts.values()))],
        leaks=_duplicates(parts),
        findings=[finding_of(finding) for finding in findings],
    )


def _steps(problem: Problem) -> list[list[str]]:
    """Return what was found and decided, each line under its verb."""
    return [[_verb(fact), fact] for fact in problem.facts]


def _verb(fact: str) -> str:
    words = {"split": "split", "left out": "clean", "missing": "clean", "categories": "encode", "standard": "scale", "images": "collect"}
    return next((verb for word, verb in words.items() if word in fact), "collect")


def _target(problem: Problem, parts: Sequence[Prepared]) -> told.Distribution:
    if problem.class_names:
        names = list(problem.class_names)
        counts = [np.bincount(part.y.astype(np.int64), minlength=len(names)).tolist() for part in parts]
        return _distribution(problem.target, "category", [], names, counts, "the target")
    preparation = problem.preparation
    values = [np.asarray(preparation.inverse_target(part.y)) for part in parts]
    return _numbers(problem.target, values, "the target")


def _inputs(problem: Problem, parts: Sequence[Prepared]) -> list[told.Distribution]:
    if problem.learned.apart:
        return [_numbers("pixels", [part.x.reshape(-1)[:: max(1, part.x.size // 200_000)] for part in parts], "as they are")]
    found: list[told.Distribution] = []
    start = 0
    for feature in problem.learned.features:
        width = feature.shape[0]
        found.append(_column(feature, [part.x[:, start : start + width] for part in parts]))
        start += width
    return found


def _column(feature: Feature, values: Sequence[Array]) -> told.Distribution:
    last = feature.steps[-1] if feature.steps else None
    text = "; ".join(step.describe() for step in feature.steps)
    if isinstance(last, Scaling):
        undone = [last.inverse(each) for each in values]
        lost = int(sum((each[:, 1] > 0.5).sum() for each in undone)) if feature.names[1:] == (f"{feature.name} missing",) else 0
        return _numbers(feature.name, [each[:, 0] for each in undone], text, lost)
    names = [name.removeprefix(f"{feature.name}=").removeprefix(f"{feature.name} ") for name in feature.names]
    sums = [each.sum(axis=0).astype(int) for each in values]
    order = np.argsort(-sums[0], kind="stable")[:MOST_CATEGORIES]
    return _distribution(feature.name, "category", [], [names[i] for i in order], [each[order].tolist() for each in sums], text)


def _numbers(name: str, values: Sequence[Array], text: str, missing: int = 0) -> told.Distribution:
    edges = np.histogram_bin_edges(np.concatenate(values).astype(np.float64), BINS)
    counts = [np.histogram(each, edges)[0].tolist() for each in values]
    return _distribution(name, "number", edges.tolist(), [], counts, text, missing)


def _distribution(
    name: str, kind: str, edges: list[float], names: list[str], counts: Sequence[list[int]], text: str, missing: int = 0
) -> told.Distribution:
    train, validation, test = counts
    return told.Distribution(name, kind, edges, names, train, validation, test, missing, text)


def _duplicates(parts: dict[str, Prepared]) -> list[told.Leak]:
    """Return the rows of the validation and test part that stand in the training part too."""
    known = {row.tobytes(): number for number, row in enumerate(parts["train"].x[:MOST_ROWS])}
    found: list[told.Leak] = []
    for name in ("validation", "test"):
        pairs = [(number, known[key]) for number, row in enumerate(parts[name].x[:MOST_ROWS]) if (key := row.tobytes()) in known]
        if pairs:
            listed = ", ".join(f"{name}[{there}] is train[{here}]" for there, here in pairs[:5])
            share = len(pairs) / len(parts[name].x)
            text = f"{len(pairs)} of {len(parts[name].x)} examples of the {name} part stand in the training part too: {listed}"
            found.append(told.Leak("duplicates across parts", text, share > 0.01))
    return found


def show_preparation(desk: Desk, ask: requests.ShowPreparation, blocks: Blocks) -> told.Prepared:
    """Show examples before and after each verb."""
    problem = desk.problem(ask.data)
    subject, x = subject_of_problem(problem), problem.train.x[: ask.examples]
    if len(subject.shape) < 2:
        raise ArgumentError("Only images, sounds and series can be shown before and after. These are rows of a table: see the report.")
    labels = [subject.label(y)[1] for y in problem.train.y[: ask.examples]]
    repeated = np.repeat(x, ask.copies, axis=0)
    stages = [told.Preparing("as they are", _pictures(x, blocks), statistics(x))]
    made: list[Layer] = []
    for number, verb in enumerate(ask.verbs):
        try:
            made.append(layer_of(verb))
            varied = _varied(made, repeated, ask.data.seed)
        except (TypeError, ValueError) as error:
            raise SituationError(message_of(error), layer=number) from error
        stages.append(told.Preparing(expression(verb, "layers"), _pictures(varied, blocks), statistics(varied)))
    return told.Prepared(ask.id, ask.data, labels, stages, ask.copies)


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
