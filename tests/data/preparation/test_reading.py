"""Questions about texts: read as one, taken apart into sentences, answered by a part of the text."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chainrule.data import At, Collection, Holdout, Preparation, Sentences, SpanTarget, TfIdf, Tokens
from chainrule.data.steps.questions import with_reading
from chainrule.data.targets.spans import likeliest_spans
from chainrule.errors import ArgumentError, DataError
from chainrule.metrics import ExactMatch

sentence = st.lists(st.sampled_from(["Mary", "went", "to", "the", "garden", "naïve", "don't", "3.5"]), min_size=1, max_size=6)
ROWS = {
    "passage": ["Mary went to the hall. John slept.", "John sat. Mary went to the garden. John left the garden."] * 20,
    "query": ["Who slept?", "Where did Mary go?"] * 20,
    "answer": ["John", "the garden"] * 20,
}


@given(told=st.lists(sentence, min_size=1, max_size=6), asked=sentence, end=st.sampled_from([". ", "\n", "! "]))
def test_each_word_stands_in_its_sentence(told, asked, end):
    text = " ".join(asked) + "?\n" + end.join(" ".join(words) for words in told)
    step = Sentences(Tokens(at_least=1, lower=True)).fit(pl.Series([text]), At("text"))
    (rows,) = step.apply(pl.Series([text]), At("text"))
    assert rows.shape == (step.sentences, step.words) == (max(2, len(told) + 1), rows.shape[1])
    decoded = [line.replace(" ", "") for line in step.decode(rows)]
    said = [" ".join(asked) + "?", *(" ".join(words) + end.strip() for words in told[:-1]), " ".join(told[-1])]
    assert decoded[-len(told) :] == [line.lower().replace(" ", "") for line in said[1:]]
    assert decoded[0] == said[0].lower().replace(" ", "")
    offsets = step.offsets([text])[0]
    met = [text[begin:end] for begin, end in offsets if end > begin]
    assert "".join(met) == text.replace(" ", "").replace("\n", "")


def test_the_last_sentences_stay_where_there_are_too_many():
    texts = ["Who?\nA left. B left. C left well and soon.", "Who?\nA left."]
    step = Sentences(Tokens(at_least=1), sentences=3, words=4).fit(pl.Series(texts), At("text"))
    at = At("text")
    rows = step.apply(pl.Series(texts), at)
    assert step.decode(rows[0]) == ["Who ?", "B left .", "C left well and"]
    assert step.decode(rows[1]) == ["Who ?", "", "A left ."]
    assert at.notes == ["column 'text': 1 of 2 texts have more than 3 sentences, or one of more than 4 words, and are cut"]
    target = SpanTarget(step)
    spans = target.find(texts, ["soon", "A"])
    assert target.holds(texts, spans).tolist() == [False, True]
    assert target.decode(texts, target.encode(texts[1:], spans[1:]).repeat(2, axis=0)) == ["C", "A"]
    with pytest.raises(ArgumentError, match="sentences must be a whole number from 2"):
        Sentences(sentences=1)


def test_what_asks_and_what_is_asked_about_is_found():
    collection = with_reading(Collection(pl.DataFrame(ROWS), target="answer"), "span")
    assert collection.kinds == {"query": "question", "passage": "context", "query, passage": "reading", "answer": "span"}
    assert collection.frame["query, passage"][0] == "Who slept?\nMary went to the hall. John slept."
    classes = with_reading(Collection(pl.DataFrame(ROWS), target="answer"), None)
    assert "answer" not in classes.kinds  # few answers, that come again, are classes
    manifold = pl.DataFrame(ROWS).with_columns(answer=pl.Series([f"a{i}" for i in range(40)]))
    manifold = manifold.with_columns(passage=pl.concat_str("passage", "answer", separator=" It was "))
    assert with_reading(Collection(manifold, target="answer"), None).kinds["answer"] == "span"
    elsewhere = manifold.with_columns(passage=pl.lit("There is nothing in it."))
    assert with_reading(Collection(elsewhere, target="answer"), None).kinds.get("answer") is None
    alone = Collection(pl.DataFrame({"query": ROWS["query"]}), kinds={"query": "question"})
    assert with_reading(alone, None).kinds == {"query": "text"}
    with pytest.raises(ArgumentError, match="needs a column of questions and one of texts"):
        with_reading(alone, "span")


def test_an_answer_is_where_it_is_said_to_begin():
    rows = pl.DataFrame(ROWS).with_columns(answer_start=pl.Series([23, 45] * 20))
    collection = with_reading(Collection(rows, target="answer"), None)
    assert collection.kinds["answer"] == "span" and collection.kinds["answer_start"] == "drop"
    preparation = Preparation(target="answer", encode=[Sentences(Tokens(at_least=1))])
    splits = preparation.fit(rows)
    target, read = preparation.fitted.target, collection.frame["query, passage"]
    places = splits.train.y[(splits.train.rows % 2).argmax()]
    begins = [target.step.offsets([read[1]])[0][place][0] for place in places]
    assert begins == [len("Where did Mary go?") + 1 + begin for begin in (45, 49)]
    assert target.texts(read[:2], target.encode(target.values(collection)[:2], collection.place)) == ["John", "the garden"]


def test_rows_without_their_answer_are_counted():
    rows = pl.DataFrame(ROWS).with_columns(answer=pl.Series([*ROWS["answer"][:-2], None, "nobody"]))
    preparation = Preparation(target="answer", task="span")
    splits = preparation.fit(rows)
    assert len(splits.train) + len(splits.validation) + len(splits.test) == 38
    assert any("left out: their 'answer' is not a part of their 'passage'" in fact for fact in preparation.facts)
    collection = with_reading(Collection(rows[39:], target="answer"), "span")
    with pytest.raises(DataError, match="row 1: the answer must be a part of 'passage'"):
        preparation.transform_target(collection)


def test_a_kept_preparation_reads_the_same():
    preparation = Preparation(target="answer", task="span")
    splits = preparation.fit(ROWS)
    again = Preparation.from_config(json.loads(json.dumps(preparation.to_config())))
    np.testing.assert_array_equal(again.transform(ROWS), preparation.transform(ROWS))
    np.testing.assert_array_equal(again.transform_target(Collection(pl.DataFrame(ROWS))), preparation.transform_target(pl.DataFrame(ROWS)))
    one = {"query": "Who slept?", "passage": "John slept."}
    outputs = np.zeros((1, 2, splits.train.x[0].size))
    place = again.fitted.target.step.offsets(["Who slept?\nJohn slept."])[0].index((11, 15))
    outputs[0, :, place] = 9
    found = again.answers(outputs, data=one)
    assert found["predicted answer"].to_list() == ["John"] and found["probability"][0] > 0.9
    with pytest.raises(ArgumentError, match="give the examples too"):
        again.answers(outputs)


def test_answers_where_the_text_is_cut_teach_nothing_and_count_as_mistakes():
    long = [*("so it was told " * 40).split(), "Mary."]
    rows = {name: list(values) for name, values in ROWS.items()}
    preparation = Preparation(target="answer", task="span", encode=[Sentences(Tokens(at_least=1), words=12)], split=Holdout(stratify=False))
    plain = preparation.fit(rows)
    for row in (plain.train.rows[3], plain.test.rows[2]):
        rows["passage"][row], rows["answer"][row] = " ".join(long), "Mary"
    splits = preparation.fit(rows)
    assert splits.train.rows.tolist() == [row for row in plain.train.rows if row != plain.train.rows[3]]
    assert preparation.changes[0].rows == (plain.train.rows[3],) and "lies where their 'passage' is cut" in preparation.changes[0].reason
    assert splits.test.rows.tolist() == plain.test.rows.tolist()
    assert splits.test.y[2].tolist() == [splits.train.x[0].size - 1] * 2
    assert splits.test.y[[0, 1, 3]].tolist() == plain.test.y[[0, 1, 3]].tolist()
    with pytest.raises(DataError, match="all are training rows whose 'answer' lies where their 'passage' is cut"):
        preparation.fit(rows | {"passage": [" ".join(long)] * 40, "answer": ["Mary"] * 40})


@pytest.mark.parametrize("step", [Sentences(Tokens(at_least=1)), Tokens(at_least=1)])
def test_an_answer_is_no_padding(step):
    preparation = Preparation(target="answer", task="span", encode=[step])
    splits = preparation.fit(ROWS)
    assert type(preparation.fitted.features[0].steps[0]) is type(step)
    outputs = np.where(splits.test.x.reshape(len(splits.test), 1, -1) == 0, 9.0, 0.0).repeat(2, axis=1)
    given = Collection(pl.DataFrame(ROWS)).take(splits.test.rows)
    assert "" not in preparation.answers(outputs, data=given.frame)["predicted answer"].to_list()


def test_an_answer_is_part_of_the_text_and_not_of_the_question():
    preparation = Preparation(target="answer", task="span")
    splits = preparation.fit(ROWS)
    outputs = np.zeros((1, 2, splits.train.x[0].size))
    outputs[0, :, 0] = 9.0  # "Who"
    (found,) = preparation.answers(outputs, data={"query": "Who slept?", "passage": "John slept."})["predicted answer"]
    assert found and found in "John slept."


def test_a_question_that_is_missing_is_not_the_first_sentence():
    step = Sentences(Tokens(at_least=1)).fit(pl.Series(["Who?\nA left. B left."]), At("text"))
    (rows,) = step.apply(pl.Series(["\nA left. B left."]), At("text"))
    assert step.decode(rows) == ["", "A left .", "B left ."]


def test_other_steps_are_refused():
    with pytest.raises(ArgumentError, match="need encode=\\[Sentences"):
        Preparation(target="answer", task="span", encode=[TfIdf().on("query, passage")]).fit(ROWS)


@given(arrays(np.float64, (3, 2, 5), elements=st.floats(-4, 4)))
def test_the_likeliest_span_is_the_best_of_all(outputs):
    powers = np.exp(outputs)
    chances = powers / powers.sum(axis=-1, keepdims=True)
    spans, found = likeliest_spans(outputs)
    for row in range(3):
        each = {(i, j): chances[row, 0, i] * chances[row, 1, j] for i in range(5) for j in range(i, 5)}
        assert found[row] == pytest.approx(max(each.values()))
        assert each[tuple(spans[row])] == pytest.approx(found[row])
    np.testing.assert_allclose(likeliest_spans(chances, from_logits=False)[1], found)


@given(
    arrays(np.float32, (6, 2, 4), elements=st.floats(-4, 4, width=32), unique=True), arrays(np.int32, (6, 2), elements=st.integers(0, 3))
)
def test_exact_match_is_the_share_of_rows_that_are_wholly_right(outputs, targets):
    assert ExactMatch()(targets, outputs) == pytest.approx((outputs.argmax(-1) == targets).all(axis=1).mean())
