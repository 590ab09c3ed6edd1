"""The questions about one number of a weight: why it has its gradient, what if it were another, and the walk along the backward pass."""

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from chainrule.insight import Moment
from chainrule.insight.nudge import Nudge
from chainrule.insight.walk import BackwardStep
from chainrule.insight.why import Why
from chainrule.studio.fields import Name, Number, Place, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request
from chainrule.studio.tensors import number


class WhyAnswer(Struct, frozen=True):
    """Why a weight has its gradient.

    Args:
        run: its name.
        why: the gradient, taken apart.
        total: the sum of contributions and penalty.
        text: all of it, in words.
    """

    run: str
    why: Why
    total: Number
    text: str


class AskWhy(Request, frozen=True):
    """Ask why one number of a weight has its gradient.

    Args:
        run: its name.
        step: counted from 0.
        address: of the weight, such as "dense/kernel".
        place: of the number in it; None for the one whose gradient is largest.
        example: whose paths are listed, by its place in the batch; None for the one with the largest contribution.
        paths: how many are listed.
    """

    run: Name
    step: Step
    address: Name
    place: Place | None = None
    example: Step | None = None
    paths: Annotated[int, Meta(ge=1, le=100)] = 5

    def respond(self, jobs: Jobs) -> WhyAnswer:
        moment = jobs.library.open(self.run).moment(self.step)
        place = _steepest(moment, self.address) if self.place is None else self.place
        why = moment.why(self.address, place, self.example, self.paths)
        return WhyAnswer(self.run, why, number(why.total), str(why))


def _steepest(moment: Moment, address: str) -> list[int]:
    """Return the place of the number of a weight whose gradient is largest."""
    sizes = np.nan_to_num(np.abs(moment.gradient(address)))
    return [int(at) for at in np.unravel_index(sizes.argmax(), sizes.shape)]


class BackwardWalk(Struct, frozen=True):
    """A walk along the backward pass.

    Args:
        run: its name.
        step: counted from 0.
        steps: from the loss to the weights.
    """

    run: str
    step: int
    steps: list[BackwardStep]


class AskWalk(Request, frozen=True):
    """Walk the backward pass, operation by operation.

    Args:
        run: its name.
        step: counted from 0.
        layer: to stay in; None for all of the way.
    """

    run: Name
    step: Step
    layer: Name | None = None

    def respond(self, jobs: Jobs) -> BackwardWalk:
        steps = jobs.library.open(self.run).moment(self.step).walk(self.layer)
        return BackwardWalk(self.run, self.step, list(steps))


class NudgeAnswer(Struct, frozen=True):
    """What a changed weight would have done.

    Args:
        run: its name.
        nudge: the losses and outputs before and after.
        text: all of it, in words.
    """

    run: str
    nudge: Nudge
    text: str


class AskNudge(Request, frozen=True):
    """Ask what would be if one number of a weight were another.

    Args:
        run: its name.
        step: counted from 0.
        address: of the weight.
        place: of the number in it.
        change: what is added to it.
    """

    run: Name
    step: Step
    address: Name
    place: Place
    change: float

    def respond(self, jobs: Jobs) -> NudgeAnswer:
        nudge = jobs.library.open(self.run).moment(self.step).nudge(self.address, self.place, self.change)
        return NudgeAnswer(self.run, nudge, str(nudge))
