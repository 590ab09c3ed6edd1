"""Labels that are wrong, rare, or unrelated to their inputs."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.neighbours import NEIGHBOURS, Neighbours, neighbours
from chainrule.doctor.symptom import NOT_LEARNING, Symptom
from chainrule.doctor.targets import Array, Targets


class LabelsUnrelated(Symptom):
    """Labels that have nothing to do with their inputs.

    Ask the nearest neighbours, and after training compare training and validation.

    Where similar inputs have no more similar labels than chance gives, x and y were perhaps put in order differently. Some problems, parity
    for one, are so by nature; so it takes a network that learns its examples by heart and fails on others to make it likely.

    Source: Cover and Hart, "Nearest neighbor pattern classification", 1967; Zhang et al., "Understanding deep learning requires
    rethinking generalization", 2017.
    """

    name = "labels unrelated to inputs"
    look = "the nearest neighbours of an example do not share its label more often than chance; memorising without predicting"
    needs = ("x", "outputs")
    groups = (NOT_LEARNING,)
    explains = ("overfitting", "loss not falling", "same answer for every example")
    ENOUGH, SIGMAS = 100, 3.0
    FITS, LASTING = 0.02, 5  # share of the constant's loss removed in training; epochs of validation
    REMEDY = "x, y = ...  # build both anew from their source, row by row; what is in the wrong row now stays wrong in any order"

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None or evidence.holds_indices:
            return
        if evidence.outputs[0].targets.kind == "quantities":
            yield from self._quantities(evidence, evidence.outputs[0].targets.y)
            return
        labels = evidence.outputs[0].targets.labels
        around = neighbours(evidence.x[0])
        if labels is None or around is None or len(around.rows) < self.ENOUGH:
            return
        seen = labels[around.rows]
        shares = np.bincount(seen) / len(seen)
        chance = float((shares**2).sum())
        if chance > 0.95:
            return
        agreement = float(around.agreement(seen).mean())
        spread = float(np.sqrt(chance * (1 - chance) / len(seen)))
        if agreement > chance + self.SIGMAS * spread:
            return
        memorised = self._memorised(evidence)
        yield self.finding(
            "likely" if memorised else "possible",
            f"Of an example's ten nearest neighbours {agreement:.1%} share its label; {chance:.1%} would by chance."
            + (f" {memorised}" if memorised else ""),
            "Similar inputs should mostly have the same label. Perhaps x and y were shuffled, sorted or filtered apart from one "
            "another, so that labels stand in the wrong rows.",
            self.REMEDY,
            details={"agreement": agreement, "chance": chance},
        )

    def _quantities(self, evidence: Evidence, y: Array) -> Iterator[Finding]:
        """Correlate quantities with the mean of their neighbours'."""
        memorised = self._memorised(evidence)
        around = neighbours(evidence.x[0])
        if not memorised or around is None or len(around.rows) < self.ENOUGH or y.size != len(y):
            return
        seen = y.reshape(-1)[around.rows].astype(np.float64)
        means = seen[around.nearest].mean(1)
        if not np.isfinite(seen).all() or seen.std() == 0 or means.std() == 0:
            return
        correlation = float(np.corrcoef(seen, means)[0, 1])
        if correlation > self.SIGMAS / np.sqrt(len(seen)):
            return
        yield self.finding(
            "likely",
            f"The correlation of an example's target with the mean of its ten nearest neighbours' is {correlation:.2f}. {memorised}",
            "Similar inputs should mostly have similar targets. Perhaps x and y were shuffled, sorted or filtered apart from one "
            "another, so that targets stand in the wrong rows.",
            self.REMEDY,
            details={"correlation": correlation},
        )

    def _memorised(self, evidence: Evidence) -> str:
        """Return what says that the examples were learned by heart, for nothing; "" where that is not so."""
        if evidence.course is None or evidence.skill is None or evidence.constant_loss is None:
            return ""
        validation = evidence.course.figures("val_loss")
        learned = evidence.skill > 0.2 and len(validation) > 0 and validation[-1] > 0.98 * evidence.constant_loss
        if learned or (evidence.skill > self.FITS and len(validation) >= self.LASTING and validation.min() > evidence.constant_loss):
            return (
                f"The training loss fell to {evidence.last_loss:.3g}, but that of validation was never below {validation.min():.3g}; "
                f"guessing has {evidence.constant_loss:.3g}."
            )
        return ""


class NoisyLabels(Symptom):
    """Labels of which a good part is wrong.

    Look for examples whose neighbours agree with one another, but not with them; of heavy noise, whether it is strewn over all classes.

    Where classes overlap, they do so in some regions, and elsewhere neighbours are all of one class. Wrong labels are strewn everywhere:
    then nearly every neighbourhood has a clear majority with a few against it, as many as a coin thrown for each would give.

    Source: Wilson, "Asymptotic properties of nearest neighbor rules using edited data", 1972; Northcutt, Jiang and Chuang, "Confident
    learning", 2021.
    """

    name = "noisy labels"
    look = "examples deep among others of another class"
    needs = ("x", "outputs")
    explains = ("duplicate examples", "overfitting")
    AGAINST, WITH = 0.2, 0.6  # shares of neighbours that agree: hardly any, and most
    SHARE, OWN, ENOUGH, COMMONEST = 0.08, 0.65, 100, 0.6
    PREDICTED = 0.45  # how far neighbours predict labels, from chance (0) to always (1): Cohen's kappa
    DISPERSION, HEAVY = 2.2, 1.3
    LEAST, MANY, STREWN = 0.1, 4, 1.5  # of heavy noise

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None or evidence.holds_indices:
            return
        labels = evidence.outputs[0].targets.labels
        around = neighbours(evidence.x[0])
        if labels is None or around is None or len(around.rows) < self.ENOUGH:
            return
        seen = labels[around.rows]
        shares = np.bincount(seen) / len(seen)
        if shares.max() > self.COMMONEST:
            return
        agreement = around.agreement(seen)
        votes = np.stack([(seen[around.nearest] == label).mean(1) for label in range(len(shares))], 1)
        majority = votes.max(1)
        wrong = (agreement <= self.AGAINST) & (majority >= self.WITH)
        chance = float((shares**2).sum())
        predicted = (float(agreement.mean()) - chance) / (1 - chance)
        if not (wrong.mean() < self.SHARE or (agreement >= self.WITH).mean() < self.OWN or predicted < self.PREDICTED) and self._is_even(
            majority, self.DISPERSION
        ):
            yield self._sharp(around, agreement, wrong)
        elif self.LEAST <= predicted < self.PREDICTED and self._is_even(majority, self.HEAVY):
            yield from self._heavy(shares, votes.argmax(1), seen, float(agreement.mean()))

    def _heavy(self, shares: Array, majority: Array, seen: Array, agreement: float) -> Iterator[Finding]:
        """Look for noise so heavy that few neighbourhoods are clear; two or three classes may as well overlap everywhere."""
        wrong = majority != seen
        strewn = (
            len(shares) >= self.MANY
            and bool(wrong.sum() >= self.ENOUGH)
            and self._unevenness(shares, majority[wrong], seen[wrong]) <= self.STREWN
        )
        yield self.finding(
            "likely" if strewn else "possible",
            f"{wrong.mean():.0%} of the examples looked at have another label than most of their neighbours"
            + (", and these labels are strewn over all classes" if strewn else ", and they are strewn evenly over all of x")
            + f"; neighbours share a label in {agreement:.0%} of cases.",
            "Classes that overlap do so in some places and with some others; wrong labels are everywhere."
            + ("" if strewn else " Or x tells little of y anywhere."),
            "y = ...  # compare a hundred rows with their source; or stop early: cr.callbacks.EarlyStopping(patience=5)",
            details={"share": float(wrong.mean())},
        )

    def _unevenness(self, shares: Array, majority: Array, seen: Array) -> float:
        """Return how far confusions are from hitting each class by its share: Pearson's chi-squared per degree of freedom, 1 by chance.

        Classes that overlap are confused with their own neighbours: 2 and more.
        """
        classes = len(shares)
        counts = np.zeros((classes, classes))
        np.add.at(counts, (majority, seen), 1)
        others = ~np.eye(classes, dtype=bool)
        expected = np.outer(np.ones(classes), shares) * others
        expected *= (counts.sum(1) / expected.sum(1))[:, None]
        used = others & (expected > 0)
        return float(((counts - expected)[used] ** 2 / expected[used]).sum() / (classes * (classes - 2)))

    def _sharp(self, around: Neighbours, agreement: Array, wrong: Array) -> Finding:
        rows = around.rows[wrong]
        return self.finding(
            "likely",
            f"{wrong.mean():.1%} of the examples looked at lie among neighbours of one other class, while "
            f"{float((agreement >= self.WITH).mean()):.0%} lie "
            f"among their own; among them rows {', '.join(map(str, sorted(rows[:5].tolist())))}.",
            "So many sharp contradictions come from wrong labels rather than from classes that overlap. A network with room enough learns "
            "them by heart.",
            "y[rows]  # look at these examples and mend their labels; or stop early: cr.callbacks.EarlyStopping(patience=5)",
            details={"share": float(wrong.mean()), "rows": sorted(rows[:50].tolist())},
        )

    def _is_even(self, majority: Array, dispersion: float) -> bool:
        """Return whether the shares of majorities vary no more than draws from one binomial distribution do."""
        mean = float(majority.mean())
        return float(majority.var()) <= dispersion * mean * (1 - mean) / NEIGHBOURS


class ClassesUnbalanced(Symptom):
    """Classes of which some are rare.

    Count the classes, and after training the answers for the rarest.
    """

    name = "classes unbalanced"
    look = "a class ten times as rare as another, or weights that make it so; after training, a rare class that is never answered"
    needs = ("outputs",)
    groups = (NOT_LEARNING,)
    explains = ("metric hides failure", "loss not falling", "same answer for every example")
    RATIO = 10.0
    FEW = 5  # rows of a class, below which nothing can be said of its answers

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for number, output in enumerate(evidence.outputs):
            targets = output.targets
            if targets is None or targets.counts is None or targets.labels is None:
                continue
            counts = targets.counts[targets.counts > 0]
            if len(counts) >= 2 and evidence.weights is not None and len(evidence.weights) == len(targets.labels):
                yield from self._weighted(evidence.weights, targets)
            if len(counts) < 2 or counts.max() < self.RATIO * counts.min():
                continue
            rare, common = int(targets.counts.argmin()), int(targets.counts.argmax())
            recall = self._recall(evidence, number, targets, rare)
            missed = recall is not None and recall == 0.0
            answered = "" if recall is None else f" Of the rare class the network recognises {recall:.0%}."
            yield self.finding(
                "likely" if missed else "possible",
                f"Class {self._name(targets, rare)} has {int(targets.counts[rare]):,} of {len(targets.y):,} rows, class "
                f"{self._name(targets, common)} {int(targets.counts[common]):,}.{answered}",
                "The loss is a mean over examples, so the rare class hardly counts: always answering the common one is nearly as good.",
                "model.fit(x, y, class_weight=cr.data.class_weights(y))"
                if self._are_numbers(output)
                else "model.fit(x, y, class_weight={...})",
                details={"counts": targets.counts.tolist()} | ({} if recall is None else {"recall": recall}),
            )

    def _are_numbers(self, output: Output) -> bool:
        return output.y is not None and output.y.ndim == 1

    def _name(self, targets: Targets, number: int) -> str:
        return f"{targets.values[number]:g}" if targets.kind in ("signs", "classes") else str(number)

    def _recall(self, evidence: Evidence, number: int, targets: Targets, label: int) -> float | None:
        """Return which share of a class is answered rightly; None before training, or where there are too few."""
        answers = evidence.answers
        if answers is None or targets.labels is None or number >= len(answers.train):
            return None
        given, wanted = answers.classes(number), targets.labels[answers.rows]
        if given is None or (wanted == label).sum() < self.FEW:
            return None
        return float(np.mean(given[wanted == label] == label))

    def _weighted(self, weights: Array, targets: Targets) -> Iterator[Finding]:
        """Look for weights that let one class count far more than the others, though there are about as many examples of it."""
        assert targets.labels is not None and targets.counts is not None
        totals = np.bincount(targets.labels, weights.astype(np.float64), len(targets.counts))
        heavy, light = int(totals.argmax()), int(np.where(targets.counts > 0, totals, np.inf).argmin())
        made, given = totals[heavy] / max(totals[light], 1e-12), targets.counts[heavy] / targets.counts[light]
        if made < self.RATIO or made < self.RATIO * given:
            return
        yield self.finding(
            "likely",
            f"With the weights of the examples class {self._name(targets, heavy)} counts {made:.3g} times as much as class "
            f"{self._name(targets, light)}; it has {given:.3g} times as many rows.",
            "Weights are to let all classes count alike. These let one count for nearly everything: the others are given up for it.",
            "model.fit(x, y, class_weight=cr.data.class_weights(y))  # n / (classes * rows of the class); or no weights",
            details={"ratio": float(made)},
        )
