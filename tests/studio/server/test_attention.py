"""What attention looks at is told in the words of the example, and is what the moment holds."""

from pathlib import Path

import numpy as np
import pytest
from attending import HEADS, LAYER, train_on_words
from studio_page import Page

import chainrule as cr
from chainrule.data.steps.tokens import Tokens


@pytest.fixture(scope="module")
def words(runs: Path) -> cr.Run:
    return train_on_words(runs / "words")


def _texts(run: cr.Run, x: np.ndarray) -> list[str]:
    preparation = run.new_model().preparation
    assert isinstance(preparation, cr.data.Preparation) and preparation.fitted is not None
    step = preparation.fitted.features[0].steps[-1]
    assert isinstance(step, Tokens)
    return step.decode(x)


@pytest.mark.parametrize("example", [0, 1, 2, 3])
def test_the_shares_are_those_of_the_moment_in_the_words_of_the_example(page: Page, words: cr.Run, example: int) -> None:
    found, moment = page.ask("read_attention", run="words", step=20, layer=LAYER, example=example), words.at(20)
    text = _texts(words, moment.x)[example].split()
    count = int((moment.x[example] > 0).sum())
    assert found["queries"] == found["keys"] == text and found["left_out"] == [0, 0]
    np.testing.assert_allclose(found["weights"], moment[f"{LAYER}/attention_scores"][example][:, :count, :count], rtol=1e-6)
    assert found["weights"].shape == (HEADS, count, count)
    np.testing.assert_allclose(found["weights"].sum(-1), 1, rtol=1e-5)


def test_of_many_steps_the_first_are_shown_and_the_others_counted(page: Page, words: cr.Run) -> None:
    moment = words.at(20)
    example = int(np.argmax((moment.x > 0).sum(1)))
    count = int((moment.x[example] > 0).sum())
    found = page.ask("read_attention", run="words", step=20, layer=LAYER, example=example, most=3)
    assert found["weights"].shape == (HEADS, 3, 3) and found["left_out"] == [count - 3] * 2


def test_steps_without_words_are_numbered(page: Page, runs: Path) -> None:
    model = cr.Sequential([cr.Input((5, 2)), cr.layers.MultiHeadAttention(3, 2), cr.layers.Flatten(), cr.layers.Dense(1)], seed=1)
    model.compile("sgd", "mse")
    x = np.random.default_rng(1).standard_normal((8, 5, 2)).astype("float32")
    model.fit(x, x.sum((1, 2)), epochs=1, verbose=0, callbacks=[cr.callbacks.Recorder(runs / "waves")])
    found = page.ask("read_attention", run="waves", step=0, layer=LAYER)
    assert found["queries"] == found["keys"] == ["1", "2", "3", "4", "5"] and found["weights"].shape == (3, 5, 5)


def test_sentences_are_read_word_by_word(page: Page, runs: Path) -> None:
    rows = {
        "story": ["Mary went to the hall. John slept.", "John sat. Mary went to the garden."] * 20,
        "question": ["Who slept?", "Where did Mary go?"] * 20,
        "answer": ["John", "the garden"] * 20,
    }
    preparation = cr.data.Preparation(target="answer", task="span")
    splits = preparation.fit(rows)
    sentences, words = splits.train.x.shape[1:]
    tokens = cr.Input((sentences, words), dtype="int32")
    x = cr.layers.Reshape((-1, 8))(cr.layers.Embedding(int(splits.train.x.max()) + 1, 8, mask_zero=True)(tokens))
    read = cr.layers.MultiHeadAttention(2, 4)(x, x)
    model = cr.Model(tokens, cr.layers.Permute((2, 1))(cr.layers.Dense(2)(read)), seed=0)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(splits.train, epochs=1, verbose=0, callbacks=[cr.callbacks.Recorder(runs / "stories")])
    found = page.ask("read_attention", run="stories", step=0, layer=LAYER)
    told = " ".join(found["queries"])
    assert told in {"who slept ? mary went to the hall . john slept .", "where did mary go ? john sat . mary went to the garden ."}
    np.testing.assert_allclose(found["weights"].sum(-1), 1, rtol=1e-5)


def test_what_there_is_not_is_refused(page: Page, words: cr.Run) -> None:
    assert "attention_scores" in page.refused("read_attention", run="words", step=0, layer="dense")["message"]
    assert "Got example 999" in page.refused("read_attention", run="words", step=0, layer=LAYER, example=999)["message"]


def test_a_layer_of_attention_is_told_as_one(page: Page, words: cr.Run) -> None:
    layers = page.ask("read_run", run="words")["layers"]
    assert [layer["path"] for layer in layers if layer["role"] == "attention"] == [LAYER]


def test_a_run_of_prepared_data_is_told_in_their_words(page: Page, words: cr.Run) -> None:
    moment, places = words.at(70), ("garden", "hallway", "kitchen", "office")
    batch = page.ask("read_batch", run="words", step=70)
    assert [example["label"] for example in batch["examples"]] == [places[number] for number in moment.y]
    given = {"type": "in_batch", "place": 3}
    answer = page.ask("ask_answer", run="words", step=70, input=given, method="integrated-gradients")
    text = _texts(words, moment.x)[3].split()
    assert answer["classes"] == list(places) and answer["example"]["label"] == places[moment.y[3]]
    assert {part["name"] for part in answer["parts"]} == {f"{word} ({place})" for place, word in enumerate(text, 1)}
