"""Outputs with more, or fewer, axes than the targets."""

from collections.abc import Iterator

from chainrule.insight.doctor.evidence import RECURRENT, Evidence, Output
from chainrule.insight.doctor.finding import Finding

NAME = "wrong output shape"
LOOK = "several answers for each example where one is wanted, or the reverse"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the axes of one answer with those of one target."""
    for output in evidence.outputs:
        if output.y is None or output.shape is None or output.y.ndim == 0:
            continue
        wanted, given = _trimmed(output.y.shape[1:]), _trimmed(output.shape)
        sparse = output.loss.startswith("sparse")
        given_places = output.shape[:-1] if sparse else given
        wanted = _trimmed((*wanted, 1)) if sparse else wanted
        if len(given_places) == len(wanted) and (sparse or given[:-1] == wanted[:-1]):
            continue
        if len(given) <= 1 and len(wanted) <= 1:
            continue  # that is a matter of numbers
        yield Finding(
            NAME,
            "certain",
            f"For each example the network gives an answer of shape {output.shape}, but y has {tuple(output.y.shape[1:])}.",
            "There are several answers for one target. Where the shapes happen to stretch to one another, a library may go on in "
            "silence and learn something that was not meant."
            if len(given) > len(wanted)
            else "There are several targets for one answer: the network was made for one answer to each example.",
            _remedy(evidence, output) if len(given) > len(wanted) else "y.shape, model.output_shape  # compare, and reshape y to one answer each",
            details={"output": list(output.shape), "target": list(output.y.shape[1:])},
        )


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without a last axis of size 1."""
    return tuple(shape[:-1]) if shape and shape[-1] == 1 else tuple(shape)


def _remedy(evidence: Evidence, output: Output) -> str:
    last = [layer for layer in evidence.layers if layer.kind in RECURRENT]
    if last and last[-1].arguments.get("return_sequences"):
        return f"{last[-1].kind}({last[-1].units}, return_sequences=False)  # the last one gives one answer for each series"
    return "Flatten()  # before the first Dense layer, so that each example gives one row"
