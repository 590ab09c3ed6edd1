"""Guessing how a delimited text is written, from its first lines."""

import csv
import re
from collections import Counter
from collections.abc import Sequence

DELIMITERS = (",", ";", "\t", "|")

_UNKNOWN = ("?", "NA")  # beside numbers


def sniff_delimiter(sample: Sequence[str]) -> str:
    """Return the delimiter that divides most records into equally many fields, and into more of them; else a comma.

    Blanks, however many stand between two values, are one where they divide all records into equally many, in nothing but numbers
    and what stands in quotes below the first record; or, where nothing else divides the records, in one column of numbers at least.
    """
    best, best_score = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        widths = Counter(len(record) for record in _records(sample, delimiter))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        score = (count / max(widths.total(), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    if best_score[1] == 1:
        return " " if _are_apart_by_blanks(sample, only_numbers=False) else best
    mixed = best == "\t" and any(" " in field.strip() for record in _records(sample, "\t") for field in record)
    return " " if mixed and _are_apart_by_blanks(sample, only_numbers=True) else best


def squeezed(line: str) -> str:
    """Return a line in which each run of blanks outside quotes is one space, and none stands at its ends.

    Example:
        >>> squeezed('  18.0   8\\t"ford  torino" \\n')
        '18.0 8 "ford  torino"\\n'
    """
    record = line.rstrip("\r\n")
    pieces = record.strip(" \t").split('"')
    pieces[::2] = [re.sub(r"[ \t]+", " ", piece) for piece in pieces[::2]]
    return '"'.join(pieces) + line[len(record) :]


def _are_apart_by_blanks(sample: Sequence[str], *, only_numbers: bool) -> bool:
    records = [re.sub(r'"[^"]*"', "0", line).split() for line in sample if line.strip()]
    ((width, count),) = Counter(map(len, records)).most_common(1) or [(0, 0)]
    if width < 2 or (only_numbers and count < len(records)):
        return False
    if count < len(records):  # of lines of nothing but numbers, some may be too long or too short, which the reader then names
        return count > len(records) / 2 and all(is_number(value) for record in records for value in record)
    columns = zip(*(records[1:] or records), strict=True)
    are_numbers = [all(is_number(value) or value in _UNKNOWN for value in column) for column in columns]
    return all(are_numbers) if only_numbers or len(records) == 1 else any(are_numbers)


def find_header(sample: Sequence[str], delimiter: str) -> bool:
    """Return whether the first record looks like the names of the columns (the rule is in `read_table`)."""
    first, *rest = _records(sample, delimiter) or [[]]
    below = [[record[index].strip() for record in rest if index < len(record)] for index in range(len(first))]
    texts = [not is_number(field) for field in first]
    turned = any(
        text and field.strip() not in {"", *_UNKNOWN} and _all_numbers(values)
        for text, field, values in zip(texts, first, below, strict=True)
    )
    again = any(field.strip() in values for field, values in zip(first, below, strict=True) if field.strip())
    return turned or (all(texts) and not again)


def is_number(text: str) -> bool:
    """Return whether a text is a number, with a point or a comma before its decimals."""
    try:
        float(text.strip().replace(",", ".", 1))
    except ValueError:
        return False
    return True


def _all_numbers(values: Sequence[str]) -> bool:
    known = [value for value in values if value]
    return bool(known) and all(is_number(value) for value in known)


def _records(sample: Sequence[str], delimiter: str) -> list[list[str]]:
    lines = map(squeezed, sample) if delimiter == " " else sample
    return [record for record in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if record]
