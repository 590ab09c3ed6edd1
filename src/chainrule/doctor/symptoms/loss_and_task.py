"""A loss for another task than the targets ask for."""

from collections.abc import Iterator

from chainrule.doctor.evidence import DISTANCES, Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.targets import Targets

NAME = "loss does not fit the task"
LOOK = "a loss of distances for classes, or a crossentropy for quantities"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare what the targets are with what the loss is for.

    The squared error of a probability is a proper score: it is lowest for the true probability, only slow where outputs saturate. The
    absolute error is not: it is lowest for the commonest class, whatever its probability.

    Source: Gneiting and Raftery, "Strictly proper scoring rules", 2007.
    """
    for output in evidence.outputs:
        targets = output.targets
        if targets is None:
            continue
        if output.loss in DISTANCES and targets.kind in ("binary", "one-hot", "signs", "multi-label"):
            yield _distance(output, targets)
        elif "crossentropy" in output.loss and targets.kind == "quantities":
            yield _crossentropy(output, targets)
        elif output.loss == "categorical_crossentropy" and targets.kind in ("classes", "binary") and output.units != 1:
            yield _needs_sparse(output, targets)
        elif output.loss in DISTANCES and targets.kind == "classes" and any("accuracy" in name for name in output.metrics):
            yield Finding(
                NAME,
                "possible",
                f"y names {targets.classes} classes by number, and {output.loss} takes the numbers for quantities.",
                "For it class 2 lies between 1 and 3, which means nothing unless the classes have an order.",
                f"model.compile(loss='sparse_categorical_crossentropy')  # with {output.rewritten('softmax', targets.classes)} as the "
                "last layer",
            )


def _distance(output: Output, targets: Targets) -> Finding:
    loss = "binary_crossentropy" if targets.kind in ("binary", "signs", "multi-label") else "categorical_crossentropy"
    activation = "sigmoid" if loss.startswith("binary") else "softmax"
    absolute = output.loss == "mean_absolute_error"
    return Finding(
        NAME,
        "likely" if absolute else "possible",
        f"The targets are classes ({_described(targets)}), but the loss is {output.loss}.",
        "The absolute error is smallest when the commonest class is always answered: its gradient does not grow with the error, and where "
        "outputs saturate it vanishes."
        if absolute
        else "The squared error of a probability has almost no gradient where the network is wrong and sure of itself; a crossentropy has.",
        f"model.compile(loss='{loss}')  # with {output.rewritten(activation)} as the last layer",
        details={"targets": targets.kind},
    )


def _described(targets: Targets) -> str:
    return {"binary": "0 and 1", "signs": "-1 and 1", "one-hot": f"{targets.classes}, one-hot", "multi-label": "several for an example"}[
        targets.kind
    ]


def _crossentropy(output: Output, targets: Targets) -> Finding:
    inside = targets.low >= 0 and targets.high <= 1
    shares = inside and not output.loss.startswith("sparse")
    return Finding(
        NAME,
        "possible" if shares else "certain",
        f"The targets are quantities: {len(targets.values):,} distinct values from {targets.low:.4g} to {targets.high:.4g}; the loss is "
        f"{output.loss}.",
        "A crossentropy compares probabilities of classes. "
        + ("Shares can be learned with it, if that is what they are." if shares else "These are none."),
        f"model.compile(loss='mse')  # with {output.rewritten(None)} as the last layer",
        details={"values": len(targets.values)},
    )


def _needs_sparse(output: Output, targets: Targets) -> Finding:
    return Finding(
        NAME,
        "certain",
        f"categorical_crossentropy takes one column for each class, but y holds class numbers ({targets.low:g} to {targets.high:g}).",
        "The numbers themselves would be taken for probabilities.",
        "model.compile(loss='sparse_categorical_crossentropy')",
    )
