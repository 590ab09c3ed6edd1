"""A network that cannot hold what it is to learn."""

from collections.abc import Iterator

from chainrule.insight.doctor.evidence import Evidence
from chainrule.insight.doctor.finding import Finding

NAME = "capacity too small"
ENOUGH = 100  # updates
LOOK = "a bottleneck of one unit; a network that cannot learn a single batch by heart"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for hidden layers of one unit, and, where it was tried, at how far one batch can be learned by heart.

    A network that fits its task can bring the loss of a handful of examples to almost nothing.

    Source: Karpathy, "A recipe for training neural networks", 2019.
    """
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
