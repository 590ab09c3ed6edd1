"""Moments: a step of a run sought, its tensors, its batch, and the questions about one number of a weight."""

import time

import numpy as np

from chainrule.errors import ArgumentError
from chainrule.insight import Moment
from chainrule.insight.walk import BackwardStep, Reading
from chainrule.insight.why import Path
from chainrule.studio.desk import Desk
from chainrule.studio.examples import shown
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import rewind as told
from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.answers.runs import Started
from chainrule.studio.messages.answers.shown import Examples, Tensor, Tensors
from chainrule.studio.messages.requests import Wanted
from chainrule.studio.tensors import Size, number, numbers, tensor


def seek(desk: Desk, ask: requests.Seek, blocks: Blocks) -> told.Moment:
    """Go to a step."""
    begun = time.perf_counter()
    room = desk.library.room(ask.run)
    step = room.within(ask.step)
    moment = room.nearest(step) if ask.coarse else room.moment(step)
    settings, plan = moment.plan.settings, moment.plan
    left = len(plan.train) - moment.position * settings.batch_size
    return told.Moment(
        id=ask.id,
        run=ask.run,
        step=moment.step,
        asked=ask.step,
        epoch=moment.epoch,
        position=moment.position,
        loss=room.loss(moment.step),
        learning_rate=room.learning_rate(moment.step),
        batch=min(settings.batch_size, left),
        disagreement=None if ask.coarse else number(moment.disagreement),
        seconds=time.perf_counter() - begun,
    )


def read_tensors(desk: Desk, ask: requests.ReadTensors, blocks: Blocks) -> Tensors:
    """Look at tensors of a moment."""
    moment = desk.library.room(ask.run).moment(ask.step)
    found = [_tensor(moment, wanted, blocks) for wanted in ask.wanted]
    return Tensors(ask.id, ask.run, ask.step, [one for one in found if one is not None])


def _tensor(moment: Moment, wanted: Wanted, blocks: Blocks) -> Tensor | None:
    size = Size(wanted.width, wanted.height, wanted.maps)
    try:
        match wanted.quantity:
            case "value":
                array = moment[wanted.address]
            case "gradient":
                array = moment.gradient(wanted.address)
            case "update":
                array = moment.update(wanted.address)
    except ArgumentError:
        return None
    if wanted.address in moment.state:
        return tensor(array, wanted.address, wanted.quantity, None, size, blocks)
    if wanted.example is None:
        return tensor(array.mean(axis=0), wanted.address, wanted.quantity, None, size, blocks, array)
    if wanted.example >= len(array):
        return None
    return tensor(array[wanted.example], wanted.address, wanted.quantity, wanted.example, size, blocks)


def read_batch(desk: Desk, ask: requests.ReadBatch, blocks: Blocks) -> Examples:
    """Look at the examples of a step's batch."""
    room = desk.library.room(ask.run)
    moment, subject = room.moment(ask.step), room.subject
    rows, losses = moment.rows, moment.example_losses
    examples = [
        shown(subject, moment.x[place], moment.y[place], f"train[{rows[place]}]", "train", int(rows[place]), blocks, loss=losses[place])
        for place in range(min(len(rows), ask.limit))
    ]
    return Examples(ask.id, ask.run, len(rows), examples)


def ask_why(desk: Desk, ask: requests.AskWhy, blocks: Blocks) -> told.Why:
    """Ask why one number of a weight has its gradient."""
    moment = desk.library.room(ask.run).moment(ask.step)
    place = _steepest(moment, ask.address) if ask.place is None else ask.place
    why = moment.why(ask.address, place, ask.example, ask.paths)
    return told.Why(
        id=ask.id,
        run=ask.run,
        step=ask.step,
        address=why.name,
        place=list(why.index),
        weight=number(why.weight),
        gradient=number(why.gradient),
        update=number(why.update),
        total=number(why.total),
        rows=np.asarray(why.rows).tolist(),
        example_losses=numbers(why.example_losses),
        contributions=numbers(why.contributions),
        penalty=number(why.penalty),
        example=why.example,
        stages=list(why.stages),
        shapes=[list(shape) for shape in why.shapes],
        paths=[_path(path) for path in why.paths],
        others=number(why.others),
        blocked=why.blocked,
        number=why.number,
        text=str(why),
    )


def _steepest(moment: Moment, address: str) -> list[int]:
    """Return the place of the number of a weight whose gradient is largest."""
    sizes = np.nan_to_num(np.abs(moment.gradient(address)))
    return [int(at) for at in np.unravel_index(sizes.argmax(), sizes.shape)]


def _path(path: Path) -> told.Path:
    factors = [told.Factor(factor.of, factor.by, number(factor.value), list(factor.ops), factor.line) for factor in path.factors]
    return told.Path(factors, number(path.value), [list(map(int, unit)) for unit in path.units])


def ask_walk(desk: Desk, ask: requests.AskWalk, blocks: Blocks) -> told.Walked:
    """Walk the backward pass."""
    steps = desk.library.room(ask.run).moment(ask.step).walk(ask.layer)
    return told.Walked(ask.id, ask.run, ask.step, [_step(step) for step in steps])


def _step(step: BackwardStep) -> told.BackwardStep:
    out = {name: _look(look) for name, look in step.gradients_out.items()}
    return told.BackwardStep(
        step.number, step.op, step.formula, step.path, step.line, step.rules, _look(step.value), _look(step.gradient_in), out
    )


def _look(look: Reading) -> told.Look:
    figures = (look.mean, look.norm, look.smallest, look.largest, look.zeros)
    return told.Look(look.name, list(look.shape), *map(number, figures))


def ask_nudge(desk: Desk, ask: requests.AskNudge, blocks: Blocks) -> told.Nudged:
    """Ask what would be if one number of a weight were another."""
    nudge = desk.library.room(ask.run).moment(ask.step).nudge(ask.address, ask.place, ask.change)
    return told.Nudged(
        id=ask.id,
        run=ask.run,
        step=ask.step,
        address=nudge.name,
        place=list(nudge.index),
        weight=number(nudge.weight),
        change=number(nudge.change),
        loss_before=number(nudge.loss_before),
        loss=number(nudge.loss),
        predicted_loss=number(nudge.predicted_loss),
        example_losses_before=numbers(nudge.example_losses_before),
        example_losses=numbers(nudge.example_losses),
        text=str(nudge),
    )


def fork(desk: Desk, ask: requests.Fork, blocks: Blocks) -> Told:
    """Go on from a step as a new run, in a process of its own."""
    room = desk.library.room(ask.run)
    room.require_step(ask.step)
    names = ("learning_rate", "optimizer", "epochs", "batch_size", "seed")
    changes = {name: getattr(ask, name) for name in names if getattr(ask, name) is not None}
    return Started(ask.id, desk.trainings.fork(room.path, f"{room.family}-fork", ask.step, changes))
