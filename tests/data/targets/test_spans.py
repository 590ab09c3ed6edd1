"""Spans of text and packed rows: what is encoded comes back."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.data import At, SpanTarget, Tokens, pack
from chainrule.errors import ArgumentError, DataError

words = st.lists(st.sampled_from(["Mary", "went", "to", "the", "garden", "naïve", "don't", "."]), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(chosen=words, unit=st.sampled_from(["word", "character", "bpe", "wordpiece"]), data=st.data())
def test_whole_words_come_back(chosen, unit, data):
    first = data.draw(st.integers(0, len(chosen) - 1))
    last = data.draw(st.integers(first, len(chosen) - 1))
    text, answer = " ".join(chosen), " ".join(chosen[first : last + 1])
    tokens = Tokens(unit, size=400, at_least=1, covers=1.0).fit(pl.Series([text]), At("text"))
    target = SpanTarget(tokens)
    begin = len(" ".join(chosen[:first])) + (first > 0)
    places = target.encode([text], [(begin, begin + len(answer))])
    assert target.decode([text], places)[0].strip() == answer


def test_what_is_cut_off_is_told():
    texts = ["a b c d e f", "a b"]
    target = SpanTarget(Tokens(length=3, at_least=1).fit(pl.Series(texts), At("text")))
    spans = target.find(texts, ["e", "b"])
    assert target.holds(texts, spans).tolist() == [False, True]
    with pytest.raises(DataError, match="Row 1: the answer lies beyond the 3 tokens that are kept of its text, as in 1 of 2 rows"):
        target.encode(texts, spans)
    assert target.decode(texts, [[2, 1], [1, 1]]) == ["", "b"]


def test_what_is_no_part_of_the_text_is_refused():
    texts = ["a b"]
    tokens = Tokens(at_least=1).fit(pl.Series(texts), At("text"))
    with pytest.raises(DataError, match="Row 1: the answer 'z' must be a part of its text"):
        SpanTarget(tokens).find(texts, ["z"])
    with pytest.raises(DataError, match="touches no token"):
        SpanTarget(tokens).encode(texts, [(1, 2)])
    with pytest.raises(ArgumentError, match="fitted"):
        SpanTarget(Tokens())


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(st.integers(2, 9), max_size=7), max_size=20), length=st.integers(1, 7))
def test_every_token_is_packed_once_and_texts_stay_whole(rows, length):
    tokens, segments = pack(rows, length)
    assert tokens.shape == segments.shape == (len(tokens), length)
    assert ((tokens == 0) == (segments == 0)).all()
    back = [tuple(row[part == number].tolist()) for row, part in zip(tokens, segments, strict=True) for number in range(1, part.max() + 1)]
    kept = [tuple(row[:length]) for row in rows if row]
    assert Counter(back) == Counter(kept)
    fewest = -(-sum(map(len, kept)) // length)
    assert len(tokens) <= max(1, 11 / 9 * max(fewest, len([row for row in kept if len(row) > length / 2])) + 1) or not kept
    assert np.all(np.diff((segments > 0).astype(int), axis=1) <= 0)


def test_a_length_of_nothing_is_refused():
    with pytest.raises(ArgumentError, match="length must be a whole number from 1"):
        pack([[1]], 0)
