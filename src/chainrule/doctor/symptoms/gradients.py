"""Gradients that vanish, explode or never arrive."""

import math
from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.inspection import Inspection, rms
from chainrule.doctor.symptom import BLOWING_UP, NOT_LEARNING, Symptom


class FrozenLayers(Symptom):
    """Layers that may not learn, or do not.

    Look for layers that are not trainable, and compare weights before and after.
    """

    name = "frozen layers"
    look = "trainable=False, and weights that no update has moved"
    groups = (NOT_LEARNING,)
    explains = ("loss not falling", "same answer for every example")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        made = [layer for layer in evidence.layers if layer.role in ("weighted", "recurrent", "embedding")]
        held = [layer for layer in made if not layer.trainable]
        if held and len(held) == len(made):
            yield self.finding(
                "certain",
                "No layer with weights is trainable.",
                "Training changes nothing.",
                "model.trainable = True; model.compile(optimizer, loss)",
                details={"layers": [layer.name for layer in held]},
            )
        elif held:
            yield self.finding(
                "likely" if self._in_vain(evidence) else "possible",
                f"{', '.join(layer.name for layer in held)} {'is' if len(held) == 1 else 'are'} not trainable.",
                "That is right for layers whose weights were learned before. With first weights drawn at random they pass on noise.",
                f"model.get_layer({held[0].name!r}).trainable = True  # and compile again",
                details={"layers": [layer.name for layer in held]},
            )
        still = self._unmoved(evidence)
        if still and evidence.learning_rate != 0:
            yield self.finding(
                "likely" if not evidence.has_learned else "possible",
                f"No update has moved {', '.join(still[:4])}{' and others' if len(still) > 4 else ''}: their gradient is exactly 0.",
                "No way leads from these weights to the loss on which anything gets through: units that are dead, or a softmax or a "
                "maximum that is stuck.",
                "model.summary()  # and look at the layers after them: relu that is never above 0, softmax on one unit",
                details={"weights": still},
            )

    def _unmoved(self, evidence: Evidence) -> list[str]:
        if evidence.stage != "after" or len(evidence.inspections) < 2 or evidence.course is None or evidence.course.steps < 2:
            return []
        first, last = evidence.inspections[0], evidence.inspections[-1]
        names = [name for name in first.weight_gradients if name.endswith(("/kernel", "/embeddings"))]
        return [
            name
            for name in names
            if np.array_equal(first.weights[name], last.weights[name])
            and not any(inspection.weight_gradients[name].any() for inspection in evidence.inspections)
        ]

    def _in_vain(self, evidence: Evidence) -> bool:
        """Return whether what trains behind the frozen layers has learned nothing."""
        return evidence.stage == "after" and evidence.skill is not None and evidence.skill < 0.05


class ExplodingGradients(Symptom):
    """Gradients that grow on their way back, or are far larger than the weights.

    Compare gradients with weights, and the first layer's with the last one's.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """

    name = "exploding gradients"
    look = "a gradient in the first layers many times larger than in the last, or than the weights"
    needs = ("inspections",)
    groups = (BLOWING_UP,)
    LARGE, VAST = 1e3, 1e5

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for inspection in evidence.inspections[:1] + evidence.inspections[-1:]:
            found, size = _ratio(evidence, inspection), self._relative(inspection)
            grows = found is not None and found[0] > self.LARGE
            if not grows and not size > self.LARGE:
                continue
            strong = (grows and found is not None and found[0] > self.VAST) or size > self.VAST or not math.isfinite(size)
            said = (
                f"the gradient in {found[1]} is {found[0]:.1e} times that in {found[2]}"
                if grows and found
                else f"gradients are {size:.1e} times as large as the weights"
            )
            yield self.finding(
                "likely" if strong and not evidence.has_learned else "possible",
                f"At step {inspection.step:,} {said}.",
                "A step along such a gradient throws the weights far away. Inputs or targets that are not scaled, or weights that are too "
                "large, do that.",
                "model.compile(cr.optimizers.Adam(1e-3, global_clipnorm=1.0), loss)",
                details={"relative": size, "step": inspection.step},
            )
            return

    def _relative(self, inspection: Inspection) -> float:
        """Return the largest over layers of a kernel's gradient over its weights."""
        pairs = [(inspection.weights[name], gradient) for name, gradient in inspection.weight_gradients.items() if gradient.ndim >= 2]
        return max((rms(gradient) / rms(weight) for weight, gradient in pairs if rms(weight) > 0), default=0.0)


class VanishingGradients(Symptom):
    """Gradients that fade on their way back.

    Compare the gradients of the layers' outputs, first and last.

    Source: Hochreiter, 1991; Bengio, Simard and Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994.
    """

    name = "vanishing gradients"
    look = "a gradient in the first layers many times smaller than in the last"
    needs = ("inspections",)
    groups = (NOT_LEARNING,)
    explains = ("loss not falling", "same answer for every example")
    FAINT, LOST = 1e-3, 1e-6

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for inspection in evidence.inspections[:1] + evidence.inspections[-1:]:
            found = _ratio(evidence, inspection)
            if found is None or not 0 < found[0] < self.FAINT:
                continue
            share, first, last = found
            yield self.finding(
                "likely" if share < self.LOST and not evidence.has_learned else "possible",
                f"At step {inspection.step:,} the gradient in {first} is {share:.1e} of that in {last}.",
                "Hardly any of the error reaches the lower layers, so they hardly learn. Squashing activations, and weights that are too "
                "small, thin it out from layer to layer.",
                "Dense(units, activation='relu', kernel_initializer='he_normal')  # in hidden layers; or BatchNormalization() between them",
                details={"ratio": share, "first": first, "last": last, "step": inspection.step},
            )
            return


def _ratio(evidence: Evidence, inspection: Inspection) -> tuple[float, str, str] | None:
    """Return the first layer's gradient over that of the last, both beside their weights, and their names; None with less than three."""
    names = [layer.name for layer in evidence.layers if layer.is_weighted or layer.is_recurrent]
    sizes = [(name, _size(inspection, name)) for name in names if f"{name}/kernel" in inspection.weight_gradients]
    if len(sizes) < 3 or not sizes[-1][1] > 0:
        return None
    return sizes[0][1] / sizes[-1][1], sizes[0][0], sizes[-1][0]


def _size(inspection: Inspection, name: str) -> float:
    """Return a kernel's gradient over its weights: how much of its size a step of rate 1 would change."""
    weights = rms(inspection.weights[f"{name}/kernel"])
    return rms(inspection.weight_gradients[f"{name}/kernel"]) / weights if weights else 0.0
