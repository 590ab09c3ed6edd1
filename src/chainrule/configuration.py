"""Objects as data: what a model, an optimiser or a schedule is made of, as JSON, and back without running anything."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from chainrule.errors import ArgumentError, unknown_name

Class = TypeVar("Class", bound=type)
_CLASSES: dict[str, type] = {}


def configurable(cls: Class) -> Class:
    """Register a dataclass, so that its instances can be written as configuration and made again from it."""
    name = _address(cls)
    if name in _CLASSES and _CLASSES[name].__module__ != cls.__module__:
        raise ArgumentError(f"There are two configurable classes named {name!r}: give one of them another name.")
    _CLASSES[name] = cls
    return cls


def _address(cls: type) -> str:
    """Return the class's name in its room, such as "layers.Dense"."""
    return f"{cls.__module__.removeprefix('chainrule.').partition('.')[0]}.{cls.__qualname__}"


def to_config(value: Any) -> Any:
    """Return `value` as JSON-ready data: numbers, texts, lists, dicts, and registered objects by class and arguments.

    Raises:
        ArgumentError: something that is none of these, such as a function of the user's.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [to_config(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): to_config(entry) for key, entry in value.items()}
    if _CLASSES.get(_address(type(value))) is type(value):
        return {"class": _address(type(value))} | {f.name: to_config(getattr(value, f.name)) for f in fields(value) if f.init}
    raise ArgumentError(f"{value!r} cannot be written to a configuration. Use a name, a number, or one of Chainrule's own objects.")


def from_config(data: Any) -> Any:
    """Return what `to_config` was given. What a class has learned to take since then is as by default.

    Raises:
        ArgumentError: a class that is not known, or an entry that its class does not know.
    """
    if isinstance(data, list):
        return [from_config(entry) for entry in data]
    if not isinstance(data, dict):
        return data
    entries: dict[str, Any] = {key: from_config(entry) for key, entry in data.items() if key != "class"}
    if "class" not in data:
        return entries
    name = data["class"]
    if name not in _CLASSES:
        raise unknown_name("The class of a configuration", name, _CLASSES)
    known = _CLASSES[name]
    refuse_newer(name, entries, [f.name for f in fields(known) if f.init])
    return known(**entries)


def refuse_newer(what: str, config: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise ArgumentError where a configuration has entries that are not known here: without them it would mean something else."""
    newer = [name for name in config if name not in known]
    if newer:
        raise ArgumentError(
            f"{what} of a configuration must have no other entries than {', '.join(known)}. Got {newer[0]!r} too: it was written by a "
            "newer Chainrule. Update Chainrule."
        )
