"""Sigmoid or tanh units at the ends of their range."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "saturated units"
LOOK = "sigmoid or tanh units that are nearly 0, 1 or -1 for most examples"
EDGE = 0.01  # of the range: there the derivative is below a twentieth of its largest value
MANY, MOST = 0.5, 0.9


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Measure how many outputs of hidden layers lie within a hundredth of the ends of their range.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    last = {output.layer.name for output in evidence.outputs if output.layer}
    for glance in evidence.glances[-1:]:
        for layer in evidence.layers:
            given = str(layer.arguments.get("activation") or "").lower()
            output = glance.outputs.get(f"{layer.name}/output")
            if (
                given not in ("sigmoid", "tanh")
                or layer.name in last
                or layer is evidence.layers[-1]
                or output is None
                or layer.kind in ("LSTM", "GRU")
            ):
                continue
            low, high = (0.0, 1.0) if given == "sigmoid" else (-1.0, 1.0)
            edge = EDGE * (high - low)
            share = float(((output < low + edge) | (output > high - edge)).mean())
            if share < MANY:
                continue
            yield Finding(
                NAME,
                "likely" if share >= MOST and not evidence.has_learned else "possible",
                f"{share:.0%} of the outputs of {layer.name} lie within 1 % of the ends of {given}, at step {glance.step:,}.",
                "There the curve is flat: hardly any gradient passes, so these units and all before them hardly learn.",
                "x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)  # or smaller first weights; or activation='relu'",
                details={"layer": layer.name, "share": share, "step": glance.step},
            )
            return
