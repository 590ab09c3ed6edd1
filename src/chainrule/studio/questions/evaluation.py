"""How good a model is on a part of its data, and on which examples it is right or wrong."""

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from chainrule.errors import ArgumentError
from chainrule.studio.answered_examples import answered_examples, example_losses
from chainrule.studio.examples import Example, Examples
from chainrule.studio.fields import Name, PartName, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.open_run import OpenRun
from chainrule.studio.protocol import Request
from chainrule.tasks.evaluation import Evaluation
from chainrule.tasks.task import Examples as TaskExamples


class PartEvaluation(Struct, frozen=True):
    """How good a model is on a part.

    Args:
        run: its name.
        part: of its data.
        step: before which step; None for the end.
        examples: in the part.
        classes: in the order of their numbers.
        evaluation: figures, those of the plainest answer, and the confusion matrix.
        mistakes: the worst first.
    """

    run: str
    part: PartName
    step: int | None
    examples: int
    classes: list[str]
    evaluation: Evaluation
    mistakes: list[Example]


class ReadEvaluation(Request, frozen=True):
    """Evaluate the model on a part: figures, confusion, worst mistakes.

    Args:
        run: its name.
        part: of its data; "test" where the run knows one.
        step: before which step; None for the end.
        mistakes: how many of the worst.
    """

    run: Name
    part: PartName = "test"
    step: Step | None = None
    mistakes: Annotated[int, Meta(ge=0, le=200)] = 24

    def respond(self, jobs: Jobs) -> PartEvaluation:
        opened = jobs.library.open(self.run)
        evaluation, losses = evaluation_of(opened, self.part, self.step), example_losses(opened, self.part, self.step)
        wrong = np.array([mistake.row for mistake in evaluation.mistakes], np.int64)[: self.mistakes]
        return PartEvaluation(
            run=self.run,
            part=self.part,
            step=self.step,
            examples=len(losses),
            classes=opened.task.classes,
            evaluation=evaluation,
            mistakes=answered_examples(opened, self.part, wrong, self.step, losses),
        )


def evaluation_of(opened: OpenRun, part: PartName, step: int | None) -> Evaluation:
    """Return how good the model of a run is on a part of its data."""
    rows = opened.rows(part)
    return opened.task.task.evaluate(opened.outputs(part, step), TaskExamples(rows.x, rows.y), len(rows.y))


class ReadCell(Request, frozen=True):
    """Show the examples in one cell of the confusion matrix.

    Args:
        run: its name.
        true: the number of the true class.
        predicted: the number of the class that was predicted.
        part: of its data.
        step: before which step; None for the end.
        limit: how many.
    """

    run: Name
    true: Step
    predicted: Step
    part: PartName = "test"
    step: Step | None = None
    limit: Annotated[int, Meta(ge=1, le=512)] = 64

    def respond(self, jobs: Jobs) -> Examples:
        opened = jobs.library.open(self.run)
        task = opened.task.task
        if not task.chooses_class:
            raise ArgumentError(f"The run {self.run} does not choose one of several classes, so it has no confusion matrix.")
        chances = task.probabilities(opened.outputs(self.part, self.step))
        there = np.flatnonzero((task.target_numbers(opened.rows(self.part).y) == self.true) & (chances.argmax(axis=1) == self.predicted))
        order = there[np.argsort(-chances[there].max(axis=1), kind="stable")]
        examples = answered_examples(opened, self.part, order[: self.limit], self.step, example_losses(opened, self.part, self.step))
        return Examples(self.run, len(there), examples)


class ReadSuspects(Request, frozen=True):
    """Show the training examples whose label the model contradicts most.

    Args:
        run: its name.
        limit: how many.
    """

    run: Name
    limit: Annotated[int, Meta(ge=1, le=512)] = 24

    def respond(self, jobs: Jobs) -> Examples:
        opened = jobs.library.open(self.run)
        losses = example_losses(opened, "train", None)
        order = np.argsort(-losses, kind="stable")[: self.limit]
        return Examples(self.run, len(losses), answered_examples(opened, "train", order, None, losses))


class ReadExamples(Request, frozen=True):
    """Show examples of a part, with the model's answers.

    Args:
        run: its name.
        part: of its data.
        first: row.
        limit: how many.
        step: before which step; None for the end.
    """

    run: Name
    part: PartName = "test"
    first: Step = 0
    limit: Annotated[int, Meta(ge=1, le=512)] = 32
    step: Step | None = None

    def respond(self, jobs: Jobs) -> Examples:
        opened = jobs.library.open(self.run)
        losses = example_losses(opened, self.part, self.step)
        rows = np.arange(min(self.first, len(losses)), min(self.first + self.limit, len(losses)))
        return Examples(self.run, len(losses), answered_examples(opened, self.part, rows, self.step, losses))
