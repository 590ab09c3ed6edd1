"""What tests of explanations are about."""

from typing import Any, NamedTuple

import chainrule as cr


class Explained(NamedTuple):
    """A trained model with rows it was not trained on, and their classes."""

    model: cr.Model
    x: Any
    y: Any
