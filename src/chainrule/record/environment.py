"""What a run's bits depend on beside its configuration: versions, device, threads, compile options."""

import os
import platform
import sys
from importlib.metadata import version
from typing import Any

import jax

from chainrule.xla import compile_options


def environment() -> dict[str, Any]:
    """Return versions, device, threads and compile options."""
    device = jax.devices()[0]
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "threads": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "device": f"{device.platform} {device.device_kind}",
        "compile_options": compile_options(),
        "xla_flags": os.environ.get("XLA_FLAGS", ""),
        **{package: version(package) for package in ("chainrule", "jax", "jaxlib", "numpy")},
    }


def differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return what has changed, as lines for people."""
    return [f"{key}: {then.get(key)} then, {now.get(key)} now" for key in now if then.get(key) != now.get(key)]
