"""Trainings: begun, forked and steered."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta, Struct

from chainrule.errors import ArgumentError, unknown_name
from chainrule.insight.why import place_of as number_in
from chainrule.studio.fields import Name, Place, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Done, Request
from chainrule.studio.questions.run import has_schedule
from chainrule.studio.settings import Settings, settings_to_data
from chainrule.studio.settings_model import identifier, model_of


class StartedRun(Struct, frozen=True):
    """A training that has begun; `follow` reports how it goes.

    Args:
        run: its name.
    """

    run: str


class Train(Request, frozen=True):
    """Train settings in a process of its own.

    Args:
        settings: which.
        name: of the run; None for the data's with a number.
        paused: whether to wait before the first step.
    """

    settings: Settings
    name: Name | None = None
    paused: bool = False
    acts: ClassVar[bool] = True

    def respond(self, jobs: Jobs) -> StartedRun:
        problem = jobs.problem(self.settings.data)
        model_of(self.settings, problem.train.x.shape[1:], problem.train.x.dtype, problem.name)
        if self.name is not None:
            jobs.library.path(self.name)
        stem = identifier(Path(problem.name).stem).replace("_", "-")
        return StartedRun(jobs.trainings.train(settings_to_data(self.settings), stem, self.name, self.paused))


class Fork(Request, frozen=True):
    """Go on from a step as a new run, with something changed; it trains in a process of its own.

    Args:
        run: the parent's name.
        step: the first step that the new run makes.
        learning_rate: another one; None leaves it.
        optimizer: another one, by name.
        epochs: at which to stop, counted from the parent's first.
        batch_size: another one.
        seed: another one.
    """

    run: Name
    step: Step
    learning_rate: Annotated[float, Meta(gt=0)] | None = None
    optimizer: Name | None = None
    epochs: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    batch_size: Annotated[int, Meta(ge=1, le=65_536)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32)] | None = None
    acts: ClassVar[bool] = True

    def respond(self, jobs: Jobs) -> StartedRun:
        opened = jobs.library.open(self.run)
        opened.require_step(self.step)
        names = ("learning_rate", "optimizer", "epochs", "batch_size", "seed")
        changes = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return StartedRun(jobs.trainings.fork(opened.path, f"{opened.family}-fork", self.step, changes))


class Steer(Request, frozen=True):
    """Steer a training that the studio has begun; `follow` reports what becomes of it.

    Args:
        run: its name.
        do: pause before the next step, go on, make steps and pause again, set the learning rate or a weight, or stop for good.
        steps: of "step", how many.
        rate: of "rate", the learning rate from the next step on.
        address: of "weight", which, such as "dense/kernel".
        place: of "weight", of the number in it.
        value: of "weight", what the number is from the next step on.
    """

    run: Name
    do: Literal["pause", "go on", "step", "rate", "weight", "stop"]
    steps: Annotated[int, Meta(ge=1, le=10_000)] = 1
    rate: Annotated[float, Meta(gt=0, le=1e6)] | None = None
    address: Name = ""
    place: Place = []  # noqa: RUF012, msgspec copies it
    value: Annotated[float, Meta(ge=-1e6, le=1e6)] = 0.0
    waits: ClassVar[bool] = False
    acts: ClassVar[bool] = True

    def respond(self, jobs: Jobs) -> Done:
        if self.do == "rate":
            _set_rate(jobs, self)
        elif self.do == "weight":
            _set_weight(jobs, self)
        else:
            jobs.trainings.steer(self.run, self.do, self.steps)
        return Done()


def _set_rate(jobs: Jobs, request: Steer) -> None:
    if request.rate is None:
        raise ArgumentError("The learning rate to be set must be a number above 0. Got none instead.")
    with jobs.library.reading(request.run) as recording:
        if has_schedule(recording.new_model()):
            raise ArgumentError(
                f"A schedule sets the learning rate of {request.run} at every step: stop it, and fork it with a plain rate."
            )
    jobs.trainings.set_rate(request.run, request.rate)


def _set_weight(jobs: Jobs, request: Steer) -> None:
    with jobs.library.reading(request.run) as recording:
        weights = {name: weight.value for name, weight in recording.new_model().named_weights().items() if weight.trainable}
    if request.address not in weights:
        raise unknown_name("The address of a weight that learns", request.address, weights)
    place = number_in(np.asarray(weights[request.address]), request.address, request.place)
    jobs.trainings.set_weight(request.run, request.address, place, request.value)
