"""The loss as a function of the weights: its values at many points, its gradient, and its Hessian times a vector."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.backprop import gradient, hessian_vector_product
from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder, Tensor, placeholder_like, substitute
from chainrule.layers import Trace
from chainrule.models import Model
from chainrule.training import Examples
from chainrule.training.objective import make_objective
from chainrule.training.step import Batch, forward, trainable_weights
from chainrule.xla import Program

Array = np.ndarray[Any, Any]
Weights = dict[str, Array]
EXAMPLES = 1024  # that the loss is taken over, at most, unless more are asked for


class Surface:
    """The loss of a model over some examples, penalties included, in inference mode: nothing is dropped, moving averages are used.

    Args:
        model: compiled; its weights are where the surface is looked at unless others are given.
        examples: inputs, targets, and what each counts.
        most: how many examples are used at most, drawn at random.
        seed: what the drawing depends on.

    Attributes:
        learned: the shapes of the weights that learn, by address: a point of the surface.
    """

    def __init__(self, model: Model, examples: Examples, most: int = EXAMPLES, seed: int = 0) -> None:
        if len(examples) > most:
            examples = examples.take(np.sort(np.random.default_rng(seed).choice(len(examples), most, replace=False)))
        examples = examples.in_memory(most)
        arguments = model.compile_arguments
        if arguments is None:
            raise ArgumentError(f"{model.name} is not compiled, so it has no loss to look at: call compile(optimizer=..., loss=...) first.")
        shapes = [symbol.example_shape for symbol in model.network.outputs]
        objective = make_objective(arguments["loss"], arguments["loss_weights"], [], shapes)
        objective.check(examples.y)
        parts = [examples.x, examples.y, () if examples.weight is None else (examples.weight,)]
        x, y, weight = [[Placeholder(array.shape, array.dtype) for array in part] for part in parts]
        self._data, self._feed = [array for part in parts for array in part], [*x, *y, *weight]
        rows = ops.as_tensor(np.arange(len(examples), dtype=np.int32))
        valid = ops.as_tensor(np.ones(len(examples), np.float32))
        batch = Batch([*x], [*y], weight[0] if weight else None, valid, rows)
        self._loss = forward(model.network, objective, batch, Trace(training=False))[0]
        self._model = model
        self._variables = model.named_weights()
        self.learned = {name: variable.shape for name, variable in trainable_weights(model.network).items()}
        self._programs: dict[Any, Program] = {}

    def weights(self, given: Mapping[str, Any] | Model | None = None) -> Weights:
        """Return every weight by address: those given, a model's, or those of the surface's own model where None is given.

        Raises:
            ArgumentError: weights of another network.
        """
        source = self._model if given is None else given
        found = source.named_weights() if isinstance(source, Model) else source
        weights = {name: _array(found[name]) for name in self._variables if name in found}
        for name, variable in self._variables.items():
            if name not in weights or weights[name].shape != variable.shape:
                what = f"shape {weights[name].shape}" if name in weights else "none"
                raise ArgumentError(f"A point of the landscape must give weight {name} of shape {variable.shape}. Got {what} instead.")
        return weights

    def losses(self, origin: Weights, directions: Sequence[Weights], coefficients: Array) -> Array:
        """Return the loss at origin + Σ coefficient · direction for each row of `coefficients`, computed in one dispatch.

        Args:
            origin: every weight.
            directions: what is added to each weight; one that is not named stays.
            coefficients: of shape (points, directions).
        """
        moved = [name for name in self._variables if any(name in direction for direction in directions)]
        key = ("losses", len(coefficients), len(directions), tuple(moved))
        if key not in self._programs:
            self._programs[key] = self._grid(len(coefficients), len(directions), moved)
        zeros = {name: np.zeros_like(origin[name]) for name in moved}
        along = [(zeros | direction)[name].astype(origin[name].dtype) for direction in directions for name in moved]
        (found,) = self._programs[key](*origin.values(), *along, coefficients.astype(np.float32), *self._data)
        return np.asarray(found, np.float64)

    def loss(self, weights: Weights) -> float:
        """Return the loss at one point."""
        return float(self.losses(weights, [], np.zeros((1, 0)))[0])

    def gradient(self, weights: Weights) -> Weights:
        """Return the derivative of the loss at a point, for every weight that learns, whatever learning rule trains it."""
        if "gradient" not in self._programs:
            sources = [self._variables[name] for name in self.learned]
            found = [
                dx if isinstance(dx, Tensor) else source * 0 for dx, source in zip(gradient(self._loss, sources), sources, strict=True)
            ]
            self._programs["gradient"] = Program(found, [*self._variables.values(), *self._feed])
        found = self._programs["gradient"](*weights.values(), *self._data)
        return dict(zip(self.learned, map(np.asarray, found), strict=True))

    def curvature(self, weights: Weights, vector: Array) -> Array:
        """Return H v at a point, both as one long vector over all weights that learn, in their order."""
        if "curvature" not in self._programs:
            sources = [self._variables[name] for name in self.learned]
            vectors = [placeholder_like(source) for source in sources]
            products = hessian_vector_product(self._loss, sources, vectors)
            self._programs["curvature"] = Program(products, [*self._variables.values(), *vectors, *self._feed])
        found = self._programs["curvature"](*weights.values(), *self.unflatten(vector).values(), *self._data)
        return self.flatten(dict(zip(self.learned, map(np.asarray, found), strict=True)))

    @property
    def size(self) -> int:
        """How many numbers learn."""
        return sum(int(np.prod(shape)) for shape in self.learned.values())

    def flatten(self, weights: Mapping[str, Array]) -> Array:
        """Return the weights that learn as one long vector."""
        return np.concatenate([np.asarray(weights[name], np.float64).ravel() for name in self.learned])

    def unflatten(self, vector: Array) -> Weights:
        """Return one long vector as the weights that learn."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.learned.values()])[:-1]
        parts = np.split(np.asarray(vector, np.float32), ends)
        return {name: part.reshape(shape) for (name, shape), part in zip(self.learned.items(), parts, strict=True)}

    def _grid(self, points: int, directions: int, moved: Sequence[str]) -> Program:
        along = [{name: placeholder_like(self._variables[name]) for name in moved} for _ in range(directions)]
        coefficients = Placeholder((points, directions), "float32", "coefficients")

        def point(row: Tensor) -> tuple[list[Tensor], list[Tensor]]:
            places: dict[Tensor, Tensor] = {}
            for name in moved:
                place: Tensor = self._variables[name]
                for number, direction in enumerate(along):
                    place = place + row[number] * direction[name]
                places[self._variables[name]] = place
            return [], substitute([self._loss], places)

        _, (losses,) = ops.scan(point, [], [coefficients])
        inputs = [node for direction in along for node in direction.values()]
        return Program([losses], [*self._variables.values(), *inputs, coefficients, *self._feed])


def _array(value: Any) -> Array:
    return np.asarray(value.value if isinstance(value, Tensor) else value)
