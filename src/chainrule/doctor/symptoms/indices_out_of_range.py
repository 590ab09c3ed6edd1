"""Indices beyond the table of an embedding."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "indices out of range"
LOOK = "x holds indices that an Embedding has no row for"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the largest index with the size of an embedding that stands first."""
    if len(evidence.x) != 1 or not evidence.layers or evidence.layers[0].kind != "Embedding" or not evidence.x[0].size:
        return
    size, low, high = int(evidence.layers[0].arguments.get("input_dim", 0)), evidence.x[0].min(), evidence.x[0].max()
    if low >= 0 and high < size:
        return
    yield Finding(
        NAME,
        "certain",
        f"x holds indices from {low:g} to {high:g}, but {evidence.layers[0].name} has rows 0 to {size - 1}.",
        "An index without a row gives NaN, and NaN ends training.",
        f"Embedding({int(high) + 1}, {evidence.layers[0].arguments.get('output_dim', 8)})",
        details={"low": float(low), "high": float(high), "rows": size},
    )
