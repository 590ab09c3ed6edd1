"""First weights that keep a network from learning."""

import math
from collections.abc import Iterator

import numpy as np

from chainrule.doctor.activation_names import activation_named
from chainrule.doctor.evidence import Evidence, LayerFacts
from chainrule.doctor.finding import Finding
from chainrule.doctor.inspection import Inspection
from chainrule.doctor.symptom import BLOWING_UP, NOT_LEARNING, Symptom
from chainrule.losses import Target


class SymmetryNotBroken(Symptom):
    """Units of a layer that begin alike, and stay alike.

    Compare the units of each hidden layer: what has the same weights and the same gradient is one unit, many times over.

    Source: Rumelhart, Hinton and Williams, "Learning internal representations by error propagation", 1986.
    """

    name = "symmetry not broken"
    look = "hidden units with the same first weights and the same gradient"
    explains = (NOT_LEARNING,)
    CONSTANT = ("zeros", "ones", "constant", "zero", "one")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for layer in evidence.hidden:
            if (layer.units or 0) < 2:
                continue
            begins_alike = self._initializer(layer) in self.CONSTANT
            alike = all(self._alike(inspection, layer) for inspection in evidence.inspections) if evidence.inspections else begins_alike
            if alike:
                yield self.finding(
                    "certain" if evidence.inspections else "likely",
                    f"All {layer.units} units of {layer.name} have the same weights"
                    + (" and the same gradient." if evidence.inspections else " at first."),
                    "They compute the same, are changed in the same way, and so stay the same for ever: the layer is worth a single "
                    "unit, or none.",
                    f"{layer.kind}({layer.units}, ..., kernel_initializer='glorot_uniform')",
                    details={"layer": layer.name, "initializer": self._initializer(layer)},
                )

    def _initializer(self, layer: LayerFacts) -> str:
        given = layer.arguments.get("kernel_initializer", "glorot_uniform")
        return str(given).lower() if isinstance(given, str) else type(given).__name__.lower()

    def _alike(self, inspection: Inspection, layer: LayerFacts) -> bool:
        name = f"{layer.name}/kernel"
        if name not in inspection.weights or name not in inspection.weight_gradients:
            return False
        return all(
            bool(np.allclose(a, a[..., :1], rtol=1e-5, atol=0)) for a in (inspection.weights[name], inspection.weight_gradients[name])
        )


class BadInitialization(Symptom):
    """First weights that are far too large or too small.

    Measure each layer's gain: the standard deviation of its first weights times the root of its inputs.

    With a gain of 1 (√2 with relu) sums have the size of the inputs. Larger gains saturate or explode with depth, smaller ones fade.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010; He, Zhang, Ren and Sun,
    "Delving deep into rectifiers", 2015.
    """

    name = "bad initialisation"
    look = "first weights that make the signal much larger or smaller in each layer"
    needs = ("inspections",)
    explains = (
        BLOWING_UP,
        "learning rate too low",
        "vanishing gradients",
        "saturated units",
        "initial loss far off",
        "loss not falling",
        "same answer for every example",
    )
    LARGE, VAST = 4.0, 8.0  # Glorot's and He's gains are 1 and 1.4
    SMALL, MINUTE = 0.1, 1e-3

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if not evidence.inspections or evidence.inspections[0].step != 0:
            return
        faded = self._faded(evidence)
        for layer in evidence.weighted:
            kernel = evidence.inspections[0].weights.get(f"{layer.name}/kernel")
            if kernel is None or not layer.fan_in or kernel.size < 8:
                continue
            gain = float(np.std(kernel)) * math.sqrt(layer.fan_in)
            is_output = layer not in evidence.hidden
            low = gain < self.SMALL and not is_output and gain > 0
            if not (low or gain > self.LARGE):
                continue
            strong = gain > self.VAST or gain < self.MINUTE or (low and faded)
            yield self.finding(
                "likely" if strong and not evidence.has_learned else "possible",
                f"The first weights of {layer.name} have standard deviation {np.std(kernel):.3g}; with {layer.fan_in} inputs to a unit "
                f"this makes sums {gain:.3g} times the size of the inputs.",
                "Sums should keep the size of the inputs. "
                + (
                    "Far larger ones saturate units and explode."
                    if gain > 1
                    else "Far smaller ones fade from layer to layer, and with them the gradient."
                ),
                f"{layer.kind}({layer.units}, ..., kernel_initializer={_fitting(layer)!r})",
                details={"layer": layer.name, "gain": gain},
            )

    def _faded(self, evidence: Evidence) -> bool:
        """Return whether hidden layers of small gain let hardly anything through together: gains multiply."""
        kernels = [evidence.inspections[0].weights.get(f"{layer.name}/kernel") for layer in evidence.hidden]
        gains = [
            float(np.std(kernel)) * math.sqrt(layer.fan_in)
            for layer, kernel in zip(evidence.hidden, kernels, strict=True)
            if kernel is not None and layer.fan_in and kernel.size >= 8
        ]
        return bool(gains) and math.prod(min(gain, 1.0) for gain in gains) < self.MINUTE


class InitialLossFarOff(Symptom):
    """A first loss that is not that of knowing nothing.

    Compare the first loss of a crossentropy with that of even shares: ln(classes), or ln 2 for yes and no.

    A network that knows nothing should say so. A much larger loss means that it begins very sure of wrong answers, which it must unlearn
    first.

    Source: Karpathy, "A recipe for training neural networks", 2019.
    """

    name = "initial loss far off"
    look = "a first loss several times -ln(1/classes)"
    needs = ("inspections", "outputs")
    groups = (NOT_LEARNING,)
    FAR, VERY_FAR = 2.0, 5.0

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if not evidence.inspections or evidence.inspections[0].step != 0 or len(evidence.outputs) != 1:
            return
        output, loss = evidence.outputs[0], evidence.inspections[0].loss
        units = output.units or 1
        if not output.takes_probabilities or not math.isfinite(loss):
            return
        expected = math.log(2) if output.target is Target.PROBABILITY else math.log(max(units, 2))
        if loss < self.FAR * expected or (units == 1 and output.activation == "softmax"):
            return
        yield self.finding(
            "likely" if loss > self.VERY_FAR * expected and not evidence.has_learned else "possible",
            f"The first loss is {loss:.3g}; a network that knows nothing has {expected:.3g}.",
            "It begins sure of wrong answers: its first outputs are far too large. Inputs that are not scaled do that, or first weights "
            "that are too large.",
            "x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)  # or "
            f"{output.rewritten(output.activation if output.activation != 'linear' else None)[:-1]}, kernel_initializer='glorot_uniform')",
            details={"loss": loss, "expected": expected},
        )


def _fitting(layer: LayerFacts) -> str:
    """Return the initialiser that keeps the variance from layer to layer, for the layer's activation."""
    made = activation_named(layer.activation)
    return "glorot_uniform" if made is None else made.initializer
