"""Models: networks that can be compiled, trained, evaluated, asked and saved."""

from chainrule.models.loading import load_model
from chainrule.models.model import Model, set_random_seed
from chainrule.models.sequential import Sequential

__all__ = ["Model", "Sequential", "load_model", "set_random_seed"]
