"""Categorical crossentropy over a single unit."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "categorical crossentropy on one unit"
LOOK = "a crossentropy over classes, with an output layer of one unit"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for a loss over shares of several classes where there is one output: the one share is always 1."""
    for output in evidence.outputs:
        if output.units != 1 or output.loss not in ("categorical_crossentropy", "sparse_categorical_crossentropy"):
            continue
        classes = output.targets.classes if output.targets else 0
        mend = (
            f"{output.rewritten('softmax', classes)}  # with loss='sparse_categorical_crossentropy'"
            if classes > 2
            else f"model.compile(loss='binary_crossentropy')  # with {output.rewritten('sigmoid')} as the last layer"
        )
        yield Finding(
            NAME,
            "certain",
            f"The loss is {output.loss}, but {output.called} has one unit.",
            "This loss compares the shares of several classes. With one unit the share is always 1, so the loss cannot fall and nothing "
            "is learned.",
            mend,
            details={"classes": classes},
        )
