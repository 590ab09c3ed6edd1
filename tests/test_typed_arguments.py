"""Arguments typed by meaning: what each meaning accepts, keeps and refuses, and what a class says of its own."""

import math
from collections.abc import Sequence
from dataclasses import MISSING, dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.arguments import (
    Choice,
    Either,
    Flag,
    Interval,
    Meaning,
    Number,
    Padding,
    PositiveCount,
    Several,
    SizePerAxis,
    Sizes,
    Text,
    Whole,
    choice,
    meaning_of,
)
from chainrule.configuration import Configurable, describe
from chainrule.errors import ArgumentError

BOOLEANS, TEXTS = st.booleans(), st.text(max_size=5)
LISTS = st.lists(st.integers(), max_size=3)
OTHERS = st.one_of(TEXTS, st.none(), LISTS, st.binary(max_size=2), st.just(dict), st.complex_numbers())


def accepts(meaning: Meaning, value: Any) -> bool:
    try:
        meaning.take("Toy: size", value)
    except ArgumentError as error:
        assert str(error).startswith("Toy: size must be ") and " instead." in str(error)
        return False
    return True


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-9, 9))
def test_a_whole_number_lies_between_its_ends(low: int, high: int, value: int) -> None:
    assert accepts(Whole(low, high), value) == (low <= value <= high) == accepts(Whole(low, high), np.int32(value))


@given(st.one_of(BOOLEANS, OTHERS, st.floats().map(lambda x: x + 0.5)))
def test_nothing_else_is_a_whole_number(value: Any) -> None:
    assert not accepts(Whole(), value)


@given(st.floats(-3, 3), st.booleans(), st.booleans())
def test_a_number_may_leave_its_ends_out(value: float, above: bool, below: bool) -> None:
    inside = (value > -1 if above else value >= -1) and (value < 1 if below else value <= 1)
    assert accepts(Number(-1, 1, above, below), value) == inside


@given(st.one_of(BOOLEANS, OTHERS, st.just(math.nan)))
def test_nothing_else_is_a_number(value: Any) -> None:
    assert not accepts(Number(), value)


@given(st.one_of(OTHERS, st.integers(), st.floats()))
def test_nothing_that_merely_counts_as_true_is_a_flag(value: Any) -> None:
    assert not accepts(Flag(), value) and accepts(Flag(), True) and accepts(Flag(), np.bool_(False))


@given(st.sampled_from(["valid", "VALID", "Same"]))
def test_a_choice_is_kept_in_small_letters(word: str) -> None:
    assert choice("valid", "same").take("Toy: padding", word) == word.lower()


@given(st.lists(st.integers(-2, 4), min_size=1, max_size=4), st.integers(1, 3))
def test_sizes_are_one_for_all_axes_or_one_for_each(sizes: list[int], rank: int) -> None:
    assert accepts(Sizes(1, rank), tuple(sizes)) == (len(sizes) == rank and min(sizes) >= 1)
    assert accepts(Sizes(0, rank), sizes[0]) == (sizes[0] >= 0)


@given(st.tuples(st.floats(-2, 2), st.floats(-2, 2)))
def test_an_interval_has_its_lower_end_first(ends: tuple[float, float]) -> None:
    low, high = ends
    assert accepts(Interval(-1, 1), ends) == (-1 <= low <= high <= 1)
    assert accepts(Interval(equal=False), list(ends)) == (low < high)


def test_numbers_of_numpy_are_kept_as_numbers_of_python() -> None:
    kept = [Number().take("", np.float32(0.5)), Whole().take("", np.int64(3)), Several(Whole()).take("", np.array([1, 2]))]
    assert kept == [0.5, 3, [1, 2]] and [type(value) for value in kept] == [float, int, list]


@pytest.mark.parametrize(
    ("hint", "meaning", "optional"),
    [
        (bool, Flag(), False),
        (int | None, Whole(), True),
        (float, Number(), False),
        (str, Text(), False),
        (PositiveCount | None, Whole(1), True),
        (Annotated[float | None, Number(0, 1)], Number(0, 1), True),
        (Literal["a", "b"], Choice(("a", "b")), False),
        (Sequence[float], Several(Number()), False),
        (int | Sequence[int], Either((Whole(), Several(Whole()))), False),
        (SizePerAxis, Sizes(), False),
    ],
)
def test_a_type_has_a_meaning(hint: Any, meaning: Meaning, optional: bool) -> None:
    assert meaning_of(hint) == (meaning, optional)


class Case(Configurable):
    """Rows of boxes."""

    rows: SizePerAxis
    rank = 2


@dataclass
class Rack(Configurable):
    """A rack.

    Args:
        count: how many boards,
            the lowest included.
        padding: what is beside them.
    """

    count: PositiveCount
    padding: Padding = "valid"
    depth: PositiveCount | None = None


class HighRack(Rack):
    """A high rack.

    Args:
        padding: what is above.
    """


def test_arguments_have_meaning_default_and_sentence() -> None:
    said = describe(HighRack)
    assert {name: (a.meaning, a.optional, a.default, a.text) for name, a in said.items()} == {
        "count": (Whole(1), False, MISSING, "how many boards, the lowest included."),
        "padding": (choice("valid", "same"), False, "valid", "what is above."),
        "depth": (Whole(1), True, None, ""),
    }
    assert said["count"].required and not said["depth"].required
    assert describe(Case)["rows"].meaning == Sizes(1, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": -3}, "HighRack: count must be a whole number from 1. Got -3 instead."),
        ({"count": True}, "HighRack: count must be a whole number from 1. Got True instead."),
        ({"count": 1, "depth": 0}, "HighRack: depth must be a whole number from 1, or None. Got 0 instead."),
        ({"count": 1, "padding": "smae"}, "HighRack: padding must be one of same, valid. Got 'smae' instead. Did you mean 'same'?"),
        ({"count": 1, "dpeth": 2}, "HighRack has no argument 'dpeth'. Did you mean 'depth'? It takes count, padding, depth."),
        ({}, "HighRack: missing a required argument: 'count'. It takes count, padding, depth."),
    ],
)
def test_what_is_refused_is_refused_in_words(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        HighRack(**arguments)
    assert str(refused.value) == message
