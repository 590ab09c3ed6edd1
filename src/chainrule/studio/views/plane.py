"""A network of two inputs, drawn all over their plane."""

from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from chainrule.data.steps.step import FlatStep
from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder
from chainrule.layers import Trace, tracing
from chainrule.models import Model
from chainrule.networks import Network
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import question as told
from chainrule.studio.room import Room
from chainrule.studio.situation import situation_from_data
from chainrule.tasks.learning import problem_of_run
from chainrule.tasks.problem import Problem
from chainrule.xla import Program

MOST_UNITS = 16  # of a layer that are drawn
MOST_POINTS = 1000  # of a part that are drawn
MARGIN = 0.1  # around the points, as a share of their range

Floats = NDArray[np.float32]

_programs: WeakKeyDictionary[Network, dict[int, tuple[list[str], Program]]] = WeakKeyDictionary()


def read_plane(desk: Desk, ask: requests.ReadPlane, blocks: Blocks) -> told.Plane:
    """Draw what a network gives over the plane of its two inputs."""
    room = desk.library.room(ask.run)
    model = room.model(ask.step)
    learned = None if room.subject.preparation is None else room.subject.preparation.fitted
    step = None if learned is None else learned.interactions
    shape = model.network.inputs[0].example_shape if learned is None or step is None else (sum(one.shape[0] for one in learned.flat),)
    if len(model.network.inputs) != 1 or shape != (2,):
        raise ArgumentError(f"A plane can be drawn for networks of two inputs. {ask.run} takes examples of shape {shape}.")
    points, targets, training = _points(desk, room, step)
    low, high = points.min(axis=0), points.max(axis=0)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    grid = _grid(low, high, ask.cells)
    inputs = grid if step is None else step.apply(grid).astype(np.float32)
    values = _values(model, inputs)
    *names, answer = values
    output = room.subject.probabilities(values[answer]) if room.subject.classes else values[answer]
    return told.Plane(
        id=ask.id,
        run=ask.run,
        step=ask.step,
        names=_names(room.run.notes),
        low=low.tolist(),
        high=high.tolist(),
        output=blocks.add(_maps(np.asarray(output, np.float32), ask.cells)),
        formulas=[] if step is None else list(step.feature_names(_names(room.run.notes))),
        layers=[
            *([] if step is None else [told.PlaneUnits("formulas", blocks.add(_maps(inputs, ask.cells)), inputs.shape[-1])]),
            *(told.PlaneUnits(name, blocks.add(_maps(values[name], ask.cells)), values[name].shape[-1]) for name in names),
        ],
        points=blocks.add(points),
        targets=blocks.add(targets),
        training=training,
        classes=list(room.subject.classes),
    )


def _points(desk: Desk, room: Room, step: FlatStep | None) -> tuple[Floats, Floats, int]:
    """Return the points of the training part, and of the test where it is known, with their targets, and how many are of the former; of
    a large part some, evenly, stand for all."""
    if step is None:
        parts = [room.rows("train"), *([room.rows("test")] if "preparation" in room.run.notes else [])]
        x = [part.x[_some(len(part.y))] for part in parts]
    else:
        problem = _problem(desk, room)
        parts = [problem.train, problem.test]
        plain = replace(problem.learned, interactions=None)
        x = [np.asarray(plain.transform(problem.collection.take(part.rows[_some(len(part.y))]), [])) for part in parts]
    targets = [np.asarray(part.y, np.float32).reshape(len(part.y), -1)[_some(len(part.y)), 0] for part in parts]
    return np.concatenate(x).astype(np.float32), np.concatenate(targets), len(x[0])


def _some(count: int) -> NDArray[np.int64]:
    """Return which of so many points are drawn."""
    return np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(np.int64)


def _problem(desk: Desk, room: Room) -> Problem:
    """Return the problem of a run: what was chosen in Build, else its source, read again."""
    kept = room.run.notes.get("situation")
    return problem_of_run(room.run) if kept is None else desk.problem(situation_from_data(kept).data)


def _grid(low: Floats, high: Floats, cells: int) -> Floats:
    """Return the middles of the cells, row after row from above, of shape (cells · cells, 2)."""
    shares = (np.arange(cells, dtype=np.float32) + 0.5) / cells
    first, second = (low[axis] + shares * (high[axis] - low[axis]) for axis in (0, 1))
    return np.stack(np.meshgrid(first, second[::-1]), axis=-1).reshape(-1, 2).astype(np.float32)


def _values(model: Model, grid: Floats) -> dict[str, Floats]:
    """Return what each layer gives for each point, by the layer's path, and last the answer; layers that keep their input are left out."""
    known = _programs.setdefault(model.network, {})
    weights = list(model.named_weights().values())
    if len(grid) not in known:
        x = Placeholder(grid.shape, np.dtype(np.float32), "x")
        trace = Trace()
        with tracing(trace):
            output: Any = model.network.call([x])
        units = {name.rpartition("/")[0]: node for name, node in trace.outputs.items() if len(node.shape) == 2 and node is not output}
        known[len(grid)] = [*units, ""], Program([*units.values(), output], [*weights, x])
    names, program = known[len(grid)]
    found = [np.asarray(array, np.float32) for array in program(*(weight.value for weight in weights), grid)]
    learning = {address.rpartition("/")[0] for address in model.named_weights()}
    return {name: array for name, array in zip(names, found, strict=True) if not name or name in learning}


def _maps(values: Floats, cells: int) -> Floats:
    """Return values of shape (cells · cells, units) as maps, (units, cells, cells)."""
    return np.ascontiguousarray(values[:, :MOST_UNITS].T.reshape(-1, cells, cells))


def _names(notes: Any) -> list[str]:
    features = notes.get("preparation", {}).get("fitted", {}).get("features", [])
    names = [str(feature["name"]) for feature in features]
    return names if len(names) == 2 else ["x1", "x2"]
