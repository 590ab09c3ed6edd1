"""A recurrent layer whose memory can grow without end."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "unbounded recurrence"
LOOK = "relu in an LSTM, GRU or SimpleRNN"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for recurrent layers with an activation that has no upper end.

    Source: Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015, on what it takes.
    """
    for layer in evidence.layers:
        given = layer.arguments.get("activation", "tanh")
        if layer.kind in ("LSTM", "GRU", "SimpleRNN") and (given is None or str(given).lower() in ("relu", "linear", "elu", "selu")):
            yield Finding(
                NAME,
                "possible",
                f"{layer.name} has {given or 'no activation'}.",
                "What it remembers is fed back at every step, and without tanh nothing keeps it from growing with each: loss and gradient "
                "can explode.",
                f"{layer.kind}({layer.units}, activation='tanh')",
                details={"layer": layer.name},
            )
