"""Training examples before and after layers that prepare or augment them."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from msgspec import Meta, Struct

from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder
from chainrule.layers import Layer, Trace, tracing
from chainrule.ops import random_key
from chainrule.studio.fields import Array, Name
from chainrule.studio.jobs import Jobs
from chainrule.studio.program import expression
from chainrule.studio.protocol import Request
from chainrule.studio.settings import Choice, DataChoice, SettingsError
from chainrule.studio.settings_model import layer_of, message_of
from chainrule.studio.task_view import TaskView, task_view_of_problem
from chainrule.studio.tensors import Picture, Statistics, picture, statistics
from chainrule.xla import Program


class PreparedExamples(Struct, frozen=True):
    """Examples after a verb.

    Args:
        verb: as a line of code; "as they are" before the first.
        examples: one after the other, each in all its copies.
        statistics: of the numbers of all examples shown.
    """

    verb: str
    examples: list[Picture]
    statistics: Statistics


class PreparationStages(Struct, frozen=True):
    """Examples before and after each verb.

    Args:
        labels: of the examples.
        stages: as they are, then after each verb.
        copies: of each example.
    """

    labels: list[str]
    stages: list[PreparedExamples]
    copies: int


class ShowPreparation(Request, frozen=True):
    """Show training examples before and after each of some verbs of preparation or augmentation.

    Args:
        verbs: the layers that prepare or augment, one after the other.
        examples: how many.
        copies: how many draws of each, where there is chance in it.
        run: whose examples they are; "" for those of data.
        data: which; None for those of a run.
    """

    verbs: Annotated[list[Choice], Meta(min_length=1, max_length=16)]
    examples: Annotated[int, Meta(ge=1, le=32)] = 6
    copies: Annotated[int, Meta(ge=1, le=16)] = 1
    run: Name = ""
    data: DataChoice | None = None

    def respond(self, jobs: Jobs) -> PreparationStages:
        task, x, y = _training(jobs, self)
        if len(task.shape) < 2:
            raise ArgumentError("Only images, sounds and series can be shown before and after. These are rows of numbers: see the report.")
        x = x[: self.examples]
        labels = [task.task.label(one, of)[1] for one, of in zip(y, x, strict=False)]
        repeated = np.repeat(x, self.copies, axis=0)
        stages = [PreparedExamples("as they are", _pictures(x), statistics(x))]
        made: list[Layer] = []
        for number, verb in enumerate(self.verbs):
            try:
                made.append(layer_of(verb))
                varied = _varied(made, repeated, self.data.seed if self.data else 0)
            except (TypeError, ValueError) as error:
                raise SettingsError(message_of(error), layer=number) from error
            stages.append(PreparedExamples(expression(verb, "layers"), _pictures(varied), statistics(varied)))
        return PreparationStages(labels, stages, self.copies)


def _training(jobs: Jobs, request: ShowPreparation) -> tuple[TaskView, Array, Array]:
    """Return what is learned, and the training examples with their targets, of a run or of data."""
    if request.run:
        opened = jobs.library.open(request.run)
        rows = opened.rows("train")
        return opened.task, rows.x, rows.y
    if request.data is None:
        raise ArgumentError("Name a run, or data, whose examples are to be shown.")
    problem = jobs.problem(request.data)
    return task_view_of_problem(problem), problem.train.x, problem.train.y


def _varied(verbs: Sequence[Layer], x: Array, seed: int) -> Array:
    """Return examples after these layers, as in training: with draws that depend on the seed."""
    given, key = Placeholder(x.shape, x.dtype, "x"), Placeholder((2,), "uint32", "key")
    with tracing(Trace(training=True, key=key)):
        output: Any = given
        for verb in verbs:
            output = verb(output)
    weights = [variable for verb in verbs for variable in verb.weights.values()]
    found = Program([output], [*weights, given, key])(*(variable.value for variable in weights), x, random_key(seed))
    return np.asarray(found[0])


def _pictures(
    x: Array,
) -> list[Picture]:
    found = [picture(one) for one in x]
    return [one for one in found if one is not None]
