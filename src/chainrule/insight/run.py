"""A kept run, to be questioned: any of its steps computed again, with every inside visible."""

from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data.shuffle import permutation
from chainrule.errors import ArgumentError
from chainrule.graph import Array
from chainrule.insight.computation import Computation
from chainrule.insight.moment import Insides, Moment
from chainrule.ops import random_key
from chainrule.record import Recording, restore_state
from chainrule.training import Model, Plan
from chainrule.training.programs import TrainingProgram


class Run(Recording):
    """A run's folder, opened for questions.

    The state at any step is that of the run to the bit: the run's own program is run again from the nearest snapshot
    before it. What is inside the step is computed from that state by a second program with more outputs.

    Args:
        path: the folder.

    Raises:
        RecordError: no run, or a damaged one.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self._ready: tuple[Model, Plan, TrainingProgram, Insides] | None = None
        self._programs: dict[Any, Any] = {}  # that answered questions about one step, for the next

    def at(self, step: int) -> Moment:
        """Return the moment of a step, counted from 0: the state before it, what is inside it, and the state after it.

        Args:
            step: as in `figures()`: step 137 is the update after 137 others.

        Raises:
            ArgumentError: a step that the run has not made.
            RecordError: no snapshot that can be read.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, epochs=3, verbose=0, callbacks=[cr.Recorder(path)])
            >>> moment = cr.open_run(path).at(step=7)
            >>> moment["dense/output"].shape, moment.gradient("dense/kernel").shape
            ((2, 1), (2, 1))
        """
        made = self.figures()["step"]
        if not 0 <= step < len(made):
            raise ArgumentError(f"The run {self.name} has made steps 0 to {len(made) - 1}. Got step {step} instead.")
        model, plan, program, insides = self._prepare()
        before = self._state_before(step, model, plan, program)
        after, _ = self._advance(before, step, 1, plan, program)
        fixed = self._fixed(step, plan, program)
        found = insides.compute(before, self._position(step), fixed)
        computation = Computation(program.step, before, self._position(step), fixed, self._programs)
        return Moment(step, before, after, insides, found, plan, self.configuration["model"], computation)

    def _prepare(self) -> tuple[Model, Plan, TrainingProgram, Insides]:
        if self._ready is None:
            model, plan = self.new_model(), self.plan()
            program = model.training_program(plan)
            self._ready = model, plan, program, Insides(program.step)
        return self._ready

    def _state_before(self, step: int, model: Model, plan: Plan, program: TrainingProgram) -> dict[str, np.ndarray[Any, Any]]:
        snapshot = self.snapshot(at_most=step)
        restore_state(model, snapshot)
        now, state = snapshot.progress.step, {name: snapshot.arrays[name] for name in model.state_variables()}
        while now < step:
            count = min(step - now, program.capacity, self._steps_per_epoch - self._position(now))
            state, now = self._advance(state, now, count, plan, program)[0], now + count
        return state

    def _advance(
        self, state: dict[str, np.ndarray[Any, Any]], step: int, count: int, plan: Plan, program: TrainingProgram
    ) -> tuple[dict[str, np.ndarray[Any, Any]], Array]:
        program.compile_ahead(state, plan.train)
        copies = tuple(np.array(array) for array in state.values())  # the program takes its arguments' memory
        arrays, emitted = program(copies, self._position(step), count, self._fixed(step, plan, program))
        return {name: np.asarray(array) for name, array in zip(state, arrays, strict=True)}, emitted

    def _fixed(self, step: int, plan: Plan, program: TrainingProgram) -> list[Array]:
        epoch = int(self.configuration["first_epoch"]) + step // self._steps_per_epoch
        examples, seed = len(plan.train), plan.settings.seed
        order = permutation(examples, seed, epoch) if plan.settings.shuffle else np.arange(examples, dtype=np.int32)
        return program.feed(plan.train, order, random_key(seed))

    @property
    def _steps_per_epoch(self) -> int:
        return int(self.configuration["steps_per_epoch"])

    def _position(self, step: int) -> int:
        return step % self._steps_per_epoch


def open_run(path: str | Path) -> Run:
    """Return the run kept in a folder, to be looked at and questioned. Nothing in the folder is executed.

    Args:
        path: the run's folder.

    Raises:
        RecordError: no run, or a damaged one.
    """
    return Run(path)
