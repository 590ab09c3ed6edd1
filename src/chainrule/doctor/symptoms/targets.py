"""Targets that say nothing, that the loss cannot mean, or that the outputs cannot reach."""

import math
from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import BLOWING_UP, MISFIT, NOT_LEARNING, Symptom
from chainrule.doctor.targets import Targets
from chainrule.losses import Target


class ConstantTargets(Symptom):
    """Targets that are the same for every example.

    Count the distinct targets: where there is one, a bias alone answers everything.
    """

    name = "constant targets"
    look = "y has one and the same value in every row"
    needs = ("outputs",)
    explains = (NOT_LEARNING,)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            y = output.y
            if y is None or len(y) < 2 or not (y == y[0]).all():
                continue
            yield self.finding(
                "certain",
                f"All {len(y):,} targets are {y[0].tolist()}.",
                "There is nothing to tell apart: a network that always gives this answer is perfect, and useless.",
                "np.unique(y, return_counts=True)  # and look at how y was made",
                details={"value": y[0].tolist()},
            )


class OutputOutOfReach(Symptom):
    """Targets that the output activation can never give.

    Compare the range of y with that of the last activation: sigmoid and softmax give 0 to 1, tanh -1 to 1, relu nothing below 0.
    """

    name = "output cannot reach the targets"
    look = "targets outside the range of the output activation"
    needs = ("outputs",)
    explains = (NOT_LEARNING, BLOWING_UP, MISFIT, "targets not scaled")
    SLACK = 1e-6

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            targets = output.targets
            if targets is None or output.limits is None or output.target is Target.CLASS:
                continue
            if targets.kind == "classes" and output.target is Target.DISTRIBUTION:
                continue
            low, high = output.limits
            outside = float(((targets.y < low - self.SLACK) | (targets.y > high + self.SLACK)).mean())
            if outside > 0:
                yield self._finding(output, low, high, outside)
            elif output.activation == "softmax" and targets.kind == "quantities" and (output.units or 0) > 1:
                sums = targets.y.sum(-1)
                if targets.y.ndim > 1 and targets.y.shape[-1] == output.units and np.abs(sums - 1).max() > 0.01:
                    yield self.finding(
                        "certain",
                        f"Softmax makes the {output.units} outputs add up to 1, but the rows of y add up to {sums.min():.3g} to "
                        f"{sums.max():.3g}.",
                        "Most targets can never be met, however long the network learns.",
                        output.rewritten(None),
                    )

    def _finding(self, output: Output, low: float, high: float, outside: float) -> Finding:
        assert output.targets is not None
        reach = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
        return self.finding(
            "certain",
            f"{output.activation} gives numbers {reach}, but y goes from {output.targets.low:.4g} to {output.targets.high:.4g}: "
            f"{outside:.0%} of the targets lie outside.",
            "These targets can never be met: the outputs are driven to the end of their range, where the gradient vanishes.",
            "y = (y + 1) / 2"
            if output.targets.kind == "signs" and low == 0
            else f"{output.rewritten(None)}  # linear{self._scaled(output)}",
            details={"low": output.targets.low, "high": output.targets.high, "outside": outside},
        )

    def _scaled(self, output: Output) -> str:
        """Return what besides is to be done with large targets."""
        large = (
            output.targets is not None
            and output.targets.kind == "quantities"
            and max(abs(output.targets.low), abs(output.targets.high)) > 10
        )
        return ", and y = (y - y.mean()) / y.std()" if large else "; or bring y into that range"


class LabelsOutOfRange(Symptom):
    """Labels that the loss cannot mean.

    Compare the targets with what their loss takes: class numbers below the number of outputs, or probabilities.
    """

    name = "labels out of range"
    look = "class numbers beyond the outputs, or targets outside 0 to 1 for a crossentropy"
    needs = ("outputs",)
    groups = (MISFIT,)
    explains = (NOT_LEARNING, BLOWING_UP, "refused")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            targets = output.targets
            if targets is None or not output.takes_probabilities:
                continue
            low, high = (0.0, (output.units or 1) - 1.0) if output.target is Target.CLASS else (0.0, 1.0)
            if targets.low >= low and targets.high <= high:
                continue
            outside = np.flatnonzero(((targets.y < low) | (targets.y > high)).reshape(len(targets.y), -1).any(1))
            yield self.finding(
                "certain",
                f"{output.loss} takes {self._wanted(output, high)}, but y goes from {targets.low:g} to {targets.high:g}: "
                f"{len(outside):,} of {len(targets.y):,} rows lie outside, the first is row {outside[0]}.",
                "For such targets the loss has no meaning: it can fall below 0 without end, or pick a class that is not there.",
                self._remedy(output, targets),
                details={"low": targets.low, "high": targets.high, "rows": outside[:20].tolist()},
            )

    def _wanted(self, output: Output, high: float) -> str:
        return f"class numbers from 0 to {high:g}" if output.target is Target.CLASS else "targets between 0 and 1"

    def _remedy(self, output: Output, targets: Targets) -> str:
        if targets.kind == "signs":
            return "y = (y + 1) / 2"
        if targets.kind == "quantities":
            return f"model.compile(loss='mse')  # with {output.rewritten(None)} as the last layer: y are quantities, not classes"
        if output.target is Target.CLASS and targets.low >= 1 and targets.high == (output.units or 0):
            return "y = y - 1"
        return (
            f"model.compile(loss='sparse_categorical_crossentropy')  # with {output.rewritten('softmax', int(targets.high) + 1)} as the "
            "last layer"
        )


class TargetsNotScaled(Symptom):
    """Targets far from the size that outputs begin with.

    Compare the size of the targets with that of first outputs, which is about 1.

    The gradient of the squared error grows with the target: with targets of size s the first gradients are s times as large, while an
    optimiser that scales its steps, as Adam does, needs s times as many to bring the output there.
    """

    name = "targets not scaled"
    look = "quantities much larger than 1, with a loss of distances"
    needs = ("outputs",)
    explains = (
        BLOWING_UP,
        "loss not falling",
        "same answer for every example",
        "ended while still falling",
        "saturated units",
        "frozen layers",
    )
    BIG, HUGE = 10.0, 100.0

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            targets = output.targets
            if targets is None or targets.kind != "quantities" or not output.takes_distances or output.limits is not None:
                continue
            mean, spread = float(targets.y.mean()), float(targets.y.std())
            size = max(abs(mean), spread)
            if not size > self.BIG:
                continue
            harmed = evidence.skill is not None and evidence.skill < 0.1
            strong = (size >= self.HUGE or harmed) and not evidence.has_learned
            yield self.finding(
                "likely" if strong else "possible",
                f"y goes from {targets.low:.4g} to {targets.high:.4g}, with mean {mean:.3g} and standard deviation {spread:.3g}; outputs "
                "begin near 0.",
                "The first errors are as large as the targets, and their squares and gradients larger still: steps overshoot, or the "
                "outputs creep up to the targets for most of the training.",
                "y = (y - y.mean()) / y.std()  # and predictions are model.predict(x) * std + mean",
                details={"mean": mean, "std": spread},
            )
