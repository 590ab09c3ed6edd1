"""What training aims at and measures: losses and metrics of a network's outputs, as graph."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import numpy as np

from chainrule import losses, metrics, ops
from chainrule.errors import ArgumentError, DataError, unknown_name
from chainrule.graph import Tensor
from chainrule.losses import Loss
from chainrule.metrics import MeanMetric, Metric


@dataclass(frozen=True)
class Aim:
    """One output's loss, how much it counts, and its metrics by the names they are shown under."""

    loss: Loss
    weight: float
    metrics: dict[str, Metric]


@dataclass(frozen=True)
class MixedTargets:
    """Targets that mixed examples have in part.

    Args:
        y: a target for each output.
        fraction: how much of each example they are the targets of, of shape (batch,); over all of a mixture that adds up to 1.
    """

    y: list[Tensor]
    fraction: Tensor


class _OutputLoss(MeanMetric, abstract=True):
    """The mean loss of one of several outputs."""

    higher_is_better = False


class Objective:
    """The losses and metrics of all outputs of a network.

    The statistics of a batch are one vector: the loss times the number of examples, that number, then where there are several
    outputs the same for the loss of each, then the statistics of each metric in turn. They add up over batches, and `figures`
    reads them.
    """

    def __init__(self, aims: Sequence[Aim], output_shapes: Sequence[tuple[int, ...]]) -> None:
        self.aims = list(aims)
        self.output_shapes = list(output_shapes)
        self._metrics: dict[str, Metric] = {f"output_{n}_loss": _OutputLoss() for n in range(len(aims))} if len(aims) > 1 else {}
        for aim in aims:
            self._metrics |= aim.metrics
        self._slices: dict[str, slice] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The figures' names: "loss", the losses of several outputs, then metrics."""
        return ("loss", *self._metrics)

    @property
    def step_names(self) -> tuple[str, ...]:
        """The names of the figures that are single numbers, and so can be kept for every step."""
        return tuple(name for name in self.names if name == "loss" or self._metrics[name].is_number)

    def loss_and_statistics(
        self,
        outputs: Sequence[Tensor],
        targets: Sequence[Tensor],
        weight: Tensor | None,
        valid: Tensor,
        penalties: Sequence[Tensor],
        mixture: Sequence[MixedTargets] = (),
    ) -> tuple[Tensor, Tensor]:
        """Return the loss of a batch, a number, and its statistics, a vector; rows where `valid` is 0 do not count.

        Where examples are mixed, `mixture` has their targets: losses and metrics are the sum over its parts, each times its fraction.
        """
        examples = valid.sum()
        total = sum(penalties[1:], penalties[0]) if penalties else None
        parts: list[Tensor] = []
        vectors: list[Tensor] = []
        for number, (aim, output, target) in enumerate(zip(self.aims, outputs, targets, strict=True)):
            each = _mixture(
                [_rows(aim.loss, part.y[number], output) * part.fraction for part in mixture] or [_rows(aim.loss, target, output)]
            )
            parts.append((each * (valid if weight is None else valid * weight)).sum())
            counted = parts[-1] / examples * aim.weight
            total = counted if total is None else total + counted
            counted_targets = [(part.y[number], valid * part.fraction) for part in mixture] or [(target, valid)]
            vectors += [_mixture([metric.statistics(y, output, rows) for y, rows in counted_targets]) for metric in aim.metrics.values()]
        assert total is not None
        if len(parts) > 1:
            vectors = [*(ops.stack([part, examples]) for part in parts), *vectors]
        self._lay_out(vectors)
        return total, ops.concatenate(ops.stack([total * examples, examples]), *vectors, axis=0)

    def example_losses(self, outputs: Sequence[Tensor], targets: Sequence[Tensor], mixture: Sequence[MixedTargets] = ()) -> Tensor:
        """Return each example's own loss, of shape (batch,), before weights and penalties; of a mixed one, the sum over its mixture."""
        if mixture:
            return _mixture([self.example_losses(outputs, part.y) * part.fraction for part in mixture])
        each = [aim.loss.call(target, output) * aim.weight for aim, output, target in zip(self.aims, outputs, targets, strict=True)]
        return _mixture([one.reshape(one.shape[0], -1).mean(1) for one in each])

    def figures(self, totals: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return each figure for the sum of statistics."""
        loss = float(totals[0] / totals[1]) if totals[1] else float("nan")
        return {"loss": loss} | {name: self._metrics[name].result(totals[place]) for name, place in self._slices.items()}

    def step_figures(self, statistics: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
        """Return each single-number figure for each row of statistics."""
        rows = statistics.astype(np.float64)
        found = {"loss": rows[:, 0] / rows[:, 1]}
        for name in self.step_names[1:]:
            metric, place = self._metrics[name], self._slices[name]
            found[name] = np.array([metric.result(row) for row in rows[:, place]])
        return found

    def metric(self, name: str) -> Metric | None:
        """Return the metric of a figure, that of the validation data too; None for a loss, or a figure of no metric."""
        return self._metrics.get(name.removeprefix("val_"))

    def higher_is_better(self, name: str) -> bool | None:
        """Return whether a figure is better the higher it is; None where its metric does not say. Of a loss, lower is better."""
        metric = self.metric(name)
        return False if metric is None else metric.higher_is_better

    def check(self, targets: Sequence[np.ndarray[Any, Any]]) -> None:
        """Raise DataError where targets cannot be meant for the outputs."""
        if len(targets) != len(self.aims):
            raise DataError(f"The network has {len(self.aims)} output(s). Got targets for {len(targets)}.")
        for aim, target, shape in zip(self.aims, targets, self.output_shapes, strict=True):
            aim.loss.check(target, shape)

    def _lay_out(self, vectors: Sequence[Tensor]) -> None:
        start = 2
        for name, vector in zip(self.names[1:], vectors, strict=True):
            self._slices[name] = slice(start, start + vector.size)
            start += vector.size


def _rows(loss: Loss, target: Tensor, output: Tensor) -> Tensor:
    each = loss.call(target, output)
    return each.reshape(each.shape[0], -1).mean(1) if each.ndim > 1 else each


def _mixture(parts: Sequence[Tensor]) -> Tensor:
    return sum(parts[1:], parts[0])


def make_objective(
    loss: Any, loss_weights: Sequence[float] | None, chosen: Sequence[Any], output_shapes: Sequence[tuple[int, ...]]
) -> Objective:
    """Return the objective for the arguments of `compile`: one loss, or a list with one for each output; metrics likewise."""
    outputs = len(output_shapes)
    each_loss = list(loss) if isinstance(loss, list | tuple) else [loss] * outputs
    apart = outputs > 1 and len(chosen) > 0 and all(isinstance(entry, list | tuple) for entry in chosen)
    each_metrics = list(chosen) if apart else [chosen] * outputs
    weights = list(loss_weights) if loss_weights is not None else [1.0] * outputs
    if not len(each_loss) == len(each_metrics) == len(weights) == outputs:
        raise ArgumentError(f"The network has {outputs} output(s): give one loss, one list of metrics and one loss weight for each.")
    aims: list[Aim] = []
    for number, (entry, names, weight) in enumerate(zip(each_loss, each_metrics, weights, strict=True)):
        resolved = losses.get(entry)
        prefix = f"output_{number}_" if outputs > 1 else ""
        named = {prefix + name: _resolve(metric, resolved, output_shapes[number]) for name, metric in _numbered(names)}
        aims.append(Aim(resolved, float(weight), named))
    return Objective(aims, output_shapes)


def _numbered(chosen: Sequence[str | Metric]) -> Iterator[tuple[str, str | Metric]]:
    """Yield each metric with its name; where one is taken, "_1" and so on follows, as in Keras."""
    taken = {"loss"}
    for metric in chosen:
        base = metric if isinstance(metric, str) else metrics.get(metric).name
        name = next(name for name in chain([base], (f"{base}_{number}" for number in count(1))) if name not in taken)
        taken.add(name)
        yield name, metric


def _resolve(metric: str | Metric, loss: Loss, output_shape: tuple[int, ...]) -> Metric:
    """Return the metric; "accuracy" is the one that the loss says fits it."""
    if metric in ("accuracy", "acc"):
        return loss.accuracy(output_shape)
    try:
        return metrics.get(metric)
    except ArgumentError:
        raise unknown_name("A metric", metric, ["accuracy", *filter(str.islower, metrics.metric_names())]) from None
