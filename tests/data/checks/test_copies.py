"""Examples that are equal or nearly so: against comparing all with all, and on copies planted in real data."""

from typing import Any
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import chainrule as cr
from chainrule.data.checks import contradictions, duplicates, equal, equal_examples, near_images, near_rows, near_sounds, near_texts
from chainrule.data.checks.equal import near_vectors
from chainrule.errors import DataError


def plain(groups: list[Any]) -> list[list[int]]:
    return [group.tolist() for group in groups]


@given(st.lists(st.sampled_from(["a", "b", "c", "ab"]), max_size=12))
def test_groups_of_equal_examples_are_those_of_a_dictionary(values: list[str]) -> None:
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        rows.setdefault(value, []).append(row)
    wanted = sorted(group for group in rows.values() if len(group) > 1)
    assert plain(equal_examples(values)) == wanted
    assert plain(equal_examples([value.encode() for value in values])) == wanted
    assert plain(equal_examples(pl.Series("text", values, pl.String))) == wanted
    assert plain(equal_examples([np.frombuffer(value.encode(), np.uint8) for value in values])) == wanted


def test_rows_of_a_frame_are_equal_in_all_columns_nulls_included() -> None:
    frame = pl.DataFrame({"a": [1, None, 1, None, 1], "b": ["x", "y", "x", "y", "z"]})
    assert plain(equal_examples(frame)) == [[0, 2], [1, 3]]


def test_shapes_and_kinds_of_number_tell_arrays_apart_signs_of_zero_do_not() -> None:
    entries = [np.zeros(4, np.float32), np.zeros((2, 2), np.float32), np.zeros(2, np.float64), -np.zeros(4, np.float32)]
    assert plain(equal_examples(entries)) == [[0, 3]]


@given(arrays.arrays(np.float32, (12, 11), elements=st.floats(-1, 1, width=16)), st.floats(0.05, 1.5), st.booleans())
@pytest.mark.parametrize("most", [equal.MOST_PAIRS, 0])
def test_no_near_pair_is_missed_and_none_is_wrong(most: int, vectors: np.ndarray[Any, Any], radius: float, largest: bool) -> None:
    difference = np.abs(vectors[:, None] - vectors[None])
    distances = difference.max(-1) if largest else np.sqrt((difference.astype(np.float64) ** 2).sum(-1))
    if (np.abs(distances - radius) < 1e-5).any():
        return  # float32 cannot tell
    reach = np.linalg.matrix_power((distances <= radius).astype(np.int64), len(vectors)) > 0
    wanted = sorted({tuple(np.flatnonzero(row).tolist()) for row in reach if row.sum() > 1})
    with patch.object(equal, "MOST_PAIRS", most):
        assert [tuple(group) for group in plain(near_vectors(vectors, radius, largest=largest))] == wanted


def test_many_copies_of_a_few_pictures_are_all_named_and_their_pairs_are_never_kept() -> None:
    """Three thousand pictures that hang together in chains longer than the radius, and some that are like no other."""
    rng = np.random.Generator(np.random.Philox(0))
    begins = rng.normal(0, 100, (3, 40))
    ways = rng.normal(0, 1, (3, 40)) / np.sqrt(40)
    chained = np.concatenate([begin + way * rng.uniform(0, 6, 1000)[:, None] for begin, way in zip(begins, ways, strict=True)])
    alone = rng.normal(0, 100, (50, 40))
    vectors = np.concatenate([chained + rng.normal(0, 0.01, chained.shape), alone]).astype(np.float32)
    order = rng.permutation(len(vectors))
    with patch.object(equal, "MOST_PAIRS", 100_000), patch.object(equal, "_near_pairs", None):
        found = near_vectors(vectors[order], 1.0)
    assert sorted(sorted(order[group].tolist()) for group in found) == [list(range(at, at + 1000)) for at in (0, 1000, 2000)]


def test_pictures_planted_brighter_noisier_and_larger_are_found_among_digits() -> None:
    digits = (cr.data.load("digits").train.x[:400] * 255).astype(np.uint8)
    rng = np.random.default_rng(3)
    noisy = np.clip(digits[7].astype(int) + rng.integers(-6, 7, digits[7].shape), 0, 255).astype(np.uint8)
    brighter = (digits[31] * 0.6 + 60).astype(np.uint8)
    assert plain(near_images(np.concatenate([digits, [noisy, brighter]]))) == [[7, 400], [31, 401]]
    pictures = [np.kron(digit[..., 0], np.ones((4, 4), np.uint8)) for digit in digits[:40]]
    larger = np.kron(pictures[5], np.ones((2, 2), np.uint8))
    coloured = np.repeat(pictures[9][..., None], 3, axis=2)
    assert plain(near_images([*pictures, larger, coloured])) == [[5, 40], [9, 41]]


def test_what_is_no_picture_is_refused_with_its_row() -> None:
    with pytest.raises(DataError, match=r"row 1: a picture must have shape .* Got \(3,\) instead"):
        near_images([np.ones((4, 4)), np.ones(3)])


def test_texts_that_are_nearly_the_same_are_those_of_jaccard_likeness() -> None:
    rng = np.random.default_rng(4)
    words = ["".join(chr(97 + letter) for letter in rng.integers(0, 26, 6)) for _ in range(200)]
    texts = [" ".join(words[number] for number in rng.integers(0, 200, 30)) for _ in range(60)]
    texts += [texts[3].upper() + "!!", " ".join(texts[11].split()[:-2]), " ".join(texts[20].split()[::-1])]
    found = plain(near_texts([*texts, None, "", "ok", "OK."]))
    assert found == [[3, 60], [11, 61], [65, 66]]

    def shingles(text: str) -> set[str]:
        filled = text.lower().replace("!", "").strip() + "    "
        return {filled[place : place + 5] for place in range(len(filled) - 4)}

    for first, second, wanted in ((3, 60, True), (11, 61, True), (20, 62, False)):
        a, b = shingles(texts[first]), shingles(texts[second])
        assert (len(a & b) / len(a | b) >= 0.8) is wanted


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_texts_are_taken_and_equal_ones_are_near(texts: list[str]) -> None:
    groups = near_texts([*texts, "the very same words", "The very same words."])
    assert [len(texts), len(texts) + 1] in plain(groups)


def test_rows_of_numbers_within_the_tolerance_are_near_whatever_their_units() -> None:
    x = np.random.default_rng(5).normal(size=(300, 5)) * [1, 1e-6, 1e6, 3, 50] + [0, 1, -1e7, 4, 0]
    x[17] = x[240] + 2e-4 * x.std(axis=0)
    x[18] = x[241]
    x[18, 2] += 3e-3 * x[:, 2].std()
    x[60, 1] = x[61, 1] = np.nan
    assert plain(near_rows(x)) == [[17, 240]]
    assert near_rows(x[:, :2]) == []  # two columns come near one another by chance


def test_sounds_planted_softer_and_noisier_are_found() -> None:
    rng = np.random.default_rng(6)
    time = np.arange(6000) / 8000

    def chirp() -> np.ndarray[Any, Any]:
        start, end, decay = rng.uniform(200, 3000), rng.uniform(200, 3000), rng.uniform(1, 6)
        return np.sin(2 * np.pi * (start + (end - start) * time) * time) * np.exp(-decay * time)

    sounds = [(chirp() * 12000).astype(np.int16) for _ in range(40)]
    softer = (sounds[4] * 0.3).astype(np.int16)
    noisier = (sounds[8] + rng.normal(0, 5, 6000)).astype(np.int16)
    assert plain(near_sounds([*sounds, softer, noisier, np.zeros(100, np.int16)])) == [[4, 40], [8, 41]]


def test_issues_of_duplicates_name_all_copies_and_contradicting_targets() -> None:
    groups = equal_examples(["a", "b", "a", "c", "b", "a"])
    (issue,) = duplicates(groups)
    assert (issue.severity, issue.rows, issue.count) == ("warning", (2, 4, 5), 3)
    assert issue.message == "3 rows are copies of an earlier one: rows 2, 4 and 5."
    (issue,) = contradictions(groups, [1, 2, 1, 1, 3, 1])
    assert issue.rows == (1, 4)
    assert "rows 1 and 4 have 2 and 3" in issue.message
    assert duplicates([]) == contradictions(groups, [0] * 6) == []
