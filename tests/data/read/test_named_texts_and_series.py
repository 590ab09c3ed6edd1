"""The named texts and series: their counts, classes and parts, and the same from their files by path."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from chainrule.data import Windows, collect
from chainrule.data.preparation.preparation import Preparation
from chainrule.data.read.series import as_series

# Rows, classes with their counts, and parts, as the authors tell them.
TEXTS = {
    "sms": (5574, {"ham": 4827, "spam": 747}, {"train": 1672, "test": 3902}),
    "mr": (10662, {"negative": 5331, "positive": 5331}, None),
    "sst2": (9613, {"positive": 4963, "negative": 4650}, {"train": 6920, "validation": 872, "test": 1821}),
    "review-polarity": (2000, {"pos": 1000, "neg": 1000}, None),
}
SERIES = {
    "airline-passengers": (144, 12),
    "monthly-sunspots": (2820, 12),
    "daily-min-temperatures": (3650, 7),
    "monthly-car-sales": (108, 12),
    "monthly-shampoo-sales": (36, 12),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_have_their_counts_classes_and_parts(name, data_folder):
    rows, classes, parts = TEXTS[name]
    collection = collect(name)
    assert len(collection) == rows
    assert dict(Counter(collection.frame[collection.target])) == classes
    assert (None if parts is None else dict(Counter(collection.parts.tolist()))) == parts
    assert collection.features == ("text",)
    assert collection.frame["text"].str.len_chars().min() > 0


def test_the_treebank_s_training_classes(data_folder):
    collection = collect("sst2")
    training = collection.take(collection.parts == "train").frame["class"]
    assert dict(Counter(training)) == {"positive": 3610, "negative": 3310}


def test_the_reviews_have_ten_folds_of_a_hundred_of_each_class(data_folder):
    frame = collect("review-polarity").frame
    assert set(frame.group_by("fold", "class").len()["len"]) == {100}
    assert frame["fold"].n_unique() == 10


@pytest.mark.parametrize(
    ("name", "path", "reading"),
    [
        ("sms", "sms/SMSSpamCollection", {}),
        ("mr", "sentence-cls/rt-polarity.all", {"encoding": "latin-1"}),
        ("review-polarity", "review_polarity/review_polarity.tar.gz", {"pattern": r"^cv(?P<fold>\d)"}),
        ("babi", "babi/en.tar.gz", {}),
    ],
)
def test_the_same_comes_from_the_file_by_its_path(name, path, reading, data_folder):
    named, found = collect(name), collect(Path(data_folder, path), **reading)
    text = "story" if name == "babi" else "text"
    assert found.frame[text].equals(named.frame[text])
    assert found.target == named.target


@pytest.mark.parametrize(
    ("name", "parts"), [("babi", {"train": 20000, "test": 20000}), ("babi-valid", {"train": 17984, "validation": 2016, "test": 20000})]
)
def test_babi_has_all_questions_of_twenty_tasks(name, parts, data_folder):
    collection = collect(name)
    assert collection.frame["task"].n_unique() == 20
    assert Counter(collection.parts.tolist())["test"] == parts["test"]
    assert len(collection) == 40000
    supporting = collection.frame.select(
        inside=pl.col("supporting").list.max() <= pl.col("story").str.split("\n").list.len(), some=pl.col("supporting").list.len() > 0
    )
    assert supporting["inside"].drop_nulls().all()
    assert supporting["some"].mean() > 0.9


@pytest.mark.slow
def test_what_babi_s_large_edition_lacks_is_said(data_folder):
    collection = collect("babi-10k")
    assert Counter(collection.parts.tolist()) == {"train": 190000, "test": 20000}
    assert "task 3 has no file for train" in collection.facts


def test_the_transformer_has_the_parts_of_the_papers(data_folder):
    collection = collect("etth1")
    assert Counter(collection.parts.tolist()) == {"train": 8640, "validation": 2880, "test": 2880}
    assert collection.frame["date"][0] == "2016-07-01 00:00:00"
    preparation = Preparation(transform=[Windows(input=336, horizon=96)])
    splits = preparation.fit(collection)
    assert splits.train.x.shape == (8640 - 336 - 96 + 1, 336, 7)
    assert splits.validation.y.shape == (2880 - 96 + 1, 96, 7)
    assert splits.test.y.shape == (2880 - 96 + 1, 96, 7)
    training = collection.frame[:8640]["OT"].to_numpy()
    first = (collection.frame[11520:11616]["OT"].to_numpy() - training.mean()) / training.std()
    assert splits.test.y[0, :, 6] == pytest.approx(first, abs=1e-4)


@pytest.mark.parametrize("name", SERIES)
def test_small_series_have_their_counts_and_seasons(name, data_folder):
    rows, season = SERIES[name]
    collection = collect(name)
    assert len(collection) == rows
    series = as_series(collection)
    assert series.season == season
    leap_days = 2 if name == "daily-min-temperatures" else 0
    assert series.segments[-1] == leap_days
    by_path = collect(Path(data_folder, f"timeseries/{name}.csv"))
    assert as_series(by_path).segments.tolist() == series.segments.tolist()
