"""What every peer measures of itself, in a process of its own."""

import json
import resource
import sys
import time
from collections.abc import Callable

from cases import CASES, Case

EPOCHS = 3


def main(prepare: Callable[[Case], tuple[Callable[[], None], Callable[[], None]]]) -> None:
    """Run the case that the command line names, and print what was measured as JSON.

    Args:
        prepare: takes the case; returns a function that makes the first step, and one that trains an epoch and waits for
            its end.
    """
    case = CASES[sys.argv[1]]
    started = time.perf_counter()
    first_step, epoch = prepare(case)
    first_step()
    to_first = time.perf_counter() - started
    epoch()  # warm
    seconds = []
    for _ in range(EPOCHS):
        begun = time.perf_counter()
        epoch()
        seconds.append((time.perf_counter() - begun) / case.steps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "first": to_first, "peak": peak}))
