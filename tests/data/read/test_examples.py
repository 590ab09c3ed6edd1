"""Examples from Python: numbered data sets, generators, rows by name, tables that speak Arrow."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from chainrule.data import Preparation, collect
from chainrule.errors import DataError


class Numbered:
    """A data set as PyTorch's are: no `__iter__`, no end but its length."""

    def __init__(self, examples):
        self.examples = examples

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, number):
        return self.examples[number]


class Capsule:
    """A table of which nothing is known but that it speaks Arrow."""

    def __init__(self, frame):
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema=None):
        return self.frame.__arrow_c_stream__(requested_schema)


IMAGES = np.random.default_rng(0).integers(0, 255, (40, 6, 6, 1), dtype=np.uint8)


@pytest.mark.parametrize("form", [Numbered, iter, lambda pairs: (pair for pair in pairs)])
def test_pairs_are_the_arrays_that_they_are_made_of(form):
    labels = np.arange(40) % 2
    collection = collect(form(list(zip(IMAGES, labels, strict=True))))
    assert np.array_equal(collection.arrays["image"], IMAGES) and collection.values("y").to_list() == labels.tolist()
    assert collection.target == "y" and collection.kinds["image"] == "image"
    given, wanted = Preparation().fit(collection), Preparation().fit((IMAGES, labels))
    assert np.array_equal(given.train.x, wanted.train.x) and np.array_equal(given.train.y, wanted.train.y)


def test_a_data_set_of_pytorch_is_taken():
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.arange(12.0).reshape(6, 2), torch.tensor([0, 1, 0, 1, 0, 1]))
    collection = collect(data)
    assert collection.arrays["x"].tolist() == np.arange(12.0).reshape(6, 2).tolist() and collection.values("y").to_list() == [0, 1] * 3


def test_texts_and_names_of_classes():
    collection = collect((text, kind) for text, kind in [("call me now", "spam"), ("see you soon", "ham")])
    assert collection.values("x").to_list() == ["call me now", "see you soon"] and collection.values("y").to_list() == ["spam", "ham"]


def test_rows_by_name_become_columns():
    rows = [{"height": 1.5, "kind": "oak", "image": IMAGES[0]}, {"height": None, "kind": "elm", "image": IMAGES[1]}]
    collection = collect(Numbered(rows), target="kind")
    assert collection.values("height").to_list() == [1.5, None] and collection.kinds["image"] == "image"
    assert np.array_equal(collection.arrays["image"], IMAGES[:2])


def test_a_list_of_rows_is_a_table_in_learning_and_in_use():
    rows = [
        {"day": date(2024, 1, 1 + number), "height": float(number % 5), "kind": "oak" if number % 5 > 2 else "elm"} for number in range(30)
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    assert collect(rows).frame.equals(collect(columns).frame)
    preparation = Preparation(target="kind")
    preparation.fit(rows)
    assert np.array_equal(preparation.transform(rows[:3]), preparation.transform({name: values[:3] for name, values in columns.items()}))
    alone = Preparation(target="kind", kinds={"day": "drop"})
    alone.fit(rows)
    assert np.array_equal(alone.transform(rows[:3]), alone.transform([0.0, 1.0, 2.0]))


def test_a_table_is_taken_by_its_capsule():
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert collect(Capsule(frame)).frame.equals(frame)


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([], "gives no examples"),
        ([(np.zeros(2), 0), (np.zeros(3), 1)], r"Example 0 has \(2,\), example 1 has \(3,\)"),
        ([(np.zeros(2), 0), np.zeros(2)], r"example 1 is"),
        ([{"a": 1}, {"b": 1}], "Row 1 has b"),
        ([(object(), 0)], "must be a text, a number or an array"),
    ],
)
def test_what_cannot_be_examples_is_named(examples, message):
    with pytest.raises(DataError, match=message):
        collect(iter(examples))
