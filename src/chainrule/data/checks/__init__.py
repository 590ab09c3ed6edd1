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

from chainrule.data.checks.across_parts import drift, groups_across_parts, time_backwards, time_ignored
from chainrule.data.checks.check import Check, CheckedData, all_checks, examine, forget_check, run_checks
from chainrule.data.checks.columns import constant_columns, identifier_columns, missing_values, outliers
from chainrule.data.checks.copies import contradictions, copies_across_parts, duplicates, same_files
from chainrule.data.checks.equal import equal_examples, near_rows
from chainrule.data.checks.images import blank_images, near_images
from chainrule.data.checks.issue import Issue, Severity
from chainrule.data.checks.labels import LabelSuspect, class_imbalance, confident_joint, label_issues, label_suspects
from chainrule.data.checks.leaks import identifier_predicts_target, leaking_columns, order_predicts_target, recorded_after_target
from chainrule.data.checks.sounds import near_sounds, silent_or_clipped
from chainrule.data.checks.texts import near_texts, target_in_text

__all__ = [
    "Check",
    "CheckedData",
    "Issue",
    "LabelSuspect",
    "Severity",
    "all_checks",
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
    "forget_check",
    "groups_across_parts",
    "identifier_columns",
    "identifier_predicts_target",
    "label_issues",
    "label_suspects",
    "leaking_columns",
    "missing_values",
    "near_images",
    "near_rows",
    "near_sounds",
    "near_texts",
    "order_predicts_target",
    "outliers",
    "recorded_after_target",
    "run_checks",
    "same_files",
    "silent_or_clipped",
    "target_in_text",
    "time_backwards",
    "time_ignored",
]
