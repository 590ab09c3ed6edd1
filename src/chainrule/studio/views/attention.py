"""Attention: which words of an example look at which, in each head."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.data.preparing.tokens import PADDING, Tokens
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
    words = _words(room, moment.x[ask.example])
    looking, seen = (_side(words, length, ask.most) for length in shares.shape[2:])
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


def _side(words: list[str] | None, length: int, most: int) -> Side:
    """Return which of so many steps are shown: the first that are no padding."""
    if words is None or len(words) != length:
        return Side(np.arange(min(length, most)), [str(number + 1) for number in range(min(length, most))], max(0, length - most))
    there = np.flatnonzero([word != "" for word in words])
    return Side(there[:most], [words[place] for place in there[:most]], max(0, len(there) - most))


def _words(room: Room, x: NDArray[Any]) -> list[str] | None:
    """Return the words of an example of tokens, each in its place and nothing for padding; None where it is of something else."""
    preparation = room.subject.preparation
    learned = None if preparation is None else preparation.learned
    if learned is None or learned.flat or len(learned.apart) != 1 or x.ndim != 1:
        return None
    last = learned.apart[0].steps[-1:]
    if not last or not isinstance(last[0], Tokens):
        return None
    decoded = last[0].decode(x[:, None])
    return [word if number != PADDING else "" for word, number in zip(decoded, x.tolist(), strict=True)]
