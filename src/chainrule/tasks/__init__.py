"""Tasks: what can be learned from data, and how: a problem read from a source, a network for it, answers, evaluation, explanations."""

from chainrule.tasks import clustering
from chainrule.tasks.suspects import label_suspects

__all__ = ["clustering", "label_suspects"]
