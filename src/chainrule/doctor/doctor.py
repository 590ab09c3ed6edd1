"""The doctor: evidence in, findings out, the root of the trouble first."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.experiments import try_remedies
from chainrule.doctor.finding import Finding
from chainrule.doctor.ranking import rank
from chainrule.doctor.sources import NEEDED, after_training, before_training
from chainrule.doctor.symptom import known_symptoms
from chainrule.errors import ArgumentError, RecordError
from chainrule.models import Model
from chainrule.record import Recording


def examine(evidence: Evidence) -> list[Finding]:
    """Return what the evidence shows, causes before their consequences, the most certain first."""
    return rank(replace(finding, stage=evidence.stage) for finding in _all(evidence))


def _all(evidence: Evidence) -> Iterator[Finding]:
    for symptom in known_symptoms().values():
        with suppress(*NEEDED):  # odd evidence for one symptom must not hide the others
            if symptom.is_visible(evidence):
                yield from symptom.examine(evidence)


def diagnose(
    subject: Model | Recording,
    x: Any = None,
    y: Any = None,
    *,
    validation_data: Any = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    shuffle: bool = True,
    experiments: bool = False,
) -> list[Finding]:
    """Say what is, or may be, wrong with a network and its data before training, or with a saved run.

    Nothing is trained, except where experiments are asked for. What `fit` would refuse is a finding here, not an error.

    Args:
        subject: a compiled model, with x and y; or a saved run, which knows its own.
        x: inputs, as for `fit`.
        y: targets, as for `fit`.
        validation_data: (x, y), as for `fit`.
        batch_size: as for `fit`.
        epochs: as for `fit`; None where that is not decided yet.
        shuffle: as for `fit`.
        experiments: whether a run that has learned nothing is trained again for at most 500 updates at a time, with other learning
            rates and with scaled inputs, to see what helps.

    Returns:
        Findings, the most certain first, and of equally certain ones the cause before its consequences.

    Raises:
        ArgumentError: a model without x and y, or one that is not compiled.
        RecordError: a run that has no examples or snapshots any more.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = np.random.default_rng(0).normal(size=(100, 3))
        >>> model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(8, "relu"), cr.layers.Dense(1, "sigmoid")])
        >>> model.compile("adam", "mse")
        >>> [finding.symptom for finding in cr.diagnose(model, x, 5 * x[:, 0] * x[:, 1])]
        ['output cannot reach the targets']
    """
    if isinstance(subject, Recording):
        evidence = after_training(subject)
        if evidence.course is None or not evidence.course.steps:
            raise RecordError(f"The run {subject.path} has made no step yet: there is nothing to examine.")
        if experiments:
            evidence = replace(evidence, trials=try_remedies(subject, evidence))
        return examine(evidence)
    if x is None or y is None:
        raise ArgumentError("diagnose: a model is examined together with its data. Give x and y as to fit().")
    if subject.compile_arguments is None:
        raise ArgumentError("diagnose: the model is not compiled. Call compile(optimizer=..., loss=...) first.")
    return examine(before_training(subject, x, y, validation_data, batch_size, epochs, shuffle))
