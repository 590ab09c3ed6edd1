"""A run that is open: once for all pages, with the moments that were computed lately."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import ArgumentError
from chainrule.insight import Moment, Run
from chainrule.models import Model
from chainrule.optimizers import Optimizer
from chainrule.record import restore_state
from chainrule.record.recorder import MODEL_FILE
from chainrule.studio.fields import PartName
from chainrule.studio.run_parts import Again, Rows, read_again, read_part
from chainrule.studio.task_view import TaskView, task_view_of_run
from chainrule.studio.tensors import number

BATCH = 256  # examples in one call of the network
MOST_OUTPUTS = 6  # parts whose answers are kept
NEAR = 1024  # steps whose learning rates are reckoned together
MOST_MOMENTS = 8  # kept for the next question; each holds every value and gradient of its batch


class OpenRun:
    """A run and what was computed of it; for the queue of the run alone: one question after the other.

    Args:
        path: the run's folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._rows: dict[PartName, Rows] = {}
        self._moments: OrderedDict[int, Moment] = OrderedDict()
        self._outputs: OrderedDict[object, NDArray[Any]] = OrderedDict()
        self._rates: dict[int, float] = {}
        self._asked: tuple[int | None, Model] | None = None

    @cached_property
    def run(self) -> Run:
        """The run, to be questioned."""
        return Run(self.path)

    @cached_property
    def task(self) -> TaskView:
        """What it learns from and for."""
        return task_view_of_run(self.run)

    @cached_property
    def again(self) -> Again:
        """What its source gives, read once more."""
        return read_again(self.run)

    @cached_property
    def _optimizer(self) -> Optimizer | None:
        found = (self.run.new_model().compile_arguments or {}).get("optimizer")
        return found if isinstance(found, Optimizer) else None

    def learning_rate(self, step: int) -> float | None:
        """Return the learning rate of a step, also where a schedule gives it."""
        state, optimizer = self.moment(step).state, self._optimizer
        if optimizer is None or optimizer.schedule is None:
            return number(state["optimizer/learning_rate"])
        at = int(state["optimizer/iteration"])
        if at not in self._rates:
            near = np.arange(at - at % NEAR, at - at % NEAR + NEAR, dtype=np.int32)
            self._rates = dict(zip(near.tolist(), optimizer.rates(near).tolist(), strict=True))
        return number(self._rates[at])

    def rows(self, part: PartName) -> Rows:
        """Return the examples of a part; read once."""
        if part not in self._rows:
            self._rows[part] = self.again.test if part == "test" else read_part(self.run, part)
        return self._rows[part]

    def moment(self, step: int) -> Moment:
        """Return the moment of a step."""
        if step not in self._moments:
            self._moments[step] = self.run.at(step)
            while len(self._moments) > MOST_MOMENTS:
                self._moments.popitem(last=False)
        self._moments.move_to_end(step)
        return self._moments[step]

    def loss(self, step: int) -> float | None:
        """Return the loss of a step, as the run itself reckoned it."""
        kept = self.run.figures(step, step)["loss"]
        return number(kept[0]) if len(kept) else None

    def nearest(self, step: int) -> Moment:
        """Return the nearest moment that needs no step to be made again: one that was computed lately, or that of a snapshot."""
        first, last = self.run.require_steps()
        there = {*self._moments, *self.run.snapshot_steps()}
        return self.moment(min((known for known in there if first <= known <= last), key=lambda known: abs(known - step), default=first))

    def model(self, step: int | None) -> Model:
        """Return the model before a step, or as it is at the end; the same object each time, so that its programs are compiled once."""
        if self._asked is None:
            self._asked = -1, self.run.new_model()
        known, model = self._asked
        if known != step or step is None:
            state = None if step is None else self.moment(step).state
            self._give(model, state)
            self._asked = step, model
        return model

    def outputs(self, part: PartName, step: int | None) -> NDArray[Any]:
        """Return what the model gives for each example of a part."""
        key = part, step, self._end() if step is None else None
        if key not in self._outputs:
            self._outputs[key] = np.asarray(self.model(step).predict(self.rows(part).x, BATCH))
            while len(self._outputs) > MOST_OUTPUTS:
                self._outputs.popitem(last=False)
        return self._outputs[key]

    def _end(self) -> object:
        """Return what is other when the model at the end is: the newest snapshot while it learns, then what was kept of it."""
        file = self.path / MODEL_FILE
        return self.run.steps_made(), tuple(self.run.snapshot_steps()[-1:]), file.stat().st_mtime_ns if file.exists() else None

    def _give(self, model: Model, state: Mapping[str, NDArray[Any]] | None) -> None:
        if state is not None:
            for name, variable in model.named_weights().items():
                variable.assign(state[name])
            return
        self.run.reread()  # it may have ended since, or be gone on with
        if self.run.status == "running" or not (self.path / MODEL_FILE).exists():
            restore_state(model, self.run.snapshot())
        else:
            ended = self.run.model().named_weights()
            for name, variable in model.named_weights().items():
                variable.assign(ended[name].value)

    @property
    def family(self) -> str:
        """The name that forks of the run have in common."""
        return re.sub(r"-fork-\d+$", "", self.name)

    def within(self, step: int) -> int:
        """Return the step, or the first or last that the run has made where it lies outside."""
        first, last = self.run.require_steps()
        return min(max(step, first), last)

    def require_step(self, step: int | None) -> int:
        """Return a step; for None the last one."""
        made = self.run.require_steps()
        if step is not None and not made[0] <= step <= made[1]:
            raise ArgumentError(f"The run {self.name} has made steps {made[0]} to {made[1]}. Got step {step} instead.")
        return made[1] if step is None else step
