"""Symptoms by family. A file is a family, a class in it one symptom; to define one is to have it looked for."""

from chainrule.doctor.symptoms import (
    course,
    examples,
    gradients,
    initialization,
    inputs,
    labels,
    learning_rate,
    loss,
    network,
    outputs,
    regularization,
    targets,
    units,
    updates,
    validation,
)

__all__ = [
    "course",
    "examples",
    "gradients",
    "initialization",
    "inputs",
    "labels",
    "learning_rate",
    "loss",
    "network",
    "outputs",
    "regularization",
    "targets",
    "units",
    "updates",
    "validation",
]
