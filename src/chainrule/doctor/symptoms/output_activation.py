"""An output activation and a loss that do not go together."""

from collections.abc import Iterator

from chainrule.doctor.evidence import PROBABILITIES, Evidence, Output
from chainrule.doctor.finding import Finding

NAME = "output activation does not fit the loss"
LOOK = "sigmoid with a crossentropy over exclusive classes, softmax with a binary one, relu or tanh with either"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the last activation with what the loss takes for probabilities."""
    for output in evidence.outputs:
        if output.loss in PROBABILITIES and not output.from_logits and output.units != 1:
            yield from _several(output)
        if output.loss == "binary_crossentropy" and not output.from_logits and output.units == 1:
            yield from _unbounded(output, "sigmoid")
        if output.activation == "relu" and "crossentropy" not in output.loss and evidence.outputs:
            yield Finding(
                NAME,
                "possible",
                f"{output.called} has relu.",
                "Where its weighted sum is below 0 for all examples, a relu unit gives 0 and learns nothing more; as the output that is "
                "the end.",
                output.rewritten(None),
            )


def _several(output: Output) -> Iterator[Finding]:
    exclusive = output.loss != "binary_crossentropy"
    multi = output.targets is not None and output.targets.kind == "multi-label"
    if exclusive and output.activation in ("sigmoid", "hard_sigmoid"):
        yield Finding(
            NAME,
            "likely",
            f"{output.called} has {output.units} units with {output.activation}, but {output.loss} is for one class out of several.",
            "Sigmoid judges each class by itself, so the outputs are no shares that add up to 1; this loss looks at the right class alone, "
            "and can be lowered by raising all outputs together.",
            "model.compile(loss='binary_crossentropy')" if multi else output.rewritten("softmax"),
        )
    elif not exclusive and output.activation == "softmax":
        yield Finding(
            NAME,
            "likely" if multi else "possible",
            f"{output.called} has softmax over {output.units} units, but binary_crossentropy judges each unit by itself.",
            "Softmax lets one class win; "
            + ("here an example may have several." if multi else "a crossentropy over classes says that more plainly."),
            output.rewritten("sigmoid") if multi else "model.compile(loss='categorical_crossentropy')",
        )
    else:
        yield from _unbounded(output, "softmax" if exclusive else "sigmoid")


def _unbounded(output: Output, fitting: str) -> Iterator[Finding]:
    if output.activation in ("softmax", "sigmoid", "hard_sigmoid", "linear", "?"):
        return
    yield Finding(
        NAME,
        "certain",
        f"{output.called} has {output.activation}, but {output.loss} takes probabilities between 0 and 1.",
        f"{output.activation} gives numbers outside of 0 to 1; they are cut off there, and where they are cut off nothing is learned.",
        output.rewritten(fitting),
    )
