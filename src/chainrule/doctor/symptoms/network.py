"""A network that is too small or too large for its task, or whose layers do not work together."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from chainrule.doctor.activation_names import activation_named
from chainrule.doctor.evidence import Evidence, LayerFacts
from chainrule.doctor.finding import Finding
from chainrule.doctor.neighbours import neighbours
from chainrule.doctor.symptom import NOT_LEARNING, Symptom
from chainrule.doctor.weight_changes import moved


class DeepSigmoidStack(Symptom):
    """Many squashing layers, one upon another.

    Count hidden layers with sigmoid, whose derivative is at most 1/4: k of them let through at most 4^-k of a gradient.

    Source: Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen", 1991; Glorot and Bengio, 2010.
    """

    name = "deep stack of sigmoid layers"
    look = "two, three or more hidden layers with sigmoid"
    explains = ("vanishing gradients", "saturated units", "loss not falling", "same answer for every example")
    FEW, MANY = 2, 3

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        squashed = [layer for layer in evidence.hidden if _is_sigmoid(layer)]
        normalized = any(layer.role == "normalization" for layer in evidence.layers)
        if len(squashed) < self.FEW or normalized:
            return
        yield self.finding(
            "likely" if len(squashed) >= self.MANY and not evidence.has_learned else "possible",
            f"{len(squashed)} hidden layers have sigmoid ({', '.join(layer.name for layer in squashed)}).",
            f"Each lets at most a quarter of the gradient through, so the first gets at most 1/{4 ** len(squashed):,} of it: the lower "
            "layers hardly learn.",
            f"{squashed[0].kind}({squashed[0].units}, ..., activation='relu')  # and so in the other hidden layers",
            details={"layers": [layer.name for layer in squashed]},
        )


class MissingNonlinearity(Symptom):
    """Layers of weights with nothing that bends between them.

    Look for two layers of weighted sums in a row: together they are one, a product of matrices.

    A narrow linear layer is sometimes put there on purpose, to have fewer weights, and layers without biases to study products of
    matrices; then it is only possible.
    """

    name = "missing nonlinearity"
    look = "a hidden layer without an activation before another layer of weights"

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if not evidence.is_chain:
            return
        for layer, after in pairwise(layer for layer in evidence.layers if layer.parameters and layer.role != "normalization"):
            if not (layer.is_weighted and after.is_weighted) or layer.activation != "linear":
                continue
            width, before = layer.units or 0, (layer.input_shape or (0,))[-1]
            narrow = width < min(before, after.units or 0)
            product = not layer.arguments.get("use_bias", True) and not after.arguments.get("use_bias", True)
            yield self.finding(
                "possible" if narrow or product or evidence.has_learned else "likely",
                f"{layer.name} has no activation, and {after.name} follows it directly.",
                "Two weighted sums in a row are one weighted sum: the layer adds parameters, but the network can compute nothing more "
                "with it.",
                f"{layer.kind}({layer.units}, ..., activation='relu')",
                details={"layer": layer.name},
            )


class CapacityTooSmall(Symptom):
    """A network that cannot hold what it is to learn.

    Look for hidden layers of one unit, and, where it was tried, at how far one batch can be learned by heart.

    A network that fits its task can bring the loss of a handful of examples to almost nothing.

    Without a hidden layer only what lies on one side of a plane can be separated from the rest.

    Source: Minsky and Papert, "Perceptrons", 1969; Karpathy, "A recipe for training neural networks", 2019.
    """

    name = "capacity too small"
    look = "a bottleneck of one unit; no hidden layer, though neighbours predict the answer; a network that cannot learn one batch by heart"
    groups = (NOT_LEARNING,)
    explains = ("learning rate too low", "frozen layers", "dead units", "loss not falling", "same answer for every example")
    ENOUGH = 100  # updates
    PREDICTED, WENT = 0.3, 0.1  # Cohen's kappa of neighbours; how far weights have moved

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        yield from self._straight(evidence)
        for layer in evidence.hidden:
            if layer.units != 1 or evidence.has_learned or layer.is_convolution:
                continue
            wide = layer.input_shape is None or layer.input_shape[-1] > 1
            yield self.finding(
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
                and trial.updates >= self.ENOUGH
                and trial.loss > 0.5 * constant
                and evidence.skill is not None
                and evidence.skill < 0.5
            ):
                yield self.finding(
                    "possible",
                    f"Tried: on one batch alone the loss still was {trial.loss:.3g} after {trial.updates:,} updates; always giving the "
                    f"best one answer has {constant:.3g}.",
                    "A network that fits its task learns a handful of examples by heart. This one has too few units, or something keeps it "
                    "from learning at all.",
                    "Dense(64, activation='relu')  # more units, or one more hidden layer",
                    details={"loss": trial.loss, "updates": trial.updates},
                )

    def _straight(self, evidence: Evidence) -> Iterator[Finding]:
        """Look for a single layer of weights that has moved and learned nothing, where neighbours know better."""
        if len(evidence.weighted) != 1 or any(layer.parameters and not layer.is_weighted for layer in evidence.layers):
            return
        if evidence.stage != "after" or evidence.skill is None or evidence.skill >= 0.05 or evidence.is_improving:
            return
        predicted = self._predicted(evidence)
        if (evidence.updates or 0) < self.ENOUGH or (moved(evidence) or 0.0) < self.WENT or predicted < self.PREDICTED:
            return
        yield self.finding(
            "likely",
            f"The network has no hidden layer, and is no better than a constant answer; an example's neighbours predict its class to "
            f"{predicted:.0%} of the way from chance to always.",
            "A single weighted sum parts examples by a straight line or plane. These classes lie otherwise.",
            "Dense(32, activation='relu')  # one or two such layers before the output layer",
            details={"predicted": predicted},
        )

    def _predicted(self, evidence: Evidence) -> float:
        """Return how far neighbours predict labels, from chance (0) to always (1); 0 where that cannot be asked."""
        targets = evidence.outputs[0].targets if len(evidence.outputs) == 1 and len(evidence.x) == 1 else None
        labels = None if targets is None else targets.labels
        around = None if labels is None or evidence.holds_indices else neighbours(evidence.x[0])
        if labels is None or around is None:
            return 0.0
        seen = labels[around.rows]
        chance = float(((np.bincount(seen) / len(seen)) ** 2).sum())
        return 0.0 if chance == 1 else (float(around.agreement(seen).mean()) - chance) / (1 - chance)


class UnboundedRecurrence(Symptom):
    """A recurrent layer whose memory can grow without end.

    Look for recurrent layers with an activation that has no upper end.

    Source: Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015, on what it takes.
    """

    name = "unbounded recurrence"
    look = "relu in an LSTM, GRU or SimpleRNN"

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for layer in evidence.layers:
            given = activation_named(layer.own_activation if "activation" in layer.arguments else "tanh")
            if layer.is_recurrent and given is not None and math.isinf(given.limits[1]):
                yield self.finding(
                    "possible",
                    f"{layer.name} has {'no activation' if given.is_linear else given.name}.",
                    "What it remembers is fed back at every step, and without tanh nothing keeps it from growing with each: loss and "
                    "gradient can explode.",
                    f"{layer.kind}({layer.units}, activation='tanh')",
                    details={"layer": layer.name},
                )


class CapacityTooLarge(Symptom):
    """A network with room for far more than the examples hold.

    Compare the number of parameters with the number of numbers in x and y.

    Networks with more parameters than examples often learn well; they are slow, and can learn noise by heart.

    Source: Zhang, Bengio, Hardt, Recht and Vinyals, "Understanding deep learning requires rethinking generalization", 2017.
    """

    name = "capacity too large"
    look = "many times more parameters than there are numbers in the data"
    needs = ("x",)
    TIMES = 100

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if not evidence.rows:
            return
        numbers = sum(part.size for part in evidence.x) + sum(output.y.size for output in evidence.outputs if output.y is not None)
        if evidence.parameters <= self.TIMES * numbers:
            return
        yield self.finding(
            "possible",
            f"The network has {evidence.parameters:,} parameters for {numbers:,} numbers in x and y.",
            "It can learn every example by heart, noise included, and each step costs more than it need.",
            "Dense(64, activation='relu')  # begin with few units, and add some while the validation loss falls",
            details={"parameters": evidence.parameters, "numbers": numbers},
        )


def _is_sigmoid(layer: LayerFacts) -> bool:
    """Return whether each output of a layer is a probability by itself: such activations let through a quarter of the gradient at most."""
    made = activation_named(layer.activation)
    return made is not None and made.probabilities == "each"
