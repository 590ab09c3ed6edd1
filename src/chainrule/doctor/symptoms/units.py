"""Units that no longer take part in learning."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.activation_names import activation_named
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.inspection import Inspection
from chainrule.doctor.symptom import BLOWING_UP, NOT_LEARNING, Symptom
from chainrule.doctor.targets import Array
from chainrule.doctor.weight_changes import killed, silent_share


class SaturatedUnits(Symptom):
    """Sigmoid or tanh units at the ends of their range.

    Measure how many outputs of hidden layers lie within a hundredth of the ends of their range.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    name = "saturated units"
    look = "sigmoid or tanh units that are nearly 0, 1 or -1 for most examples"
    needs = ("inspections",)
    groups = (NOT_LEARNING,)
    explains = ("learning rate too low", "loss not falling", "same answer for every example")
    EDGE = 0.01  # of the range: there the derivative is below a twentieth of its largest value
    MANY, MOST = 0.5, 0.9

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        last = {output.layer.name for output in evidence.outputs if output.layer}
        for inspection in evidence.inspections[-1:]:
            for layer in evidence.layers:
                given = activation_named(layer.own_activation)
                output = inspection.outputs.get(f"{layer.name}/output")
                if (
                    given is None
                    or not given.saturates
                    or given.probabilities == "together"
                    or layer.name in last
                    or layer is evidence.layers[-1]
                    or output is None
                    or "recurrent_activation" in layer.arguments  # it has gates, whose ends are its memory
                ):
                    continue
                low, high = given.limits
                edge = self.EDGE * (high - low)
                share = float(((output < low + edge) | (output > high - edge)).mean())
                if share < self.MANY:
                    continue
                yield self.finding(
                    "likely" if share >= self.MOST and not evidence.has_learned else "possible",
                    f"{share:.0%} of the outputs of {layer.name} lie within 1 % of the ends of {given.name}, at step {inspection.step:,}.",
                    "There the curve is flat: hardly any gradient passes, so these units and all before them hardly learn.",
                    "x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)  # or smaller first weights; or activation='relu'",
                    details={"layer": layer.name, "share": share, "step": inspection.step},
                )
                return


class DeadUnits(Symptom):
    """Relu units that are 0 for every example.

    Count, in each layer with relu, the units that are 0 for all examples: nothing gets through them, so nothing can bring them back.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """

    name = "dead units"
    look = "relu units that give 0 for every example looked at"
    needs = ("inspections",)
    groups = (NOT_LEARNING, BLOWING_UP)
    explains = ("learning rate too low", "frozen layers", "loss not falling", "same answer for every example", "wasted units")
    MANY, MOST = 0.5, 0.9
    FEWEST_ROWS = 16

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if not evidence.inspections or len(evidence.inspections[-1].rows) < self.FEWEST_ROWS:
            return
        inspection = evidence.inspections[-1]
        for name in self._relu_outputs(evidence):
            share, units = self._dead(inspection, name)
            if share < self.MANY or units < 2:
                continue
            whole = share == 1.0
            yield self.finding(
                "possible" if evidence.has_learned else "certain" if whole else "likely" if share >= self.MOST else "possible",
                f"{round(share * units)} of {units} units of {name} give 0 for all {len(inspection.rows)} examples looked at, at step "
                f"{inspection.step:,}.",
                "A relu unit that is 0 for every example has gradient 0, so it never comes back."
                + (" Nothing passes this layer, so nothing before it learns." if whole else ""),
                self._remedy(evidence, inspection),
                details={"layer": name, "dead": share, "step": inspection.step},
            )
            return

    def _relu_outputs(self, evidence: Evidence) -> list[str]:
        return [layer.name for layer in evidence.layers if layer.rectifies]

    def _dead(self, inspection: Inspection, name: str) -> tuple[float, int]:
        """Return the share of dead units of a layer, and how many units it has."""
        output = inspection.outputs.get(f"{name}/output")
        if output is None or output.ndim < 2:
            return 0.0, 0
        silent = (np.asarray(output) <= 0).reshape(-1, output.shape[-1]).all(0)
        return float(np.mean(silent)), int(output.shape[-1])

    def _remedy(self, evidence: Evidence, inspection: Inspection) -> str:
        leaky = "Dense(units, activation='leaky_relu')"
        if evidence.learning_rate is None or inspection.step == 0 or len(evidence.inspections) < 2 or killed(evidence) == "":
            return f"{leaky}  # and look at the first biases and at the size of the inputs"
        return f"{evidence.recompiled(evidence.learning_rate / 10)}  # from the start; or {leaky}"


class WastedUnits(Symptom):
    """Units that say nothing, or what others say already.

    Count the hidden units whose outputs do not vary, or correlate to 0.999 with those of another.

    Source: Li, Yosinski, Clune, Lipson and Hopcroft, "Convergent learning", 2016, for the correlation of units.
    """

    name = "wasted units"
    look = "after training, hidden units that are constant, or copies of others"
    needs = ("inspections",)
    groups = (NOT_LEARNING, BLOWING_UP)
    SAME = 0.999
    SHARE, MOST = 0.5, 0.8
    FEWEST_ROWS = 32

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if evidence.stage != "after" or len(evidence.inspections) < 2:
            return
        for layer in evidence.hidden:
            output = evidence.inspections[-1].outputs.get(f"{layer.name}/output")
            if silent_share(evidence.inspections[-1], layer) >= self.SHARE:
                continue  # dead units are a finding of their own: fewer of them would not help
            if output is None or output.ndim != 2 or output.shape[1] < 4 or len(output) < self.FEWEST_ROWS:
                continue
            constant, copies = self._count(output)
            share = (constant + copies) / output.shape[1]
            if share < self.SHARE:
                continue
            yield self.finding(
                "likely" if constant >= self.MOST * output.shape[1] and not evidence.has_learned else "possible",
                f"Of the {output.shape[1]} units of {layer.name}, {constant} give the same for every example and {copies} copy another.",
                "They take time and memory, and add nothing to the answer. (Units that all look at a single number cannot help "
                "resembling one another.)",
                f"Dense({max(output.shape[1] - constant - copies, 1)}, ...)  # as many as are in use",
                details={"layer": layer.name, "constant": constant, "copies": copies},
            )

    def _count(self, output: Array) -> tuple[int, int]:
        values = np.asarray(output, np.float64)
        spread = values.std(0)
        lively = spread > 1e-6 * max(float(np.abs(values).max()), 1e-12)
        scaled = (values[:, lively] - values[:, lively].mean(0)) / spread[lively]
        alike = np.triu(np.abs(scaled.T @ scaled) / len(values) > self.SAME, 1)
        return int((~lively).sum()), int(alike.any(0).sum())
