"""What the machine offers: memory, of which a quarter may be taken, and processors, for many files at once."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

SHARE = 0.25


def memory_limit() -> int:
    """Return the bytes that examples may take to be kept in memory: a quarter of what this process may use at most.

    Example:
        >>> memory_limit() > 0
        True
    """
    return int(SHARE * min(_installed(), _allowed()))


def _installed() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not a POSIX system: what any machine of today has
        return 4 << 30


def _allowed() -> float:
    """Return the limit of the container, if there is one."""
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            return int(Path(file).read_text())
    return float("inf")


Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return what a function gives for each item, in their order, computed by as many threads as there are processors.

    Example:
        >>> in_threads(len, ["a", "bcd"])
        [1, 3]
    """
    with ThreadPoolExecutor(os.cpu_count() or 1, "chainrule-files") as pool:
        return list(pool.map(function, items))
