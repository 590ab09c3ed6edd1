"""Layers of weights with nothing that bends between them."""

from collections.abc import Iterator
from itertools import pairwise

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "missing nonlinearity"
LOOK = "a hidden layer without an activation before another layer of weights"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for two layers of weighted sums in a row: together they are one, a product of matrices.

    A narrow linear layer is sometimes put there on purpose, to have fewer weights, and layers without biases to study products of
    matrices; then it is only possible.
    """
    if not evidence.is_chain:
        return
    for layer, after in pairwise(
        layer for layer in evidence.layers if layer.parameters and layer.kind not in ("BatchNormalization", "LayerNormalization")
    ):
        if not (layer.is_weighted and after.is_weighted) or layer.activation != "linear":
            continue
        width, before = layer.units or 0, (layer.input_shape or (0,))[-1]
        narrow = width < min(before, after.units or 0)
        product = not layer.arguments.get("use_bias", True) and not after.arguments.get("use_bias", True)
        yield Finding(
            NAME,
            "possible" if narrow or product or evidence.has_learned else "likely",
            f"{layer.name} has no activation, and {after.name} follows it directly.",
            "Two weighted sums in a row are one weighted sum: the layer adds parameters, but the network can compute nothing more with it.",
            f"{layer.kind}({layer.units}, ..., activation='relu')",
            details={"layer": layer.name},
        )
