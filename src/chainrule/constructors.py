"""The arguments of a class's constructor, read from its fields or from an `__init__` of its own, with their sentences in the docstring."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, ClassVar, get_origin, get_type_hints

from chainrule.arguments import Argument, meaning_of


@cache
def arguments_of(cls: type) -> Mapping[str, Argument]:
    """Return the arguments of a class's constructor by name: of its fields, or of its own `__init__`."""
    sentences = argument_sentences(cls)

    def argument(name: str, hint: Any, default: Any) -> Argument:
        meaning, optional = meaning_of(hint)
        return Argument(name, meaning.of(cls), optional or default is None, default, sentences.get(name, ""))

    if not has_own_init(cls):
        hints = _class_hints(cls)
        ordered = sorted((f for f in fields(cls) if f.init), key=lambda f: f.kw_only is True)
        return {f.name: argument(f.name, hints.get(f.name, Any), _default(f)) for f in ordered}
    parameters = inspect.signature(cls.__init__).parameters.values()
    hints = _hints_of_function(cls.__init__)
    named = [p for p in list(parameters)[1:] if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    found = {p.name: argument(p.name, hints.get(p.name, Any), MISSING if p.default is p.empty else p.default) for p in named}
    base = _base_of_init(cls)
    if base is not None and any(p.kind is p.VAR_KEYWORD for p in parameters):
        found |= {name: rest for name, rest in arguments_of(base).items() if name not in found}
    return found


def has_own_init(cls: type) -> bool:
    """Return whether the class's constructor was written by hand, not made from fields."""
    owner = next(base for base in cls.__mro__ if "__init__" in vars(base))
    return owner is not object and "__dataclass_fields__" not in vars(owner)


def _base_of_init(cls: type) -> type | None:
    """Return the class whose constructor a hand-written one calls with what it does not name itself."""
    mro = cls.__mro__
    owner = next(number for number, base in enumerate(mro) if "__init__" in vars(base))
    return next((base for base in mro[owner + 1 :] if is_dataclass(base) or "__init__" in vars(base)), None)


def argument_sentences(cls: type) -> Mapping[str, str]:
    """Return what the docstrings of a class and of its bases say of each argument, by name."""
    found: dict[str, str] = {}
    for base in reversed(inspect.getmro(cls)):
        listed = re.split(r"\n\s*Args:\n", inspect.cleandoc(base.__doc__ or ""))[1:]
        for name, text in re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", listed[0] if listed else "", re.MULTILINE):
            found[name] = " ".join(text.split())
    return found


def _default(field: Any) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _class_hints(cls: type) -> dict[str, Any]:
    """Return the types of a class's fields; a type that is imported for checking alone, and so not known here, is Any."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        module = inspect.getmodule(base)
        known = {**vars(module)} if module else {}
        for name, hint in inspect.get_annotations(base).items():
            found[name] = _resolved(hint, known | {base.__name__: base})
    return {name: hint for name, hint in found.items() if get_origin(hint) is not ClassVar}


def _resolved(hint: Any, known: dict[str, Any]) -> Any:
    if not isinstance(hint, str):
        return hint
    try:
        return eval(hint, known)  # what the class's own source says; nothing that was loaded
    except NameError:
        return Any


def _hints_of_function(function: Any) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError:
        return {}
