"""Activations by name, as evidence holds them, and what each declares of itself."""

from typing import Any

from chainrule import activations
from chainrule.activations import Activation
from chainrule.errors import ArgumentError

UNKNOWN = "?"
BENT = "max"  # of what bends without an activation, such as the largest of a window


def activation_name(argument: Any) -> str:
    """Return an activation's name in small letters; "linear" for none, "?" for a function that is not known by name.

    Example:
        >>> from chainrule.activations import LeakyRelu
        >>> activation_name("ReLU"), activation_name(LeakyRelu(0.1)), activation_name(lambda x: x * x)
        ('relu', 'leaky_relu', '?')
    """
    if argument is None:
        return "linear"
    if isinstance(argument, str):
        return argument.lower()
    made = activations.get(argument)
    return made.name if activations.is_known(made) else UNKNOWN


def activation_named(name: str) -> Activation | None:
    """Return the activation of a name, which says what is true of it; None for one that is not known.

    Example:
        >>> activation_named("relu").rectifies, activation_named("?")
        (True, None)
    """
    try:
        return activations.get(name)
    except ArgumentError:
        return None
