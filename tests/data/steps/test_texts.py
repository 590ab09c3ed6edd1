"""Texts as numbers, against scikit-learn and the tokenizers' own reading back; no text outside training teaches anything."""

import numpy as np
import polars as pl
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

import chainrule as cr
from chainrule.data import At, BagOfWords, Collection, Holdout, NormalizeText, Preparation, TfIdf, Tokens
from chainrule.data.collection import PART
from chainrule.data.steps.texts import WORDS
from chainrule.errors import ArgumentError

AT = At("text")
TEXTS = [
    "the cat sat on the mat .",
    "a dog, a cat and a mat!",
    "the the the end",
    "no end; no cat",
    "it's over 9000",
    "",
    "Größe und Maß des Cafés",
]
texts = st.lists(st.text(alphabet="abc de.,'é", max_size=30), min_size=3, max_size=12).filter(lambda rows: any(row.strip() for row in rows))


@settings(max_examples=40, deadline=None)
@given(rows=texts, low=st.integers(1, 2), more=st.integers(0, 1), sublinear=st.booleans())
def test_weights_are_those_of_scikit_learn(rows, low, more, sublinear):
    theirs = TfidfVectorizer(ngram_range=(low, low + more), token_pattern=WORDS, sublinear_tf=sublinear, lowercase=False)
    try:
        expected = theirs.fit_transform(rows).toarray()
    except ValueError:  # no run of so many words
        return
    step = TfIdf((low, low + more), at_least=1, sublinear=sublinear).fit(pl.Series(rows), AT)
    assert list(step.terms) == sorted(theirs.vocabulary_)
    order = [theirs.vocabulary_[term] for term in step.terms]
    assert step.apply(pl.Series(rows), AT) == pytest.approx(expected[:, order], abs=1e-6)
    assert step.idf == pytest.approx(theirs.idf_[order])


@pytest.mark.parametrize("most", [3, 8, None])
@pytest.mark.parametrize(("unit", "analyzer", "ngrams"), [("word", "word", (1, 2)), ("character", "char", (2, 3))])
def test_counts_are_those_of_scikit_learn(most, unit, analyzer, ngrams):
    pattern = {"token_pattern": WORDS} if unit == "word" else {}
    theirs = CountVectorizer(ngram_range=ngrams, analyzer=analyzer, lowercase=False, max_features=most, **pattern)
    expected = theirs.fit_transform(TEXTS).toarray()
    step = BagOfWords(ngrams, most=most, at_least=1, unit=unit).fit(pl.Series(TEXTS), AT)
    assert sorted(step.apply(pl.Series(TEXTS), AT).sum(axis=0).tolist()) == sorted(expected.sum(axis=0).tolist())


def test_rare_terms_are_left_out_and_unknown_ones_count_for_nothing():
    step = BagOfWords((1, 1), at_least=2).fit(pl.Series(TEXTS), AT)
    assert step.terms == ("cat", "end", "mat", "the")
    assert not step.apply(pl.Series(["never met before"]), AT).any()
    assert step.feature_names(["text"])[0] == f"text: {step.terms[0]}"


def test_one_way_of_writing():
    step = NormalizeText("NFKC", accents=False, digits=False)
    assert step.apply(pl.Series(["ﬁnE  CAFÉ №１２", "e\u0301"]), AT).to_list() == ["fine  cafe no00", "e"]
    assert NormalizeText("NFC", lower=False).apply(pl.Series(["E\u0301"]), AT).to_list() == ["É"]
    at = At("text")
    assert NormalizeText().apply(pl.Series([None, "A"]), at).to_list() == ["", "a"]
    assert "1 of 2 texts are missing" in at.notes[0]


@pytest.mark.parametrize("unit", ["word", "character", "bpe", "wordpiece"])
def test_tokens_are_read_back(unit):
    rows = [text for text in TEXTS if text]
    step = Tokens(unit, size=400, at_least=1, covers=1.0).fit(pl.Series(rows), AT)
    encoded = step.apply(pl.Series(rows), AT)
    assert encoded.dtype == np.int32
    assert encoded.max() < step.vocabulary_size
    again = step.decode(encoded)
    assert [text.replace(" ", "") for text in again] == [text.replace(" ", "") for text in rows]
    theirs = tokenizers.Tokenizer.from_str(step.tokenizer)
    assert [row[row > 0].tolist() for row in encoded] == [entry.ids for entry in theirs.encode_batch(rows)]


@pytest.mark.parametrize("unit", ["word", "character", "bpe", "wordpiece"])
def test_the_names_of_padding_and_unknown_are_letters_in_a_text(unit):
    rows = ["fill in [PAD] or [UNK] here", "[PAD][PAD]", "[UNK] or nothing"]
    step = Tokens(unit=unit, at_least=1, covers=1.0).fit(pl.Series(rows), AT)
    numbers = step.numbers(rows)
    assert all(number > 1 for row in numbers for number in row)
    assert [text.replace(" ", "") for text in step.decode(step.apply(pl.Series(rows), AT))] == [row.replace(" ", "") for row in rows]
    assert step.length == max(map(len, numbers))
    for text, row, places in zip(rows, numbers, step.offsets(rows), strict=True):
        assert [place for begin, end in places for place in range(begin, end) if text[place] != " "] == [
            place for place in range(len(text)) if text[place] != " "
        ]
        assert len(places) == len(row)


def test_offsets_point_into_the_text():
    step = Tokens("wordpiece", size=60, at_least=1).fit(pl.Series(TEXTS), AT)
    (offsets,) = step.offsets([TEXTS[0]])
    (numbers,) = step.numbers([TEXTS[0]])
    names = {number: token for token, number in step.vocabulary.items()}
    assert [TEXTS[0][begin:end] for begin, end in offsets] == [names[number].removeprefix("##") for number in numbers]


def test_long_texts_are_cut_and_short_ones_padded_and_it_is_said():
    at = At("text")
    step = Tokens(length=3, at_least=1).fit(pl.Series(["a b", "c d e f"]), at)
    ends = step.apply(pl.Series(["a b", "c d e f", "zzz"]), at)
    assert (ends == 0).tolist() == [[False, False, True], [False] * 3, [False, True, True]]
    assert ends[2, 0] == 1
    assert "1 of 3 texts are longer than 3 tokens" in at.notes[-1]
    begins = Tokens(length=3, at_least=1, pad="begin").fit(pl.Series(["a b"]), at).apply(pl.Series(["a b"]), at)
    assert begins[0, 0] == 0 and begins[0, 1] > 1


def test_the_length_covers_the_asked_share_of_training():
    rows = pl.Series([" ".join("a" * size) for size in range(1, 101)])
    assert Tokens(covers=0.9).fit(rows, AT).length == int(np.ceil(np.quantile(np.arange(1, 101), 0.9)))
    assert Tokens(covers=1.0, longest=40).fit(rows, AT).length == 40


@pytest.mark.parametrize("unit", ["word", "character", "bpe", "wordpiece"])
def test_the_same_texts_give_the_same_tokenizer(unit):
    rows = pl.Series(TEXTS * 3)
    assert Tokens(unit, size=300).fit(rows, AT) == Tokens(unit, size=300).fit(rows, AT)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), strange=st.text(min_size=1, max_size=20), tokens=st.booleans())
def test_no_text_outside_training_changes_vocabulary_idf_or_tensors(seed, strange, tokens):
    parts = np.random.default_rng(seed).permutation(["train"] * 14 + ["validation"] * 4 + ["test"] * 3)
    rows = (TEXTS * 3)[: len(parts)]

    def prepared(rows):
        frame = pl.DataFrame({"text": rows, "kind": ["x", "y", "x"] * 7, PART: parts.tolist()})
        encode = [Tokens(at_least=1)] if tokens else None
        preparation = Preparation(encode=encode, split=Holdout(validation=0), kinds={"text": "text"})
        splits = preparation.fit(Collection(frame, target="kind"))
        return splits.train.x, preparation.fitted.features

    before, features = prepared(rows)
    after, again = prepared([row if part == "train" else strange for row, part in zip(rows, parts, strict=True)])
    assert np.array_equal(before, after)
    assert features == again


def test_a_preparation_of_texts_is_kept_with_its_vocabulary(tmp_path):
    rows = {"text": TEXTS * 6, "also": [text[::-1] for text in TEXTS * 6], "kind": ["x", "y", "z"] * 14}
    kinds = {"text": "text", "also": "text"}
    preparation = Preparation(target="kind", kinds=kinds, encode=[Tokens().on("text"), TfIdf().on("also")])
    preparation.fit(rows)
    assert preparation.inputs["text"] == (preparation.fitted.features[0].shape)
    preparation.save(tmp_path / "preparation.json")
    again = Preparation.load(tmp_path / "preparation.json")
    new = {"text": "the cat and the unheard", "also": "tac"}
    for ours, theirs in zip(preparation.transform(new), again.transform(new), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: NormalizeText("NFX"), "NFX"),
        (lambda: TfIdf((2, 1)), "ngrams must be"),
        (lambda: Tokens("words"), "Did you mean 'word'"),
        (lambda: Tokens(pad="left"), "pad"),
        (lambda: BagOfWords().apply(pl.Series(["a"]), AT), "has not learned"),
        (lambda: Tokens().apply(pl.Series(["a"]), AT), "has not learned"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_the_door_offers_the_steps():
    assert {"NormalizeText", "TfIdf", "BagOfWords", "Tokens"} <= set(cr.data.__all__)
