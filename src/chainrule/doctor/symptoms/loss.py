"""A loss, an output layer and a last activation that do not go together."""

from collections.abc import Iterator

from chainrule.doctor.activation_names import activation_named
from chainrule.doctor.evidence import Evidence, LayerFacts, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import BLOWING_UP, MISFIT, NOT_LEARNING, Symptom
from chainrule.doctor.targets import Targets
from chainrule.losses import Target


class SoftmaxOnOneUnit(Symptom):
    """Softmax over a single unit.

    Look for softmax over one number, which is e^z / e^z = 1 whatever z is; its derivative is 0.
    """

    name = "softmax on one unit"
    look = "softmax after an output layer of one unit"
    needs = ("outputs",)
    explains = (NOT_LEARNING, "output cannot reach the targets", "learning rate too high", "refused")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            if output.probabilities != "together" or output.units != 1:
                continue
            quantities = output.targets is not None and not output.targets.names
            yield self.finding(
                "certain",
                f"{output.called} has one unit with softmax.",
                "Softmax makes the units' shares add up to 1; a single unit's share is always exactly 1. The network answers 1 for every "
                "example, its gradient is 0, and no weight ever moves.",
                output.rewritten(None if quantities else "sigmoid"),
            )


class CrossentropyOnOneUnit(Symptom):
    """Categorical crossentropy over a single unit.

    Look for a loss over shares of several classes where there is one output: the one share is always 1.
    """

    name = "categorical crossentropy on one unit"
    look = "a crossentropy over classes, with an output layer of one unit"
    needs = ("outputs",)
    explains = (NOT_LEARNING, MISFIT, "wrong number of outputs")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            if output.units != 1 or output.target not in (Target.DISTRIBUTION, Target.CLASS):
                continue
            classes = output.targets.classes if output.targets else 0
            mend = (
                f"{output.rewritten('softmax', classes)}  # with loss='sparse_categorical_crossentropy'"
                if classes > 2
                else f"model.compile(loss='binary_crossentropy')  # with {output.rewritten('sigmoid')} as the last layer"
            )
            yield self.finding(
                "certain",
                f"The loss is {output.loss}, but {output.called} has one unit.",
                "This loss compares the shares of several classes. With one unit the share is always 1, so the loss cannot fall and "
                "nothing is learned.",
                mend,
                details={"classes": classes},
            )


class LogitsAsProbabilities(Symptom):
    """Raw outputs given to a loss that takes probabilities.

    Look for a crossentropy without `from_logits` after outputs that are no probabilities.
    """

    name = "logits taken for probabilities"
    look = "a linear output layer with a crossentropy that takes probabilities"
    needs = ("outputs",)
    explains = (NOT_LEARNING, BLOWING_UP)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            if not output.takes_probabilities or output.from_logits or output.activation != "linear":
                continue
            if output.units == 1 and output.target is not Target.PROBABILITY:
                continue
            name = type(output.objective).__name__
            fit = "sigmoid" if output.target is Target.PROBABILITY else "softmax"
            yield self.finding(
                "certain",
                f"{output.called} is linear, so it gives any number, but {output.loss} takes probabilities between 0 and 1.",
                "Outputs below 0 or above 1 are cut off, and where they are cut off nothing is learned.",
                f"model.compile(loss=cr.losses.{name}(from_logits=True))  # or {output.rewritten(fit)} as the last layer",
            )


class ProbabilitiesAsLogits(Symptom):
    """Probabilities given to a loss that takes logits.

    Look for a squashing activation that is followed by another, be it inside the loss.
    """

    name = "probabilities taken for logits"
    look = "softmax or sigmoid, and then a loss with from_logits=True, or two squashing activations in a row"
    needs = ("outputs",)
    explains = (NOT_LEARNING,)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            squashed = bool(output.probabilities)
            yield from self._twice(evidence, output)
            if output.from_logits and squashed:
                yield self.finding(
                    "certain",
                    f"{output.called} ends in {output.activation}, and the loss has from_logits=True, which applies it once more.",
                    "Squashed twice, the probabilities can no longer come near 0 or 1: the loss stays high and learning is slow.",
                    output.rewritten(None),
                )
            inner = output.layer.own_activation if output.layer else "linear"
            known = activation_named(inner)
            if squashed and known is not None and known.probabilities and self._is_apart(evidence):
                yield self.finding(
                    "likely",
                    f"{output.called} has {inner} already, and an Activation layer applies {output.activation} after it.",
                    "Squashed twice, the outputs can no longer come near 0 or 1.",
                    output.rewritten(output.activation) + "  # and without the Activation layer",
                )

    def _twice(self, evidence: Evidence, output: Output) -> Iterator[Finding]:
        """Look for a layer that gives shares of classes already, before an output layer of as many units."""
        if not evidence.is_chain or len(evidence.weighted) < 2 or output.layer is not evidence.weighted[-1]:
            return
        before = evidence.weighted[-2]
        if _sums_to_one(before) and output.probabilities == "together" and before.units == output.units and not before.is_convolution:
            yield self.finding(
                "possible" if evidence.has_learned else "likely",
                f"{before.name} ends in softmax and has as many units as {output.called}, which ends in softmax as well.",
                "The output layer sees shares that add up to 1 and hardly differ at first: little gets through them, forwards or back.",
                f"leave {before.name} out; or Dense({before.units}, activation='relu') in its place",
                details={"layer": before.name},
            )

    def _is_apart(self, evidence: Evidence) -> bool:
        return evidence.is_chain and bool(evidence.layers) and evidence.layers[-1].role == "activation"


class OutputActivationMisfit(Symptom):
    """An output activation and a loss that do not go together.

    Compare the last activation with what the loss takes for probabilities.
    """

    name = "output activation does not fit the loss"
    look = "sigmoid with a crossentropy over exclusive classes, softmax with a binary one, relu or tanh with either"
    needs = ("outputs",)
    groups = (MISFIT,)
    explains = (NOT_LEARNING, BLOWING_UP)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            if output.takes_probabilities and not output.from_logits and output.units != 1:
                yield from self._several(output)
            if output.target is Target.PROBABILITY and not output.from_logits and output.units == 1:
                yield from self._unbounded(output, "sigmoid")
            if _rectifies(output) and not output.takes_probabilities and evidence.outputs:
                yield self.finding(
                    "possible",
                    f"{output.called} has {output.activation}.",
                    "Where its weighted sum is below 0 for all examples, such a unit gives 0 and learns nothing more; as the output "
                    "that is the end.",
                    output.rewritten(None),
                )

    def _several(self, output: Output) -> Iterator[Finding]:
        exclusive = output.target is not Target.PROBABILITY
        multi = output.targets is not None and output.targets.kind == "multi-label"
        if exclusive and output.probabilities == "each":
            yield self.finding(
                "likely",
                f"{output.called} has {output.units} units with {output.activation}, but {output.loss} is for one class out of several.",
                "Sigmoid judges each class by itself, so the outputs are no shares that add up to 1; this loss looks at the right class "
                "alone, and can be lowered by raising all outputs together.",
                "model.compile(loss='binary_crossentropy')" if multi else output.rewritten("softmax"),
            )
        elif not exclusive and output.probabilities == "together":
            yield self.finding(
                "likely" if multi else "possible",
                f"{output.called} has softmax over {output.units} units, but {output.loss} judges each unit by itself.",
                "Softmax lets one class win; "
                + ("here an example may have several." if multi else "a crossentropy over classes says that more plainly."),
                output.rewritten("sigmoid") if multi else "model.compile(loss='categorical_crossentropy')",
            )
        else:
            yield from self._unbounded(output, "softmax" if exclusive else "sigmoid")

    def _unbounded(self, output: Output, fitting: str) -> Iterator[Finding]:
        made = activation_named(output.activation)
        if made is None or made.probabilities or made.is_linear:
            return
        yield self.finding(
            "certain",
            f"{output.called} has {output.activation}, but {output.loss} takes probabilities between 0 and 1.",
            f"{output.activation} gives numbers outside of 0 to 1; they are cut off there, and where they are cut off nothing is learned.",
            output.rewritten(fitting),
        )


class LossMisfit(Symptom):
    """A loss for another task than the targets ask for.

    Compare what the targets are with what the loss is for.

    The squared error of a probability is a proper score: it is lowest for the true probability, only slow where outputs saturate. The
    absolute error is not: it is lowest for the commonest class, whatever its probability.

    Source: Gneiting and Raftery, "Strictly proper scoring rules", 2007.
    """

    name = "loss does not fit the task"
    look = "a loss of distances for classes, or a crossentropy for quantities"
    needs = ("outputs",)
    groups = (MISFIT,)
    explains = ("refused", "learning rate too low", "loss not falling", "same answer for every example", "ended while still falling")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            targets = output.targets
            if targets is None:
                continue
            if output.takes_distances and targets.kind in ("binary", "one-hot", "signs", "multi-label"):
                yield self._distance(output, targets)
            elif output.takes_probabilities and targets.kind == "quantities":
                yield self._crossentropy(output, targets)
            elif output.target is Target.DISTRIBUTION and targets.kind in ("classes", "binary") and output.units != 1:
                yield self._needs_sparse(output, targets)
            elif output.takes_distances and targets.kind == "classes" and output.has_accuracy:
                yield self.finding(
                    "possible",
                    f"y names {targets.classes} classes by number, and {output.loss} takes the numbers for quantities.",
                    "For it class 2 lies between 1 and 3, which means nothing unless the classes have an order.",
                    f"model.compile(loss='sparse_categorical_crossentropy')  # with {output.rewritten('softmax', targets.classes)} as the "
                    "last layer",
                )

    def _distance(self, output: Output, targets: Targets) -> Finding:
        loss = "binary_crossentropy" if targets.kind in ("binary", "signs", "multi-label") else "categorical_crossentropy"
        activation = "sigmoid" if loss.startswith("binary") else "softmax"
        absolute = output.objective is not None and output.objective.median_is_best
        return self.finding(
            "likely" if absolute else "possible",
            f"The targets are classes ({self._described(targets)}), but the loss is {output.loss}.",
            "The absolute error is smallest when the commonest class is always answered: its gradient does not grow with the error, and "
            "where outputs saturate it vanishes."
            if absolute
            else "The squared error of a probability has almost no gradient where the network is wrong and sure; a crossentropy has.",
            f"model.compile(loss='{loss}')  # with {output.rewritten(activation)} as the last layer",
            details={"targets": targets.kind},
        )

    def _described(self, targets: Targets) -> str:
        return {
            "binary": "0 and 1",
            "signs": "-1 and 1",
            "one-hot": f"{targets.classes}, one-hot",
            "multi-label": "several for an example",
        }[targets.kind]

    def _crossentropy(self, output: Output, targets: Targets) -> Finding:
        inside = targets.low >= 0 and targets.high <= 1
        shares = inside and output.target is not Target.CLASS
        return self.finding(
            "possible" if shares else "certain",
            f"The targets are quantities: {len(targets.values):,} distinct values from {targets.low:.4g} to {targets.high:.4g}; the loss "
            f"is {output.loss}.",
            "A crossentropy compares probabilities of classes. "
            + ("Shares can be learned with it, if that is what they are." if shares else "These are none."),
            f"model.compile(loss='mse')  # with {output.rewritten(None)} as the last layer",
            details={"values": len(targets.values)},
        )

    def _needs_sparse(self, output: Output, targets: Targets) -> Finding:
        return self.finding(
            "certain",
            f"{output.loss} takes one column for each class, but y holds class numbers ({targets.low:g} to {targets.high:g}).",
            "The numbers themselves would be taken for probabilities.",
            "model.compile(loss='sparse_categorical_crossentropy')",
        )


def _sums_to_one(layer: LayerFacts) -> bool:
    made = activation_named(layer.activation)
    return made is not None and made.probabilities == "together"


def _rectifies(output: Output) -> bool:
    made = activation_named(output.activation)
    return made is not None and made.rectifies
