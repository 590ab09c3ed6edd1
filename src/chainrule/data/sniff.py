"""Guessing how a delimited text is written, from its first lines."""

import csv
from collections import Counter
from collections.abc import Sequence

DELIMITERS = (",", ";", "\t", "|")


def sniff_delimiter(sample: Sequence[str]) -> str:
    """Return the delimiter that divides most records into equally many fields, and into more of them; else a comma.

    A space is one where nothing else divides the records, and all of them are equally many numbers.
    """
    best, best_score = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        widths = Counter(len(record) for record in _records(sample, delimiter))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        score = (count / max(widths.total(), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return " " if best_score[1] == 1 and _are_numbers(_records(sample, " ")) else best


def _are_numbers(records: Sequence[Sequence[str]]) -> bool:
    width = len(records[0]) if records else 0
    return width > 1 and all(len(record) == width and all(map(is_number, record)) for record in records)


def find_header(sample: Sequence[str], delimiter: str) -> bool:
    """Return whether the first record looks like the names of the columns (the rule is in `read_table`)."""
    first, *rest = _records(sample, delimiter) or [[]]
    below = [[record[index].strip() for record in rest if index < len(record)] for index in range(len(first))]
    texts = [not is_number(field) for field in first]
    turned = any(text and field.strip() and _all_numbers(values) for text, field, values in zip(texts, first, below, strict=True))
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
    return [record for record in csv.reader(sample, delimiter=delimiter, skipinitialspace=True) if record]
