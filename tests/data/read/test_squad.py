"""Questions in the form of SQuAD, and bAbI's as parts of stories."""

import json

import pytest

from chainrule.data import Preparation, collect
from chainrule.errors import DataError

ARTICLE = {
    "title": "Houses",
    "paragraphs": [
        {
            "context": f"Mary has a house in Town {number}. The house is red.",
            "qas": [
                {"id": "1", "question": "Where is the house?", "answers": [{"text": f"in Town {number}", "answer_start": 17}]},
                {"id": "2", "question": "What is red?", "answers": [{"text": "house", "answer_start": 38 + len(str(number)) - 1}]},
                {"id": "3", "question": "Who is blue?", "answers": [], "is_impossible": True},
            ],
        }
        for number in range(20)
    ],
}


def test_answers_are_found_in_their_paragraphs(tmp_path):
    (tmp_path / "houses.json").write_text(json.dumps({"version": "2.0", "data": [ARTICLE]}))
    collection = collect(tmp_path / "houses.json")
    assert len(collection) == 40
    assert collection.facts == ("40 questions about 20 paragraphs", "20 questions without an answer left out")
    preparation = Preparation()
    splits = preparation.fit(collection)
    assert preparation.fitted.task == "span"
    for part in (splits.train, splits.test):
        given = collection.take(part.rows)
        read = preparation.fitted.reading.join(given).frame[preparation.fitted.reading.name]
        assert preparation.fitted.target.texts(read, part.y) == given.frame["answer"].to_list()
    rows = {part: set(collection.frame["paragraph"].gather(some.rows)) for part, some in (("train", splits.train), ("test", splits.test))}
    assert not rows["train"] & rows["test"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ('{"data": [{"paragraphs": [{"context": "a"}]}]}', "not in the form of SQuAD"),
        ('{"data": [{"paragraphs": []}]}', "no question with an answer"),
        ('{"data": [{"paragraphs": ', "line 1, position 26: this is not JSON"),
    ],
)
def test_another_form_is_refused(tmp_path, document, message):
    (tmp_path / "broken.json").write_text(document)
    with pytest.raises(DataError, match=message):
        collect(tmp_path / "broken.json")


def test_the_answer_begins_in_the_sentence_that_supports_it(tmp_path):
    lines = [
        "1 Mary moved to the office.",
        "2 John went to the office.",
        "3 Where is John? \toffice\t2",
        "4 Where is Mary? \toffice\t1",
        "5 Is John here? \tyes\t2",
    ]
    (tmp_path / "qa1_train.txt").write_text("\n".join(lines))
    collection = collect(tmp_path / "qa1_train.txt")
    assert collection.class_names == ("office", "yes")
    frame = collection.frame
    assert frame["answer_start"].to_list() == [43, 18, None]
    assert [story[start:] for story, start in zip(frame["story"][:2], frame["answer_start"][:2], strict=True)] == [
        "office.",
        "office.\nJohn went to the office.",
    ]
