"""Units of a layer that begin alike, and stay alike."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence, LayerFacts
from chainrule.doctor.finding import Finding
from chainrule.doctor.glance import Glance

NAME = "symmetry not broken"
LOOK = "hidden units with the same first weights and the same gradient"
CONSTANT = ("zeros", "ones", "constant", "zero", "one")


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the units of each hidden layer: what has the same weights and the same gradient is one unit, many times over.

    Source: Rumelhart, Hinton and Williams, "Learning internal representations by error propagation", 1986.
    """
    for layer in evidence.hidden:
        if (layer.units or 0) < 2:
            continue
        begins_alike = _initializer(layer) in CONSTANT
        alike = all(_alike(glance, layer) for glance in evidence.glances) if evidence.glances else begins_alike
        if alike:
            yield Finding(
                NAME,
                "certain" if evidence.glances else "likely",
                f"All {layer.units} units of {layer.name} have the same weights"
                + (" and the same gradient." if evidence.glances else " at first."),
                "They compute the same, are changed in the same way, and so stay the same for ever: the layer is worth a single unit, or "
                "none.",
                f"{layer.kind}({layer.units}, ..., kernel_initializer='glorot_uniform')",
                details={"layer": layer.name, "initializer": _initializer(layer)},
            )


def _initializer(layer: LayerFacts) -> str:
    given = layer.arguments.get("kernel_initializer", "glorot_uniform")
    return str(given).lower() if isinstance(given, str) else type(given).__name__.lower()


def _alike(glance: Glance, layer: LayerFacts) -> bool:
    name = f"{layer.name}/kernel"
    if name not in glance.weights or name not in glance.weight_gradients:
        return False
    return all(bool(np.allclose(a, a[..., :1], rtol=1e-5, atol=0)) for a in (glance.weights[name], glance.weight_gradients[name]))
