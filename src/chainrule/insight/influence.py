"""TracIn: the training examples that taught the network this answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.backprop import gradient, jacobian_vector_product
from chainrule.errors import ArgumentError, DataError, unknown_name
from chainrule.graph import Constant, NoGradient, Placeholder, Tensor, Variable
from chainrule.insight.run import Run
from chainrule.layers import Trace, tracing
from chainrule.models import Model
from chainrule.networks.rows import prepared_rows
from chainrule.training import Examples
from chainrule.training.objective import Objective
from chainrule.training.step import trainable_weights
from chainrule.xla import Program

BATCH = 256  # training rows in one call


class Influence(NamedTuple):
    """How much each training example has taught, and the examples that taught most.

    Args:
        scores: for each row asked about and each training row, how much lower the row's loss is because of it.
        proponents: the training rows that lowered it most, of shape (rows, k).
        opponents: those that raised it most.
        steps: those whose weights were used.
    """

    scores: NDArray[np.floating[Any]]
    proponents: NDArray[np.int64]
    opponents: NDArray[np.int64]
    steps: list[int]


def tracin(
    run: Run, x: ArrayLike, y: ArrayLike, k: int = 5, weights: str | Sequence[str] | None = None, steps: int | Sequence[int] = 10
) -> Influence:
    """Return Σₜ ηₜ ∇ℓ(wₜ, z) · ∇ℓ(wₜ, z′) over some steps t of a run, for each row z′ asked about and each training row z.

    A step of gradient descent along one example's gradient lowers another's loss by their product times the learning rate; the
    chosen steps stand for all. Each step's weights are computed again, so any step can be chosen, and taken with its own learning
    rate. Losses are those of inference: without dropout, penalties and sample weights.

    Args:
        run: a saved run of a model with one input and one output.
        x: rows to ask about, as for `predict`.
        y: their targets, as for `fit`: the true ones, or the model's answers ("who taught it to say this?").
        k: how many proponents and opponents.
        weights: whose gradients are compared: addresses, or patterns such as "dense_1/*"; None for all. The last layer alone is
            quicker, and often ranks alike.
        steps: how many, at equal distances from the first to the last; or which.

    Returns:
        Scores of shape (rows, training rows), and the numbers of the rows that helped and hindered most.

    Raises:
        ArgumentError: weights, k or steps that do not fit.
        ShapeError, DataError: rows that do not fit.
        RecordError: a run that cannot be read.

    Source: Pruthi, Liu, Kale and Sundararajan, "Estimating training data influence by tracing gradient descent", 2020 (TracInCP).

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> x, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
        >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(2)])
        >>> model.compile("sgd", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> path = os.path.join(tempfile.mkdtemp(), "run")
        >>> history = model.fit(x, y, epochs=2, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
        >>> cr.insight.tracin(cr.open_run(path), [[2.5]], [1], k=1).proponents.tolist()
        [[2]]
    """
    model, plan = run.new_model(), run.plan()
    train = plan.train
    rows = Examples((prepared_rows(model.network, x, model.name),), (np.asarray(y, train.y[0].dtype).reshape(-1, *train.y[0].shape[1:]),))
    if len(rows.y[0]) != len(rows):
        raise DataError(f"tracin: x and y must have equally many rows. Got {len(rows)} and {len(rows.y[0])}.")
    if not 1 <= k <= len(train):
        raise ArgumentError(f"tracin: k must lie between 1 and {len(train)}, the training rows. Got {k} instead.")
    objective = model.training_program(plan).objective
    objective.check(rows.y)
    products = _Products(model, objective, train, _chosen(trainable_weights(model.network), weights))
    chosen = _spread(run, steps)
    scores = np.zeros((len(rows), len(train)))
    for step in chosen:
        state = run.at(step).state
        for name, variable in model.state_variables().items():
            variable.assign(state[name])
        scores += _learning_rate(model) * products.compute(train, rows)
    order = np.argsort(-scores, axis=1, kind="stable")
    return Influence(scores, order[:, :k], order[:, : -k - 1 : -1], chosen)


@dataclass(frozen=True)
class _Rows:
    """The losses of a batch of rows, as graph."""

    x: Placeholder
    y: Placeholder
    losses: Tensor


class _Products:
    """The programs that give the product of one row's gradient with those of many training rows."""

    def __init__(self, model: Model, objective: Objective, train: Examples, compared: dict[str, Variable]) -> None:
        self._model = model
        self._weights = model.named_weights()
        self._size = min(BATCH, len(train))
        one, many = _losses(model, objective, train, 1), _losses(model, objective, train, self._size)
        places = [Placeholder(variable.shape, variable.dtype, name) for name, variable in compared.items()]
        slopes = [
            Constant(np.zeros(variable.shape, variable.dtype)) if isinstance(slope, NoGradient) else slope
            for variable, slope in zip(compared.values(), gradient(one.losses.sum(), list(compared.values())), strict=True)
        ]
        product = jacobian_vector_product(many.losses, list(compared.values()), places, model.rule.pullbacks())
        self._gradient = Program(slopes, [*self._weights.values(), one.x, one.y])
        self._product = Program([product], [*self._weights.values(), many.x, many.y, *places])

    def compute(self, train: Examples, rows: Examples) -> NDArray[np.floating[Any]]:  # (rows, training rows)
        """Return each row's product with each training row, at the model's weights as they are."""
        state = [variable.value for variable in self._weights.values()]
        gradients = [self._gradient(*state, rows.x[0][i : i + 1], rows.y[0][i : i + 1]) for i in range(len(rows))]
        found = np.zeros((len(rows), len(train)))
        for start in range(0, len(train), self._size):
            place = np.arange(start, start + self._size).clip(max=len(train) - 1)
            batch = self._model_rows(train, place)
            for number, slopes in enumerate(gradients):
                products = np.asarray(self._product(*state, *batch, *slopes)[0])
                found[number, start : start + self._size] = products[: len(train) - start]
        return found

    def _model_rows(self, train: Examples, place: NDArray[Any]) -> list[NDArray[Any]]:
        taken = train.take(place)
        return [taken.x[0].astype(self._model.network.inputs[0].dtype), taken.y[0]]


def _losses(model: Model, objective: Objective, train: Examples, size: int) -> _Rows:
    symbol = model.network.inputs[0]
    x = Placeholder((size, *symbol.example_shape), symbol.dtype, "x")
    y = Placeholder((size, *train.y[0].shape[1:]), train.y[0].dtype, "y")
    with tracing(Trace()):
        output: Tensor = model.network.call([x])
    return _Rows(x, y, objective.example_losses([output], [y]))


def _learning_rate(model: Model) -> float:
    state = model.state_variables()
    assert model.compile_arguments is not None
    rate = model.compile_arguments["optimizer"].rate(state["optimizer/learning_rate"], state["optimizer/iteration"])
    return float(rate.value)


def _chosen(known: dict[str, Variable], weights: str | Sequence[str] | None) -> dict[str, Variable]:
    if weights is None:
        return known
    patterns = [weights] if isinstance(weights, str) else list(weights)
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in known):
            raise unknown_name("tracin: a weight", pattern, known)
    return {name: variable for name, variable in known.items() if any(fnmatchcase(name, pattern) for pattern in patterns)}


def _spread(run: Run, steps: int | Sequence[int]) -> list[int]:
    """Return the steps asked for, or so many at equal distances, the first and the last that the run has made among them."""
    if not isinstance(steps, int):
        return list(steps)
    made = run.steps_made()
    if steps < 1 or made is None:
        raise ArgumentError(f"tracin: steps must be a whole number from 1, or steps that the run has made. Got {steps} instead.")
    return sorted(set(np.linspace(made[1], made[0], steps).round().astype(int).tolist()))
