"""Outputs with more, or fewer, axes than the targets."""

from collections.abc import Iterator

from chainrule.doctor.evidence import RECURRENT, Evidence, Output
from chainrule.doctor.finding import Finding

NAME = "wrong output shape"
LOOK = "several answers for each example where one is wanted, or the reverse"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the axes of one answer with those of one target."""
    for output in evidence.outputs:
        if output.y is None or output.shape is None or output.y.ndim == 0:
            continue
        given, wanted = _trimmed(output.shape[:-1]), _places(output)
        if given == wanted:
            continue
        yield Finding(
            NAME,
            "certain",
            f"For each example the network gives an answer of shape {output.shape}, but y has {tuple(output.y.shape[1:])}.",
            "There are several answers for one target. Where the shapes happen to stretch to one another, a library may go on in "
            "silence and learn something that was not meant."
            if len(given) > len(wanted)
            else "There are several targets for one answer: the network was made for one answer to each example.",
            _remedy(evidence, output)
            if len(given) > len(wanted)
            else "y.shape, model.output_shape  # compare, and reshape y to one answer each",
            details={"output": list(output.shape), "target": list(output.y.shape[1:])},
        )


def _places(output: Output) -> tuple[int, ...]:
    """Return the axes of one target before those of the numbers at one place."""
    assert output.y is not None and output.shape is not None
    axes = tuple(output.y.shape[1:])
    like_output = len(axes) == len(output.shape) and not output.loss.startswith("sparse")
    return _trimmed(axes[:-1] if like_output else axes)


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without a last axis of size 1."""
    return tuple(shape[:-1]) if shape and shape[-1] == 1 else tuple(shape)


def _remedy(evidence: Evidence, output: Output) -> str:
    last = [layer for layer in evidence.layers if layer.kind in RECURRENT]
    if last and last[-1].arguments.get("return_sequences"):
        return f"{last[-1].kind}({last[-1].units}, return_sequences=False)  # the last one gives one answer for each series"
    return "Flatten()  # before the first Dense layer, so that each example gives one row"
