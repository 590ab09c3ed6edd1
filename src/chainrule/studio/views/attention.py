"""Attention: which words of an example look at which, in each head."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.data.steps.sentences import Sentences
from chainrule.data.steps.tokens import Tokens
from chainrule.errors import ArgumentError
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers.attention import Attended
from chainrule.studio.room import Room


class Side(NamedTuple):
    """Steps that are shown.

    Args:
        places: of these among all.
        words: what they are called.
        left_out: how many are not shown.
    """

    places: NDArray[np.intp]
    words: list[str]
    left_out: int


def read_attention(desk: Desk, ask: requests.ReadAttention, blocks: Blocks) -> Attended:
    """Look at what an example's steps look at."""
    room = desk.library.room(ask.run)
    moment = room.moment(ask.step)
    shares = moment[f"{ask.layer}/attention_scores"]  # (examples, heads, looking, seen)
    if ask.example >= len(shares):
        raise ArgumentError(f"The batch of step {ask.step} has {len(shares)} examples. Got example {ask.example} instead.")
    mine = shares[ask.example] > 0  # padding neither looks nor is seen
    words = _words(room, moment.x[ask.example])
    looking, seen = (_side(words, there, ask.most) for there in (mine.any(axis=(0, 2)), mine.any(axis=(0, 1))))
    return Attended(
        id=ask.id,
        run=ask.run,
        step=ask.step,
        layer=ask.layer,
        example=ask.example,
        looking=looking.words,
        seen=seen.words,
        left_out=[looking.left_out, seen.left_out],
        shares=blocks.add(shares[ask.example][:, looking.places][:, :, seen.places]),
    )


def _side(words: list[str], there: NDArray[np.bool_], most: int) -> Side:
    """Return which steps are shown: the first of those that there are."""
    places = np.flatnonzero(there)
    called = words if len(words) == len(there) else [str(number + 1) for number in range(len(there))]
    return Side(places[:most], [called[place] for place in places[:most]], max(0, len(places) - most))


def _words(room: Room, x: NDArray[Any]) -> list[str]:
    """Return the words of an example of tokens, each in its place; none where it is of something else."""
    preparation = room.subject.preparation
    learned = None if preparation is None else preparation.fitted
    if learned is None or learned.flat or len(learned.apart) != 1:
        return []
    last = learned.apart[0].steps[-1:]
    return last[0].decode(x.reshape(-1, 1)) if last and isinstance(last[0], Tokens | Sentences) else []
