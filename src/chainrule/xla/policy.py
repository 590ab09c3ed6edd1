"""How each device computes each op: where XLA's own choice is not the best, another lowering stands here."""

from typing import Any

from chainrule.xla.convolution import CPU_CONVOLUTION
from chainrule.xla.lowering import Policy

_CPU: Policy = CPU_CONVOLUTION


def policy_for(platform: str) -> Policy:
    """Return the lowerings to use instead of the ops' own on `platform` ("cpu", "gpu", "tpu")."""
    return _CPU if platform == "cpu" else {}


def compile_options() -> dict[str, Any]:
    """Return XLA's compile options; a run records them, for its bits depend on them."""
    return {}
