"""The training examples that taught a model an answer, and those that it sees as most alike."""

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from chainrule import explain
from chainrule.insight import tracin
from chainrule.studio.answered_examples import answered_examples
from chainrule.studio.example_inputs import ExampleInput
from chainrule.studio.examples import Example, Examples, answer_in_words, shown
from chainrule.studio.fields import Array, Name, Number
from chainrule.studio.jobs import Jobs
from chainrule.studio.prepared_examples import prepare_example
from chainrule.studio.protocol import Request
from chainrule.studio.tensors import number
from chainrule.tasks.explanation import MANY_EXAMPLES


class InfluentialExample(Struct, frozen=True):
    """A training example that has had a say in an answer.

    Args:
        example: it.
        score: how much it has lowered (positive) or raised (negative) the loss of what was asked about.
    """

    example: Example
    score: Number


class Influence(Struct, frozen=True):
    """Who taught the model an answer.

    Args:
        run: its name.
        answer: in words.
        helpful: the strongest first.
        harmful: likewise.
    """

    run: str
    answer: str
    helpful: list[InfluentialExample]
    harmful: list[InfluentialExample]


class AskInfluence(Request, frozen=True):
    """Ask which training examples taught the model its answer.

    Args:
        run: its name.
        input: what it is asked about.
        limit: how many for it and how many against it.
    """

    run: Name
    input: ExampleInput
    limit: Annotated[int, Meta(ge=1, le=32)] = 6

    def respond(self, jobs: Jobs) -> Influence:
        opened = jobs.library.open(self.run)
        task, prepared, model = opened.task, prepare_example(jobs, opened, self.input, None), opened.model(None)
        outputs = np.asarray(model.predict(prepared.x[None]))[0]
        y = task.task.influence_target(outputs, prepared.x, prepared.y, np.asarray(opened.rows("train").y))
        weights = None if opened.rows("train").count <= MANY_EXAMPLES else f"{model.layers[-1].default_name}/*"
        found = tracin(opened.run, prepared.x[None], y, self.limit, weights)
        answer, _ = answer_in_words(task, prepared.x, outputs)

        def shown_with_scores(numbers: Array) -> list[InfluentialExample]:
            rows = opened.rows("train").take(numbers)
            given = np.asarray(model.predict(rows.x))
            return [
                InfluentialExample(shown(task, x, y, place, "train", row, outputs), number(found.scores[0, row]))
                for x, y, place, row, outputs in zip(rows.x, rows.y, rows.places, numbers.tolist(), given, strict=True)
            ]

        return Influence(self.run, answer or "", shown_with_scores(found.proponents[0]), shown_with_scores(found.opponents[0]))


class AskNearest(Request, frozen=True):
    """Show the training examples that the network sees as most alike.

    Args:
        run: its name.
        input: to what.
        layer: in whose output; None for the last but one.
        limit: how many.
    """

    run: Name
    input: ExampleInput
    layer: Name | None = None
    limit: Annotated[int, Meta(ge=1, le=64)] = 8

    def respond(self, jobs: Jobs) -> Examples:
        opened = jobs.library.open(self.run)
        prepared, rows = prepare_example(jobs, opened, self.input, None), opened.rows("train")
        found = explain.nearest_examples(opened.model(None), prepared.x[None], rows.x, self.layer, min(self.limit, len(rows.x)))
        return Examples(self.run, len(rows.x), answered_examples(opened, "train", found.rows[0], None))
