"""Relu units that are 0 for every example."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.glance import Glance
from chainrule.doctor.movement import killed

NAME = "dead units"
LOOK = "relu units that give 0 for every example looked at"
MANY, MOST = 0.5, 0.9
FEWEST_ROWS = 16


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Count, in each layer with relu, the units that are 0 for all examples: nothing gets through them, so nothing can bring them back.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """
    if not evidence.glances or len(evidence.glances[-1].rows) < FEWEST_ROWS:
        return
    glance = evidence.glances[-1]
    for name in _relu_outputs(evidence):
        share, units = _dead(glance, name)
        if share < MANY or units < 2:
            continue
        whole = share == 1.0
        yield Finding(
            NAME,
            "possible" if evidence.has_learned else "certain" if whole else "likely" if share >= MOST else "possible",
            f"{round(share * units)} of {units} units of {name} give 0 for all {len(glance.rows)} examples looked at, at step "
            f"{glance.step:,}.",
            "A relu unit that is 0 for every example has gradient 0, so it never comes back."
            + (" Nothing passes this layer, so nothing before it learns." if whole else ""),
            _remedy(evidence, glance),
            details={"layer": name, "dead": share, "step": glance.step},
        )
        return


def _relu_outputs(evidence: Evidence) -> list[str]:
    return [layer.name for layer in evidence.layers if layer.kind in ("ReLU",) or str(layer.arguments.get("activation")).lower() == "relu"]


def _dead(glance: Glance, name: str) -> tuple[float, int]:
    """Return the share of dead units of a layer, and how many units it has."""
    output = glance.outputs.get(f"{name}/output")
    if output is None or output.ndim < 2:
        return 0.0, 0
    silent = (np.asarray(output) <= 0).reshape(-1, output.shape[-1]).all(0)
    return float(np.mean(silent)), int(output.shape[-1])


def _remedy(evidence: Evidence, glance: Glance) -> str:
    name = {"sgd": "SGD", "rmsprop": "RMSprop", "adamw": "AdamW"}.get(evidence.optimizer, "Adam")
    leaky = "Dense(units, activation='leaky_relu')"
    if evidence.learning_rate is None or glance.step == 0 or len(evidence.glances) < 2 or killed(evidence) == "":
        return f"{leaky}  # and look at the first biases and at the size of the inputs"
    return f"model.compile(cr.optimizers.{name}({evidence.learning_rate / 10:g}), loss)  # from the start; or {leaky}"
