"""How far weights move: by what a learning rate allows, and by what training has done."""

import math

import numpy as np

from chainrule.doctor.evidence import Evidence, LayerFacts
from chainrule.doctor.inspection import Inspection, rms

HARDLY = 0.02  # of a typical first weight


def kernels(inspection: Inspection) -> dict[str, np.ndarray]:  # pyright: ignore[reportMissingTypeArgument]
    """Return the weights with at least two axes, by address."""
    return {name: weight for name, weight in inspection.weights.items() if weight.ndim >= 2 and name in inspection.weight_gradients}


def weight_size(evidence: Evidence) -> float | None:
    """Return the typical size of a first weight: the median over layers of the root mean square."""
    if not evidence.inspections:
        return None
    sizes = [rms(weight) for weight in kernels(evidence.inspections[0]).values()]
    sizes = [size for size in sizes if math.isfinite(size) and size > 0]
    return float(np.median(sizes)) if sizes else None


def reach(evidence: Evidence) -> float | None:
    """Return how far a weight can move in all updates, as a share of the typical first weight; None where the rate does not say.

    An optimiser that divides the gradient by its running size, as Adam does, moves each weight by about the learning rate at each update.
    """
    size = weight_size(evidence)
    if not evidence.scales_gradients or evidence.learning_rate is None or evidence.updates is None or not size:
        return None
    return evidence.learning_rate * evidence.updates / size


def moved(evidence: Evidence) -> float | None:
    """Return how far weights have moved in training: the largest over layers of ‖after - before‖ / ‖before‖."""
    if len(evidence.inspections) < 2 or evidence.inspections[0].step != 0:
        return None
    first, last = kernels(evidence.inspections[0]), kernels(evidence.inspections[-1])
    shares = [rms(last[name] - first[name]) / rms(first[name]) for name in first if rms(first[name]) > 0]
    return max(shares, default=None)


def update_ratio(evidence: Evidence) -> float | None:
    """Return how large updates were beside the weights, as the run's probes have read it: the median over kernels and steps."""
    series = {} if evidence.course is None else evidence.course.series
    ratios = [values for name, (_, values) in series.items() if name.startswith("update ratio of ") and name.endswith("kernel")]
    medians = [float(np.median(values[np.isfinite(values)])) for values in ratios if np.isfinite(values).any()]
    return float(np.median(medians)) if medians else None


def silent_share(inspection: Inspection, layer: LayerFacts) -> float:
    """Return the share of a relu layer's units that are 0 for all examples looked at; 0 for other layers."""
    output = inspection.outputs.get(f"{layer.name}/output")
    if not layer.rectifies or output is None or output.ndim < 2:
        return 0.0
    return float((np.asarray(output) <= 0).reshape(-1, output.shape[-1]).all(0).mean())


def killed(evidence: Evidence) -> str:
    """Return the first layer of which training has silenced half of the units, though they spoke at its beginning; "" for none."""
    if len(evidence.inspections) < 2 or evidence.inspections[0].step != 0:
        return ""
    first, last = evidence.inspections[0], evidence.inspections[-1]
    return next((layer.name for layer in evidence.layers if silent_share(last, layer) - silent_share(first, layer) >= 0.5), "")


def too_early(evidence: Evidence, far: float | None) -> bool:
    """Return whether it must be seen first: networks with many inputs may learn though no weight moves by more than a few per cent.

    Source: Chizat, Oyallon and Bach, "On lazy training in differentiable programming", 2019.
    """
    return evidence.stage == "before" and far is not None and far > HARDLY
