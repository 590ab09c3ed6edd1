"""Networks that are sensible to begin with: a body for each kind of input, chosen by its shape and the number of examples, and a head."""

from chainrule.tasks.networks.choices import Choices
from chainrule.tasks.networks.design import Design, design
from chainrule.tasks.networks.parts import Body, InputSpec, OutputSpec

__all__ = ["Body", "Choices", "Design", "InputSpec", "OutputSpec", "design"]
