"""A network of two inputs, drawn all over their plane."""

from dataclasses import replace
from typing import Annotated, Any
from weakref import WeakKeyDictionary

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from chainrule.data.steps.step import FlatStep
from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder
from chainrule.layers import Trace, tracing
from chainrule.models.model import Model
from chainrule.networks.network import Network
from chainrule.studio.fields import Array, Name, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.open_run import OpenRun
from chainrule.studio.protocol import Request
from chainrule.studio.settings import settings_from_data
from chainrule.tasks.learning import problem_of_run
from chainrule.tasks.problem import Problem
from chainrule.xla import Program

MOST_UNITS = 16  # of a layer that are drawn


MOST_POINTS = 1000  # of a part that are drawn


MARGIN = 0.1  # around the points, as a share of their range


Floats = NDArray[np.float32]


_programs: WeakKeyDictionary[Network, dict[int, tuple[list[str], Program]]] = WeakKeyDictionary()


class PlaneUnits(Struct, frozen=True):
    """What the units of a layer give all over the plane.

    Args:
        layer: its path.
        block: of shape (units, cells, cells), the second input growing upwards.
        units: how many it has; the first are drawn.
    """

    layer: str
    block: Array
    units: int


class InputPlane(Struct, frozen=True):
    """What a network of two inputs gives all over their plane.

    Args:
        run: its name.
        step: before which it is so; None for the latest that is kept.
        names: of the two inputs.
        low: of each input, where the plane begins.
        high: where it ends.
        output: of shape (answers, cells, cells): each class's probability, or the quantity, as it was learned; rows from above.
        formulas: that are made of them, the first of the layers; none where the network takes the two as they are.
        layers: below the answer.
        points: of shape (examples, 2): the training part, then the test part.
        targets: of each point: its class's number, or the quantity.
        training: how many of the points are of the training part.
        classes: by number; none for a quantity.
    """

    run: str
    step: int | None
    names: list[str]
    low: list[float]
    high: list[float]
    output: Array
    formulas: list[str]
    layers: list[PlaneUnits]
    points: Array
    targets: Array
    training: int
    classes: list[str]


class ReadPlane(Request, frozen=True):
    """Draw what a network of two inputs gives all over their plane, and what its units do.

    Args:
        run: its name.
        cells: on each side of the grid.
        step: before which step; None for the latest.
    """

    run: Name
    cells: Annotated[int, Meta(ge=3, le=100)] = 40
    step: Step | None = None

    def about(self) -> int:
        return self.id

    def respond(self, jobs: Jobs) -> InputPlane:
        opened = jobs.library.open(self.run)
        model = opened.model(self.step)
        learned = None if opened.task.preparation is None else opened.task.preparation.fitted
        step = None if learned is None else learned.interactions
        shape = model.network.inputs[0].example_shape if learned is None or step is None else (sum(one.shape[0] for one in learned.flat),)
        if len(model.network.inputs) != 1 or shape != (2,):
            raise ArgumentError(f"A plane can be drawn for networks of two inputs. {self.run} takes examples of shape {shape}.")
        points, targets, training = _points(jobs, opened, step)
        low, high = points.min(axis=0), points.max(axis=0)
        low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
        grid = _grid(low, high, self.cells)
        inputs = grid if step is None else step.apply(grid).astype(np.float32)
        values = _values(model, inputs)
        *names, answer = values
        output = opened.task.task.probabilities(values[answer]) if opened.task.classes else values[answer]
        return InputPlane(
            run=self.run,
            step=self.step,
            names=_names(opened.run.notes),
            low=low.tolist(),
            high=high.tolist(),
            output=_maps(np.asarray(output, np.float32), self.cells),
            formulas=[] if step is None else list(step.feature_names(_names(opened.run.notes))),
            layers=[
                *([] if step is None else [PlaneUnits("formulas", _maps(inputs, self.cells), inputs.shape[-1])]),
                *(PlaneUnits(name, _maps(values[name], self.cells), values[name].shape[-1]) for name in names),
            ],
            points=points,
            targets=targets,
            training=training,
            classes=list(opened.task.classes),
        )


def _points(jobs: Jobs, opened: OpenRun, step: FlatStep | None) -> tuple[Floats, Floats, int]:
    """Return the points of the training part, and of the test where it is known, with their targets, and how many are of the former; of
    a large part some, evenly, stand for all."""
    if step is None:
        parts = [opened.rows("train"), *([opened.rows("test")] if "preparation" in opened.run.notes else [])]
        x = [part.x[_some(len(part.y))] for part in parts]
    else:
        problem = _problem(jobs, opened)
        parts = [problem.train, problem.test]
        plain = replace(problem.learned, interactions=None)
        x = [np.asarray(plain.transform(problem.collection.take(part.rows[_some(len(part.y))]), [])) for part in parts]
    targets = [np.asarray(part.y, np.float32).reshape(len(part.y), -1)[_some(len(part.y)), 0] for part in parts]
    return np.concatenate(x).astype(np.float32), np.concatenate(targets), len(x[0])


def _some(count: int) -> NDArray[np.int64]:
    """Return which of so many points are drawn."""
    return np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(np.int64)


def _problem(jobs: Jobs, opened: OpenRun) -> Problem:
    """Return the problem of a run: what was chosen in Build, else its source, read again."""
    kept = opened.run.notes.get("settings")
    return problem_of_run(opened.run) if kept is None else jobs.problem(settings_from_data(kept).data)


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
