"""Outputs of another shape or number than the targets, and what fit itself refuses."""

from collections.abc import Iterator

from chainrule.counting import counted
from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import MISFIT, NOT_LEARNING, Symptom
from chainrule.doctor.targets import Targets
from chainrule.losses import Target


class WrongOutputShape(Symptom):
    """Outputs with more, or fewer, axes than the targets.

    Compare the axes of one answer with those of one target.
    """

    name = "wrong output shape"
    look = "several answers for each example where one is wanted, or the reverse"
    needs = ("outputs",)
    explains = (NOT_LEARNING, "wrong number of outputs", "refused")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            if output.y is None or output.shape is None or output.y.ndim == 0:
                continue
            given, wanted = self._trimmed(output.shape[:-1]), self._places(output)
            if given == wanted:
                continue
            yield self.finding(
                "certain",
                f"For each example the network gives an answer of shape {output.shape}, but y has "
                + (f"targets of shape {tuple(output.y.shape[1:])}." if output.y.ndim > 1 else "a single number."),
                "There are several answers for one target. Where the shapes happen to stretch to one another, a library may go on in "
                "silence and learn something that was not meant."
                if len(given) > len(wanted)
                else "There are several targets for one answer: the network was made for one answer to each example.",
                self._remedy(evidence, output)
                if len(given) > len(wanted)
                else "y.shape, model.output_shape  # compare, and reshape y to one answer each",
                details={"output": list(output.shape), "target": list(output.y.shape[1:])},
            )

    def _places(self, output: Output) -> tuple[int, ...]:
        """Return the axes of one target before those of the numbers at one place."""
        assert output.y is not None and output.shape is not None
        axes = tuple(output.y.shape[1:])
        like_output = len(axes) == len(output.shape) and output.target is not Target.CLASS
        return self._trimmed(axes[:-1] if like_output else axes)

    def _trimmed(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return a shape without a last axis of size 1."""
        return tuple(shape[:-1]) if shape and shape[-1] == 1 else tuple(shape)

    def _remedy(self, evidence: Evidence, output: Output) -> str:
        last = [layer for layer in evidence.layers if layer.is_recurrent]
        if last and last[-1].arguments.get("return_sequences"):
            return f"{last[-1].kind}({last[-1].units}, return_sequences=False)  # the last one gives one answer for each series"
        return "Flatten()  # before the first Dense layer, so that each example gives one row"


class WrongNumberOfOutputs(Symptom):
    """Too many or too few outputs for the targets.

    Compare the number of output units with the columns of y, or with its classes.
    """

    name = "wrong number of outputs"
    look = "the output layer has more or fewer units than the targets ask for"
    needs = ("outputs",)
    explains = (NOT_LEARNING, "labels out of range", "refused")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for output in evidence.outputs:
            targets, units = output.targets, output.units
            if targets is None or units is None:
                continue
            wanted, why = self._wanted(output, targets)
            if wanted is None or wanted == units:
                yield from self._spare(output, targets, units)
                continue
            yield self.finding(
                "certain",
                f"{output.called} has {counted(units, 'unit')}, but {why}.",
                "Answers and targets cannot be paired: some outputs are compared with what does not belong to them, or with nothing.",
                self._remedy(output, targets, wanted),
                details={"units": units, "wanted": wanted},
            )

    def _wanted(self, output: Output, targets: Targets) -> tuple[int | None, str]:
        y = targets.y
        rank = len(output.shape) if output.shape is not None else 1
        if output.target is Target.CLASS:
            classes = int(targets.high) + 1
            return (classes if (output.units or 0) < classes else None), f"y has {classes} classes, 0 to {classes - 1}"
        if targets.kind == "classes" and output.takes_probabilities:
            return targets.classes, f"y names {targets.classes} classes by number"
        columns = y.shape[-1] if y.ndim > rank else 1
        return (columns if y.ndim in (rank, rank + 1) else None), f"y has {counted(columns, 'number')} for each example"

    def _remedy(self, output: Output, targets: Targets, wanted: int) -> str:
        units = output.units or 1
        if targets.kind in ("classes", "binary") and units >= max(targets.classes, 2) and output.activation == "softmax":
            return "model.compile(loss='sparse_categorical_crossentropy')  # which takes one class number for each example"
        if targets.kind == "classes" and output.target is not Target.CLASS:
            return f"{output.rewritten('softmax', wanted)}  # with loss='sparse_categorical_crossentropy'"
        activation = {"binary": "sigmoid", "quantities": None}.get(targets.kind, output.activation)
        return output.rewritten(None if activation in ("linear", "?") else activation, wanted)

    def _spare(self, output: Output, targets: Targets, units: int) -> Iterator[Finding]:
        if output.target is Target.CLASS and targets.names and units >= 2 * max(targets.high + 1, 1) and units > targets.high + 2:
            yield self.finding(
                "possible",
                f"{output.called} has {units} units, but y names only the classes 0 to {targets.high:g}.",
                "The spare units do no harm but learn only to be silent.",
                output.rewritten("softmax", int(targets.high) + 1),
                details={"units": units, "classes": int(targets.high) + 1},
            )


class Refused(Symptom):
    """What `fit` itself refuses.

    Report what training would end with before its first step.
    """

    name = "refused"
    look = "whatever compile() or fit() would not begin with: shapes, kinds of data, weights that the loss does not depend on"
    needs = ("refusals",)
    groups = (MISFIT,)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for reason in evidence.refusals:
            unconnected = "does not depend on" in reason
            yield self.finding(
                "certain",
                reason,
                "These weights lead to no output, so nothing tells them how to change."
                if unconnected
                else "Network and data do not fit together, so training cannot begin.",
                "model.summary()  # each layer must lead to the output"
                if unconnected
                else "model.summary(); x.shape, x.dtype, y.shape, y.dtype  # compare",
            )
