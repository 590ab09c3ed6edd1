"""A gradient taken apart, in words and numbers."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from chainrule.insight.why import Factor, Why

MOST_EXAMPLES = 8
MOST_FORMULAS = 3


def why_text(why: "Why") -> str:
    """Return a `Why` as text: the gradient, its sum by example, and the strongest paths of one example."""
    place = f"{why.name}{list(why.index)}"
    lines = [f"Step {why.step}: the gradient of the batch's loss with respect to {place} is {why.gradient:+.6g}."]
    with np.errstate(invalid="ignore"):
        lines += [_effect(why), "", *_by_example(why), "", *_by_path(why)]
    return "\n".join(lines)


def _effect(why: "Why") -> str:
    if not np.isfinite(why.gradient):
        return f"The weight is {why.weight:.6g}."
    if why.gradient == 0:
        nothing = f" On the way from it, for every example of the batch, {why.blocked}." if why.blocked else ""
        return f"The weight is {why.weight:.6g}. A small change of it does not change the loss.{nothing}"
    falls = "lower" if why.gradient > 0 else "raise"
    step = f"The optimiser adds {why.update:+.3g} to it." if why.update else "The optimiser leaves it as it is."
    return f"The weight is {why.weight:.6g}: to {falls} it a little makes the loss smaller. {step}"


def _by_example(why: "Why") -> list[str]:
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


def _by_path(why: "Why") -> list[str]:
    share = why.contributions[why.example]
    among = f" of {why.number:,}" if why.number is not None else ""
    about = f"{len(why.paths)}{among} paths of the chain rule, and all others,"
    if not np.isfinite(share):
        return [
            f"By path, for training row {why.rows[why.example]}: its contribution is not finite; Run.first_nan() tells where that began."
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


def _factor(factor: "Factor", width: int) -> list[str]:
    formulas = "; ".join(factor.ops if len(factor.ops) <= MOST_FORMULAS else [op.partition(":")[0] for op in factor.ops])
    where = f"  ({factor.line})" if factor.line else ""
    return [f"       {_short(factor.value):>{width}}  d {factor.of} / d {factor.by}", f"       {'':>{width}}    {formulas}{where}"]


def _short(value: float) -> str:
    return f"{value:.4g}"
