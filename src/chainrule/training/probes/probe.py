"""Probes: statistics of what is inside a step, reduced in the compiled step itself, every so many steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from chainrule.configuration import configurable
from chainrule.errors import ArgumentError, unknown_name
from chainrule.graph import Tensor
from chainrule.training.probes.statistics import STATISTICS

Statistic: TypeAlias = str | Callable[[Tensor], Tensor]

_FEW = 50  # a run gets about so many readings; one at every 100th step where it is long
_LONGEST = 100


@configurable
@dataclass(frozen=True)
class Probe:
    """Statistics of values, gradients or updates, taken every so many steps inside the compiled step.

    Args:
        address: what to look at, with the wildcards of file names: "conv2d/output", "dense*/kernel", "gradient of */output",
            "update of dense/kernel", "*" for all values, "gradient of *", "update of *"; and "outputs", "weights", "gradient of
            outputs", "gradient of weights", "update of weights" for those of the whole network.
        statistics: names: "mean", "std", "norm", "min", "max", "zero_fraction", "dead_fraction" (of units that are 0 for every
            example), "saturated_fraction" (of the entries of a sigmoid or tanh), "histogram" (lowest, highest, and shares of
            32 bins) and "quantiles" (0, 5, 25, 50, 75, 95, 100 %), these two of a sample of 1,024 and of 128 entries. Or a function that
            takes the tensor and returns a smaller one, as graph; it is computed as it is, padding of a short batch included.
        every: how many steps lie between two readings; None reads about 50 times, and at every 100th step of a long run.

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(3, "relu"), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> probe = cr.Probe("dense/output", ["max", "histogram"], every=2)
        >>> path = os.path.join(tempfile.mkdtemp(), "run")
        >>> recorder = cr.callbacks.Recorder(path)
        >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, epochs=3, verbose=0, probes=[probe], callbacks=[recorder])
        >>> found = cr.open_run(path).probes("max of dense/output")["max of dense/output"]
        >>> found.steps.tolist(), found.values.shape
        ([0, 2, 4, 6, 8, 10], (6,))
    """

    address: str
    statistics: Sequence[Statistic] = field(default=("mean", "std", "norm"))
    every: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.statistics, str) or not self.statistics:
            raise ArgumentError(f"Probe: statistics must be a list of names, such as ['mean', 'std']. Got {self.statistics!r} instead.")
        object.__setattr__(self, "statistics", tuple(self.statistics))  # two probes alike are equal, and have one program
        for statistic in self.statistics:
            if not callable(statistic) and statistic not in STATISTICS:
                raise unknown_name("A statistic of a probe", statistic, STATISTICS)
        if self.every is not None and (not isinstance(self.every, int) or self.every < 1):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"Probe: every must be a whole number of steps from 1. Got {self.every!r} instead.")

    @property
    def without_functions(self) -> "Probe | None":
        """The probe with the statistics that have names, which can be saved; None where all are functions."""
        names = tuple(statistic for statistic in self.statistics if isinstance(statistic, str))
        return replace(self, statistics=names) if names else None


def default_probes() -> list[Probe]:
    """Return what is looked at when nobody asks: enough to say, afterwards, why a network did not learn."""
    return [
        Probe("outputs", ("mean", "std", "zero_fraction", "dead_fraction", "saturated_fraction")),
        Probe("weights", ("norm",)),
        Probe("gradient of weights", ("norm",)),
        Probe("update of weights", ("norm",)),
    ]


def choose_probes(probes: Sequence[Probe] | None, with_defaults: bool, steps: int) -> tuple[Probe, ...]:
    """Return what is looked at in a run of so many steps, each probe with a cadence.

    Args:
        probes: the user's own, beside the default ones; with an empty list there are none at all.
        with_defaults: whether anybody wants what the default probes read.
        steps: the steps of the whole run.
    """
    wanted = [*(default_probes() if with_defaults and probes != [] else []), *(probes or ())]
    every = max(1, min(_LONGEST, steps // _FEW))
    return tuple(replace(probe, every=probe.every or every) for probe in wanted)


def name_of(statistic: Any) -> str:
    """Return a statistic's name; that of a function is its own."""
    return statistic if isinstance(statistic, str) else getattr(statistic, "__name__", type(statistic).__name__)
