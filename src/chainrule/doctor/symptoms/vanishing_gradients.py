"""Gradients that fade on their way back."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.glance import Glance, rms

NAME = "vanishing gradients"
LOOK = "a gradient in the first layers many times smaller than in the last"
FAINT, LOST = 1e-3, 1e-6


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the gradients of the layers' outputs, first and last.

    Source: Hochreiter, 1991; Bengio, Simard and Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994.
    """
    for glance in evidence.glances[:1] + evidence.glances[-1:]:
        found = ratio(evidence, glance)
        if found is None or not 0 < found[0] < FAINT:
            continue
        share, first, last = found
        yield Finding(
            NAME,
            "likely" if share < LOST and not evidence.has_learned else "possible",
            f"At step {glance.step:,} the gradient in {first} is {share:.1e} of that in {last}.",
            "The lower layers hardly hear of the error, so they hardly learn. Squashing activations, and weights that are too small, thin "
            "it out from layer to layer.",
            "Dense(units, activation='relu', kernel_initializer='he_normal')  # in hidden layers; or BatchNormalization() between them",
            details={"ratio": share, "first": first, "last": last, "step": glance.step},
        )
        return


def ratio(evidence: Evidence, glance: Glance) -> tuple[float, str, str] | None:
    """Return the first layer's gradient over that of the last, both beside their weights, and their names; None with less than three."""
    names = [layer.name for layer in evidence.layers if layer.is_weighted or layer.kind in ("LSTM", "GRU", "SimpleRNN")]
    sizes = [(name, _size(glance, name)) for name in names if f"{name}/kernel" in glance.weight_gradients]
    if len(sizes) < 3 or not sizes[-1][1] > 0:
        return None
    return sizes[0][1] / sizes[-1][1], sizes[0][0], sizes[-1][0]


def _size(glance: Glance, name: str) -> float:
    """Return a kernel's gradient over its weights: how much of its size a step of rate 1 would change."""
    weights = rms(glance.weights[f"{name}/kernel"])
    return rms(glance.weight_gradients[f"{name}/kernel"]) / weights if weights else 0.0
