"""Batch normalisation where it cannot work."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence, LayerFacts
from chainrule.doctor.finding import Finding

NAME = "batch normalisation misused"
LOOK = "batches of one, normalised answers, or moving averages that have hardly moved"
SMALL, FAR = 8, 2.0  # examples; times the training loss


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look at batch size, place, and momentum of batch normalisation.

    Source: Ioffe and Szegedy, "Batch normalization", 2015; of small batches: Wu and He, "Group normalization", 2018.
    """
    for number, layer in enumerate(evidence.layers):
        if layer.kind == "BatchNormalization":
            yield from _at(evidence, number, layer)


def _at(evidence: Evidence, number: int, layer: LayerFacts) -> Iterator[Finding]:
    flat = layer.output_shape is not None and len(layer.output_shape) == 1
    size = min(evidence.batch_size or 32, evidence.rows or 32)
    if size < SMALL and evidence.batch_size is not None:
        yield Finding(
            NAME,
            "certain" if size == 1 and flat else "possible",
            f"{layer.name} normalises over batches of {size}.",
            "With one example the mean is the example itself, and what is left is 0: everything is wiped out."
            if size == 1 and flat
            else "The mean and spread of so few examples say more about the batch than about the data.",
            "model.fit(x, y, batch_size=32)  # or LayerNormalization(), which looks at one example at a time",
            details={"layer": layer.name, "batch_size": size},
        )
    behind = [after for after in evidence.layers[number + 1 :] if after.parameters and after.kind != "BatchNormalization"]
    if not behind and evidence.is_chain and evidence.outputs and any(before.is_weighted for before in evidence.layers[:number]):
        yield Finding(
            NAME,
            "likely",
            f"{layer.name} normalises the network's own answers: no layer with weights follows.",
            "In training, each answer depends on the other examples of its batch, and their mean and spread are forced to be the same in "
            "every batch.",
            f"BatchNormalization()  # before the output layer, not after it: leave {layer.name} out",
            details={"layer": layer.name},
        )
    momentum = layer.arguments.get("momentum", 0.99)
    if evidence.updates is not None and isinstance(momentum, int | float) and evidence.updates * (1 - momentum) < 1:
        yield Finding(
            NAME,
            "likely" if _differs(evidence) else "possible",
            f"{layer.name} has momentum {momentum:g}, and there are {evidence.updates:,} updates.",
            "Out of training it uses moving averages, which by then still are mostly their first values: validation and predictions are "
            "wrong.",
            "BatchNormalization(momentum=0.9)  # or train for longer",
            details={"layer": layer.name, "updates": evidence.updates},
        )


def _differs(evidence: Evidence) -> bool:
    """Return whether validation, which goes by the moving averages, is far behind training, which does not."""
    if evidence.course is None or evidence.stage != "after":
        return False
    training, validation = evidence.course.figures("loss"), evidence.course.figures("val_loss")
    return len(training) > 0 and len(validation) > 0 and float(validation[-1]) > FAR * float(training[-1])
