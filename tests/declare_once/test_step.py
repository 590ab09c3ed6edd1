"""A step of the user's own, one class, is used alone, in a preparation, saved, loaded, reported and undone as Chainrule's own are."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pytest

import chainrule as cr
from chainrule.arguments import Positive, PositiveCount
from chainrule.configuration import find, from_config, subclasses, to_config
from chainrule.data import Collection, Holdout, Preparation
from chainrule.errors import ArgumentError, DataError


class Power(cr.data.ColumnStep):
    """Each number, as a part of the greatest of training, to a power.

    Args:
        exponent: the power.
        greatest: the greatest number of training; learned.
    """

    verb = "scale"
    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    exponent: Positive = 2.0
    greatest: float | None = None

    def learn(self, values: Any, at: cr.data.At) -> "Power":
        return replace(self, greatest=float(np.asarray(values).max()))

    def apply(self, values: Any, at: cr.data.At) -> Any:
        if self.greatest is None:
            raise self.not_fitted()
        return (np.asarray(values) / self.greatest) ** self.exponent

    def inverse_transform(self, values: Any) -> Any:
        assert self.greatest is not None
        return np.asarray(values) ** (1 / self.exponent) * self.greatest

    def describe(self) -> str:
        return f"to the power {self.exponent:g} of its part of {self.greatest}"


class Squarer(Power):
    """A special case of a step: it declares nothing."""


class DropNegative(cr.data.RowStep):
    """Leave out rows with a negative number."""

    columns: cr.data.Columns = ()

    def keeps(self, collection: Collection) -> Any:
        names = self.chosen(self.columns, collection)
        return np.all([collection.values(name).to_numpy() >= 0 for name in names], axis=0), "negative numbers"


class DropFirst(cr.data.RowStep):
    """Leave out the first of the training rows."""

    training_only = True

    def keeps(self, collection: Collection) -> Any:
        return np.arange(len(collection)) > 0, "the first row"


class Rotate(cr.data.FlatStep):
    """Numbers along the axes in which those of training vary most (principal components)."""

    axes: Sequence[Sequence[float]] = ()

    def learn(self, values: Any, columns: Sequence[str]) -> "Rotate":
        return replace(self, axes=np.linalg.svd(values - values.mean(axis=0))[2].tolist())

    def apply(self, matrix: Any) -> Any:
        return (matrix @ np.array(self.axes).T).astype(np.float32)

    def feature_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"axis {number}" for number in range(len(self.axes)))


def table(rows: int = 60) -> pl.DataFrame:
    random = np.random.default_rng(1)
    frame = {"width": random.uniform(1, 9, rows), "height": random.uniform(1, 9, rows), "kind": ["oak", "elm"] * (rows // 2)}
    return pl.DataFrame(frame)


@pytest.mark.parametrize("cls", [Power, Squarer])
def test_a_step_is_used_alone(cls: type[Power]):
    step = cls(3.0)
    fitted = step.fit([1.0, 2.0, 4.0])
    assert fitted.transform([2.0]).tolist() == [0.125] and step.fit_transform([1.0, 2.0]).tolist() == [0.125, 1.0]
    assert fitted.inverse_transform(np.array([0.125])).tolist() == [2.0] and fitted.has_inverse
    with pytest.raises(ArgumentError, match=f"{cls.__name__} has not learned from training rows yet: use the step that fit returns"):
        step.transform([1.0])
    with pytest.raises(ArgumentError, match=f"{cls.__name__}: exponent must be a number above 0. Got -1 instead"):
        cls(-1)
    with pytest.raises(ArgumentError, match="no argument 'exponnt'. Did you mean 'exponent'"):
        cls(exponnt=2)


@pytest.mark.parametrize("cls", [Power, Squarer])
def test_a_step_is_part_of_a_preparation_saved_loaded_and_reported(cls: type[Power], tmp_path: Path):
    preparation = Preparation(target="kind", scale=cls(2.0).on("w*"), clean=[], transform=[])
    splits = preparation.fit(table())
    training = table()[splits.train.rows.tolist()]["width"].to_numpy()
    np.testing.assert_allclose(splits.train.x[:, 0], (training / training.max()) ** 2, rtol=1e-6)
    assert [type(feature.steps[-1]).__name__ for feature in preparation.fitted.features] == [cls.__name__, "Standardize"]
    preparation.save(tmp_path / "preparation.json")
    again = Preparation.load(tmp_path / "preparation.json")
    np.testing.assert_array_equal(again.transform(table()), preparation.transform(table()))
    assert type(again.fitted.features[0].steps[-1]) is cls
    assert "to the power 2 of its part of" in str(preparation.report()) and "to the power 2" in preparation.report().to_html()


def test_a_forecast_is_read_back_through_the_inverse_of_a_step():
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 29), eager=True)
    rows = pl.DataFrame({"day": days, "sold": np.arange(60.0) % 7 + 1})
    preparation = Preparation(transform=[cr.data.Windows(input=7, horizon=2)], scale=[Power(3.0)])
    splits = preparation.fit(rows)
    said = preparation.inverse_target(splits.test.y)[:, 0, 0]
    np.testing.assert_allclose(said, rows["sold"].to_numpy()[splits.test.rows], rtol=1e-5)


class Ratio(cr.data.ColumnStep):
    """A number as a part of the number some rows before; 1 for the first rows."""

    verb = "transform"
    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    lag: PositiveCount = 1

    @property
    def rows_before(self) -> int:
        return self.lag

    def quantity(self, name: str) -> str:
        return f"{name} by that {self.lag} rows before"

    def apply(self, values: Any, at: cr.data.At) -> Any:
        array = np.asarray(values, np.float64).reshape(len(values), 1)
        return np.concatenate([np.ones((self.lag, 1)), array[self.lag :] / array[: -self.lag]])


def test_a_step_from_rows_before_makes_windows_reach_further_back_and_is_named():
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 29), eager=True)
    rows = pl.DataFrame({"day": days, "sold": np.arange(60.0) % 7 + 1})
    preparation = Preparation(transform=[cr.data.Windows(input=7, horizon=2), Ratio(3)], scale=[])
    splits = preparation.fit(rows)
    assert preparation.fitted.windows.back == 3 and splits.train.rows[0] == 10
    assert preparation.answers(splits.test.y)["predicted sold by that 3 rows before"].len() == 2 * len(splits.test)
    sold = rows["sold"].to_numpy()
    np.testing.assert_allclose(preparation.inverse_target(splits.test.y)[:, 0, 0], (sold[3:] / sold[:-3])[splits.test.rows - 3], rtol=1e-6)


def test_rows_are_left_out_of_all_parts_or_of_training_alone():
    frame = table().with_columns(pl.when(pl.int_range(pl.len()) == 7).then(-1.0).otherwise("width").alias("width"))
    preparation = Preparation(target="kind", clean=[DropNegative("width"), DropFirst()], split=Holdout(0.2, 0.2, seed=2))
    splits = preparation.fit(frame)
    assert sum(map(len, (splits.train, splits.validation, splits.test))) == 58
    assert [(change.step, len(change.rows)) for change in preparation.changes] == [("DropNegative", 1), ("DropFirst", 1)]
    assert preparation.changes[0].rows == (7,)
    assert DropNegative("width").fit_transform(frame).height == 59


def test_a_step_across_columns_learns_from_the_training_rows():
    preparation = Preparation(target="kind", transform=[Rotate()])
    splits = preparation.fit(table())
    x = splits.train.x
    assert preparation.feature_names == ("axis 0", "axis 1")
    assert abs(float(np.mean((x - x.mean(axis=0))[:, 0] * (x - x.mean(axis=0))[:, 1]))) < 1e-5  # components do not go together
    again = Preparation.from_config(json.loads(json.dumps(preparation.to_config())))
    np.testing.assert_array_equal(again.transform(table()), preparation.transform(table()))
    with pytest.raises(ArgumentError, match="there can be one FlatStep"):
        Preparation(transform=[Rotate(), Rotate()])


def test_a_step_is_found_by_name_and_listed():
    assert find(cr.data.Step, "power") is Power and {Power, Squarer, Rotate, DropFirst} <= set(subclasses(cr.data.Step))
    assert type(from_config(to_config(Squarer(3.0)))) is Squarer and repr(Squarer(3.0)) == "Squarer(exponent=3.0)"
    with pytest.raises(ArgumentError, match="Did you mean 'standardize'"):
        find(cr.data.Step, "standardise")


def test_a_step_for_other_columns_is_named():
    with pytest.raises(DataError, match="Power: the column 'widht'.*Did you mean 'width'"):
        Preparation(target="kind", scale=[Power().on("widht")]).fit(table())
    with pytest.raises(ArgumentError, match="Preparation: Power belongs to scale. Got it under encode"):
        Preparation(encode=[Power()])
