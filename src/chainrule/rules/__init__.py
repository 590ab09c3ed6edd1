"""Learning rules: each a table of pullbacks by op, by which gradients are passed back in training."""

from chainrule.configuration import find
from chainrule.errors import ArgumentError
from chainrule.rules.rule import Backpropagation, Rule

__all__ = ["Backpropagation", "Rule", "get"]


def get(rule: str | Rule) -> Rule:
    """Return the learning rule of this name, or the rule itself.

    Raises:
        ArgumentError: a name that is not known, or something that is no rule.
    """
    if isinstance(rule, str):
        return find(Rule, rule)()
    if not isinstance(rule, Rule):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(f"The rule must be a name or a Rule, such as chainrule.rules.Backpropagation(). Got {rule!r} instead.")
    return rule
