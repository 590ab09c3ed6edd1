"""The examples of a plan as arrays; of those that are streamed, some that stand for all."""

from chainrule.training import Examples, Plan

MOST = 1024  # of examples that have to be read from a source


def at_hand(plan: Plan) -> tuple[Examples, Examples | None]:
    """Return the examples to learn from, and those to validate on."""
    return plan.train.in_memory(MOST), None if plan.validation is None else plan.validation.in_memory(MOST)
