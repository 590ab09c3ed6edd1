"""How much memory the machine has: what takes less than a quarter of it may stay there."""

import os
from contextlib import suppress
from pathlib import Path

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
