"""What a run was told before it began, from what it keeps: no model is made for it, for a list has many runs."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from chainrule.studio.fields import Number


class Hyperparameters(Struct, frozen=True):
    """What a run was told before it began.

    Args:
        network: its layers in a phrase.
        optimizer: its name; empty where there is none.
        learning_rate: that it was given, or that its schedule was.
        schedule: the name of the one that sets the learning rate; empty where there is none.
        batch_size: examples in a batch.
        seed: all that is random depends on it.
    """

    network: str
    optimizer: str
    learning_rate: Number
    schedule: str
    batch_size: int
    seed: int


_SIZES = ("units", "filters", "output_dim", "num_heads")  # of a layer with weights, by the name of its argument
_RATES = ("learning_rate", "initial_learning_rate", "values", "schedule")  # of a schedule; that of a warm-up has its own


def hyperparameters_of(configuration: Mapping[str, Any]) -> Hyperparameters:
    """Return the hyperparameters of a run.

    Args:
        configuration: that the run keeps.
    """
    model, settings = configuration["model"], configuration["settings"]
    optimizer = (model.get("compile") or {}).get("optimizer")
    rate = optimizer.get("learning_rate") if isinstance(optimizer, dict) else None
    return Hyperparameters(
        network=_network(model["network"]["layers"]),
        optimizer=_kind(optimizer) if isinstance(optimizer, dict) else str(optimizer or ""),
        learning_rate=_first_rate(rate),
        schedule=_kind(rate) if isinstance(rate, dict) else "",
        batch_size=settings["batch_size"],
        seed=settings["seed"],
    )


def _network(layers: list[dict[str, Any]]) -> str:
    """Return layers in a phrase: "Conv2D 16 → Dense 10"; those without a size are left out."""
    sizes = [(_kind(layer), next((layer[name] for name in _SIZES if name in layer), None)) for layer in layers]
    return " → ".join(f"{kind} {size}" for kind, size in sizes if size is not None)


def _kind(config: Mapping[str, Any]) -> str:
    return str(config.get("class", "")).rpartition(".")[2]


def _first_rate(rate: Any) -> Number:
    if isinstance(rate, dict):
        return _first_rate(next((rate[name] for name in _RATES if name in rate), None))
    if isinstance(rate, list):
        return _first_rate(rate[0]) if rate else None
    return float(rate) if isinstance(rate, int | float) else None
