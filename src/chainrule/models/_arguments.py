"""The arguments of a model's methods: what they accept, and in which form they are used."""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from chainrule.errors import ArgumentError, did_you_mean
from chainrule.losses import Loss
from chainrule.metrics import Metric
from chainrule.training.callbacks.callback import Callback


def as_callbacks(callbacks: Any) -> list[Callback]:
    """Return the callbacks that were given, all of which must be callbacks."""
    given = list(callbacks) if isinstance(callbacks, list | tuple) else [] if callbacks is None else [callbacks]
    for entry in given:
        if not isinstance(entry, Callback):
            raise ArgumentError(
                f"fit: callbacks must be a list of callbacks, such as [cr.callbacks.EarlyStopping()]. Got {entry!r} in it. "
                "Write one of your own as a class: class Mine(cr.callbacks.Callback)."
            )
    return given


def without_functions(given: Any, get: Callable[[Any], Any]) -> Any:
    """Return losses or metrics in a form that can be saved: functions as objects, names as they are."""
    if isinstance(given, list | tuple):
        return [without_functions(entry, get) for entry in given]
    return get(given) if callable(given) and not isinstance(given, Loss | Metric) else given


def refuse_unknown(method: Callable[..., Any], unknown: Mapping[str, Any]) -> None:
    """Raise ArgumentError where a method was given arguments that it does not have."""
    if unknown:
        name, known = next(iter(unknown)), [name for name in signature(method).parameters if name not in ("self", "unknown")]
        raise ArgumentError(f"{method.__name__} has no argument {name!r}.{did_you_mean(name, known)} It takes {', '.join(known)}.")


def as_batch_size(what: str, size: int | None) -> int:
    """Return the batch size that was given, or the default of 32."""
    if size is not None and size < 1:
        raise ArgumentError(f"{what}: batch_size must be a whole number from 1. Got {size!r} instead.")
    return 32 if size is None else size


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as the only entry of one."""
    return list(value) if isinstance(value, list | tuple) else [value]
