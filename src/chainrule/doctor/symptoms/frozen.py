"""Layers that may not learn, or do not."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "frozen layers"
LOOK = "trainable=False, and weights that no update has moved"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for layers that are not trainable, and compare weights before and after."""
    made = [layer for layer in evidence.layers if layer.is_weighted or layer.kind in ("LSTM", "GRU", "SimpleRNN", "Embedding")]
    held = [layer for layer in made if not layer.trainable]
    if held and len(held) == len(made):
        yield Finding(
            NAME,
            "certain",
            "No layer with weights is trainable.",
            "Training changes nothing.",
            "model.trainable = True; model.compile(optimizer, loss)",
            details={"layers": [layer.name for layer in held]},
        )
    elif held:
        yield Finding(
            NAME,
            "likely" if _in_vain(evidence) else "possible",
            f"{', '.join(layer.name for layer in held)} {'is' if len(held) == 1 else 'are'} not trainable.",
            "That is right for layers whose weights were learned before. With first weights drawn at random they pass on noise.",
            f"model.get_layer({held[0].name!r}).trainable = True  # and compile again",
            details={"layers": [layer.name for layer in held]},
        )
    still = _unmoved(evidence)
    if still and evidence.learning_rate != 0:
        yield Finding(
            NAME,
            "likely" if not evidence.has_learned else "possible",
            f"No update has moved {', '.join(still[:4])}{' and others' if len(still) > 4 else ''}: their gradient is exactly 0.",
            "No way leads from these weights to the loss on which anything gets through: units that are dead, or a softmax or a maximum "
            "that is stuck.",
            "model.summary()  # and look at the layers after them: relu that is never above 0, softmax on one unit",
            details={"weights": still},
        )


def _unmoved(evidence: Evidence) -> list[str]:
    if evidence.stage != "after" or len(evidence.glances) < 2 or evidence.course is None or evidence.course.steps < 2:
        return []
    first, last = evidence.glances[0], evidence.glances[-1]
    names = [name for name in first.weight_gradients if name.endswith(("/kernel", "/embeddings"))]
    return [
        name
        for name in names
        if np.array_equal(first.weights[name], last.weights[name])
        and not any(glance.weight_gradients[name].any() for glance in evidence.glances)
    ]


def _in_vain(evidence: Evidence) -> bool:
    """Return whether what trains behind the frozen layers has learned nothing."""
    return evidence.stage == "after" and evidence.skill is not None and evidence.skill < 0.05
