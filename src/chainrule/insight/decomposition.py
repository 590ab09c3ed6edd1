"""The gradient of one number of a weight, taken apart by example and by path of the chain rule; in words and numbers."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
MOST_EXAMPLES = 8
MOST_FORMULAS = 3


@dataclass(frozen=True)
class PathFactor:
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

    factors: tuple[PathFactor, ...]
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
        return _text(self)


def _text(why: Why) -> str:
    """Return a `Why` as text: the gradient, its sum by example, and the strongest paths of one example."""
    place = f"{why.name}{list(why.index)}"
    lines = [f"Step {why.step}: the gradient of the batch's loss with respect to {place} is {why.gradient:+.6g}."]
    with np.errstate(invalid="ignore"):
        lines += [_effect(why), "", *_by_example(why), "", *_by_path(why)]
    return "\n".join(lines)


def _effect(why: Why) -> str:
    if not np.isfinite(why.gradient):
        return f"The weight is {why.weight:.6g}."
    if why.gradient == 0:
        nothing = f" On the way from it, for every example of the batch, {why.blocked}." if why.blocked else ""
        return f"The weight is {why.weight:.6g}. A small change of it does not change the loss.{nothing}"
    falls = "lower" if why.gradient > 0 else "raise"
    step = f"The optimiser adds {why.update:+.3g} to it." if why.update else "The optimiser leaves it as it is."
    return f"The weight is {why.weight:.6g}: to {falls} it a little makes the loss smaller. {step}"


def _by_example(why: Why) -> list[str]:
    order = np.argsort(-np.abs(why.contributions), kind="stable")
    zeros = int((why.contributions == 0).sum())
    lines = [f"By example: {len(order)} contributions{' and that of the penalties' if why.penalty else ''} add up to {why.total:+.6g}."]
    largest = max(np.abs(why.contributions).max(initial=0.0), abs(why.penalty))
    order = order[: len(order) - zeros]
    for i in order[:MOST_EXAMPLES].tolist():
        about = f"training row {why.rows[i]}, loss {why.example_losses[i]:.4g}"
        lines.append(_bar(float(why.contributions[i]), largest, about))
    rest = order[MOST_EXAMPLES:]
    if len(rest):
        lines.append(_bar(float(why.contributions[rest].sum()), largest, f"{len(rest)} other examples"))
    if zeros:
        lines.append(f"  {'0':<11}  {'':<10}  {zeros} example{'s contribute' if zeros > 1 else ' contributes'} nothing")
    if why.penalty:
        lines.append(_bar(why.penalty, largest, "penalties on weights"))
    return lines


def _bar(value: float, largest: float, about: str) -> str:
    length = round(10 * min(abs(value) / largest, 1.0)) if largest and np.isfinite([value, largest]).all() else 0
    return f"  {value:+.4e}  {'█' * length:<10}  {about}"


def _by_path(why: Why) -> list[str]:
    share = why.contributions[why.example]
    among = f" of {why.number:,}" if why.number is not None else ""
    about = f"{len(why.paths)}{among} paths of the chain rule, and all others,"
    if not np.isfinite(share):
        return [
            f"By path, for training row {why.rows[why.example]}: its contribution is not finite; Run.first_nan() says where that began."
        ]
    if not why.paths:
        return [f"By path, for training row {why.rows[why.example]}: no path carries anything."]
    lines = [f"By path, for training row {why.rows[why.example]}: {about} add up to {share:+.6g}."]
    for number, path in enumerate(why.paths, 1):
        lines.append(f"  {number}. {path.value:+.4e} = {' · '.join(_short(factor.value) for factor in path.factors)}")
        if number == 1:
            width = max(len(_short(factor.value)) for factor in path.factors)
            lines += [line for factor in path.factors for line in _factor(factor, width)]
        else:
            lines.append(f"       through {' ← '.join(factor.by for factor in path.factors[1:-1]) or path.factors[0].by}")
    return [*lines, f"  all others: {why.others:+.4e}"]


def _factor(factor: PathFactor, width: int) -> list[str]:
    formulas = "; ".join(factor.ops if len(factor.ops) <= MOST_FORMULAS else [op.partition(":")[0] for op in factor.ops])
    where = f"  ({factor.line})" if factor.line else ""
    return [f"       {_short(factor.value):>{width}}  d {factor.of} / d {factor.by}", f"       {'':>{width}}    {formulas}{where}"]


def _short(value: float) -> str:
    return f"{value:.4g}"
