"""A network that cannot hold what it is to learn."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.movement import moved
from chainrule.doctor.neighbours import neighbours

NAME = "capacity too small"
ENOUGH = 100  # updates
FORETOLD, WENT = 0.3, 0.1  # Cohen's kappa of neighbours; how far weights have moved
LOOK = (
    "a bottleneck of one unit; no hidden layer, though neighbours foretell the answer; a network that cannot learn a single batch by heart"
)


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for hidden layers of one unit, and, where it was tried, at how far one batch can be learned by heart.

    A network that fits its task can bring the loss of a handful of examples to almost nothing.

    Without a hidden layer only what lies on one side of a plane can be told from the rest.

    Source: Minsky and Papert, "Perceptrons", 1969; Karpathy, "A recipe for training neural networks", 2019.
    """
    yield from _straight(evidence)
    for layer in evidence.hidden:
        if layer.units != 1 or evidence.has_learned or layer.kind != "Dense":
            continue
        wide = layer.input_shape is None or layer.input_shape[-1] > 1
        yield Finding(
            NAME,
            "likely" if wide else "possible",
            f"The hidden layer {layer.name} has a single unit.",
            "All that is known of an example must pass through one number there; the rest of the network sees nothing else.",
            f"Dense(32, activation={layer.activation if layer.activation not in ('linear', '?') else 'relu'!r})",
            details={"layer": layer.name},
        )
    for trial in evidence.trials:
        constant = evidence.constant_loss
        if (
            trial.kind == "one batch"
            and constant
            and trial.updates >= ENOUGH
            and trial.loss > 0.5 * constant
            and evidence.skill is not None
            and evidence.skill < 0.5
        ):
            yield Finding(
                NAME,
                "possible",
                f"Tried: on one batch alone the loss still was {trial.loss:.3g} after {trial.updates:,} updates; always giving the best "
                f"one answer has {constant:.3g}.",
                "A network that fits its task learns a handful of examples by heart. This one has too few units, or something keeps it "
                "from learning at all.",
                "Dense(64, activation='relu')  # more units, or one more hidden layer",
                details={"loss": trial.loss, "updates": trial.updates},
            )


def _straight(evidence: Evidence) -> Iterator[Finding]:
    """Look for a single layer of weights that has moved and learned nothing, where neighbours know better."""
    if len(evidence.weighted) != 1 or any(layer.parameters and not layer.is_weighted for layer in evidence.layers):
        return
    if evidence.stage != "after" or evidence.skill is None or evidence.skill >= 0.05 or evidence.is_improving:
        return
    foretold = _foretold(evidence)
    if (evidence.updates or 0) < ENOUGH or (moved(evidence) or 0.0) < WENT or foretold < FORETOLD:
        return
    yield Finding(
        NAME,
        "likely",
        f"The network has no hidden layer, and is no better than a constant answer; an example's neighbours foretell its class to "
        f"{foretold:.0%} of the way from chance to always.",
        "A single weighted sum parts examples by a straight line or plane. These classes lie otherwise.",
        "Dense(32, activation='relu')  # one or two such layers before the output layer",
        details={"foretold": foretold},
    )


def _foretold(evidence: Evidence) -> float:
    """Return how far neighbours foretell labels, from chance (0) to always (1); 0 where that cannot be asked."""
    targets = evidence.outputs[0].targets if len(evidence.outputs) == 1 and len(evidence.x) == 1 else None
    labels = None if targets is None else targets.labels
    around = None if labels is None or evidence.holds_indices else neighbours(evidence.x[0])
    if labels is None or around is None:
        return 0.0
    seen = labels[around.rows]
    chance = float(((np.bincount(seen) / len(seen)) ** 2).sum())
    return 0.0 if chance == 1 else (float(around.agreement(seen).mean()) - chance) / (1 - chance)
