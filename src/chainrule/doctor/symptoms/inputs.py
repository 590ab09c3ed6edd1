"""Inputs that cannot be learned from, or not well: numbers that are none, one row many times, columns of another scale."""

from collections.abc import Iterator

import numpy as np

from chainrule.counting import counted
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.inspection import rms
from chainrule.doctor.rows import flat, sizes, some_rows
from chainrule.doctor.symptom import BLOWING_UP, NOT_LEARNING, Symptom


class DataNotFinite(Symptom):
    """NaN or infinity among inputs or targets.

    Look for NaN and infinity: one of them makes the loss NaN, and with it every weight.
    """

    name = "data not finite"
    look = "NaN or infinity in x or y"
    explains = (NOT_LEARNING, BLOWING_UP, "learning rate too high", "refused")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        y = [output.y for output in evidence.outputs if output.y is not None]
        for name, array in [*(("x", part) for part in evidence.x), *(("y", part) for part in y)]:
            if array.dtype.kind != "f" or np.isfinite(array).all():
                continue
            bad = ~np.isfinite(array.reshape(len(array), -1))
            rows = np.flatnonzero(bad.any(1))
            yield self.finding(
                "certain",
                f"{name} holds {counted(int(bad.sum()), 'value')} of NaN or infinity, in {len(rows):,} of {len(array):,} rows, "
                f"the first in row {rows[0]}.",
                "One such number makes the loss NaN, and after one update every weight.",
                f"keep = np.isfinite({name}.reshape(len({name}), -1)).all(axis=1); x, y = x[keep], y[keep]",
                details={"array": name, "values": int(bad.sum()), "rows": rows[:20].tolist()},
            )


class ConstantInputs(Symptom):
    """Inputs that are the same in every example.

    Compare the rows: what does not differ between examples cannot tell them apart.
    """

    name = "constant inputs"
    look = "every example of x is the same, or most columns are"
    needs = ("x",)
    explains = (NOT_LEARNING, "inputs not scaled", "bad initialisation", "duplicate examples", "loss spiking", "overfitting")
    MOST = 0.5  # the share of columns that carry nothing

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or evidence.rows < 2:
            return
        rows = evidence.x[0].reshape(evidence.rows, -1)
        constant = (rows == rows[0]).all(0)
        if constant.all():
            yield self.finding(
                "certain",
                f"All {len(rows):,} examples of x are the same.",
                "Nothing in the inputs tells one example from another, so no network can. Perhaps the array was made empty and never "
                "filled.",
                "x[:5]  # look at the first rows, and at how x was read",
                details={"columns": int(constant.size)},
            )
        elif constant.size >= 4 and constant.mean() > self.MOST and evidence.x[0].ndim == 2:
            yield self.finding(
                "possible",
                f"{int(constant.sum()):,} of {constant.size:,} columns of x have one and the same value in every row.",
                "Such columns carry nothing to learn from.",
                "x = x[:, x.std(axis=0) > 0]",
                details={"columns": np.flatnonzero(constant)[:20].tolist()},
            )


class IndicesOutOfRange(Symptom):
    """Indices beyond the table of an embedding.

    Compare the largest index with the size of an embedding that stands first.
    """

    name = "indices out of range"
    look = "x holds indices that an Embedding has no row for"
    needs = ("x", "layers")
    explains = (NOT_LEARNING, BLOWING_UP, "refused")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or not evidence.layers or evidence.layers[0].role != "embedding" or not evidence.x[0].size:
            return
        size, low, high = int(evidence.layers[0].arguments.get("input_dim", 0)), evidence.x[0].min(), evidence.x[0].max()
        if low >= 0 and high < size:
            return
        yield self.finding(
            "certain",
            f"x holds indices from {low:g} to {high:g}, but {evidence.layers[0].name} has rows 0 to {size - 1}.",
            "An index without a row gives NaN, and NaN ends training.",
            f"Embedding({int(high) + 1}, {evidence.layers[0].arguments.get('output_dim', 8)})",
            details={"low": float(low), "high": float(high), "rows": size},
        )


class OutlyingExamples(Symptom):
    """Examples far from all others.

    Compare the size of each row with that of the middle one.

    The gradient of an example grows with its inputs: one that is 30 times as large as the others outweighs a batch of 32.
    """

    name = "outlying examples"
    look = "a few rows of x that are many times as large as the others"
    needs = ("x",)
    explains = (BLOWING_UP, "inputs not scaled", "learning rate too high", "initial loss far off", "loss not falling")
    FAR, SHARE, FEWEST = 30.0, 0.01, 50

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or evidence.rows < self.FEWEST or evidence.normalizes_inputs:
            return
        size = sizes(evidence.x[0])
        if not np.isfinite(size).all():
            return
        middle = float(np.median(size))
        far = np.flatnonzero(size > self.FAR * middle)
        if not middle > 0 or not len(far) or len(far) > max(1, self.SHARE * len(size)):
            return
        worst = int(size.argmax())
        yield self.finding(
            "possible" if evidence.has_learned else "likely",
            f"{len(far)} of {len(size):,} rows of x are more than {self.FAR:g} times as large as the middle one; the largest, row {worst}, "
            f"{size[worst] / middle:.3g} times.",
            "Such an example outweighs all others of its batch, and throws the weights off whenever it comes. Often its scale or unit is "
            "wrong.",
            f"x[{worst}]  # look at it; then x, y = np.delete(x, {far[:5].tolist()}, axis=0), np.delete(y, {far[:5].tolist()}, axis=0)",
            details={"rows": far[:50].tolist(), "times": float(size[worst] / middle)},
        )


class InputsNotScaled(Symptom):
    """Inputs far from the scale that first weights and learning rates are made for.

    Measure the size of x, and of its columns beside one another.

    A gradient step multiplies each weight's change by its input: with inputs of size s, the curvature of the loss, and with it the
    largest learning rate that does not diverge, differs by s². Columns of different size cannot all have a fitting rate.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, section 4.3.
    """

    name = "inputs not scaled"
    look = "inputs much larger or smaller than 1, far from 0, or columns of very different size"
    needs = ("x",)
    explains = (
        BLOWING_UP,
        "learning rate too low",
        "frozen layers",
        "vanishing gradients",
        "saturated units",
        "initial loss far off",
        "loss not falling",
        "same answer for every example",
    )
    ROWS = 5000
    BIG, HUGE = 10.0, 50.0  # initialisers keep a signal of size 1 at size 1; bytes of an image have about 100
    TINY = 1e-3

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or evidence.normalizes_inputs or not evidence.rows:
            return
        rows = flat(evidence.x[0][some_rows(evidence.rows, self.ROWS)])
        rows = rows[np.isfinite(rows).all(1)]
        if len(rows) < 2 or not rows.any():
            return
        sizes = np.sqrt((rows**2).mean(1))
        rows = rows[sizes <= 30 * np.median(sizes)]  # a few that are far off are another matter
        if len(rows) < 2:
            return
        size, spread, mean = rms(rows), rows.std(0), np.abs(rows.mean(0))
        used = spread[spread > 0]
        if not len(used):
            return
        uneven = float(used.max() / np.median(used)) if len(used) >= 3 else 1.0
        offset = float(np.median(mean[spread > 0] / used))
        seen = f"x goes from {rows.min():.4g} to {rows.max():.4g}; its typical size (root mean square) is {size:.3g}"
        if uneven > self.BIG and used.max() > 1:
            seen += f", and its largest column spreads {uneven:.3g} times as far as the middle one"
        if size > self.BIG or size < self.TINY or (uneven > 10 * self.BIG and size > 1) or (offset > 2 * self.BIG):
            trial = next((t for t in evidence.trials if t.kind == "inputs" and t.loss < 0.5 * t.reference), None)
            seen += f". {trial.to_text()[:-1]}" if trial else ""
            strong = trial is not None or size > self.HUGE or size < self.TINY or (offset > 10 * self.BIG and size > 1)
            yield self.finding(
                "likely" if strong and not evidence.has_learned else "possible",
                seen + ".",
                "First weights and usual learning rates are made for inputs of about size 1 around 0. With others the first sums are "
                "far too large or small: units saturate, steps overshoot, or the large columns drown the small ones.",
                "x = x / 255"
                if self._are_bytes(evidence, rows)
                else "x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)  # with the training part's mean and std",
                details={"size": size, "uneven": uneven, "offset": offset},
            )

    def _are_bytes(self, evidence: Evidence, rows: np.ndarray) -> bool:  # pyright: ignore[reportMissingTypeArgument]
        return evidence.x[0].ndim > 2 and rows.min() >= 0 and 128 < rows.max() <= 255
