"""A check of the user's own is made wherever Chainrule's own are made: it says what it needs, and nothing else has to name it."""

from collections.abc import Generator, Iterable

import polars as pl
import pytest

import chainrule as cr
from chainrule.data import Preparation
from chainrule.data.checks import Check, CheckedData, Issue, all_checks, examine, forget_check, run_checks
from chainrule.data.checks.columns import Outliers
from chainrule.data.kind import all_kinds, get_kind


@pytest.fixture(autouse=True)
def toy() -> Generator[type[Check]]:
    class NegativeAges(Check):
        """Ages below 0, where there is a target to predict from them."""

        needs = ("target",)
        examines = ("number",)
        always = True

        def examine(self, data: CheckedData) -> Iterable[Issue]:
            for column in data.series(self):
                rows = tuple((column < 0).arg_true().to_list())
                if rows and column.name == "age":
                    yield Issue(self.name, "error", f"Column {column.name!r} is negative.", rows, (column.name,), len(rows), "Correct it.")

    yield NegativeAges
    forget_check("negative ages")


def people() -> pl.DataFrame:
    ages = [age % 60 for age in range(7, 187, 3)]
    ages[11] = -4
    return pl.DataFrame({"age": ages, "smokes": ["yes", "no", "no"] * 20})


def test_it_is_made_by_examine_and_by_every_preparation() -> None:
    found = examine({"age": people()["age"]}, {"age": "number"}, target=people()["smokes"])
    (issue,) = [issue for issue in found if issue.check == "negative ages"]
    assert issue.rows == (11,)
    preparation = Preparation(target="smokes")
    preparation.fit(people())
    (again,) = [issue for issue in preparation.issues if issue.check == "negative ages"]
    assert again.rows == (11,) and again.severity == "error"
    assert "Column 'age' is negative." in str(preparation.report())


def test_it_is_left_out_where_what_it_needs_is_not_there() -> None:
    assert "negative ages" not in [issue.check for issue in examine({"age": people()["age"]}, {"age": "number"})]
    as_text = examine({"age": people()["age"].cast(pl.String)}, {"age": "text"}, target=people()["smokes"])
    assert "negative ages" not in [issue.check for issue in as_text]


def test_a_special_case_of_a_kind_is_checked_as_the_kind_is() -> None:
    class Age(cr.data.kinds.Number):
        pass

    found = examine({"age": people()["age"]}, {"age": "age"}, target=people()["smokes"])
    assert "negative ages" in [issue.check for issue in found]
    cr.data.kind.forget_kind("age")


def test_a_special_case_of_a_check_finds_what_its_base_finds() -> None:
    class FarOutliers(Outliers):
        """Outliers, looked for once more."""

    data = CheckedData({"size": pl.Series([1.0, 1.1, 1.2, 1.3, 90.0])}, {"size": "number"})
    assert [issue.check for issue in run_checks(data)] == ["outliers", "outliers"]
    forget_check("far outliers")


def test_each_check_names_kinds_and_needs_that_exist() -> None:
    names = {kind.name for kind in all_kinds()}
    for check in all_checks():
        assert set(check.examines) <= names, check.name
        assert set(check.needs) <= {"parts", "target", "group", "time"}, check.name
        assert set(check.tasks) <= {"classification", "regression"}, check.name
        assert type(check).__doc__, check.name
    for kind in all_kinds():
        assert all(issubclass(check, Check) for check in kind.checks), kind.name
        assert get_kind(type(kind)) is kind
