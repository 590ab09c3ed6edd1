"""Too many or too few outputs for the targets."""

from collections.abc import Iterator

from chainrule.counting import counted
from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.targets import Targets

NAME = "wrong number of outputs"
LOOK = "the output layer has more or fewer units than the targets ask for"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the number of output units with the columns of y, or with its classes."""
    for output in evidence.outputs:
        targets, units = output.targets, output.units
        if targets is None or units is None:
            continue
        wanted, why = _wanted(output, targets)
        if wanted is None or wanted == units:
            yield from _spare(output, targets, units)
            continue
        yield Finding(
            NAME,
            "certain",
            f"{output.called} has {counted(units, 'unit')}, but {why}.",
            "Answers and targets cannot be paired: some outputs are compared with what does not belong to them, or with nothing.",
            _remedy(output, targets, wanted),
            details={"units": units, "wanted": wanted},
        )


def _wanted(output: Output, targets: Targets) -> tuple[int | None, str]:
    y = targets.y
    rank = len(output.shape) if output.shape is not None else 1
    if output.loss.startswith("sparse"):
        classes = int(targets.high) + 1
        return (classes if (output.units or 0) < classes else None), f"y has {classes} classes, 0 to {classes - 1}"
    if targets.kind == "classes" and "crossentropy" in output.loss:
        return targets.classes, f"y names {targets.classes} classes by number"
    columns = y.shape[-1] if y.ndim > rank else 1
    return (columns if y.ndim in (rank, rank + 1) else None), f"y has {counted(columns, 'number')} for each example"


def _remedy(output: Output, targets: Targets, wanted: int) -> str:
    units = output.units or 1
    if targets.kind in ("classes", "binary") and units >= max(targets.classes, 2) and output.activation == "softmax":
        return "model.compile(loss='sparse_categorical_crossentropy')  # which takes one class number for each example"
    if targets.kind == "classes" and not output.loss.startswith("sparse"):
        return f"{output.rewritten('softmax', wanted)}  # with loss='sparse_categorical_crossentropy'"
    activation = {"binary": "sigmoid", "quantities": None}.get(targets.kind, output.activation)
    return output.rewritten(None if activation in ("linear", "?") else activation, wanted)


def _spare(output: Output, targets: Targets, units: int) -> Iterator[Finding]:
    if output.loss.startswith("sparse") and targets.names and units >= 2 * max(targets.high + 1, 1) and units > targets.high + 2:
        yield Finding(
            NAME,
            "possible",
            f"{output.called} has {units} units, but y names only the classes 0 to {targets.high:g}.",
            "The spare units do no harm but learn only to be silent.",
            output.rewritten("softmax", int(targets.high) + 1),
            details={"units": units, "classes": int(targets.high) + 1},
        )
