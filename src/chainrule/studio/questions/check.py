"""Settings checked before training: shapes as they go, what does not fit and where, the Python program."""

from typing import Any

import numpy as np
from msgspec import Struct

from chainrule.doctor import diagnose
from chainrule.doctor.finding import Finding
from chainrule.errors import ChainruleError
from chainrule.networks.network import chain
from chainrule.networks.summary import parameter_count
from chainrule.studio.jobs import Jobs
from chainrule.studio.learning_rates import PlannedUpdates, planned_updates
from chainrule.studio.network import LayerView, layers_of
from chainrule.studio.program import program
from chainrule.studio.protocol import Request
from chainrule.studio.settings import Settings, SettingsError
from chainrule.studio.settings_model import input_for, layer_of, layers_in, model_of, optimizer_of

DIAGNOSED = 2000  # training examples that the doctor looks at before training


class Misfit(Struct, frozen=True):
    """What does not fit in settings.

    Args:
        message: what was met, and what to do.
        layer: its number; None where no layer is at fault.
        field: "loss", "optimizer", "metrics", "data", ...; empty where a layer is at fault.
    """

    message: str
    layer: int | None
    field: str


class CheckedSettings(Struct, frozen=True):
    """Settings, checked.

    Args:
        layers: with their shapes, up to the first that does not fit; the input first.
        parameters: of the whole network.
        problems: none where they can be trained.
        findings: what the doctor says before training.
        code: the Python program for them, which runs as it stands.
        updates: the updates that are planned; None where the settings do not fit.
    """

    layers: list[LayerView]
    parameters: int
    problems: list[Misfit]
    findings: list[Finding]
    code: str
    updates: PlannedUpdates | None = None


class CheckSettings(Request, frozen=True):
    """Check settings: shapes as they go, what does not fit and where, the Python code.

    Args:
        settings: which.
    """

    settings: Settings

    def respond(self, jobs: Jobs) -> CheckedSettings:
        settings = self.settings
        try:
            problem = jobs.problem(settings.data)
        except ChainruleError as error:
            return CheckedSettings([], 0, [Misfit(str(error), None, "data")], [], "")
        x = problem.train.x
        layers = _layers_that_fit(settings, x)
        code = program(settings, jobs.uploads.place)
        try:
            model = model_of(settings, x.shape[1:], x.dtype, problem.name)
            some = slice(0, DIAGNOSED)
            findings = diagnose(model, x[some], problem.train.y[some])
        except SettingsError as error:
            return CheckedSettings(layers, 0, [Misfit(str(error), error.layer, error.field)], [], code)
        except ChainruleError as error:
            return CheckedSettings(layers, 0, [Misfit(str(error), None, "loss")], [], code)
        updates = planned_updates(settings, optimizer_of(settings.optimizer), len(problem.train.y))
        return CheckedSettings(layers, parameter_count(model.network), [], findings, code, updates)


def _layers_that_fit(settings: Settings, x: np.ndarray[Any, Any]) -> list[LayerView]:
    """Return the input and the layers up to the first that does not fit."""
    try:
        stack = layers_in(settings, x.shape[1:], x.dtype)
    except SettingsError as error:
        stack = [layer_of(choice) for choice in settings.layers[: error.layer or 0]]
    if stack:
        return layers_of(chain(stack, input_for(x.shape[1:], x.dtype)))
    return [LayerView("input", "Input", list(x.shape[1:]), None, [], 0, [], {}, "x", "input")]
