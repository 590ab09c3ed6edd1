"""Spans: the part of a text that answers a question about it."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from chainrule.data.targets.spans import AnswerTarget
from chainrule.errors import ArgumentError
from chainrule.losses import Loss, SparseCategoricalCrossentropy
from chainrule.metrics import ExactMatch, Metric
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices
from chainrule.tasks.evaluation import Evaluation, evaluate_answers
from chainrule.tasks.networks import texts
from chainrule.tasks.task import Answer, Array, Examples, Floats, Task


class Span(Task):
    """A part of a text: the likeliest first and last place, p(first) · p(last) with first ≤ last."""

    target_kind: ClassVar[str] = "span"
    is_default: ClassVar[bool] = True
    summary: ClassVar[str] = "the part of a text that answers a question"
    baseline: ClassVar[str] = "always the most frequent answer"
    reads_collection: ClassVar[bool] = True

    @property
    def places(self) -> AnswerTarget:
        """What reads the places of a text."""
        assert isinstance(self.target, AnswerTarget)
        return self.target

    def describe_target(self) -> str:
        return f"a part of {self.places.reading.context!r}"

    def output_shape(self, x: Any, y: Array) -> tuple[int, ...]:
        return tuple(y.shape[1:]) if isinstance(x, list) else (2, math.prod(x.shape[1:]))

    def network(self, inputs: Sequence[InputSpec], output: OutputSpec, choices: Choices) -> Body | None:
        if len(inputs) != 1 or len(inputs[0].shape) != 2:
            met = ", ".join(spec.name for spec in inputs)
            raise ArgumentError(
                f"An answer is found in a question and a text alone, by Sentences. Got {met}: leave out what else there is."
            )
        return texts.span(inputs[0], output, choices)

    def loss(self) -> Loss | str:
        return SparseCategoricalCrossentropy(from_logits=True)

    def metrics(self) -> Sequence[Metric | str]:
        return [ExactMatch()]

    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        """Return how good the answers are, read in the texts where these are at hand, else in the words of the vocabulary."""
        if examples.collection is None:
            places, sure = self.places.likeliest(outputs, examples.x, self.from_logits)
            found, true = (self.places.words(examples.x, some) for some in (places, examples.y))
            return evaluate_answers(found, true, sure.tolist(), worst)
        answers = self.frame(outputs, examples.collection)
        true = [str(text) for text in examples.collection.values(self.target_name)]
        return evaluate_answers(answers[answers.columns[0]].to_list(), true, answers["probability"].to_list(), worst)

    def losses(self, outputs: Array, examples: Examples) -> Floats:
        """Return the mean over the first and the last place of −ln p of the true one."""
        rows = np.asarray(outputs, np.float64)  # (examples, 2, places), logits
        highest = rows.max(axis=-1, keepdims=True)
        total = highest[..., 0] + np.log(np.exp(rows - highest).sum(axis=-1))
        return (total - np.take_along_axis(rows, examples.y[..., None], axis=-1)[..., 0]).mean(axis=1)

    def numbers(self, outputs: Array) -> Floats:
        """Return the likeliest first place."""
        return np.asarray(outputs)[:, 0].argmax(axis=-1).astype(np.float64)

    def target_numbers(self, y: Array) -> Floats:
        return np.asarray(y)[:, 0].astype(np.float64)

    def answer(self, output: Array, x: Array) -> Answer:
        """Return the part of the text in words; explained is that it begins where it does."""
        places, sure = self.places.likeliest(output[None], x[None], self.from_logits)
        return Answer(self.places.words(x[None], places)[0], float(sure[0]), output=int(places[0, 0]))

    def label(self, y: Array, x: Array) -> tuple[float | None, str]:
        return None, self.places.words(x[None], np.asarray(y)[None])[0]
