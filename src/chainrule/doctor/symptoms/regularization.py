"""Normalisation, dropout and penalties where they do harm."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence, LayerFacts
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import Symptom


class BatchNormalizationMisused(Symptom):
    """Batch normalisation where it cannot work.

    Look at batch size, place, and momentum of batch normalisation.

    Source: Ioffe and Szegedy, "Batch normalization", 2015; of small batches: Wu and He, "Group normalization", 2018.
    """

    name = "batch normalisation misused"
    look = "batches of one, normalised answers, or moving averages that have hardly moved"
    explains = ("frozen layers", "loss not falling", "same answer for every example")
    SMALL, FAR = 8, 2.0  # examples; times the training loss

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for number, layer in enumerate(evidence.layers):
            if layer.uses_batch:
                yield from self._at(evidence, number, layer)

    def _at(self, evidence: Evidence, number: int, layer: LayerFacts) -> Iterator[Finding]:
        flat = layer.output_shape is not None and len(layer.output_shape) == 1
        size = min(evidence.batch_size or 32, evidence.rows or 32)
        if size < self.SMALL and evidence.batch_size is not None:
            yield self.finding(
                "certain" if size == 1 and flat else "possible",
                f"{layer.name} normalises over batches of {size}.",
                "With one example the mean is the example itself, and what is left is 0: everything is wiped out."
                if size == 1 and flat
                else "The mean and spread of so few examples say more about the batch than about the data.",
                "model.fit(x, y, batch_size=32)  # or LayerNormalization(), which looks at one example at a time",
                details={"layer": layer.name, "batch_size": size},
            )
        behind = [after for after in evidence.layers[number + 1 :] if after.parameters and not after.uses_batch]
        if not behind and evidence.is_chain and evidence.outputs and any(before.is_weighted for before in evidence.layers[:number]):
            yield self.finding(
                "likely",
                f"{layer.name} normalises the network's own answers: no layer with weights follows.",
                "In training, each answer depends on the other examples of its batch, and their mean and spread are forced to be the "
                "same in every batch.",
                f"BatchNormalization()  # before the output layer, not after it: leave {layer.name} out",
                details={"layer": layer.name},
            )
        momentum = layer.arguments.get("momentum", 0.99)
        if evidence.updates is not None and isinstance(momentum, int | float) and evidence.updates * (1 - momentum) < 1:
            yield self.finding(
                "likely" if self._differs(evidence) else "possible",
                f"{layer.name} has momentum {momentum:g}, and there are {evidence.updates:,} updates.",
                "Out of training it uses moving averages, which by then still are mostly their first values: validation and predictions "
                "are wrong.",
                "BatchNormalization(momentum=0.9)  # or train for longer",
                details={"layer": layer.name, "updates": evidence.updates},
            )

    def _differs(self, evidence: Evidence) -> bool:
        """Return whether validation, which goes by the moving averages, is far behind training, which does not."""
        if evidence.course is None or evidence.stage != "after":
            return False
        training, validation = evidence.course.figures("loss"), evidence.course.figures("val_loss")
        return len(training) > 0 and len(validation) > 0 and float(validation[-1]) > self.FAR * float(training[-1])


class DropoutMisused(Symptom):
    """Dropout where it hurts.

    Look at rates, and for dropout behind the output layer.

    Source: Srivastava and others, "Dropout", 2014, whose rates are 0.2 for inputs and 0.5 for hidden units.
    """

    name = "dropout misused"
    look = "dropout of most inputs, or after the output layer"
    explains = ("loss not finite", "dead units", "loss not falling", "same answer for every example")
    MOST, ALMOST_ALL = 0.6, 0.75

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        last = max((number for number, layer in enumerate(evidence.layers) if layer.is_weighted), default=len(evidence.layers))
        for number, layer in enumerate(evidence.layers):
            rate = layer.arguments.get("rate")
            if layer.role != "dropout" or not isinstance(rate, int | float) or rate <= 0:
                continue
            if number > last and evidence.is_chain and not evidence.layers[last].is_convolution:
                yield self.finding(
                    "likely",
                    f"{layer.name} drops {rate:.0%} of the network's own answers: it stands after the output layer "
                    f"{evidence.layers[last].name}.",
                    "In training, answers are set to 0 at random and the others made larger, whatever the network has learned.",
                    f"Dropout({min(rate, 0.5):g})  # before {evidence.layers[last].name}, not after it",
                    details={"layer": layer.name},
                )
            elif rate > self.MOST:
                yield self.finding(
                    "likely" if rate >= self.ALMOST_ALL and not evidence.has_learned else "possible",
                    f"{layer.name} drops {rate:.0%} of its inputs.",
                    "So little gets through that the network hardly sees its examples in training.",
                    "Dropout(0.5)  # at most; or none, until the training loss falls",
                    details={"layer": layer.name, "rate": rate},
                )


class RegularizationTooStrong(Symptom):
    """Regularisation that drowns the task.

    Compare the penalty with the loss of the examples, and the decay of weights with the weights.

    A decay of a hundredth at each update halves a weight in 69 updates, whatever the task says.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """

    name = "regularisation too strong"
    look = "a penalty on weights that is larger than the loss itself, or a weight decay that takes a hundredth of them off at each update"
    explains = ("loss not falling", "same answer for every example", "ended while still falling")
    DROWNED, MUCH = 10.0, 0.01

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        yield from self._decay(evidence)
        if not evidence.inspections:
            return
        first, inspection = evidence.inspections[0], evidence.inspections[-1]
        if first.penalty > self.DROWNED * first.loss > 0 and evidence.skill is not None and evidence.skill < 0.1:
            inspection = first  # a penalty that is small by now has made the weights small instead
        if not inspection.penalty > inspection.loss > 0 or (
            evidence.stage == "before" and inspection.penalty < self.DROWNED * inspection.loss
        ):
            return
        yield self.finding(
            "likely" if not evidence.has_learned and evidence.stage != "before" else "possible",
            f"The penalty on weights is {inspection.penalty:.3g}, the loss of the examples {inspection.loss:.3g}, at step "
            f"{inspection.step:,}.",
            "The optimiser is busy making weights small, and hardly with the task.",
            "kernel_regularizer=cr.regularizers.L2(1e-4)  # or none, until the training loss falls",
            details={"penalty": inspection.penalty, "loss": inspection.loss},
        )

    def _decay(self, evidence: Evidence) -> Iterator[Finding]:
        rate, decay = evidence.learning_rate, evidence.weight_decay
        if not rate or rate * decay < self.MUCH:
            return
        yield self.finding(
            "possible" if evidence.has_learned else "likely",
            f"The optimiser has weight_decay={decay:g}: at a rate of {rate:g} an update takes {rate * decay:.1%} off every weight.",
            "Weights shrink faster than the task can make them grow.",
            f"{evidence.recompiled(rate, weight_decay=0.004)}  # or no decay, until the training loss falls",
            details={"weight_decay": decay, "share": rate * decay},
        )
