"""Settings as objects: each class is registered where it is defined, its arguments are checked, and it is written as JSON and read back.

Nothing is run when a configuration is read: it names classes that this process has defined already.
"""

import inspect
import re
from abc import ABCMeta
from collections.abc import Collection, Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar, dataclass_transform

import numpy as np

from chainrule.arguments import Argument
from chainrule.constructors import arguments_of, has_own_init
from chainrule.errors import ArgumentError, did_you_mean, unknown_name

_PACKAGE = __name__.partition(".")[0]
_CLASSES: dict[str, type] = {}  # by address, in the order of their definition

Class = TypeVar("Class", bound=type)
Kind = TypeVar("Kind", bound="Configurable")


class ConfigurableType(ABCMeta):
    """The type of configurable classes: registers each, makes its fields a constructor, and checks what that is called with."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], abstract: bool = False, room: str = "", **options: Any
    ) -> "ConfigurableType":
        """Make a class.

        Args:
            name: its name.
            bases: what it inherits from.
            namespace: what it defines.
            abstract: whether it is a base, not to be made itself, and so in no list.
            room: the first part of its address and of its subclasses', where it stands elsewhere in the package.
            options: for the dataclass made of it and of its subclasses, such as `eq=False`.
        """
        return super().__new__(mcs, name, bases, namespace)

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], abstract: bool = False, room: str = "", **options: Any
    ) -> None:
        super().__init__(name, bases, namespace)
        for base in reversed(cls.__mro__[1:]):
            _complete(base)
        cls.is_abstract = abstract
        cls.is_family = True
        cls.room = room or getattr(cls, "room", "")
        cls.dataclass_options = {**getattr(cls, "dataclass_options", {}), **options}
        if not abstract:
            register(cls)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Return an object of the class, made of checked arguments.

        Raises:
            ArgumentError: an argument that is missing, not known, or not accepted.
        """
        _complete(cls)
        bound = _bound(cls, args, kwargs)
        arguments = arguments_of(cls)
        for given in (bound.arguments, *_rest(bound)):
            for name in given:
                if name in arguments:
                    given[name] = arguments[name].take(cls, given[name])
        made = super().__call__(*bound.args, **bound.kwargs)
        if has_own_init(cls):
            _remember(made, bound)
        return made

    @property
    def __signature__(cls) -> inspect.Signature:
        _complete(cls)
        return _signature(cls)


def _complete(cls: type) -> None:
    """Make a dataclass of a class that declares fields, unless it is one or has a constructor of its own.

    That waits until the class is used: its decorators, of which `@dataclass` may be one, come after its definition.
    """
    if not isinstance(cls, ConfigurableType) or cls.__bases__ == (object,) or "__dataclass_fields__" in vars(cls):
        return  # of the base of all nothing is made: a family says by itself whether its objects are frozen
    declares = inspect.get_annotations(cls) or "__post_init__" in vars(cls) or not hasattr(cls, "__dataclass_fields__")
    if declares and not has_own_init(cls):
        dataclass(**cls.dataclass_options)(cls)


def _fields(of: Any) -> tuple[Field[Any], ...]:
    """Return the fields of a class or an object; none of a class with a constructor of its own whose bases declare none."""
    return fields(of) if is_dataclass(of) else ()


@cache
def _signature(cls: type) -> inspect.Signature:
    signature = inspect.signature(cls.__init__)
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def _bound(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
    """Return the arguments by name."""
    signature = _signature(cls)
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as error:
        known = arguments_of(cls)
        takes = f"It takes {', '.join(known)}." if known else "It takes none."
        if unknown := [name for name in kwargs if name not in signature.parameters]:
            raise ArgumentError(f"{cls.__name__} has no argument {unknown[0]!r}.{did_you_mean(unknown[0], known)} {takes}") from None
        raise ArgumentError(f"{cls.__name__}: {error}. {takes}") from None


def _rest(bound: inspect.BoundArguments) -> list[dict[str, Any]]:
    """Return what a constructor takes as **kwargs."""
    return [bound.arguments[p.name] for p in bound.signature.parameters.values() if p.kind is p.VAR_KEYWORD and p.name in bound.arguments]


def _remember(made: Any, bound: inspect.BoundArguments) -> None:
    """Keep what a constructor written by hand was called with, as its arguments need not be attributes, and what fields it set."""
    cls = type(made)
    if lacking := [f.name for f in _fields(cls) if not hasattr(made, f.name)]:
        raise ArgumentError(f"{cls.__name__}: __init__ must call super().__init__(). Without it there is no {lacking[0]!r}.")
    bound.apply_defaults()
    given = dict(bound.arguments)
    for parameter in bound.signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            given |= given.pop(parameter.name)
        elif parameter.kind is parameter.VAR_POSITIONAL and given.pop(parameter.name):
            given[f"*{parameter.name}"] = None  # which no configuration can hold
    object.__setattr__(made, "_given", given)
    object.__setattr__(made, "_made", {f.name: getattr(made, f.name) for f in _fields(cls) if f.init})


@dataclass_transform(field_specifiers=(field,))
class Configurable(metaclass=ConfigurableType, abstract=True, repr=False):
    """The base of objects that are made of settings: layers, losses, optimisers, steps of preparation, and others.

    A class declares its settings as annotated fields, as a dataclass does; `@dataclass` may be left out. Where a field's type has a
    meaning (see `chainrule.arguments`), what is given is checked when the object is made. A class may have an `__init__` of its
    own instead. Every class is registered where it is defined, so that its objects can be saved and read back, and so that its
    family, a base with `abstract=True`, can list it and find it by name.

    Example:
        >>> from chainrule.arguments import PositiveCount
        >>> from chainrule.configuration import Configurable, find
        >>> class Shape(Configurable, abstract=True):
        ...     "A family."
        >>> class Polygon(Shape):
        ...     "One of the family."
        ...     corners: PositiveCount = 3
        >>> find(Shape, "polygon")(4)
        Polygon(corners=4)
        >>> Polygon(0)
        Traceback (most recent call last):
        chainrule.errors.ArgumentError: Polygon: corners must be a whole number from 1. Got 0 instead.
    """

    aliases: ClassVar[tuple[str, ...]] = ()  # other names of the class in its family, of the class alone and not of its subclasses

    def __repr__(self) -> str:
        return as_expression(self)


def describe(cls: type) -> Mapping[str, Argument]:
    """Return the arguments of a class's constructor, by name: what each means, its default, and its sentence in the docstring.

    Example:
        >>> import chainrule as cr
        >>> units = describe(cr.layers.Dense)["units"]
        >>> units.meaning.wanted, units.text
        ('a whole number from 1', 'the number of outputs.')
    """
    _complete(cls)
    return arguments_of(cls)


def subclasses(family: type[Kind]) -> list[type[Kind]]:
    """Return the public classes of a family, ours and the user's, in the order of their definition."""
    return [cls for cls in _CLASSES.values() if issubclass(cls, family) and not cls.__name__.startswith("_")]


def is_own(cls: type) -> bool:
    """Return whether a class is part of this library, not the user's."""
    return cls.__module__.partition(".")[0] == _PACKAGE


def snake_case(name: str) -> str:
    """Return the name of a class as a name of an object, as Keras does: "MaxPooling2D" becomes "max_pooling2d"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", name).lower()


def names_in(family: type[Kind]) -> dict[str, type[Kind]]:
    """Return the classes of a family by all their names: the class's, the same in small letters, and its aliases.

    Where the user's class has a name of one of ours, ours keeps it: what a saved configuration names does not change.
    """
    found: dict[str, type[Kind]] = {}
    for cls in sorted(subclasses(family), key=lambda cls: not is_own(cls)):
        for name in (snake_case(cls.__name__), *vars(cls).get("aliases", ()), cls.__name__):
            found.setdefault(name, cls)
    return found


def find(family: type[Kind], name: str, what: str = "") -> type[Kind]:
    """Return the class of a family by its name, in any of its spellings.

    Args:
        family: the base of the classes.
        name: the class's own name, the same in small letters, or one of its aliases.
        what: how the error names what is looked for; by default after the family.

    Raises:
        ArgumentError: a name of none of them.
    """
    known = names_in(family)
    if name in known:
        return known[name]
    spelt = {entry.lower().replace("_", ""): cls for entry, cls in reversed(known.items())}
    if isinstance(name, str) and name.lower().replace("_", "") in spelt:  # pyright: ignore[reportUnnecessaryIsInstance]
        return spelt[name.lower().replace("_", "")]
    listed = dict.fromkeys(snake_case(cls.__name__) for cls in known.values()) | dict.fromkeys(entry for entry in known if entry.islower())
    raise unknown_name(what or f"{_article(family.__name__)} {family.__name__.lower()}", name, listed)


def _article(name: str) -> str:
    return "An" if name[0] in "AEIOU" else "A"


def register(cls: Class) -> Class:
    """Keep a class under its address. A class of the user's that is defined again takes the place of the former."""
    name = address(cls)
    if is_own(cls) and name in _CLASSES and _CLASSES[name].__module__ != cls.__module__:
        raise ArgumentError(f"There are two configurable classes named {name!r}: give one of them another name.")
    _CLASSES.pop(name, None)
    _CLASSES[name] = cls
    return cls


configurable = register


def address(cls: type) -> str:
    """Return the name under which a class is saved: of ours that in its room, such as "layers.Dense", of the user's that in its module."""
    if not is_own(cls):
        return f"{cls.__module__}.{cls.__qualname__}"
    room = cls.room if isinstance(cls, ConfigurableType) and cls.room else cls.__module__.split(".")[1]
    return f"{room}.{cls.__qualname__}"


def as_expression(made: Any) -> str:
    """Return an object as the expression that makes it, arguments at their default left out: "Adam(learning_rate=0.01)"."""
    shown = settings_of(made)
    arguments = describe(type(made))
    given = [f"{name}={value!r}" for name, value in shown.items() if name not in arguments or not _same(value, arguments[name].default)]
    return f"{type(made).__name__}({', '.join(given)})"


def _same(value: Any, default: Any) -> bool:
    try:
        return bool(value is default or (type(value) is type(default) and value == default))
    except ValueError:  # arrays
        return False


def settings_of(made: Any) -> dict[str, Any]:
    """Return what an object was made with, by argument, as it is now."""
    own = {f.name: getattr(made, f.name) for f in _fields(made) if f.init}
    if not isinstance(made, Configurable) or not has_own_init(type(made)):
        return own
    given, before = vars(made)["_given"], vars(made)["_made"]
    changed = {name: value for name, value in own.items() if name not in given and not _same(value, before[name])}
    return {name: own.get(name, value) for name, value in given.items()} | changed


def to_config(value: Any) -> Any:
    """Return `value` as JSON-ready data: numbers, texts, lists, dicts, and registered objects by class and arguments.

    Raises:
        ArgumentError: something that is none of these, such as a function of the user's.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [to_config(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): to_config(entry) for key, entry in value.items()}
    if isinstance(value, Configurable) or _CLASSES.get(address(type(value))) is type(value):
        return {"class": address(type(value))} | {name: to_config(entry) for name, entry in settings_of(value).items()}
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
    known = _defined(name)
    if not isinstance(known, ConfigurableType):
        refuse_newer(name, entries, [f.name for f in _fields(known) if f.init])
        return known(**entries)
    arguments = describe(known)
    later = {f.name for f in _fields(known) if f.init} - set(arguments)  # which a constructor of the user's does not take
    refuse_newer(name, entries, [*arguments, *later])
    made = known(**{key: entry for key, entry in entries.items() if key in arguments})
    for key in later & set(entries):
        if getattr(made, key) != entries[key]:
            setattr(made, key, entries[key])
    return made


def _defined(name: str) -> type:
    """Return the class of an address; of a user's class also where it is now defined in another module."""
    if name in _CLASSES:
        return _CLASSES[name]
    alike = [cls for cls in _CLASSES.values() if not is_own(cls) and cls.__qualname__ == name.rpartition(".")[2]]
    rooms = {known.partition(".")[0] for known, cls in _CLASSES.items() if is_own(cls)}
    if name.partition(".")[0] in rooms:
        raise ArgumentError(
            f"The class of a configuration must be known. Got {name!r} instead.{did_you_mean(name, _CLASSES)} "
            "If a newer Chainrule wrote it, update Chainrule."
        )
    if len(alike) == 1:
        return alike[0]
    raise ArgumentError(
        f"The class {name!r} of a configuration is not defined in this process. Define it, or import the module that defines it, "
        "and then load again."
    )


def refuse_newer(what: str, config: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise ArgumentError where a configuration has entries that are not known here: without them it would mean something else."""
    newer = [name for name in config if name not in known]
    if newer:
        raise ArgumentError(
            f"{what} of a configuration must have no other entries than {', '.join(known)}. Got {newer[0]!r} too: it was written by a "
            "newer Chainrule. Update Chainrule."
        )
