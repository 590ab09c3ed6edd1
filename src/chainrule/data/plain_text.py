"""The quick way through a delimited text whose every line is one record: read by Polars, or left to the careful reader."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from chainrule.data.frame import LINE

_MARK = b"\xef\xbb\xbf"  # of UTF-8


def read_plain(path: Path, delimiter: str, names: Sequence[str], header: bool) -> pl.DataFrame | None:
    """Return the records of a file as text, with their lines; None where it is not plain, and must be read with care.

    Plain is UTF-8 without quotes, zeros and empty lines, with as many fields on every line as there are names.
    """
    if path.suffix == ".gz" or len(names) < 2 or LINE in names:
        return None
    data = path.read_bytes().removeprefix(_MARK)
    if b'"' in data or b"\0" in data or data.count(b"\r") != data.count(b"\r\n"):
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if data.count(delimiter.encode()) != lines * (len(names) - 1):  # too few fields on a line; Polars itself refuses too many
        return None
    try:
        frame = pl.read_csv(
            data, separator=delimiter, has_header=False, skip_rows=int(header), new_columns=list(names), infer_schema=False,
            quote_char=None, raise_if_empty=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    if frame.width != len(names) or frame.height != lines - header or not frame.height:
        return None
    first = 1 + int(header)
    return frame.with_columns(pl.all().fill_null("")).with_columns(pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(LINE))
