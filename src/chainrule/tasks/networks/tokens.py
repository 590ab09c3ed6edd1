"""Networks for whole numbers that are to be embedded: a few categories, each by its number."""

from chainrule.layers import Dense, Embedding, Flatten
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices

LARGEST_EMBEDDING = 32


def categories(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return an embedding of the categories' numbers, of about the fourth root of their count times 1.6 in size, and a dense layer."""
    assert spec.size is not None
    size = max(2, min(LARGEST_EMBEDDING, round(1.6 * spec.size**0.56)))
    return Body([Embedding(spec.size, size), Flatten(), Dense(32, "relu")], f"{spec.name!r}: {spec.size} categories embedded in {size}")
