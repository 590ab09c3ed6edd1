"""From graph to program: lowering, the policy of each device, compiled programs, and their cache on disk."""

from chainrule.xla.cache import use_disk_cache
from chainrule.xla.lowering import lower, merge_loops
from chainrule.xla.policy import compile_options, policy_for
from chainrule.xla.program import Program, StepProgram, evaluate, precision_of

__all__ = ["Program", "StepProgram", "compile_options", "evaluate", "lower", "merge_loops", "policy_for", "precision_of"]

use_disk_cache()  # now: once JAX has compiled anything without it, it no longer looks
