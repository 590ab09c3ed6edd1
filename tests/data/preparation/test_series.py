"""Series: windows against plain loops, time that stands still, goes back or leaves gaps, forecasts in their own unit."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.data import At, CalendarFeatures, Collection, DateParts, Difference, Holdout, Preparation, Rescale, Windows
from chainrule.data.collection import PART
from chainrule.data.read.series import as_series
from chainrule.data.steps.numbers import Log
from chainrule.errors import ArgumentError, DataError


def hours(count, step=1):
    return [datetime(2024, 1, 1) + timedelta(hours=step * number) for number in range(count)]


def table(rows=60, **more):
    values = np.random.default_rng(0).normal(50, 10, rows)
    return pl.DataFrame({"time": hours(rows), "load": values, "oil": np.arange(rows) * 1.0} | more)


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(1, 6),
    horizon=st.integers(1, 4),
    stride=st.integers(1, 3),
    segments=st.lists(st.integers(0, 1), min_size=5, max_size=40),
    first=st.integers(0, 20),
)
def test_windows_are_those_of_a_plain_loop(length, horizon, stride, segments, first):
    segments = np.cumsum(segments)
    matrix = np.random.default_rng(1).normal(size=(len(segments), 2))
    inside = np.arange(len(segments)) >= first
    x, y, rows = Windows(length, horizon, stride, targets=("b",), places=(1,)).cut(matrix, inside, segments)
    expected = [
        start
        for start in range(length, len(segments) - horizon + 1)
        if inside[start : start + horizon].all() and len(set(segments[start - length : start + horizon])) == 1
    ][::stride]
    assert rows.tolist() == expected
    assert x.shape == (len(expected), length, 2)
    for number, start in enumerate(expected):
        assert np.array_equal(x[number], matrix[start - length : start])
        assert np.array_equal(y[number, :, 0], matrix[start : start + horizon, 1])


def test_a_part_s_windows_foretell_its_rows_and_reach_back():
    frame = table().with_columns(pl.Series(PART, ["train"] * 30 + ["validation"] * 15 + ["test"] * 15))
    preparation = Preparation(transform=[Windows(input=10, horizon=4)])
    splits = preparation.fit(Collection(frame))
    assert splits.train.rows.tolist() == list(range(10, 27))
    assert splits.validation.rows.tolist() == list(range(30, 42))
    assert splits.test.rows.tolist() == list(range(45, 57))
    training = frame["load"].to_numpy()[:30]
    scaled = (frame["load"].to_numpy() - training.mean()) / training.std()
    assert splits.test.x[0, :, 0] == pytest.approx(scaled[35:45], abs=1e-5)
    assert splits.test.y[-1, :, 0] == pytest.approx(scaled[56:60], abs=1e-5)
    assert preparation.inputs == {"series": (10, 2)}
    assert preparation.inverse_target(splits.test.y)[-1, :, 0] == pytest.approx(frame["load"].to_numpy()[56:60], rel=1e-5)
    assert preparation.inverse_target(splits.test.y)[-1, :, 1] == pytest.approx([56, 57, 58, 59], rel=1e-5)


def test_a_skewed_column_comes_back_in_its_own_unit():
    frame = table(400).with_columns(load=pl.Series(np.random.default_rng(0).lognormal(0, 2, 400)))
    preparation = Preparation(target="load", transform=[Windows(input=5, horizon=2), Log().on("load")])
    splits = preparation.fit(frame)
    predicted = frame["load"].to_numpy()[splits.test.rows]
    assert preparation.inverse_target(splits.test.y)[:, 0, 0] == pytest.approx(predicted, rel=1e-3, abs=1e-3)
    assert preparation.fitted.features[0].steps[1].scale is not None


def test_one_target_is_foretold_from_all_columns():
    splits = Preparation(target="oil", transform=[Windows(input=5, horizon=2)]).fit(table())
    assert splits.train.x.shape[1:] == (5, 2)
    assert splits.train.y.shape[1:] == (2, 1)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), factor=st.floats(-1e3, 1e3))
def test_no_row_after_training_changes_a_training_window(seed, factor):
    frame = table()
    preparation = Preparation(transform=[Windows(input=6, horizon=2)], split=Holdout(seed=seed))
    before = preparation.fit(frame)
    later = pl.int_range(60) >= 42
    changed = frame.with_columns(pl.when(later).then(pl.col("load") * factor + 7).otherwise(pl.col("load")).alias("load"))
    after = Preparation(transform=[Windows(input=6, horizon=2)], split=Holdout(seed=seed)).fit(changed)
    assert np.array_equal(before.train.x, after.train.x)
    assert np.array_equal(before.train.y, after.train.y)


def test_rows_are_put_in_order_and_gaps_divide():
    frame = table()[[*range(20), *range(25, 60)]]
    mixed = frame[[1, 0, *range(2, 55)]]
    preparation = Preparation(transform=[Windows(input=4, horizon=2)])
    splits = preparation.fit(mixed)
    assert "1 time 'time' goes back; the rows were put in order: row 2" in preparation.facts
    assert "1 gap in 'time', 5 steps missing in all: after row 20" in preparation.facts
    # No window lies over the gap: none predicts the rows from 15 after the gap's beginning on back to four after its end.
    times = frame["time"].to_list()
    ends = {times[splits.train.rows[0]]}
    assert ends == {times[4]}
    predicted = sorted(splits.train.rows.tolist())
    assert not set(predicted) & {19, 20, 21, 22, 23}
    assert {18, 24} <= set(predicted)


def test_times_met_twice_are_named_unless_a_group_tells_them_apart():
    twice = pl.concat([table(20), table(20)]).with_columns(pl.Series("plant", ["a"] * 20 + ["b"] * 20))
    with pytest.raises(DataError, match="20 times are met twice, the first in row 1 and row 2"):
        as_series(Collection(twice))
    series = as_series(Collection(twice, group="plant"))
    assert series.segments.tolist() == [0] * 20 + [1] * 20


@pytest.mark.parametrize("factor", [1, 5, 0.1])
def test_numbers_that_tell_time_have_gaps_too(factor):
    rows = [*range(120), *range(130, 160)]
    frame = pl.DataFrame({"at": [number * factor for number in rows], "x": [float(number) for number in rows]})
    series = as_series(Collection(frame, time="at"))
    assert series.segments.tolist() == [0] * 120 + [1] * 30
    assert "1 gap in 'at', 10 steps missing in all: after row 120" in series.facts
    uneven = as_series(Collection(pl.DataFrame({"at": np.cumsum(np.arange(1, 40) % 7 + 1), "x": range(39)}), time="at"))
    assert set(uneven.segments.tolist()) == {0} and "at uneven steps" in uneven.facts[0]


def test_what_tells_time_is_found_or_asked_for():
    with pytest.raises(DataError, match="No column holds dates: name one with time="):
        Preparation(transform=[Windows()]).fit({"load": [1.0, 2.0] * 20})
    with pytest.raises(DataError, match="These columns hold dates: time, until"):
        as_series(Collection(table(until=hours(60, 2))))
    assert as_series(Collection(table(until=hours(60, 2)), time="until")).collection.time == "until"
    with pytest.raises(DataError, match="Column 'time', row 2: the time is missing"):
        as_series(Collection(pl.DataFrame({"time": ["2024-01", None], "x": [1, 2]}), time="time"))


@pytest.mark.parametrize(
    ("times", "said", "season"),
    [
        (hours(50), "a row for each hour", 24),
        (hours(50, 24), "a row for each day", 7),
        (hours(50, 24 * 7), "a row for each week", 52),
        ([f"{1990 + month // 12}-{month % 12 + 1:02}" for month in range(50)], "a row for each month", 12),
        ([f"{year}-01-01" for year in range(1950, 2000)], "a row for each year", 1),
        (hours(50, 3), "a row for each 3 hours", 1),
        (list(range(50)), "a row for each number", 1),
        (list(range(0, 250, 5)), "a row for each 5", 1),
    ],
)
def test_the_step_and_the_season(times, said, season):
    series = as_series(Collection(pl.DataFrame({"time": times, "x": range(50)}), time="time"))
    assert said in series.facts[0]
    assert series.season == season
    assert set(series.segments) == {0}


def test_a_forecast_starts_from_the_last_rows(tmp_path):
    preparation = Preparation(transform=[Windows(input=6, horizon=2)])
    preparation.fit(table())
    preparation.save(tmp_path / "preparation.json")
    again = Preparation.load(tmp_path / "preparation.json")
    new = table(30)
    for one in (preparation, again):
        last = one.transform(new)
        assert last.shape == (1, 6, 2)
        assert np.array_equal(last[0], one.windows(new).x[-1][2:].tolist() + one.windows(new).y[-1].tolist())
    assert len(preparation.windows(new)) == 30 - 6 - 2 + 1
    assert np.array_equal(again.inverse_target(np.ones((1, 2, 2))), preparation.inverse_target(np.ones((1, 2, 2))))
    with pytest.raises(DataError, match="A forecast is made from the last 6 rows. Got 5"):
        preparation.transform(new[:5])
    with pytest.raises(DataError, match="there is a gap in time among them"):
        preparation.transform(new[[*range(10), *range(12, 15)]])


def shops() -> Collection:
    """Two shops, their rows in disorder, one selling a thousand times as much as the other."""
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(30)] * 2
    frame = pl.DataFrame({"day": days, "delivered": days[::-1], "shop": ["a"] * 30 + ["b"] * 30, "sold": [*range(30), *range(1000, 1030)]})
    return Collection(frame[np.random.default_rng(0).permutation(60)], time="day", group="shop", target="sold")


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    shares=st.sampled_from([(0.15, 0.15), (0.0, 0.3), (0.25, 0.0)]),
    seed=st.integers(0, 99),
)
def test_each_of_several_series_ends_with_its_own_test(sizes, shares, seed):
    frame = pl.concat(
        [pl.DataFrame({"day": hours(size, step=24), "shop": [shop] * size}) for shop, size in zip("abcd", sizes, strict=False)]
    )
    frame = frame[np.random.default_rng(seed).permutation(len(frame))]
    split = Holdout(validation=shares[0], test=shares[1])
    parts = split.parts(Collection(frame, time="day", group="shop"), series=True)
    for _, own in frame.with_columns(pl.Series("part", parts)).sort("day").group_by("shop"):
        count = len(own)
        first, second = round((1 - sum(shares)) * count), round((1 - shares[1]) * count)
        wanted = ["train"] * first + ["validation"] * (second - first) + ["test"] * (count - second)
        assert own["part"].to_list() == (
            wanted if all(shares) else ["train"] * first + [("validation" if shares[0] else "test")] * (count - first)
        )


def test_windows_of_several_series_stay_in_their_series_and_foretell_their_own_part():
    """Each part's windows are those of a plain loop over the shops."""
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(40)]
    sold = {"a": np.arange(40.0), "b": np.arange(1000.0, 1040.0), "c": np.arange(5.0)}
    frame = pl.concat([pl.DataFrame({"day": days[: len(values)], "shop": shop, "sold": values}) for shop, values in sold.items()])
    preparation = Preparation(
        target="sold", transform=[Windows(input=4, horizon=2), Log(always=False)], scale=[], split=Holdout(0.25, 0.25)
    )
    splits = preparation.fit(Collection(frame.sample(fraction=1, shuffle=True, seed=1), time="day", group="shop"))
    for part, (begin, end) in {"train": (0, 20), "validation": (20, 30), "test": (30, 40)}.items():
        wanted = [values[at - 4 : at + 2] for values in (sold["a"], sold["b"]) for at in range(max(begin, 4), end - 1)]
        found = getattr(splits, part)
        assert np.concatenate([found.x[..., 0], found.y[..., 0]], axis=1) == pytest.approx(np.array(wanted))
    assert "split: 50%, 25% and 25% for training, validation and test, in the order of 'day' within each 'shop'" in preparation.facts
    assert "column 'shop' is left aside: it tells the series apart" in preparation.facts
    assert "1 of 3 'shop' have fewer than 6 rows in a row to learn from: c" in preparation.facts
    asked = Preparation(target="sold", transform=[Windows(input=4, horizon=2)], split=Holdout(0, 0.3, group="shop"))
    asked.fit(Collection(frame, time="day", group="shop"))
    assert "split: 70%, 0% and 30% for training, validation and test, no 'shop' divided (seed 0)" in asked.facts


def test_the_learned_length_is_told_by_the_rows_of_one_series():
    frame = pl.concat([pl.DataFrame({"day": hours(30, step=24), "shop": shop, "sold": np.arange(30.0)}) for shop in range(40)])
    preparation = Preparation(transform=[Windows()])
    splits = preparation.fit(Collection(frame, time="day", group="shop"))
    assert preparation.fitted.windows.input == 7  # of 21 training rows a third
    assert len(splits.train) == 40 * (21 - 7) and len(splits.validation) and len(splits.test)


def test_new_rows_of_several_series_are_told_apart(tmp_path):
    preparation = Preparation(transform=[Windows(input=5, horizon=1)], split=Holdout(validation=0, test=0.5), kinds={"delivered": "drop"})
    preparation.fit(shops())
    preparation.save(tmp_path / "preparation.json")
    new = shops().frame
    for one in (preparation, Preparation.load(tmp_path / "preparation.json")):
        found = one.windows(new)
        assert sorted(one.inverse_target(found.y).ravel().round(2).tolist()) == [*range(5, 30), *range(1005, 1030)]
        past = one.inverse_target(found.x[:, -1:, :1])
        assert one.inverse_target(found.y).ravel() == pytest.approx(past.ravel() + 1, abs=0.01)
        last = one.inverse_target(one.transform(new.filter(pl.col("shop") == "b"))[:, :, :1])
        assert last.ravel() == pytest.approx(range(1025, 1030), abs=0.01)
        with pytest.raises(DataError, match="Got rows of 2 in 'shop', such as 'a' and 'b': give those of one"):
            one.transform(new)
        with pytest.raises(DataError, match="the time is missing"):
            one.windows(new.with_columns(pl.lit(None, pl.Date).alias("day")))
        assert len(one.windows(new.sort("shop", "day").drop("day", "delivered"))) == 50


@pytest.mark.parametrize("step", [Rescale(0.01), Rescale(0.01, offset=2.0)])
def test_a_forecast_of_rescaled_numbers_comes_back_in_their_unit(step):
    preparation = Preparation(transform=[Windows(input=6, horizon=2)], scale=[step])
    splits = preparation.fit(table())
    assert preparation.inverse_target(splits.test.y)[:, 0, 0] == pytest.approx(table()["load"].to_numpy()[splits.test.rows], rel=1e-5)


def test_changes_are_never_counted_over_a_gap_nor_from_rows_that_are_not_there():
    frame = table()[[*range(20), *range(25, 60)]]
    preparation = Preparation(transform=[Windows(input=4, horizon=2, targets=("oil",)), Difference(3)])
    splits = preparation.fit(frame)
    assert preparation.inverse_target(splits.train.y).round(4).tolist() == [[[3.0], [3.0]]] * len(splits.train)
    assert splits.train.rows.tolist() == [*range(7, 19), *range(27, 37)]
    assert preparation.transform(frame[-7:])[0] == pytest.approx(preparation.transform(frame)[0])
    with pytest.raises(DataError, match="from the last 7 rows. Got 6"):
        preparation.transform(frame[-6:])
    assert preparation.answers(splits.test.y[:1]).columns == ["step", "predicted change of oil since 3 rows before"]


def test_changes_are_not_counted_from_one_series_to_the_next():
    values = np.concatenate([np.cumsum(np.arange(40.0) % 3), 1000 + np.cumsum(np.arange(40.0) % 5)])
    rows = pl.DataFrame({"day": [*hours(40, step=24)] * 2, "shop": ["a"] * 40 + ["b"] * 40, "sold": values})
    preparation = Preparation(target="sold", transform=[Windows(input=4, horizon=1), Difference(2)], split=Holdout(0, 0.25))
    preparation.fit(Collection(rows, time="day", group="shop"))
    changes = [np.concatenate([[0, 0], part[2:30] - part[:28]]) for part in (values[:40], values[40:])]
    scaling = preparation.fitted.features[-1].steps[-1]
    assert (scaling.shift, scaling.divisor) == (pytest.approx([np.mean(changes)]), pytest.approx([np.std(changes)]))


def test_changes_of_a_logarithm_come_back_as_such():
    """What was done before the change cannot be undone from the change alone."""
    rows = table().with_columns(oil=np.exp(np.arange(60) / 20))
    preparation = Preparation(transform=[Windows(input=4, horizon=2, targets=("oil",)), Log().on("oil"), Difference(1)])
    splits = preparation.fit(rows)
    (scale,) = [step.scale for step in preparation.fitted.features[-1].steps if isinstance(step, Log)]
    logarithms = np.log1p(rows["oil"].to_numpy() / scale)
    told = preparation.answers(splits.test.y[:1])
    assert told.columns == ["step", f"predicted change of oil as sign(x) · log(1 + |x| / {scale:.5g}) since 1 row before"]
    first = splits.test.rows[0]
    assert told[told.columns[1]].to_list() == pytest.approx(np.diff(logarithms)[first - 1 : first + 1], abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=20), lag=st.integers(1, 4))
def test_differences_are_numpy_s_and_can_be_undone(values, lag):
    array = np.array(values)[:, None]
    changes = Difference(lag).apply(array, At("x"))
    assert np.array_equal(changes[lag:], array[lag:] - array[:-lag])
    assert not changes[:lag].any()
    assert Difference(lag).restore(changes[lag:], array[:lag]) == pytest.approx(array[lag:], abs=1e-6)


def test_parts_of_dates_are_those_of_the_calendar():
    times = [datetime(2020, 2, 28, 23, 30) + timedelta(days=37 * number, hours=number) for number in range(40)]
    step = DateParts().fit(pl.Series(times), At("when"))
    expected = [[t.year, t.month, t.day, t.isoweekday(), t.hour, (t - times[0]).total_seconds() / 86400] for t in times]
    assert step.parts == ("year", "month", "day", "weekday", "hour", "elapsed")
    assert step.apply(pl.Series(times), At("when")) == pytest.approx(np.array(expected))


def test_missing_dates_are_the_mean_and_are_said():
    at = At("when")
    step = DateParts().fit(pl.Series(["2024-01-01", "2024-01-03"]), at)
    assert step.apply(pl.Series([None, "2024-01-02"], dtype=pl.String), at)[:, 0].tolist() == [2, 2]
    assert "1 missing" in at.notes[0]
    met = DateParts().fit(pl.Series(["2024-01-01", None]), At("when"))
    assert met.apply(pl.Series([None], dtype=pl.String), At("when"))[0, -1] == 1


def test_the_rounds_of_the_calendar_close():
    step = CalendarFeatures().fit(pl.Series(hours(24 * 60)), At("when"))
    assert step.parts == ("hour", "weekday", "day of year")
    features = step.apply(pl.Series([datetime(2024, 1, 1, 6), datetime(2024, 1, 8, 6)]), At("when"))
    assert features[:, :2] == pytest.approx(np.array([[1, 0], [1, 0]]), abs=1e-12)
    assert features[0, 2:4] == pytest.approx(features[1, 2:4])
    assert (features**2).reshape(2, 3, 2).sum(axis=2) == pytest.approx(np.ones((2, 3)))


def test_a_date_in_a_table_becomes_its_parts():
    frame = pl.DataFrame({"day": [f"2024-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(60)], "kind": ["x", "y"] * 30})
    preparation = Preparation(target="kind")
    splits = preparation.fit(frame)
    assert preparation.feature_names == ("day month", "day day", "day weekday", "day elapsed")
    assert splits.train.x.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-5)


def test_calendar_features_go_into_windows_where_asked():
    preparation = Preparation(transform=[Windows(input=5, horizon=1), CalendarFeatures(parts=("hour",))])
    splits = preparation.fit(table())
    assert splits.train.x.shape[1:] == (5, 4)
    assert splits.train.y.shape[1:] == (1, 2)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Windows(input=0), ArgumentError, "a whole number from 1"),
        (lambda: Difference(0), ArgumentError, "lag"),
        (lambda: CalendarFeatures(parts=("hours",)), ArgumentError, "Did you mean 'hour'"),
        (lambda: Preparation(transform=[Windows(), Windows()]).fit(table()), ArgumentError, "there can be one Windows"),
        (lambda: Preparation(transform=[Windows(input=40, horizon=9)]).fit(table()), DataError, "fewer than the 40 of the past"),
        (lambda: Preparation(transform=[Windows(targets=("lod",))]).fit(table()), DataError, "must be a column of numbers"),
        (lambda: Preparation(target="time").windows(table()), ArgumentError, "has not learned"),
    ],
)
def test_what_cannot_be_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_series_has_a_report(tmp_path):
    preparation = Preparation(transform=Windows(6, horizon=2, targets=("load",)))
    splits = preparation.fit(table(120))
    report = preparation.report()
    assert report.parts == {"train": len(splits.train), "validation": len(splits.validation), "test": len(splits.test)}
    assert report.target.name == "load" and [column.name for column in report.columns] == ["load", "oil"]
    load = next(column for column in report.columns if column.name == "load")
    assert sum(load.before.counts["train"]) == 84 and sum(load.after.counts["train"]) == splits.train.x[..., 0].size
    report.save(tmp_path / "report.html")
    assert "load" in (tmp_path / "report.html").read_text() and "forecasting" in report.task
    several = Preparation(transform=Windows(6, horizon=2))
    several.fit(table(120))
    assert several.report().target.name == "load, oil" and several.report().target.before is None
