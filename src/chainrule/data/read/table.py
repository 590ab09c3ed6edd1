"""Reading tables from files: CSV and its kin, Parquet, JSON lines."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import IO, Any

import polars as pl
from polars import selectors

from chainrule.data.frame import DAMAGED, LINE, LeftOut
from chainrule.data.read.files import GZIP_ERRORS, broken_gzip, escaped_byte, existing, open_bytes
from chainrule.data.read.json_lines import read_json_lines
from chainrule.data.read.plain_text import read_plain
from chainrule.data.read.sniff import find_header, sniff_delimiter, squeezed
from chainrule.data.read.table_size import refuse_large_columns, refuse_large_text
from chainrule.errors import DataError

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "?", "None")

csv.field_size_limit(max(csv.field_size_limit(), 1 << 26))  # characters of one value: texts in tables are longer than csv's own limit

_PLAIN = {"utf-8-sig", "utf-8"}  # encodings that the quick reader knows
_BATCH = 50_000  # rows that are held as Python text at a time
_SAMPLE = 100  # lines from which the delimiter and the header are guessed
_THOUSANDS = r"^[-+]?\d{1,3}(\.\d{3})+(,\d+)?$"
_WITH_COMMA = r"^[+-]?\d+(,\d+)?([eE][+-]?\d+)?$"
_MAYBE_THOUSANDS = r"^[+-]?\d{1,3},\d{3}$"
_UNREADABLE = {
    ".xls": "an Excel workbook: save the sheet as CSV",
    ".xlsx": "an Excel workbook: save the sheet as CSV",
    ".ods": "a spreadsheet: save the sheet as CSV",
    ".json": "one JSON document: write it as JSON lines (.jsonl), one object for each row",
    ".zip": "an archive: unpack it first",
}


def read_table(
    path: str | PathLike[str],
    *,
    delimiter: str | None = None,
    header: bool | None = None,
    encoding: str = "utf-8-sig",
    decimal: str | None = None,
    quote: str | None = '"',
    missing: Collection[str] = MISSING,
    text: Collection[str] = (),
    lines: bool = False,
    left_out: list[LeftOut] | None = None,
) -> pl.DataFrame:
    r"""Read a table from a file.

    The ending tells the format: .parquet (or .pq), .jsonl (or .ndjson), and delimited text for any other; text may be gzipped.
    In delimited text every value is stripped of spaces, the missing values become null, and a column whose other values are
    all whole numbers, or all numbers, becomes one of Int64 or Float64. Empty lines are passed over.

    Args:
        path: the file.
        delimiter: what stands between values; when None the one of comma, semicolon, tab and bar that divides the first lines
            most evenly, or a space where blanks do. A space is any run of blanks, and those at the ends of a line are none.
        header: whether the first record names the columns. When None it does if a column has text there and numbers below, or
            if it has no numbers and its values do not come again below; a table without names gets column_1, column_2, ...
        encoding: of the text; the default is UTF-8, with or without a byte order mark.
        decimal: the decimal mark, "." or ","; when None it is a comma in columns all of whose numbers are written so, and not
            all of them with three digits after it, where it may divide thousands; else a point.
        quote: what stands around values that hold the delimiter; None where quotes are characters like any other.
        missing: values of delimited text that mean "not known".
        text: columns of delimited text that stay text although they hold numbers, such as codes.
        lines: whether to add the column `__line__`, the line of the file on which each row begins. Preparations leave it
            out, and name it when they meet a bad value.
        left_out: takes the rows of text that cannot be read, which are errors where it is None.

    Returns:
        A Polars frame; what is missing is null.

    Raises:
        DataError: a table larger than memory; with file, line and column: no such file, another format, rows of unequal length, two
            columns of one name, no rows, bytes that are not of the encoding, a broken quote, a gzip file that is cut off.

    Source:
        Shafranovich (2005), Common format and MIME type for CSV files, RFC 4180.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "plants.csv")
        ...     _ = path.write_text("height;kind\n1.5;oak\nNA;elm\n")
        ...     read_table(path).to_dict(as_series=False)
        {'height': [1.5, None], 'kind': ['oak', 'elm']}
    """
    path = existing(Path(path))
    suffix = [part.lower() for part in path.suffixes if part.lower() != ".gz"][-1:]
    ending = suffix[0] if suffix else ""
    if ending in _UNREADABLE:
        raise DataError(f"{path}: this is {_UNREADABLE[ending]}.")
    if ending in {".parquet", ".pq"}:
        return _read_parquet(path)
    if ending in {".jsonl", ".ndjson"}:
        return read_json_lines(path, missing, lines=lines, left_out=left_out)
    try:
        frame = _read_text(path, delimiter, header, encoding, quote, missing if decimal in {None, "."} else (), text, left_out)
    except GZIP_ERRORS as error:
        raise broken_gzip(path, error) from error
    except UnicodeError as error:
        raise _undecodable(path, encoding) from error
    values = selectors.string()
    stripped = frame.with_columns(values.str.strip_chars())
    known = stripped.with_columns(pl.when(values.is_in(list(missing))).then(None).otherwise(values).name.keep())
    columns = [column if column.dtype != pl.String or column.name in text else _numbers(column, decimal, path) for column in known]
    return pl.DataFrame(columns if lines else [column for column in columns if column.name != LINE])


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        refuse_large_columns(path, pl.scan_parquet(path))
        frame = pl.read_parquet(path)
    except DAMAGED as error:
        raise DataError(f"{path}: this cannot be read as Parquet: {error}") from error
    if frame.is_empty():
        raise DataError(f"{path}: the table has no rows.")
    return frame.with_columns(selectors.float().fill_nan(None))


def _read_text(
    path: Path,
    delimiter: str | None,
    header: bool | None,
    encoding: str,
    quote: str | None,
    missing: Collection[str],
    text: Collection[str],
    left_out: list[LeftOut] | None,
) -> pl.DataFrame:
    """Return the records of a delimited file as text, with their lines; columns may be of numbers already."""
    errors = "strict" if left_out is None else "surrogateescape"
    with open_bytes(path) as stream, _decoded(stream, encoding, errors) as characters:
        sample = list(islice(characters, _SAMPLE))
    if any("\0" in line for line in sample):
        raise DataError(f"{path}: this is not a text table: it has bytes of zero. If it is text, pass its encoding, such as 'utf-16'.")
    delimiter = delimiter or sniff_delimiter(sample)
    sample = [squeezed(line) for line in sample] if delimiter == " " else sample
    refuse_large_text(path, sample, delimiter, encoding)
    header = find_header(sample, delimiter) if header is None else header
    with open_bytes(path) as stream, _decoded(stream, encoding, errors) as characters:
        quoting = csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL
        written = map(squeezed, characters) if delimiter == " " else characters
        reader = csv.reader(written, delimiter=delimiter, quotechar=quote, quoting=quoting, skipinitialspace=True, strict=True)
        records = _records(path, reader)
        first = next(records, None)
        if first is None:
            raise DataError(f"{path}: the file is empty.")
        names = _names(path, first, header)
        plain = read_plain(path, delimiter, names, header, missing, text) if quote == '"' and encoding in _PLAIN and first[0] == 1 else None
        if plain is not None:
            return plain
        batches = [] if header else [_batch([first], names)]
        width = f"{len(names)} {'like the header' if header else 'like the first'} (line {first[0]})"
        while rows := list(islice(records, _BATCH)):
            batches.append(_batch(list(_whole(path, rows, len(names), width, delimiter, encoding, left_out)), names))
    if not any(batch.height for batch in batches):
        raise left_out[0].error() if left_out else _no_rows(path)
    return pl.concat(batches)


def _no_rows(path: Path) -> DataError:
    return DataError(f"{path}: the file has a header and no rows. If its first line is data, pass header=False.")


def _decoded(stream: IO[bytes], encoding: str, errors: str) -> io.TextIOWrapper:
    try:
        return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
    except LookupError as error:
        raise DataError(f"{encoding!r} is not the name of an encoding. Try 'utf-8', 'cp1252', 'latin-1' or 'utf-16'.") from error


def _records(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not empty, with the line on which it begins."""
    begin = 1
    try:
        for fields in reader:
            if fields:
                yield begin, fields
            begin = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path}, line {begin}: the record that begins here cannot be read ({error}). "
            'A value with quotes in it stands within quotes, its own ones doubled: "5"" pipe". Where quotes are characters like any '
            "other, pass quote=None."
        ) from error


def _whole(
    path: Path,
    rows: Sequence[tuple[int, list[str]]],
    width: int,
    expected: str,
    delimiter: str,
    encoding: str,
    left_out: list[LeftOut] | None,
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that are as wide as the others and of the encoding; any other is an error, or put into `left_out`."""
    for line, fields in rows:
        place = f"{path}, line {line}"
        byte = None if left_out is None else escaped_byte(delimiter.join(fields))
        if len(fields) == width and byte is None:
            yield line, fields
            continue
        error = _ragged(place, expected, len(fields), delimiter) if byte is None else DataError(f"{place}: byte {byte} is not {encoding}.")
        if left_out is None:
            raise error
        left_out.append(LeftOut.of(place, error))


def _ragged(place: str, expected: str, met: int, delimiter: str) -> DataError:
    return DataError(
        f"{place}: a row must have as many fields as the others, {expected}. Met {met}. "
        f"A value that holds the delimiter {delimiter!r} must stand in quotes."
    )


def _names(path: Path, first: tuple[int, list[str]], header: bool) -> list[str]:
    line, fields = first
    names = [(field.strip() if header else "") or f"column_{number}" for number, field in enumerate(fields, 1)]
    advice = "Each column needs a name of its own; if this line is data, pass header=False."
    if LINE in names:
        raise DataError(f"{path}, line {line}: a column is named {LINE!r}, which is kept for line numbers. Rename it.")
    for number, name in enumerate(names):
        if name in names[:number]:
            first_place = names.index(name) + 1
            raise DataError(f"{path}, line {line}: columns {first_place} and {number + 1} are both named {name!r}. {advice}")
    return names


def _batch(rows: Sequence[tuple[int, list[str]]], names: Sequence[str]) -> pl.DataFrame:
    columns = zip(*(fields for _, fields in rows), strict=True) if rows else ((),) * len(names)
    series = [pl.Series(name, values, pl.String) for name, values in zip(names, columns, strict=True)]
    return pl.DataFrame([*series, pl.Series(LINE, [line for line, _ in rows], pl.Int64)])


def _numbers(column: pl.Series, asked: str | None, path: Path) -> pl.Series:
    """Return a column of text as one of numbers where all its values are numbers."""
    if column.null_count() == len(column):
        return column
    decimal = asked or ("," if _has_commas(column) else ".")
    if decimal != ".":
        _refuse_points(column, decimal, path)
    digits = column if decimal == "." else column.str.replace(decimal, ".", literal=True)
    for dtype in (pl.Int64, pl.Float64):
        numbers = digits.cast(dtype, strict=False)
        if numbers.null_count() == column.null_count():
            return numbers
    return column


def _has_commas(column: pl.Series) -> bool:
    """Return whether all numbers of a column of text have decimal commas, or are whole; commas that may divide thousands are none."""
    known = column.drop_nulls()
    return bool(known.str.contains(_WITH_COMMA).all()) and bool((known.str.contains(",") & ~known.str.contains(_MAYBE_THOUSANDS)).any())


def _refuse_points(column: pl.Series, decimal: str, path: Path) -> None:
    """Raise DataError where numbers have points beside another decimal mark: they may divide thousands, or be decimal points."""
    pointed = column.str.contains(".", literal=True).fill_null(value=False)
    numeric = column.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False).is_not_null() | column.str.contains(_THOUSANDS)
    if pointed.any() and numeric.fill_null(value=True).all():
        raise DataError(
            f"{path}: column {column.name!r} must be without points where {decimal!r} is the decimal mark. Got "
            f"{column.filter(pointed)[0]!r}: write thousands without a mark, or, where these are no numbers, pass text=[{column.name!r}]."
        )


def _undecodable(path: Path, encoding: str) -> DataError:
    """Return the error for bytes that are not of the encoding, with the first line that has such."""
    with open_bytes(path) as stream:
        for number, line in enumerate(stream, 1):
            if number == 1 and line[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                return DataError(f"{path}: the file is UTF-16, not {encoding}. Pass encoding='utf-16'.")
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                byte = line[error.start]
                return DataError(
                    f"{path}, line {number}: byte {byte:#04x} at position {error.start + 1} is not {encoding}. Pass the file's encoding, "
                    "often encoding='cp1252' (Windows) or 'latin-1', or save it as UTF-8."
                )
    return DataError(f"{path}: the file is not {encoding}. Pass its encoding.")
