"""Examples that are too few, in a bad order, repeated, or that give the answer away."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.rows import flat, keys, some_rows
from chainrule.doctor.symptom import Symptom
from chainrule.doctor.targets import Array, Targets


class NoShuffling(Symptom):
    """Examples that come sorted by class, and are not shuffled.

    Compare how mixed the classes are in a batch with how mixed they are altogether.
    """

    name = "no shuffling"
    look = "shuffle=False, and examples sorted by class"
    needs = ("outputs",)
    explains = ("loss spiking", "metric hides failure", "loss oscillating", "loss not falling", "same answer for every example")
    WINDOW = 16  # at least so many examples are looked at together, however small the batches
    MIXED = 0.5

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if evidence.shuffle or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None:
            return
        labels = evidence.outputs[0].targets.labels
        size = max(evidence.batch_size or 32, self.WINDOW)
        if labels is None or len(labels) < 2 * size:
            return
        parts = [labels[start : start + size] for start in range(0, len(labels) - size + 1, size)]
        within, altogether = float(np.mean([self._mixture(part) for part in parts])), self._mixture(labels)
        if altogether == 0 or within > self.MIXED * altogether:
            return
        yield self.finding(
            "likely",
            f"shuffle is False, and the rows are sorted: neighbouring examples are of different classes in {within:.0%} of pairs, of all "
            f"pairs {altogether:.0%}.",
            "Batch after batch shows one class, so the network learns to answer this class and forgets the others.",
            "model.fit(x, y, shuffle=True)",
            details={"within": within, "altogether": altogether},
        )

    def _mixture(self, labels: np.ndarray) -> float:  # pyright: ignore[reportMissingTypeArgument]
        """Return the share of pairs with different labels."""
        shares = np.bincount(labels) / len(labels)
        return float(1 - (shares**2).sum())


class Leak(Symptom):
    """Answers that have leaked into the inputs, or training examples into the validation data.

    Correlate each column with the target, and look for rows that stand in both parts.
    """

    name = "leak"
    look = "a column of x that is a copy of y; validation examples that are also training examples"
    needs = ("x", "outputs")
    explains = ("duplicate examples",)
    COPY = 0.999  # correlation with the target
    SHARE, MOSTLY = 0.01, 0.5
    FEW_DISTINCT, FEW_ROWS, MOST = 32, 50, 5000

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or len(evidence.outputs) != 1:
            return
        targets = evidence.outputs[0].targets
        if targets is not None and evidence.rows >= self.FEW_ROWS:
            yield from self._copied_column(evidence, targets)
        if evidence.x_val and evidence.rows:
            yield from self._shared_rows(evidence)

    def _copied_column(self, evidence: Evidence, targets: Targets) -> Iterator[Finding]:
        if evidence.x[0].ndim != 2 or evidence.x[0].shape[1] < 2 or len(targets.y) != evidence.rows:
            return
        rows = some_rows(evidence.rows, self.MOST)
        x, y = flat(evidence.x[0][rows]), self._one_number(targets)
        y = None if y is None else y[rows]
        if y is None or not np.isfinite(x).all() or y.std() == 0:
            return
        used = np.flatnonzero(x.std(0) > 0)
        if len(used) < 2:
            return
        z = (x[:, used] - x[:, used].mean(0)) / x[:, used].std(0)
        correlations = np.abs(z.T @ ((y - y.mean()) / y.std())) / len(x)
        best = int(correlations.argmax())
        if correlations[best] >= self.COPY:
            column = int(used[best])
            yield self.finding(
                "likely",
                f"Column {column} of x follows the target almost exactly: their correlation is {correlations[best]:.4f}.",
                "Such a column is most often the answer itself under another name, or made from it. The network will only learn to copy "
                "it, and fail where it is not known.",
                f"x = np.delete(x, {column}, axis=1)  # unless it is really known before the answer is",
                details={"column": column, "correlation": float(correlations[best])},
            )

    def _one_number(self, targets: Targets) -> Array | None:
        """Return one number for each target; None where they have several."""
        if targets.labels is not None:
            return targets.labels
        flat_rows = targets.y.reshape(len(targets.y), -1)
        return flat_rows[:, 0] if flat_rows.shape[1] == 1 else None

    def _shared_rows(self, evidence: Evidence) -> Iterator[Finding]:
        train, validation = evidence.x[0], evidence.x_val[0]
        if train.shape[1:] != validation.shape[1:] or not len(validation):
            return
        known = set(keys(train).tolist())
        if len(known) < self.FEW_DISTINCT:
            return
        shared = [number for number, row in enumerate(keys(validation.astype(train.dtype)).tolist()) if row in known]
        repeated = 1 - len(known) / len(train)
        share = len(shared) / len(validation)
        if (
            len(shared) >= 2
            and share >= self.SHARE
            and (share > 3 * repeated or (share > self.MOSTLY and self._is_continuous(train, len(known))))
        ):
            yield self.finding(
                "likely",
                f"{len(shared):,} of {len(validation):,} validation examples stand in the training part as well, the first is row "
                f"{shared[0]}.",
                "What was learned by heart looks like understanding on these examples: the validation figures are too good.",
                "model.fit(x, y, validation_split=0.1)  # which keeps the parts apart; or split before you copy, crop or oversample",
                details={"rows": shared[:20], "share": share},
            )

    def _is_continuous(self, x: Array, distinct: int) -> bool:
        """Return whether some column tells most of the distinct rows apart, so that equal rows are copies and no coincidence."""
        columns = flat(x[some_rows(len(x), self.MOST)])[:, :64]
        return x.dtype.kind == "f" and max(len(np.unique(column)) for column in columns.T) > distinct / 4


class DuplicateExamples(Symptom):
    """Examples that occur more than once, and such as contradict one another.

    Look for equal rows of x, and for equal rows with unequal labels.
    """

    name = "duplicate examples"
    look = "equal rows of x, above all with different targets"
    needs = ("x", "outputs")
    MANY = 0.1
    CONTRADICTIONS = 0.05
    FEW_DISTINCT = 64  # patterns given many times over on purpose

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.rows < 2:
            return
        x, targets = evidence.x[0], evidence.outputs[0].targets
        _, first, numbers, counts = np.unique(keys(x), return_index=True, return_inverse=True, return_counts=True)
        numbers = numbers.reshape(-1)
        repeated = len(x) - len(first)
        if not repeated or len(first) < 2:
            return
        labels = None if targets is None else targets.labels
        wrong = np.arange(0) if labels is None else self._contradictions(numbers, labels)
        if len(wrong) >= 2 and len(wrong) / len(x) >= self.CONTRADICTIONS:
            yield self.finding(
                "likely" if not evidence.has_learned else "possible",
                f"{len(wrong):,} of {len(x):,} rows have the same x as another row but another label, the first is row {wrong[0]}.",
                "No network can answer both: these rows put a floor under the loss. Perhaps a column that tells them apart is missing, or "
                "labels are wrong.",
                "x[rows], y[rows]  # look at these rows together",
                details={"rows": wrong[:20].tolist(), "share": len(wrong) / len(x)},
            )
        elif repeated / len(x) >= self.MANY and len(first) > self.FEW_DISTINCT:
            yield self.finding(
                "possible",
                f"{repeated:,} of {len(x):,} rows of x repeat another row; the most frequent occurs {int(counts.max()):,} times.",
                "Repeated examples count more than others, and if they are split between training and test, the test is no test.",
                "_, rows = np.unique(x, axis=0, return_index=True); x, y = x[rows], y[rows]",
                details={"repeated": repeated},
            )

    def _contradictions(self, numbers: np.ndarray, labels: np.ndarray) -> np.ndarray:  # pyright: ignore[reportMissingTypeArgument]
        """Return the rows whose label is not the commonest among the rows that equal them."""
        pairs, counts = np.unique(np.stack([numbers, labels], 1), axis=0, return_counts=True)
        best: dict[int, tuple[int, int]] = {}
        for (number, label), count in zip(pairs.tolist(), counts.tolist(), strict=True):
            if count > best.get(number, (0, 0))[0]:
                best[number] = (count, label)
        commonest = np.array([best[number][1] for number in numbers.tolist()])
        return np.flatnonzero(commonest != labels)


class FewExamples(Symptom):
    """Hardly any examples.

    Count the examples.
    """

    name = "few examples"
    look = "fewer than ten examples to learn from"
    needs = ("x",)
    FEW = 10

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if 0 < evidence.rows < self.FEW:
            yield self.finding(
                "possible",
                f"There are {evidence.rows} examples.",
                "So few can be learned by heart, but they do not show what they have in common. (A truth table, where they are all "
                "there are, is another matter.)",
                "x.shape, y.shape  # is the first axis that of examples?",
                details={"rows": evidence.rows},
            )
