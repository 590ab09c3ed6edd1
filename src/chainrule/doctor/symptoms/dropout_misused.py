"""Dropout where it hurts."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "dropout misused"
LOOK = "dropout of most inputs, or after the output layer"
MOST, ALMOST_ALL = 0.6, 0.75


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look at rates, and for dropout behind the output layer.

    Source: Srivastava and others, "Dropout", 2014, whose rates are 0.2 for inputs and 0.5 for hidden units.
    """
    last = max((number for number, layer in enumerate(evidence.layers) if layer.is_weighted), default=len(evidence.layers))
    for number, layer in enumerate(evidence.layers):
        rate = layer.arguments.get("rate")
        if "Dropout" not in layer.kind or not isinstance(rate, int | float) or rate <= 0:
            continue
        if number > last and evidence.is_chain and evidence.layers[last].kind == "Dense":
            yield Finding(
                NAME,
                "likely",
                f"{layer.name} drops {rate:.0%} of the network's own answers: it stands after the output layer "
                f"{evidence.layers[last].name}.",
                "In training, answers are set to 0 at random and the others made larger, whatever the network has learned.",
                f"Dropout({min(rate, 0.5):g})  # before {evidence.layers[last].name}, not after it",
                details={"layer": layer.name},
            )
        elif rate > MOST:
            yield Finding(
                NAME,
                "likely" if rate >= ALMOST_ALL and not evidence.has_learned else "possible",
                f"{layer.name} drops {rate:.0%} of its inputs.",
                "So little gets through that the network hardly sees its examples in training.",
                "Dropout(0.5)  # at most; or none, until the training loss falls",
                details={"layer": layer.name, "rate": rate},
            )
