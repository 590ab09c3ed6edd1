"""Dates written as text: which way, and as points in time."""

from dataclasses import dataclass

import polars as pl

from chainrule.data.frame import Place
from chainrule.errors import DataError, unknown_name

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_TIME = (
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d+)?))?\s*(?:Z|UTC|(?P<sign>[+-])(?P<offset>\d{2}:?\d{2}))?)?"
)


@dataclass(frozen=True)
class _Format:
    """A way of writing dates: its name for people, and the pattern of its parts."""

    name: str
    pattern: str


_FORMATS = {
    form.name: form
    for form in (
        _Format("year-month-day", r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _TIME),
        _Format("year/month/day", r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})" + _TIME),
        _Format("year-month", r"(?P<year>\d{4})[-/](?P<month>\d{1,2})"),
        _Format("day.month.year", r"(?P<day>\d{1,2})[./-](?P<month>\d{1,2})[./-](?P<year>\d{4})" + _TIME),
        _Format("month/day/year", r"(?P<month>\d{1,2})[./-](?P<day>\d{1,2})[./-](?P<year>\d{4})" + _TIME),
        _Format("day month year", r"(?P<day>\d{1,2})[ -]" + _NAME + r"[ -](?P<year>\d{4})" + _TIME),
        _Format("month day, year", _NAME + r" (?P<day>\d{1,2}),? (?P<year>\d{4})" + _TIME),
        _Format("month year", _NAME + r"[ -](?P<year>\d{4})"),
        _Format("short year-month", r"(?P<year>\d{1,3})-(?P<month>\d{2})"),
    )
}
FORMATS: tuple[str, ...] = tuple(_FORMATS)
_PARTS = ("year", "month", "day", "hour", "minute", "second", "sign", "offset")
_FIRST = 100  # values that must be of a format before all are looked at
_AMBIGUOUS = ("day.month.year", "month/day/year")


def find_format(column: pl.Series) -> str | None:
    """Return the format that all known values of a column of text are written in; None where there is none.

    Where both the day and the month may come first, the order in which the dates never go backwards is taken, else the day.
    Years of fewer than four digits are taken for years only where the months follow one another.

    Example:
        >>> find_format(pl.Series(["2016-07-01 00:00:00", "2016-07-01 01:00:00"])), find_format(pl.Series(["03/25/2024"]))
        ('year-month-day', 'month/day/year')
        >>> find_format(pl.Series(["1-01", "1-02", "1-03"])), find_format(pl.Series(["3-02", "1-01"]))
        ('short year-month', None)
    """
    known = column.drop_nulls().cast(pl.String)
    if not len(known):
        return None
    likely = [name for name in FORMATS if not _parse(known.head(_FIRST), _FORMATS[name]).null_count()]
    found = {name: times for name in likely if not (times := _parse(known, _FORMATS[name])).null_count()}
    if not found:
        return None
    name = next(iter(found))
    if name == "short year-month" and not _follow_one_another(found[name]):
        return None
    if all(candidate in found for candidate in _AMBIGUOUS):
        return next((candidate for candidate in _AMBIGUOUS if found[candidate].is_sorted()), name)
    return name


def _follow_one_another(months: pl.Series) -> bool:
    days = months.diff().dt.total_days().drop_nulls()
    return len(days) > 0 and bool(days.is_between(28, 31).all())


def as_times(column: pl.Series, form: str | None, place: Place) -> pl.Series:
    """Return a column of dates as points in time (microseconds, without a zone, in UTC where the text gives an offset).

    Args:
        column: dates, or texts of a format.
        form: one of `FORMATS`; None for dates that are such already.
        place: how to name a row.

    Raises:
        DataError: a value that is no date of this format.

    Example:
        >>> as_times(pl.Series(["1949-02"]), "year-month", lambda row: f"row {row + 1}").to_list()
        [datetime.datetime(1949, 2, 1, 0, 0)]
    """
    if column.dtype.is_temporal():
        return _naive(column)
    if form not in _FORMATS:
        raise unknown_name("The format of dates", str(form), FORMATS)
    times = _parse(column.cast(pl.String), _FORMATS[form])
    bad = (times.is_null() & column.is_not_null()).arg_true()
    if len(bad):
        row = int(bad[0])
        raise DataError(f"Column {column.name!r}, {place(row)}: {column[row]!r} is not a date written as {form}.")
    return times


def _naive(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us"))
    if not isinstance(column.dtype, pl.Datetime):
        raise DataError(f"Column {column.name!r} must be dates. It holds {column.dtype} instead.")
    utc = column if column.dtype.time_zone is None else column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return utc.cast(pl.Datetime("us"))


def _parse(texts: pl.Series, form: _Format) -> pl.Series:
    """Return the times that texts of a format tell; null for others, and for dates that do not exist."""
    groups = (
        pl.DataFrame([texts.alias("text")]).select(pl.col("text").str.strip_chars().str.extract_groups(f"^{form.pattern}$")).unnest("text")
    )
    parts = {name: groups[name] if name in groups.columns else pl.Series([None] * len(texts), dtype=pl.String) for name in _PARTS}
    if "name" in groups.columns:
        parts["month"] = groups["name"].str.to_lowercase().replace_strict(_MONTHS, [str(number) for number in range(1, 13)], default=None)
    frame = pl.DataFrame([series.alias(name) for name, series in parts.items()])
    seconds = pl.col("second").fill_null("00")
    written = pl.concat_str(
        *(pl.col(name).str.zfill(width) + after for name, width, after in (("year", 4, "-"), ("month", 2, "-"))),
        pl.col("day").fill_null("01").str.zfill(2) + "T",
        pl.col("hour").fill_null("00").str.zfill(2) + ":" + pl.col("minute").fill_null("00") + ":" + seconds,
    )
    times = frame.select(written.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us").alias("time"))["time"]
    return times - _offsets(frame)


def _offsets(frame: pl.DataFrame) -> pl.Series:
    """Return how far each text's zone is ahead of UTC."""
    digits = pl.col("offset").str.replace(":", "")
    minutes = digits.str.slice(0, 2).cast(pl.Int64) * 60 + digits.str.slice(2, 2).cast(pl.Int64)
    signed = pl.when(pl.col("sign") == "-").then(-minutes).otherwise(minutes).fill_null(0)
    return frame.select(pl.duration(minutes=signed).alias("offset"))["offset"]
