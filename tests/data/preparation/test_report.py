"""What a preparation tells: leaks it finds by itself, its report as data and as a page, and a model that keeps it."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

import chainrule as cr
from chainrule.data.collection import PART
from chainrule.errors import ArgumentError


def trees(rows: int = 200) -> pl.DataFrame:
    random = np.random.default_rng(3)
    kind = random.choice(["oak", "elm"], rows)
    height = np.where(kind == "oak", 9.0, 5.0) + random.normal(size=rows)
    return pl.DataFrame({
        "height": [None if row % 20 == 3 else value for row, value in enumerate(height)],
        "bark <b>": random.choice(["rough", "smooth"], rows),
        "id": range(rows),
        "kind": kind,
    })  # fmt: skip


class Tags(HTMLParser):
    """Collects what a page has: its tags, and addresses outside of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [value for name, value in attrs if name in {"src", "href"} and value and not value.startswith("data:")]


def test_the_report_counts_what_numpy_counts(tmp_path) -> None:
    frame = trees()
    preparation = cr.data.Preparation(target="kind")
    splits = preparation.fit(frame)
    report = preparation.report()
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert told["parts"] == {"train": len(splits.train), "validation": len(splits.validation), "test": len(splits.test)}
    height = next(column for column in told["columns"] if column["name"] == "height")
    assert sum(height["missing"].values()) == frame["height"].null_count() == 10
    values = frame["height"].to_numpy()[splits.train.rows]
    assert height["before"]["counts"]["train"] == np.histogram(values[~np.isnan(values)], height["before"]["edges"])[0].tolist()
    assert sum(sum(counts) for counts in told["target"]["before"]["counts"].values()) == 200
    assert told["aside"][0][0] == "id" and len(told["examples"]) == 8
    report.save(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    found = Tags()
    found.feed(page)
    assert "script" not in found.tags and "b>" not in re.findall(r"<h3>(.*?)<span", page) and found.outside == []
    assert "bark &lt;b&gt;" in page and found.tags.count("svg") == 4
    assert "height (number)" in str(report)


def test_images_are_drawn_and_variations_shown() -> None:
    preparation = cr.data.Preparation()
    splits = preparation.fit("digits")
    sheet = cr.contact_sheet([cr.layers.RandomFlip("horizontal")], splits.train.x[:2], count=3)
    report = preparation.report().with_variations(sheet)
    assert all(example.picture and example.picture.startswith("data:image/png") for example in report.examples)
    assert [len(row) for row in report.variations] == [4, 4] and "Varied in training" in report.to_html()


def test_leaks_are_looked_for_unless_not_wanted() -> None:
    frame = trees().with_columns(code=pl.when(pl.col("kind") == "oak").then(7).otherwise(3))
    twice = pl.concat([frame.drop("id", "code"), frame.drop("id", "code")])
    preparation = cr.data.Preparation(target="kind")
    preparation.fit(frame)
    assert preparation.issues[0].severity == "error" and preparation.issues[0].columns == ("code",)
    assert "target under other names" in str(preparation.report())
    preparation.fit(twice)
    copies = [issue for issue in preparation.issues if "cop" in issue.message]
    assert "error" in {issue.severity for issue in copies} and all(row < 400 for issue in copies for row in issue.rows)
    blind = cr.data.Preparation(target="kind", checks=False)
    blind.fit(twice)
    assert blind.issues == []


def test_a_report_needs_data() -> None:
    with pytest.raises(ArgumentError, match="call fit"):
        cr.data.Preparation().report()


def test_a_model_keeps_its_preparation_and_answers_raw_rows(tmp_path) -> None:
    splits = cr.data.Preparation(target="kind", batch=16, balance="weights").fit(trees())
    model = cr.Sequential([cr.Input(splits.train.x.shape[1:]), cr.layers.Dense(2)], seed=1)
    model.compile(cr.optimizers.Adam(0.05), cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    with pytest.raises(ArgumentError, match="keeps no preparation"):
        model.answer({"height": 9.0, "bark <b>": "rough"})
    model.fit(splits.train, epochs=30, verbose=0, validation_data=splits.validation)
    assert model.evaluate(splits.test, return_dict=True)["accuracy"] > 0.85
    model.save(tmp_path / "model")
    again = cr.models.load_model(tmp_path / "model")
    raw = {"height": [9.5, 4.5, None], "bark <b>": ["rough", "smooth", "new"]}
    given = again.answer(raw)
    assert given["predicted kind"].to_list()[:2] == ["oak", "elm"]
    assert given.equals(model.answer(raw))
    np.testing.assert_allclose(given["probability of oak"] + given["probability of elm"], 1)
    with pytest.raises(ArgumentError, match="give it alone"):
        model.fit(splits.train, splits.train.y)


def test_rows_are_named_as_the_source_counts_them() -> None:
    random = np.random.default_rng(5)
    size = random.normal(size=80)
    size[70] = size[10]
    parts = ["train"] * 60 + ["test"] * 20
    kind: list[str | None] = [None if row < 4 else "ab"[row % 2] for row in range(80)]
    frame = pl.DataFrame({"size": size, "kind": kind, PART: parts})
    preparation = cr.data.Preparation(target="kind")
    preparation.fit(cr.data.Collection(frame))
    issue = next(issue for issue in preparation.issues if issue.check == "duplicates across parts")
    assert issue.rows == (10, 70) and issue.message.endswith("row 70.")


@pytest.mark.parametrize("values", [[1e16, 1e16 + 2], [1e-300, 1.0000000000000002e-300]])
def test_numbers_that_no_equal_bins_divide_are_counted(values: list[float]) -> None:
    preparation = cr.data.Preparation(target="kind", checks=False)
    preparation.fit({"x": values * 20, "kind": ["elm", "oak"] * 20})
    (column,) = preparation.report().columns
    assert column.before is not None and sum(column.before.counts["train"]) == 28


def test_it_is_said_where_leaks_were_not_looked_for() -> None:
    for checks in (True, False):
        preparation = cr.data.Preparation(target="kind", checks=checks)
        preparation.fit(trees())
        assert ("were not looked for" in preparation.report().to_html()) is not checks
    series = cr.data.Preparation(transform=cr.data.Windows(5))
    series.fit(cr.data.Collection(pl.DataFrame({"at": range(60), "load": [float(row % 7) for row in range(60)]}), time="at"))
    assert "were not looked for" in series.report().to_html()


def test_shares_of_many_classes_are_those_of_all() -> None:
    table = {"kind": [f"k{row % 40:02}" for row in range(400)], "height": np.random.default_rng(0).random(400)}
    preparation = cr.data.Preparation(target="kind")
    preparation.fit(table)
    before = preparation.report().target.before
    assert len(before.names) == 12 and before.other_names == 28
    assert {part: sum(counts) + before.others[part] for part, counts in before.counts.items()} == dict(preparation.report().parts)
    assert ">2.5%<" in preparation.report().to_html() and "and 28 others" in preparation.report().to_html()
