"""Figures of steps, in buckets that a screen can show."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta, Struct

from chainrule.record import Recording
from chainrule.studio.fields import Array, Name, Pixels, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request


class Curve(Struct, frozen=True):
    """A figure over the steps, in buckets.

    Args:
        name: of the figure.
        steps: int32, the first step of each bucket.
        mean: float32, over the bucket; NaN where a step's figure is, or none was kept.
        low: float32, the smallest of the bucket.
        high: float32, the largest.
    """

    name: str
    steps: Array
    mean: Array
    low: Array
    high: Array


class Figures(Struct, frozen=True):
    """Figures of steps.

    Args:
        run: its name.
        first: the first step that was asked for.
        last: the last.
        every: steps in a bucket.
        curves: one for each figure.
    """

    run: str
    first: int
    last: int
    every: int
    curves: list[Curve]


class ReadFigures(Request, frozen=True):
    """Read figures of steps, reduced to what a width of the screen can show.

    Args:
        run: its name.
        names: of figures, such as "loss"; empty for all.
        first: the first step; None for the run's own.
        last: the last step, which is among them; None for the run's own.
        width: how many buckets at most.
    """

    run: Name
    names: Annotated[list[Name], Meta(max_length=64)] = []  # noqa: RUF012, msgspec copies it
    first: Step | None = None
    last: Step | None = None
    width: Pixels = 1000
    waits: ClassVar[bool] = False

    def respond(self, jobs: Jobs) -> Figures:
        with jobs.library.reading(self.run) as recording:
            made = recording.steps_made()
            if made is None:
                return Figures(self.run, 0, 0, 1, [])
            first, last = max(made[0], self.first or 0), min(made[1], made[1] if self.last is None else self.last)
            every, curves = curves_of(recording, self.names, first, max(first, last), self.width)
            return Figures(self.run, first, last, every, curves)


def curves_of(
    recording: Recording,
    names: Sequence[str],
    first: int,
    last: int,
    width: int,
) -> tuple[int, list[Curve]]:
    """Return the steps in a bucket, and figures of steps in at most `width` buckets; names that there are not are passed over."""
    known = [name for name in recording.figures(first, first) if name != "step"]
    chosen = [name for name in names or known if name in known]
    if not chosen:
        return 1, []
    every, steps, table = recording.buckets(chosen, first, last, width)
    place = np.asarray(steps, np.int32)
    return every, [Curve(name, place, *(rows[:, column] for column in range(3))) for name, rows in zip(chosen, table, strict=True)]
