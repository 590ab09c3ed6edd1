"""Networks for rows of numbers."""

from chainrule.layers import Dense, SmoothClip
from chainrule.recipes.networks.choices import Choices
from chainrule.recipes.networks.parts import Body, Given, Wanted


def body(given: Given, wanted: Wanted, choices: Choices) -> Body:
    """Return dense layers of ReLUs: wider for more examples."""
    units = 32 if given.rows < 500 else 64 if given.rows < 10_000 else 128
    hidden = choices.layers if choices.layers is not None else [units, units]
    return Body([SmoothClip(), *(Dense(size, "relu") for size in hidden)], "dense layers of ReLUs, for a row of numbers")
