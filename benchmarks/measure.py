"""What every peer measures of itself, in a process of its own."""

import json
import resource
import sys
import time
from collections.abc import Callable
from itertools import pairwise

from cases import CASES, Case

EPOCHS = 4  # the first one warms up


def main(prepare: Callable[[Case], tuple[Callable[[], None], Callable[[int], list[float]]]]) -> None:
    """Run the case that the command line names, and print what was measured as JSON.

    Args:
        prepare: takes the case; returns a function that makes the first step, and one that trains so many epochs in one go
            and returns the moment at which each ended.
    """
    case = CASES[sys.argv[1]]
    started = time.perf_counter()
    first_step, train = prepare(case)
    first_step()
    to_first = time.perf_counter() - started
    ends = train(EPOCHS)
    seconds = [(end - begin) / case.steps for begin, end in pairwise(ends)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "first": to_first, "peak": peak}))
