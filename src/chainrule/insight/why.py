"""Why a weight has its gradient: the gradient as the sum of what each example, and each path of the chain rule, contributes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.backprop import jacobian_vector_product
from chainrule.errors import ArgumentError, unknown_name
from chainrule.graph import Placeholder, Tensor
from chainrule.insight.chain import ChainStage, chain_of
from chainrule.insight.computation import Computation, Nodes
from chainrule.insight.decomposition import Path, PathFactor, Why
from chainrule.insight.paths import LocalDerivatives, Route, Routes, Search

Array = np.ndarray[Any, Any]


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


def derivatives(computation: Computation, name: str, direction: Array) -> tuple[list[ChainStage], list[Array], list[Array], Array, float]:
    """Return the stages between a weight and the losses, their values, their derivatives along a direction of the weight,
    what each example's loss counts, and the derivative of the penalties."""
    graph = computation.graph
    weight = graph.state[name]
    rules = graph.rule.pullbacks()
    stages = chain_of(graph.example_losses, weight, rules)

    def nodes() -> Nodes:
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

    arrays = computation.compute(("why", name), nodes, direction)
    count = len(stages)
    return stages, arrays[:count], arrays[count : 2 * count], arrays[-2], float(arrays[-1])


def why(computation: Computation, name: str, index: Sequence[int] | int, example: int | None, paths: int) -> Why:
    """Return the gradient of one number of a weight, taken apart; `Moment.why` with all its arguments."""
    real, insides = computation.real, computation.insides
    place, direction = direction_of(computation, name, index)
    stages, values, slopes, shares, penalty = derivatives(computation, name, direction)
    contributions = (shares * slopes[-1])[real].astype(np.float64) + 0.0  # no -0
    example = int(np.abs(contributions).argmax()) if example is None else example
    if not 0 <= example < len(contributions):
        raise ArgumentError(
            f"The batch of step {computation.number} has examples 0 to {len(contributions) - 1}. Got example {example} instead."
        )
    unit = int(np.flatnonzero(real)[example])
    share = float(shares[unit])
    lines = [computation.line_of(stage.node.origin.path) for stage in stages]
    pairs = pairwise(zip((stage.node for stage in stages), values, strict=True))
    local = [LocalDerivatives(computation, below, above, (a, b)) for (below, a), (above, b) in pairs]
    search = Search([slope.astype(np.float64).ravel() for slope in slopes], local)
    finite = bool(np.isfinite(contributions[example]))
    with np.errstate(invalid="ignore", over="ignore"):
        routes = search.run(unit, share, paths) if finite else Routes([], float("nan"), None)
    return Why(
        step=computation.number,
        name=name,
        index=place,
        weight=float(computation.state[name][place]),
        gradient=float(insides["gradient"][name][place]),
        update=float(insides["update"][name][place]),
        rows=computation.rows,
        example_losses=computation.example_losses,
        shares=shares[real].astype(np.float64),
        contributions=contributions,
        penalty=penalty,
        example=example,
        stages=tuple(stage.name for stage in stages),
        shapes=tuple(stage.node.shape[1:] for stage in stages),
        paths=tuple(_path(stages, lines, route, share, unit, f"{name}{list(place)}") for route in routes.routes),
        others=routes.others,
        blocked=_blocked(stages, [slope[real] if len(slope) == len(real) else slope for slope in slopes], name),
        number=routes.number,
    )


def _path(stages: Sequence[ChainStage], lines: Sequence[str], route: Route, share: float, example: int, weight: str) -> Path:
    """Return a path in words, from the loss down."""
    positions = [tuple(map(int, np.unravel_index(unit, stage.node.shape))) for stage, unit in zip(stages, route.units, strict=True)]
    names = [weight, *(_unit(stage, position, example) for stage, position in zip(stages, positions, strict=True))]
    factors = [
        PathFactor(of, by, value, _formulas(stage), line)
        for (by, of), stage, value, line in zip(pairwise(names), stages, route.factors, lines, strict=True)
    ]
    whole = PathFactor("loss of the batch", names[-1], share, ("its weight / the number of examples",), "")
    return Path((whole, *reversed(factors)), route.value, tuple(position[1:] for position in positions))


def _blocked(stages: Sequence[ChainStage], slopes: Sequence[Array], name: str) -> str:
    """Return the first stage of which nothing depends on the weight, by its derivative and its operations."""
    names = [name, *(stage.name for stage in stages)]
    dead = [i for i, slope in enumerate(slopes) if not slope.any()]
    return f"d {names[dead[0] + 1]} / d {names[dead[0]]} is 0: {'; '.join(_formulas(stages[dead[0]]))}" if dead else ""


def _unit(stage: ChainStage, position: tuple[int, ...], example: int) -> str:
    """Return the name of a unit; one of another example, reached through a normalisation over the batch, says so."""
    other = f" of example {position[0]} of the batch" if position[0] != example else ""
    return f"{stage.name}{list(position[1:]) if len(position) > 1 else ''}{other}"


def _formulas(stage: ChainStage) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{node.op.name}: {node.op.formula}" for node in stage.ops if node.op is not None))
