"""Validation data of another kind than the training data."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.answers import some_rows
from chainrule.doctor.evidence import Evidence, flat
from chainrule.doctor.finding import Finding

NAME = "validation of another distribution"
LOOK = "columns of x, or shares of classes, that differ between training and validation"
FEW, MOST = 20, 5000
SHIFT, SHARE, SIGMAS = 0.5, 0.1, 6.0  # in standard deviations; of the columns; for chance
CLASSES = 0.25

_OTHER_KIND = (
    "The network is tested on another kind of examples than it learned from. Often one part was scaled and the other was not, or rows were "
    "split in their order of place.",
    "x_val = (x_val - mean) / std  # with mean and std of the training part; and split at random, unless later rows are to be foretold",
)
_DRIFT = (
    "What comes later is not like what came before: a trend, a season, a change. That the parts follow one another in time is right.",
    "Preparation(transform=[Difference(), Windows(...)])  # learn changes, not levels; or learn from the most recent rows alone",
)
_SORTED = "Training and validation have other shares of classes. Rows sorted by class and split in order do that."
_DRAWN = "model.fit(x, y, validation_split=0.1)  # which draws at random"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the means of columns and the shares of classes.

    Source: Quionero-Candela et al., "Dataset shift in machine learning", 2009; the size of a shift in standard deviations: Cohen, 1988.
    """
    if len(evidence.x) != 1 or len(evidence.outputs) != 1 or not evidence.x_val or min(evidence.rows, len(evidence.x_val[0])) < FEW:
        return
    yield from _inputs(evidence)
    yield from _classes(evidence)


def _inputs(evidence: Evidence) -> Iterator[Finding]:
    train, validation = (flat(part[some_rows(len(part), MOST)]) for part in (evidence.x[0], evidence.x_val[0]))
    if train.shape[1] != validation.shape[1] or not (np.isfinite(train).all() and np.isfinite(validation).all()) or _is_series(evidence):
        return
    spread = train.std(0)
    used = np.flatnonzero(spread > 1e-3 * max(float(spread.max()), 1e-30))
    if not len(used):
        return
    shift = (validation[:, used].mean(0) - train[:, used].mean(0)) / spread[used]
    noise = np.sqrt(1 / len(train) + 1 / len(validation))
    moved = (np.abs(shift) > SHIFT) & (np.abs(shift) > SIGMAS * noise)
    if moved.mean() < SHARE:
        return
    worst = int(np.abs(shift).argmax())
    cause, remedy = _DRIFT if evidence.in_time else _OTHER_KIND
    yield Finding(
        NAME,
        "possible" if evidence.in_time else "likely",
        f"{moved.mean():.0%} of the columns of x have another mean in the validation data; column {used[worst]} is off by "
        f"{shift[worst]:.2g} standard deviations.",
        cause,
        remedy,
        details={"columns": used[moved][:20].tolist(), "largest": float(shift[worst])},
    )


def _is_series(evidence: Evidence) -> bool:
    return bool(evidence.layers) and evidence.layers[0].kind == "Embedding"


def _classes(evidence: Evidence) -> Iterator[Finding]:
    output = evidence.outputs[0]
    if output.targets is None or output.targets_val is None:
        return
    train, validation = output.targets.labels, output.targets_val.labels
    if (
        train is None
        or validation is None
        or output.targets.kind != output.targets_val.kind
        or output.targets.kind not in ("binary", "one-hot", "classes")
    ):
        return
    if output.targets.kind == "classes":
        train, validation = (np.asarray(t.y).reshape(-1).astype(np.int64) for t in (output.targets, output.targets_val))
    size = int(max(train.max(), validation.max())) + 1
    ours, theirs = (np.bincount(labels, minlength=size) / len(labels) for labels in (train, validation))
    distance = float(np.abs(ours - theirs).sum() / 2)
    if distance < CLASSES + float(np.sqrt(size / min(len(train), len(validation)))) / 2:
        return
    worst = int(np.abs(ours - theirs).argmax())
    yield Finding(
        NAME,
        "likely",
        f"Class {worst} makes up {ours[worst]:.0%} of the training part and {theirs[worst]:.0%} of the validation data.",
        "The shares of the classes have changed with time." if evidence.in_time else _SORTED,
        'Preparation(balance="weights")  # and judge by the classes one by one' if evidence.in_time else _DRAWN,
        details={"train": ours.tolist(), "validation": theirs.tolist()},
    )
