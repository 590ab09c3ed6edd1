"""How each device computes each op: where XLA's own choice is not the best, another lowering stands here."""

from functools import cache

import jax

from chainrule.xla.convolution import CPU_CONVOLUTION
from chainrule.xla.lowering import Policy
from chainrule.xla.region import CPU_REGION

_CPU: Policy = {**CPU_CONVOLUTION, **CPU_REGION}
_CPU_OPTIONS = {"xla_cpu_experimental_ynn_fusion_type": ""}  # convolutions are up to four times as fast without that library


def policy_for(platform: str) -> Policy:
    """Return the lowerings to use instead of the ops' own on `platform` ("cpu", "gpu", "tpu")."""
    return _CPU if platform == "cpu" else {}


@cache
def compile_options() -> dict[str, str]:
    """Return XLA's compile options for the default device; a run records them, for its bits depend on them.

    An option that this version of XLA does not know is left out.
    """
    if jax.default_backend() != "cpu":
        return {}
    try:
        jax.jit(lambda: 0).lower().compile(dict(_CPU_OPTIONS))
    except jax.errors.JaxRuntimeError:
        return {}
    return _CPU_OPTIONS
