"""Answers that have leaked into the inputs, or training examples into the validation data."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.answers import some_rows
from chainrule.doctor.evidence import Evidence, flat
from chainrule.doctor.finding import Finding
from chainrule.doctor.rows import keys
from chainrule.doctor.targets import Array, Targets

NAME = "leak"
LOOK = "a column of x that is a copy of y; validation examples that are also training examples"
COPY = 0.999  # correlation with the target
SHARE, MOSTLY = 0.01, 0.5
FEW_DISTINCT, FEW_ROWS, MOST = 32, 50, 5000


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Correlate each column with the target, and look for rows that stand in both parts."""
    if len(evidence.x) != 1 or len(evidence.outputs) != 1:
        return
    targets = evidence.outputs[0].targets
    if targets is not None and evidence.rows >= FEW_ROWS:
        yield from _copied_column(evidence, targets)
    if evidence.x_val and evidence.rows:
        yield from _shared_rows(evidence)


def _copied_column(evidence: Evidence, targets: Targets) -> Iterator[Finding]:
    if evidence.x[0].ndim != 2 or evidence.x[0].shape[1] < 2 or len(targets.y) != evidence.rows:
        return
    rows = some_rows(evidence.rows, MOST)
    x, y = flat(evidence.x[0][rows]), _one_number(targets)
    y = None if y is None else y[rows]
    if y is None or not np.isfinite(x).all() or y.std() == 0:
        return
    used = np.flatnonzero(x.std(0) > 0)
    if len(used) < 2:
        return
    z = (x[:, used] - x[:, used].mean(0)) / x[:, used].std(0)
    correlations = np.abs(z.T @ ((y - y.mean()) / y.std())) / len(x)
    best = int(correlations.argmax())
    if correlations[best] >= COPY:
        column = int(used[best])
        yield Finding(
            NAME,
            "likely",
            f"Column {column} of x follows the target almost exactly: their correlation is {correlations[best]:.4f}.",
            "Such a column is most often the answer itself under another name, or made from it. The network will only learn to copy it, "
            "and fail where it is not known.",
            f"x = np.delete(x, {column}, axis=1)  # unless it is really known before the answer is",
            details={"column": column, "correlation": float(correlations[best])},
        )


def _one_number(targets: Targets) -> Array | None:
    """Return one number for each target; None where they have several."""
    if targets.labels is not None:
        return targets.labels
    flat_rows = targets.y.reshape(len(targets.y), -1)
    return flat_rows[:, 0] if flat_rows.shape[1] == 1 else None


def _shared_rows(evidence: Evidence) -> Iterator[Finding]:
    train, validation = evidence.x[0], evidence.x_val[0]
    if train.shape[1:] != validation.shape[1:] or not len(validation):
        return
    known = set(keys(train).tolist())
    if len(known) < FEW_DISTINCT:
        return
    shared = [number for number, row in enumerate(keys(validation.astype(train.dtype)).tolist()) if row in known]
    repeated = 1 - len(known) / len(train)
    share = len(shared) / len(validation)
    if len(shared) >= 2 and share >= SHARE and (share > 3 * repeated or (share > MOSTLY and _is_continuous(train, len(known)))):
        yield Finding(
            NAME,
            "likely",
            f"{len(shared):,} of {len(validation):,} validation examples stand in the training part as well, the first is row {shared[0]}.",
            "What was learned by heart looks like understanding on these examples: the validation figures are too good.",
            "model.fit(x, y, validation_split=0.1)  # which keeps the parts apart; or split before you copy, crop or oversample",
            details={"rows": shared[:20], "share": share},
        )


def _is_continuous(x: Array, distinct: int) -> bool:
    """Return whether some column tells most of the distinct rows apart, so that equal rows are copies and no coincidence."""
    columns = flat(x[some_rows(len(x), MOST)])[:, :64]
    return x.dtype.kind == "f" and max(len(np.unique(column)) for column in columns.T) > distinct / 4
