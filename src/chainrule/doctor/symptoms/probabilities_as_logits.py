"""Probabilities given to a loss that takes logits."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding

NAME = "probabilities taken for logits"
LOOK = "softmax or sigmoid, and then a loss with from_logits=True, or two squashing activations in a row"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for a squashing activation that is followed by another, be it inside the loss."""
    for output in evidence.outputs:
        squashed = output.activation in ("softmax", "sigmoid", "hard_sigmoid")
        yield from _twice(evidence, output)
        if output.from_logits and squashed:
            yield Finding(
                NAME,
                "certain",
                f"{output.called} ends in {output.activation}, and the loss has from_logits=True, which applies it once more.",
                "Squashed twice, the probabilities can no longer come near 0 or 1: the loss stays high and learning is slow.",
                output.rewritten(None),
            )
        inner = str(output.layer.arguments.get("activation") or "linear") if output.layer else "linear"
        if squashed and inner in ("softmax", "sigmoid") and _is_apart(evidence):
            yield Finding(
                NAME,
                "likely",
                f"{output.called} has {inner} already, and an Activation layer applies {output.activation} after it.",
                "Squashed twice, the outputs can no longer come near 0 or 1.",
                output.rewritten(output.activation) + "  # and without the Activation layer",
            )


def _twice(evidence: Evidence, output: Output) -> Iterator[Finding]:
    """Look for a layer that gives shares of classes already, before an output layer of as many units."""
    if not evidence.is_chain or len(evidence.weighted) < 2 or output.layer is not evidence.weighted[-1]:
        return
    before = evidence.weighted[-2]
    if before.activation == "softmax" == output.activation and before.units == output.units and before.kind == "Dense":
        yield Finding(
            NAME,
            "possible" if evidence.has_learned else "likely",
            f"{before.name} ends in softmax and has as many units as {output.called}, which ends in softmax as well.",
            "The output layer sees shares that add up to 1 and hardly differ at first: little gets through them, forwards or back.",
            f"leave {before.name} out; or Dense({before.units}, activation='relu') in its place",
            details={"layer": before.name},
        )


def _is_apart(evidence: Evidence) -> bool:
    return evidence.is_chain and bool(evidence.layers) and evidence.layers[-1].kind in ("Activation", "Softmax")
