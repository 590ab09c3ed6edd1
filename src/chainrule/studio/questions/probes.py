"""What probes read."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta, Struct

from chainrule.studio.fields import Array, Name, Pixels, Quantity, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request
from chainrule.training.probes import VARIANCE

_QUANTITIES: tuple[tuple[str, Quantity], ...] = (("gradient of ", "gradient"), ("update of ", "update"))


NOISE_SCALE = "gradient noise scale"


class ProbeReading(Struct, frozen=True):
    """What a probe reads.

    Args:
        name: such as "norm of gradient of dense/kernel".
        statistic: "norm".
        address: "dense/kernel"; empty of what belongs to the whole step.
        quantity: of that address.
        size: how many numbers it is.
        every: how many steps lie between two looks; 0 of what follows from others.
    """

    name: str
    statistic: str
    address: str
    quantity: Quantity
    size: int
    every: int


class ProbeSeries(Struct, frozen=True):
    """What a probe read.

    Args:
        name: of the reading.
        steps: int32, at which it looked.
        values: float32, of shape (looks,), or (looks, n) where a reading is several numbers. A histogram's are the lowest, the
            highest, and the shares of 32 bins between them; quantiles' are those at 0, 5, 25, 50, 75, 95 and 100 %.
    """

    name: str
    steps: Array
    values: Array


class Probes(Struct, frozen=True):
    """What probes read.

    Args:
        run: its name.
        series: one for each reading.
    """

    run: str
    series: list[ProbeSeries]


class ReadProbes(Request, frozen=True):
    """Read what probes have read.

    Args:
        run: its name.
        names: of readings, such as "histogram of dense/kernel", or patterns, such as "norm of gradient of *".
        first: the first step; None for the run's own.
        last: the last step; None for the run's own.
        width: how many looks at most.
    """

    run: Name
    names: Annotated[list[Name], Meta(min_length=1, max_length=64)]
    first: Step | None = None
    last: Step | None = None
    width: Pixels = 500
    waits: ClassVar[bool] = False

    def respond(self, jobs: Jobs) -> Probes:
        with jobs.library.reading(self.run) as recording:
            recording.reread()
            read = recording.probes()
        series: list[ProbeSeries] = []
        for name, (steps, values) in read.items():
            if any(fnmatchcase(name, pattern) for pattern in self.names):
                inside = (steps >= (self.first or 0)) & (steps <= (2**53 if self.last is None else self.last))
                chosen = np.flatnonzero(inside)
                if len(chosen) > self.width:
                    chosen = chosen[np.linspace(0, len(chosen) - 1, self.width).round().astype(int)]
                series.append(ProbeSeries(name, np.asarray(steps[chosen], np.int32), values[chosen]))
        return Probes(self.run, series)


def readings_of(layout: Sequence[Mapping[str, Any]]) -> list[ProbeReading]:
    """Return what the probes of a run read, and what follows from it.

    Args:
        layout: of the probes, as the run has it.
    """
    found = [_reading(name, size, group["every"]) for group in layout for name, size in group["sizes"].items()]
    weights = [reading.address for reading in found if reading.statistic == "norm" and reading.quantity == "update"]
    ratios = [ProbeReading(f"update ratio of {address}", "update ratio", address, "update", 1, 0) for address in weights]
    noise = [ProbeReading(NOISE_SCALE, NOISE_SCALE, "", "value", 1, 0)] if any(reading.name == VARIANCE for reading in found) else []
    return [*found, *ratios, *noise]


def _reading(name: str, size: int, every: int) -> ProbeReading:
    statistic, of, rest = name.partition(" of ")
    if not of:
        return ProbeReading(name, name, "", "value", size, every)
    for prefix, quantity in _QUANTITIES:
        if rest.startswith(prefix):
            return ProbeReading(name, statistic, rest.removeprefix(prefix), quantity, size, every)
    return ProbeReading(name, statistic, rest, "value", size, every)
