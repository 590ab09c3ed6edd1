"""Attention: which words of an example look at which, in each head."""

from typing import Annotated, Any, NamedTuple

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from chainrule.data.steps.tokens import Sentences, Tokens
from chainrule.errors import ArgumentError
from chainrule.studio.fields import Array, Name, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.open_run import OpenRun
from chainrule.studio.protocol import Request


class AttentionWeights(Struct, frozen=True):
    """How each step of an example looks at the others, in each head of a layer of attention.

    Args:
        run: its name.
        step: with the weights before which.
        layer: the layer's path.
        example: its place in the batch.
        queries: the steps that look, in words; their numbers where they are no words.
        keys: the steps that are looked at, likewise.
        left_out: how many steps are not shown because they are too many, of those that look and of those that are seen.
        weights: of shape (heads, queries, keys); each row's sum is 1.
    """

    run: str
    step: int
    layer: str
    example: int
    queries: list[str]
    keys: list[str]
    left_out: list[int]
    weights: Array


class ReadAttention(Request, frozen=True):
    """Look at what the steps of an example look at, in each head of a layer of attention.

    Args:
        run: its name.
        step: counted from 0.
        layer: the layer's path.
        example: its place in the batch.
        most: steps that are shown, of those that look and of those that are seen.
    """

    run: Name
    step: Step
    layer: Name
    example: Step = 0
    most: Annotated[int, Meta(ge=1, le=256)] = 64

    def about(self) -> int:
        return self.step

    def respond(self, jobs: Jobs) -> AttentionWeights:
        opened = jobs.library.open(self.run)
        moment = opened.moment(self.step)
        weights = moment[f"{self.layer}/attention_scores"]  # (examples, heads, queries, keys)
        if self.example >= len(weights):
            raise ArgumentError(f"The batch of step {self.step} has {len(weights)} examples. Got example {self.example} instead.")
        mine = weights[self.example] > 0  # padding neither looks nor is seen
        words = _words(opened, moment.x[self.example])
        queries, keys = (_side(words, there, self.most) for there in (mine.any(axis=(0, 2)), mine.any(axis=(0, 1))))
        return AttentionWeights(
            run=self.run,
            step=self.step,
            layer=self.layer,
            example=self.example,
            queries=queries.words,
            keys=keys.words,
            left_out=[queries.left_out, keys.left_out],
            weights=weights[self.example][:, queries.places][:, :, keys.places],
        )


class ShownSteps(NamedTuple):
    """Steps that are shown.

    Args:
        places: of these among all.
        words: what they are called.
        left_out: how many are not shown.
    """

    places: NDArray[np.intp]
    words: list[str]
    left_out: int


def _side(words: list[str], there: NDArray[np.bool_], most: int) -> ShownSteps:
    """Return which steps are shown: the first of those that there are."""
    places = np.flatnonzero(there)
    called = words if len(words) == len(there) else [str(number + 1) for number in range(len(there))]
    return ShownSteps(places[:most], [called[place] for place in places[:most]], max(0, len(places) - most))


def _words(opened: OpenRun, x: NDArray[Any]) -> list[str]:
    """Return the words of an example of tokens, each in its place; none where it is of something else."""
    preparation = opened.task.preparation
    learned = None if preparation is None else preparation.fitted
    if learned is None or learned.flat or len(learned.apart) != 1:
        return []
    last = learned.apart[0].steps[-1:]
    return last[0].decode(x.reshape(-1, 1)) if last and isinstance(last[0], Tokens | Sentences) else []
