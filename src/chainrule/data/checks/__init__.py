"""Checks: what is wrong with data, or may be; each is a function from plain arrays or frames to a list of issues.

Example:
    >>> import polars as pl
    >>> frame = pl.DataFrame({"height": [1.7, 1.8, 1.7, 170.0, 1.6, 1.75], "unit": ["m"] * 6})
    >>> for issue in [*duplicates(equal_examples(frame)), *constant_columns(frame), *outliers(frame)]:
    ...     print(issue.severity, "-", issue.message)
    warning - 1 row is a copy of an earlier one: row 2.
    note - Column 'unit' is 'm' in all 6 rows.
    note - Column 'height': 1 value, 170, lies more than 10 robust standard deviations from the median 1.725: row 3.
"""

from chainrule.data.checks.balance import class_imbalance
from chainrule.data.checks.columns import constant_columns, identifier_columns, outliers
from chainrule.data.checks.drift import drift
from chainrule.data.checks.duplicates import contradictions, duplicates
from chainrule.data.checks.equal import equal_examples
from chainrule.data.checks.examine import examine
from chainrule.data.checks.images import blank_images, near_images
from chainrule.data.checks.issue import Issue, Severity
from chainrule.data.checks.label_noise import LabelSuspect, confident_joint, label_issues, label_suspects
from chainrule.data.checks.leaks import (
    copies_across_parts,
    giveaway,
    groups_across_parts,
    identifier_tells_target,
    known_only_after,
    order_tells_target,
    same_files,
    target_in_text,
    time_backwards,
    time_ignored,
)
from chainrule.data.checks.missing import missing_values
from chainrule.data.checks.numbers import near_rows
from chainrule.data.checks.sounds import near_sounds, silent_or_clipped
from chainrule.data.checks.texts import near_texts

__all__ = [
    "Issue",
    "LabelSuspect",
    "Severity",
    "blank_images",
    "class_imbalance",
    "confident_joint",
    "constant_columns",
    "contradictions",
    "copies_across_parts",
    "drift",
    "duplicates",
    "equal_examples",
    "examine",
    "giveaway",
    "groups_across_parts",
    "identifier_columns",
    "identifier_tells_target",
    "known_only_after",
    "label_issues",
    "label_suspects",
    "missing_values",
    "near_images",
    "near_rows",
    "near_sounds",
    "near_texts",
    "order_tells_target",
    "outliers",
    "same_files",
    "silent_or_clipped",
    "target_in_text",
    "time_backwards",
    "time_ignored",
]
