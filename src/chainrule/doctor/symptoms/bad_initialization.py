"""First weights that are far too large or too small."""

import math
from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "bad initialisation"
LOOK = "first weights that make the signal much larger or smaller in each layer"
LARGE, VAST = 4.0, 8.0  # Glorot's and He's gains are 1 and 1.4
SMALL, MINUTE = 0.1, 1e-3


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Measure each layer's gain: the standard deviation of its first weights times the root of its inputs.

    With a gain of 1 (√2 with relu) sums have the size of the inputs. Larger gains saturate or explode with depth, smaller ones fade.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010; He, Zhang, Ren and Sun,
    "Delving deep into rectifiers", 2015.
    """
    if not evidence.glances or evidence.glances[0].step != 0:
        return
    faded = _faded(evidence)
    for layer in evidence.weighted:
        kernel = evidence.glances[0].weights.get(f"{layer.name}/kernel")
        if kernel is None or not layer.fan_in or kernel.size < 8:
            continue
        gain = float(np.std(kernel)) * math.sqrt(layer.fan_in)
        is_output = layer not in evidence.hidden
        low = gain < SMALL and not is_output and gain > 0
        if not (low or gain > LARGE):
            continue
        strong = gain > VAST or gain < MINUTE or (low and faded)
        yield Finding(
            NAME,
            "likely" if strong and not evidence.has_learned else "possible",
            f"The first weights of {layer.name} have standard deviation {np.std(kernel):.3g}; with {layer.fan_in} inputs to a unit this "
            "makes sums "
            f"{gain:.3g} times the size of the inputs.",
            "Sums should keep the size of the inputs. "
            + (
                "Far larger ones saturate units and explode."
                if gain > 1
                else "Far smaller ones fade from layer to layer, and with them the gradient."
            ),
            f"{layer.kind}({layer.units}, ..., kernel_initializer={'he_normal' if 'relu' in layer.activation else 'glorot_uniform'!r})",
            details={"layer": layer.name, "gain": gain},
        )


def _faded(evidence: Evidence) -> bool:
    """Return whether hidden layers of small gain let hardly anything through together: gains multiply."""
    kernels = [evidence.glances[0].weights.get(f"{layer.name}/kernel") for layer in evidence.hidden]
    gains = [
        float(np.std(kernel)) * math.sqrt(layer.fan_in)
        for layer, kernel in zip(evidence.hidden, kernels, strict=True)
        if kernel is not None and layer.fan_in and kernel.size >= 8
    ]
    return bool(gains) and math.prod(min(gain, 1.0) for gain in gains) < MINUTE
