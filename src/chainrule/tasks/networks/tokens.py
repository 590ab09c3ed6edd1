"""Networks for whole numbers that are to be embedded: a few categories, each by its number."""

from chainrule.layers import Dense, Embedding, Flatten
from chainrule.tasks.networks.choices import Choices
from chainrule.tasks.networks.parts import Body, Given, Wanted

LARGEST_EMBEDDING = 32


def categories(given: Given, wanted: Wanted, choices: Choices) -> Body:
    """Return an embedding of the categories' numbers, of about the fourth root of their count times 1.6 in size, and a dense layer."""
    assert given.size is not None
    size = max(2, min(LARGEST_EMBEDDING, round(1.6 * given.size**0.56)))
    return Body([Embedding(given.size, size), Flatten(), Dense(32, "relu")], f"{given.name!r}: {given.size} categories embedded in {size}")
