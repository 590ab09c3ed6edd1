"""Networks that are sensible to begin with: a body for each kind of input, chosen by its shape and the number of examples, and a head."""

from chainrule.recipes.networks.choices import Choices
from chainrule.recipes.networks.design import Design, design
from chainrule.recipes.networks.parts import Body, Given, Wanted

__all__ = ["Body", "Choices", "Design", "Given", "Wanted", "design"]
