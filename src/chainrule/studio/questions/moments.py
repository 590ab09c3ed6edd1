"""Moments: a step of a run sought, its tensors, its batch."""

import time
from typing import Annotated

from msgspec import Meta, Struct

from chainrule.errors import ArgumentError
from chainrule.insight import Moment
from chainrule.studio.examples import Examples, shown
from chainrule.studio.fields import Name, Number, Pixels, Quantity, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request
from chainrule.studio.tensors import Size, Tensor, number, tensor


class MomentSummary(Struct, frozen=True):
    """A step of a run.

    Args:
        run: its name.
        step: that is looked at: of a coarse answer the nearest at hand.
        asked: the step that was asked for.
        epoch: it belongs to, counted from 0.
        position: in its epoch.
        loss: of its batch.
        learning_rate: of this step, also where a schedule gives it.
        batch: how many examples it learned from.
        disagreement: how far what is shown is from what the run's own program did; None of a coarse answer.
        seconds: the computation took.
    """

    run: str
    step: int
    asked: int
    epoch: int
    position: int
    loss: Number
    learning_rate: Number
    batch: int
    disagreement: Number
    seconds: float


class Seek(Request, frozen=True):
    """Go to a step. A newer seek of the same run takes the place of one that waits.

    Args:
        run: its name.
        step: counted from 0.
        coarse: whether the nearest moment that can be had at once is enough, as while dragging.
    """

    run: Name
    step: Step
    coarse: bool = False

    def about(self) -> int:
        return self.id

    def respond(self, jobs: Jobs) -> MomentSummary:
        begun = time.perf_counter()
        opened = jobs.library.open(self.run)
        step = opened.within(self.step)
        moment = opened.nearest(step) if self.coarse else opened.moment(step)
        settings, plan = moment.plan.settings, moment.plan
        left = len(plan.train) - moment.position * settings.batch_size
        return MomentSummary(
            run=self.run,
            step=moment.step,
            asked=self.step,
            epoch=moment.epoch,
            position=moment.position,
            loss=opened.loss(moment.step),
            learning_rate=opened.learning_rate(moment.step),
            batch=min(settings.batch_size, left),
            disagreement=None if self.coarse else number(moment.disagreement),
            seconds=time.perf_counter() - begun,
        )


class TensorSelection(Struct, frozen=True, forbid_unknown_fields=True):
    """A tensor that is asked for, and how large it will be on the screen.

    Args:
        address: such as "dense/kernel" or "conv2d/output".
        quantity: which of it: the value, the loss's gradient with respect to it, or the optimiser's update of it.
        example: of an output, which of the batch, by its place; None for the mean over all.
        width: pixels at most.
        height: pixels at most.
        maps: of feature maps or kernels, how many at most.
    """

    address: Name
    quantity: Quantity = "value"
    example: Step | None = 0
    width: Pixels = 256
    height: Pixels = 256
    maps: Annotated[int, Meta(ge=1, le=256)] = 32


class Tensors(Struct, frozen=True):
    """Tensors of a moment.

    Args:
        run: its name.
        step: counted from 0.
        tensors: in the order in which they were asked for; those that there are not are left out.
    """

    run: str
    step: int
    tensors: list[Tensor]


class ReadTensors(Request, frozen=True):
    """Look at tensors of a moment, reduced to the asked pixels.

    Args:
        run: its name.
        step: counted from 0; a moment that answered a coarse seek is at hand.
        tensors: which.
    """

    run: Name
    step: Step
    tensors: Annotated[list[TensorSelection], Meta(min_length=1, max_length=64)]

    def about(self) -> int:
        return self.step

    def respond(self, jobs: Jobs) -> Tensors:
        moment = jobs.library.open(self.run).moment(self.step)
        found = [_tensor(moment, selection) for selection in self.tensors]
        return Tensors(self.run, self.step, [one for one in found if one is not None])


def _tensor(
    moment: Moment,
    selection: TensorSelection,
) -> Tensor | None:
    size = Size(selection.width, selection.height, selection.maps)
    try:
        match selection.quantity:
            case "value":
                array = moment[selection.address]
            case "gradient":
                array = moment.gradient(selection.address)
            case "update":
                array = moment.update(selection.address)
    except ArgumentError:
        return None
    if selection.address in moment.state:
        return tensor(array, selection.address, selection.quantity, None, size)
    if selection.example is None:
        return tensor(array.mean(axis=0), selection.address, selection.quantity, None, size, array)
    if selection.example >= len(array):
        return None
    return tensor(array[selection.example], selection.address, selection.quantity, selection.example, size)


class ReadBatch(Request, frozen=True):
    """Look at the examples of a step's batch.

    Args:
        run: its name.
        step: counted from 0.
        limit: how many.
    """

    run: Name
    step: Step
    limit: Annotated[int, Meta(ge=1, le=512)] = 64

    def respond(self, jobs: Jobs) -> Examples:
        opened = jobs.library.open(self.run)
        moment, task = opened.moment(self.step), opened.task
        rows, losses = moment.rows, moment.example_losses
        examples = [
            shown(task, moment.x[place], moment.y[place], f"train[{rows[place]}]", "train", int(rows[place]), loss=losses[place])
            for place in range(min(len(rows), self.limit))
        ]
        return Examples(self.run, len(rows), examples)
