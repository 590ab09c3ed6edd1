"""What `compile` makes of a network."""

from dataclasses import dataclass, field
from typing import Any

from chainrule.graph import Variable
from chainrule.optimizers import Optimizer
from chainrule.rules import Rule
from chainrule.training.objective import Objective


@dataclass(frozen=True)
class Compiled:
    """The arguments of `compile`, and what was made of them."""

    optimizer: Optimizer
    objective: Objective
    rule: Rule
    slots: dict[str, dict[str, Variable]]
    state: dict[str, Variable]
    programs: dict[Any, Any] = field(default_factory=dict[Any, Any])
