"""Dates written in the common ways, against Python's own calendar."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.data.dates import as_times, find_format
from chainrule.errors import DataError

WAYS = {
    "year-month-day": "%Y-%m-%d %H:%M:%S",
    "year/month/day": "%Y/%m/%d",
    "day.month.year": "%d.%m.%Y %H:%M",
    "month/day/year": "%m/%d/%Y",
    "day month year": "%d %B %Y",
    "month day, year": "%b %d, %Y",
}


def place(row):
    return f"row {row + 1}"


@settings(max_examples=30, deadline=None)
@given(first=st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1)), name=st.sampled_from(sorted(WAYS)))
def test_what_is_written_is_read(first, name):
    times = [first + timedelta(days=29 * number) for number in range(20)]
    column = pl.Series("when", [time.strftime(WAYS[name]) for time in times])
    assert find_format(column) == name
    assert as_times(column, name, place).to_list() == [datetime.strptime(text, WAYS[name]) for text in column]


def test_months_are_dates_even_of_years_without_a_name():
    assert find_format(pl.Series(["1949-01", "1949-02"])) == "year-month"
    shampoo = pl.Series([f"{year}-{month:02}" for year in (1, 2, 3) for month in range(1, 13)])
    assert find_format(shampoo) == "short year-month"
    assert as_times(shampoo, "short year-month", place)[13] == datetime(2, 2, 1)


def test_zones_become_utc():
    times = as_times(pl.Series(["2024-05-01T12:00:00+02:00", "2024-05-01T12:00:00Z"]), "year-month-day", place)
    assert times.to_list() == [datetime(2024, 5, 1, 10), datetime(2024, 5, 1, 12)]


def test_the_order_decides_between_day_and_month():
    assert find_format(pl.Series(["01/02/2024", "01/03/2024", "02/01/2024"])) == "month/day/year"
    assert find_format(pl.Series(["01/02/2024", "02/02/2024", "01/03/2024"])) == "day.month.year"


@pytest.mark.parametrize("texts", [["oak", "elm"], ["2024-13-01"], ["2024-02-30"], ["1234"], ["10-2"], ["2024-01-01", "soon"]])
def test_other_text_is_no_date(texts):
    assert find_format(pl.Series(texts)) is None


def test_what_is_no_date_is_named():
    with pytest.raises(DataError, match="Column 'when', row 2: 'soon' is not a date"):
        as_times(pl.Series("when", ["2024-01-01", "soon"]), "year-month-day", place)
