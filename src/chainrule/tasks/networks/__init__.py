"""Networks that are sensible to begin with: a body for each kind of input, chosen by its shape and the number of examples."""

from chainrule.tasks.choices import Choices
from chainrule.tasks.networks.design import Design, design

__all__ = ["Choices", "Design", "design"]
