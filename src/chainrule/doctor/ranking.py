"""Which finding stands first: the more certain, and of equally certain ones the cause before its consequences."""

from collections.abc import Iterable

from chainrule.doctor.finding import CERTAINTIES, Finding
from chainrule.doctor.symptoms import SYMPTOMS

_FAILING = {
    "loss not falling",
    "same answer for every example",
    "loss oscillating",
    "ended while still falling",
    "metric hides failure",
    "frozen layers",
    "dead units",
    "wasted units",
    "vanishing gradients",
    "saturated units",
    "initial loss far off",
    "learning rate too low",
    "too few updates",
    "capacity too small",
    "classes unbalanced",
    "labels unrelated to inputs",
}
_BLOWING_UP = {"loss not finite", "loss diverging", "exploding gradients", "loss oscillating", "loss spiking", "dead units", "wasted units"}
_MISFIT = {
    "refused",
    "labels out of range",
    "output activation does not fit the loss",
    "loss does not fit the task",
    "learning rate too high",
}

# For each cause the findings that it explains: they are kept, one degree less certain, behind it.
EXPLAINS: dict[str, set[str]] = {
    "data not finite": _FAILING | _BLOWING_UP | {"refused", "learning rate too high"},
    "constant inputs": _FAILING | {"duplicate examples", "bad initialisation", "inputs not scaled", "loss spiking", "overfitting"},
    "constant targets": _FAILING,
    "softmax on one unit": _FAILING | {"refused", "learning rate too high"},
    "wrong output shape": _FAILING | {"refused", "wrong number of outputs"},
    "wrong number of outputs": _FAILING | {"refused", "labels out of range"},
    "categorical crossentropy on one unit": _FAILING | _MISFIT | {"wrong number of outputs"},
    "output cannot reach the targets": _FAILING | _BLOWING_UP | _MISFIT | {"targets not scaled"},
    "labels out of range": _FAILING | _BLOWING_UP | {"refused"},
    "indices out of range": _FAILING | _BLOWING_UP | {"refused"},
    "logits taken for probabilities": _FAILING | _BLOWING_UP,
    "probabilities taken for logits": _FAILING,
    "output activation does not fit the loss": _FAILING | _BLOWING_UP,
    "loss does not fit the task": {"refused", "loss not falling", "same answer for every example", "ended while still falling"},
    "symmetry not broken": _FAILING,
    "leak": {"duplicate examples"},
    "outlying examples": _BLOWING_UP | {"inputs not scaled", "learning rate too high", "initial loss far off", "loss not falling"},
    "no shuffling": {"loss oscillating", "loss spiking", "loss not falling", "same answer for every example", "metric hides failure"},
    "validation of another distribution": {"overfitting"},
    "inputs not scaled": _BLOWING_UP
    | {
        "learning rate too low",
        "frozen layers",
        "saturated units",
        "initial loss far off",
        "loss not falling",
        "same answer for every example",
        "vanishing gradients",
    },
    "targets not scaled": _BLOWING_UP | {"loss not falling", "same answer for every example"},
    "learning rate too high": _BLOWING_UP | {"loss not falling", "same answer for every example", "saturated units", "frozen layers"},
    "learning rate too low": {"loss not falling", "same answer for every example", "ended while still falling", "capacity too small"},
    "too few updates": {
        "loss not falling",
        "same answer for every example",
        "ended while still falling",
        "learning rate too low",
        "batch normalisation misused",
    },
    "deep stack of sigmoid layers": {"vanishing gradients", "loss not falling", "same answer for every example", "saturated units"},
    "capacity too small": {"frozen layers", "learning rate too low", "dead units", "loss not falling", "same answer for every example"},
    "bad initialisation": _BLOWING_UP
    | {
        "learning rate too low",
        "wasted units",
        "vanishing gradients",
        "saturated units",
        "initial loss far off",
        "loss not falling",
        "same answer for every example",
    },
    "batch normalisation misused": {"loss not falling", "same answer for every example", "frozen layers"},
    "dropout misused": {"loss not finite", "loss not falling", "same answer for every example", "dead units"},
    "regularisation too strong": {"ended while still falling", "loss not falling", "same answer for every example"},
    "labels unrelated to inputs": {"overfitting", "loss not falling", "same answer for every example"},
    "noisy labels": {"overfitting", "duplicate examples"},
    "classes unbalanced": {"metric hides failure", "same answer for every example", "loss not falling"},
    "loss not finite": {"loss spiking", "loss diverging", "exploding gradients", "dead units"},
    "dead units": {"learning rate too low", "loss not falling", "same answer for every example", "wasted units", "frozen layers"},
    "vanishing gradients": {"loss not falling", "same answer for every example"},
    "saturated units": {"learning rate too low", "loss not falling", "same answer for every example"},
    "frozen layers": {"loss not falling", "same answer for every example"},
    "loss not falling": {"same answer for every example", "metric hides failure"},
    "loss diverging": {"loss not falling"},
    "metric hides failure": {"same answer for every example"},
}


def rank(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order in which they should be read and mended.

    A finding that another explains is kept, one degree less certain; of the same symptom the most certain stands.
    """
    given = _best_of_each(findings)
    causes = [finding for finding in given if finding.is_alarm]
    explained = {name for cause in causes for name in EXPLAINS.get(cause.symptom, ())}
    ordered = [_softened(finding) if finding.symptom in explained else finding for finding in given]
    return sorted(ordered, key=lambda finding: (-CERTAINTIES.index(finding.certainty), _place(finding, explained)))


def _softened(finding: Finding) -> Finding:
    """Return a finding one degree less certain; what was certain stays an alarm, for it remains true."""
    kept = finding.certainty == "certain" and finding.symptom != "refused"  # which says the same as what explains it
    return finding.at_most("likely" if kept else "possible")


def _place(finding: Finding, explained: set[str]) -> int:
    return SYMPTOMS[finding.symptom].rank + (len(SYMPTOMS) if finding.symptom in explained else 0)


def _best_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without those of the same symptom and layer that are less certain."""
    best: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = finding.symptom, str(finding.details.get("layer", finding.details.get("array", "")))
        known = best.get(key)
        if known is None or CERTAINTIES.index(finding.certainty) > CERTAINTIES.index(known.certainty):
            best[key] = finding
    return list(best.values())
