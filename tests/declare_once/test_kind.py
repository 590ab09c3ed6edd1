"""A kind of column of the user's own is found, read, prepared, checked, reported and shown as Chainrule's own are."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pytest
from PIL import Image as Pillow

import chainrule as cr
from chainrule.configuration import subclasses
from chainrule.data import At, ColumnStep, OneHot, Preparation, collect
from chainrule.data.checks.columns import ConstantColumns
from chainrule.data.kind import all_kinds, forget_kind, get_kind, infer_kind
from chainrule.errors import ArgumentError, DataError


@dataclass(frozen=True)
class Strokes(ColumnStep):
    """Turn the file of a tally into the number of its strokes."""

    verb = "transform"
    kinds: ClassVar[frozenset[str]] = frozenset({"tally"})

    def apply(self, values: Any, at: At) -> Any:
        return np.array([[get_kind("tally").read(path)] for path in values], np.float64)


@pytest.fixture(autouse=True)
def toys() -> Generator[tuple[type[cr.data.Kind], type[cr.data.Kind], type[cr.data.Kind]]]:
    """Define a kind of texts, a kind of files, and a special case of numbers; each is one class."""

    class Roman(cr.data.Kind):
        """A number in Roman figures."""

        plural = "Roman numbers"
        steps = (OneHot(),)
        checks = (ConstantColumns,)
        task = "classification"

        def detect(self, column: cr.data.Column) -> str | None:
            found = column.is_text and bool(column.texts.str.contains("^[IVXL]+$").all())
            return "its values are Roman numbers" if found else None

        def count(self, values: Any) -> cr.data.Counted | None:
            return cr.data.Counted(values.fill_null("none"))

        def text(self, value: Any) -> str:
            return f"the number {value}"

    class Tally(cr.data.Kind):
        """A file of strokes."""

        plural = "tallies"
        steps = (Strokes(),)
        endings = (".tally",)
        by_path = True
        column = "strokes"

        def read(self, path: str) -> int:
            text = Path(path).read_text()
            if set(text) - {"|"}:
                raise DataError(f"{path}: this is no tally.")
            return len(text)

        def emptiness(self, value: int) -> str | None:
            return None if value else "there are no strokes in it"

        def picture(self, value: Any, side: int) -> Pillow.Image | None:
            return Pillow.new("L", (max(self.read(value), 1), side))

    class Celsius(cr.data.kinds.Number):
        """A temperature."""

        def detect(self, column: cr.data.Column) -> str | None:
            return "its name says a temperature" if column.is_numeric and column.name.endswith("°C") else None

    yield Roman, Tally, Celsius
    for name in ("roman", "tally", "celsius"):
        forget_kind(name)


def rows() -> pl.DataFrame:
    chapters = ["I", "II", "III", "IV"] * 15
    warmth = np.random.default_rng(0).normal(10, 3, 60).tolist()
    return pl.DataFrame({"chapter": chapters, "oven °C": warmth, "kind": ["long", "short", "short"] * 20})


def test_it_is_found_by_its_values_and_by_its_name_or_class(toys: tuple[type[cr.data.Kind], ...]) -> None:
    assert infer_kind("chapter", rows()["chapter"]) == ("roman", "its values are Roman numbers")
    assert collect(rows()).schema().kinds == {"chapter": "roman", "oven °C": "celsius", "kind": "category"}
    by_class = collect(pl.DataFrame({"chapter": ["four", "five"]}), kinds={"chapter": toys[0]})
    assert by_class.kinds == {"chapter": "roman"} == collect(by_class, kinds={"chapter": "roman"}).kinds
    with pytest.raises(ArgumentError, match="Did you mean 'roman'"):
        collect(rows(), kinds={"chapter": "romann"})


def test_it_is_prepared_by_its_own_steps_and_keeps_them_in_a_file(tmp_path: Path) -> None:
    preparation = Preparation(target="kind")
    parts = preparation.fit(rows())
    assert preparation.fitted is not None
    (chapter, oven) = preparation.fitted.features
    assert (chapter.kind, chapter.reason) == ("roman", "its values are Roman numbers")
    assert chapter.names[:4] == ("chapter=I", "chapter=II", "chapter=III", "chapter=IV")
    assert oven.kind == "celsius"
    preparation.save(tmp_path / "preparation.json")
    again = Preparation.load(tmp_path / "preparation.json")
    new = {"chapter": ["II"], "oven °C": [12.0]}
    np.testing.assert_array_equal(again.transform(new), preparation.transform(new))
    assert parts.train.x.shape[1] == 6


def test_a_special_case_is_treated_as_its_base() -> None:
    """Standardize is for numbers, outliers are looked for in numbers: so is and are they for a kind of numbers."""
    preparation = Preparation(target="kind")
    preparation.fit(rows())
    assert preparation.fitted is not None
    plain = Preparation(target="kind")
    plain.fit(rows().rename({"oven °C": "oven"}))
    assert plain.fitted is not None
    mine, base = preparation.fitted.features[1], plain.fitted.features[1]
    assert base.kind == "number"
    assert [type(step) for step in mine.steps] == [type(step) for step in base.steps]
    far = pl.Series([*np.linspace(20, 30, 30), 900.0])
    found = [cr.data.checks.examine({"a °C": far}, {"a °C": kind}) for kind in ("celsius", "number")]
    assert [issue.check for issue in found[0]] == [issue.check for issue in found[1]] == ["outliers"]


def test_it_is_checked_reported_and_shown() -> None:
    same = pl.Series(["IV"] * 4)
    assert [issue.check for issue in cr.data.checks.examine({"page": same}, {"page": "roman"})] == ["exact duplicates", "constant column"]
    preparation = Preparation(target="kind")
    preparation.fit(rows())
    report = preparation.report()
    column = next(column for column in report.columns if column.name == "chapter")
    assert column.kind == "roman" and column.before is not None and set(column.before.names) == {"I", "II", "III", "IV"}
    assert report.examples[0].cells["chapter"].startswith("the number ")
    assert "chapter (roman)" in str(report)


def test_files_of_it_are_read_from_a_folder_cleaned_and_shown(tmp_path: Path) -> None:
    for name in ("few", "many"):
        (tmp_path / name).mkdir()
        for number in range(20):
            (tmp_path / name / f"{number}.tally").write_text("|" * (number % 5 + (1 if name == "few" else 9)))
    (tmp_path / "few" / "broken.tally").write_text("five")
    (tmp_path / "few" / "empty.tally").write_text("")
    found = collect(tmp_path)
    assert found.columns == ("strokes", "class") and found.kinds["strokes"] == "tally"
    assert "42 tallies in 2 folders" in found.facts[0]
    preparation = Preparation()
    parts = preparation.fit(found)
    (feature,) = preparation.fitted.features if preparation.fitted is not None else ()
    assert feature.kind == "tally" and parts.train.x.shape[1:] == (1,)
    left_out = next(text for text in preparation.facts if "files that cannot be used" in text)
    assert "this is no tally" in left_out and "there are no strokes in it" in left_out
    assert preparation.report().examples[0].picture is not None
    assert preparation.transform(tmp_path / "many" / "3.tally").tolist() == [[12.0]]


def test_a_kind_that_is_defined_again_takes_the_place_of_the_former() -> None:
    class Roman(cr.data.Kind):
        def detect(self, column: cr.data.Column) -> str | None:
            return "it is asked for again" if column.name == "chapter" else None

    assert infer_kind("chapter", rows()["chapter"])[1] == "it is asked for again"
    assert get_kind(Roman).name == "roman"


def test_a_kind_is_listed_with_its_family_and_leaves_the_names_of_ours_alone(toys: tuple[type[cr.data.Kind], ...]) -> None:
    assert set(toys) <= set(subclasses(cr.data.Kind))
    assert {kind.name for kind in all_kinds()} >= {"number", "category", "roman"}
    with pytest.raises(ArgumentError, match="a kind named 'number' already"):

        class Number(cr.data.Kind):
            pass
