"""Why a weight has its gradient: the gradient as the sum of what each example, and each path of the chain rule, contributes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule import ops
from chainrule.backprop import jacobian_vector_product
from chainrule.errors import ArgumentError, unknown_name
from chainrule.graph import Placeholder, Tensor
from chainrule.insight.chain import Stage, chain_of
from chainrule.insight.computation import Computation, Wanted, line_of
from chainrule.insight.paths import LocalDerivatives, Route, Routes, Search
from chainrule.insight.why_text import why_text

if TYPE_CHECKING:
    from chainrule.insight.moment import Moment

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Factor:
    """One local derivative on a path.

    Args:
        of: what changes, such as "dense/output[7]".
        by: what it is differentiated by, the value before it on the way to the weight.
        value: the derivative.
        ops: the operations between the two, each as "name: formula".
        line: the line of the user's program at which the layer was made; empty for the loss.
    """

    of: str
    by: str
    value: float
    ops: tuple[str, ...]
    line: str


@dataclass(frozen=True)
class Path:
    """One path of the chain rule, from the batch's loss down to the weight.

    Args:
        factors: the derivatives along it; their product is the value.
        value: what the path contributes to the gradient.
        units: for each stage from the weight up, the position of the unit that it passes.
    """

    factors: tuple[Factor, ...]
    value: float
    units: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Why:
    """The gradient of the batch's loss with respect to one number of one weight, taken apart.

    The gradient is the sum of `contributions` and `penalty`; the contribution of `example` is the sum of the values of `paths`
    and of `others`. Both sums are computed apart from the gradient, so they may differ from it in the last places.

    Args:
        step: of the run.
        name: the weight's address.
        index: the number's position in it.
        weight: the number itself.
        gradient: what the step's own gradient pass gave for it.
        update: what the optimiser adds to it.
        rows: the examples of the batch, by their number in the training data.
        example_losses: the loss of each.
        shares: what each example's loss counts in the batch's.
        contributions: what each example contributes: share · d (its loss) / d weight.
        penalty: what penalties on weights contribute.
        example: the example whose paths are listed, by its place in the batch.
        stages: what every path passes, from the weight up to the loss of the example.
        shapes: of the stages' values, without the batch's axis.
        paths: the strongest paths.
        others: the sum of all other paths.
        blocked: where the gradient is 0 for all examples alike, the first derivative that lets nothing through; else empty.
        number: how many paths there are with a value other than zero; None where they are too many to be looked through, and
            the paths listed are those found by following, from unit to unit, what has the largest sum below it.
    """

    step: int
    name: str
    index: tuple[int, ...]
    weight: float
    gradient: float
    update: float
    rows: Array
    example_losses: Array
    shares: Array
    contributions: Array
    penalty: float
    example: int
    stages: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    paths: tuple[Path, ...]
    others: float
    blocked: str
    number: int | None

    @property
    def total(self) -> float:
        """The sum of all contributions and of the penalties: the gradient."""
        with np.errstate(invalid="ignore"):  # infinities of both signs have no sum
            return float(self.contributions.sum()) + self.penalty

    def to_dict(self) -> dict[str, Any]:
        """Return all of it, JSON-ready."""
        return {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in asdict(self).items()}

    def __str__(self) -> str:
        return why_text(self)


def place_of(array: Array, name: str, index: Sequence[int] | int) -> tuple[int, ...]:
    """Return an index as a tuple counted from the front.

    Raises:
        ArgumentError: an index that is not one number of the array.
    """
    given = (index,) if isinstance(index, int) else tuple(index)
    fits = len(given) == array.ndim and all(i == int(i) and -n <= i < n for i, n in zip(given, array.shape, strict=True))
    if not fits:
        wanted = f"{array.ndim} whole numbers, one for each axis and within it" if array.ndim else "no number at all, ()"
        raise ArgumentError(f"The index of one number of {name}, of shape {array.shape}, is {wanted}. Got {given} instead.")
    return tuple(int(i) % n for i, n in zip(given, array.shape, strict=True))


def direction_of(computation: Computation, name: str, index: Sequence[int] | int) -> tuple[tuple[int, ...], Array]:
    """Return the place of one number of a weight that learns, and the array that is 1 there and 0 elsewhere."""
    graph = computation.graph
    if name not in graph.gradients:
        raise unknown_name("The address of a weight that learns", name, graph.gradients)
    weight = np.asarray(computation.state[name])
    place = place_of(weight, name, index)
    direction = np.zeros_like(weight)
    direction[place] = 1
    return place, direction


def derivatives(computation: Computation, name: str, direction: Array) -> tuple[list[Stage], list[Array], list[Array], Array, float]:
    """Return the stages between a weight and the losses, their values, their derivatives along a direction of the weight,
    what each example's loss counts, and the derivative of the penalties."""
    graph = computation.graph
    weight = graph.state[name]
    rules = graph.rule.pullbacks()
    stages = chain_of(graph.example_losses, weight, rules)

    def wanted() -> Wanted:
        along = Placeholder(weight.shape, weight.dtype, "direction")
        below: Tensor = weight
        slope: Tensor = along
        slopes: list[Tensor] = []
        for stage in stages:
            slope = jacobian_vector_product(stage.node, [below], [slope], rules)
            slopes.append(slope)
            below = stage.node
        penalties = [jacobian_vector_product(penalty, [weight], [along], rules) for penalty in graph.penalties]
        batch = graph.batch
        counted = batch.valid if batch.weight is None else batch.valid * batch.weight
        penalty = sum(penalties[1:], penalties[0]) if penalties else ops.as_tensor(np.zeros((), weight.dtype))
        return [*(stage.node for stage in stages), *slopes, counted / batch.valid.sum(), penalty], [along]

    arrays = computation.compute(("why", name), wanted, direction)
    count = len(stages)
    return stages, arrays[:count], arrays[count : 2 * count], arrays[-2], float(arrays[-1])


def why(moment: "Moment", name: str, index: Sequence[int] | int, example: int | None, paths: int) -> Why:
    """Return the gradient of one number of a weight, taken apart; `Moment.why` with all its arguments."""
    computation = moment.computation
    place, direction = direction_of(computation, name, index)
    stages, values, slopes, shares, penalty = derivatives(computation, name, direction)
    contributions = (shares * slopes[-1])[moment.real].astype(np.float64) + 0.0  # no -0
    example = int(np.abs(contributions).argmax()) if example is None else example
    if not 0 <= example < len(contributions):
        raise ArgumentError(f"The batch of step {moment.step} has examples 0 to {len(contributions) - 1}. Got example {example} instead.")
    unit = int(np.flatnonzero(moment.real)[example])
    share = float(shares[unit])
    lines = [line_of(moment.run.configuration.get("lines", {}), stage.node.origin.path) for stage in stages]
    pairs = pairwise(zip((stage.node for stage in stages), values, strict=True))
    local = [LocalDerivatives(computation, below, above, (a, b)) for (below, a), (above, b) in pairs]
    search = Search([slope.astype(np.float64).ravel() for slope in slopes], local)
    finite = bool(np.isfinite(contributions[example]))
    with np.errstate(invalid="ignore", over="ignore"):
        routes = search.run(unit, share, paths) if finite else Routes([], float("nan"), None)
    return Why(
        step=moment.step,
        name=name,
        index=place,
        weight=float(computation.state[name][place]),
        gradient=float(moment.gradient(name)[place]),
        update=float(moment.update(name)[place]),
        rows=moment.rows,
        example_losses=moment.example_losses,
        shares=shares[moment.real].astype(np.float64),
        contributions=contributions,
        penalty=penalty,
        example=example,
        stages=tuple(stage.name for stage in stages),
        shapes=tuple(stage.node.shape[1:] for stage in stages),
        paths=tuple(_path(stages, lines, route, share, unit, f"{name}{list(place)}") for route in routes.routes),
        others=routes.others,
        blocked=_blocked(stages, [slope[moment.real] if len(slope) == len(moment.real) else slope for slope in slopes], name),
        number=routes.number,
    )


def _path(stages: Sequence[Stage], lines: Sequence[str], route: Route, share: float, example: int, weight: str) -> Path:
    """Return a path in words, from the loss down."""
    positions = [tuple(map(int, np.unravel_index(unit, stage.node.shape))) for stage, unit in zip(stages, route.units, strict=True)]
    names = [weight, *(_unit(stage, position, example) for stage, position in zip(stages, positions, strict=True))]
    factors = [
        Factor(of, by, value, _formulas(stage), line)
        for (by, of), stage, value, line in zip(pairwise(names), stages, route.factors, lines, strict=True)
    ]
    whole = Factor("loss of the batch", names[-1], share, ("its weight / the number of examples",), "")
    return Path((whole, *reversed(factors)), route.value, tuple(position[1:] for position in positions))


def _blocked(stages: Sequence[Stage], slopes: Sequence[Array], name: str) -> str:
    """Return the first stage of which nothing depends on the weight, by its derivative and its operations."""
    names = [name, *(stage.name for stage in stages)]
    dead = [i for i, slope in enumerate(slopes) if not slope.any()]
    return f"d {names[dead[0] + 1]} / d {names[dead[0]]} is 0: {'; '.join(_formulas(stages[dead[0]]))}" if dead else ""


def _unit(stage: Stage, position: tuple[int, ...], example: int) -> str:
    """Return the name of a unit; one of another example, reached through a normalisation over the batch, says so."""
    other = f" of example {position[0]} of the batch" if position[0] != example else ""
    return f"{stage.name}{list(position[1:]) if len(position) > 1 else ''}{other}"


def _formulas(stage: Stage) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{node.op.name}: {node.op.formula}" for node in stage.ops if node.op is not None))
