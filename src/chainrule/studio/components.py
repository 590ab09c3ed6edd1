"""What settings are put together from, read off the classes themselves: their arguments, types, defaults and what is said of them."""

import inspect
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from math import isfinite
from typing import Any, get_type_hints

from msgspec import Struct

from chainrule import layers, losses, optimizers
from chainrule.activations import ACTIVATIONS
from chainrule.augment.augmentation import Augmentation
from chainrule.configuration import describe
from chainrule.errors import ChainruleError
from chainrule.initializers.initializers import INITIALIZERS
from chainrule.layers import Input, Layer, Symbol
from chainrule.metrics import metric_names as names_of_metrics
from chainrule.studio.construction import GROUPS, group_of
from chainrule.studio.fields import Number, Value
from chainrule.studio.network import formula_of, shown_value, stage_of


class Argument(Struct, frozen=True):
    """An argument of a constructor.

    Args:
        name: its.
        kind: "whole", "number", "share", "switch", "choice", "sizes" (a whole number or several) or "text".
        required: whether there is no default.
        default: it.
        optional: whether it may be None.
        choices: of a choice.
        least: the smallest value; None where there is no bound.
        most: the largest.
        text: what it is, in a line.
        made: of what it may be chosen itself: "schedule", "regularizer"; empty where it is a plain value.
    """

    name: str
    kind: str
    required: bool
    default: Value
    optional: bool
    choices: list[str]
    least: Number
    most: Number
    text: str
    made: str = ""


class Component(Struct, frozen=True):
    """Something to be chosen.

    Args:
        kind: its class.
        group: where it is listed: "weighted sums", "pooling", ...
        text: what it does, in a line.
        formula: what it computes; empty where the text says it.
        arguments: of its constructor, the important ones first.
        takes: how many axes an example must have; empty for any.
    """

    kind: str
    group: str
    text: str
    formula: str
    arguments: list[Argument]
    takes: list[int]


_HIDDEN = {"name", "trainable", "inputs", "outputs", "seed", "weights", "built"}
_CHOICES: dict[str, Iterable[str]] = {
    "activation": ACTIVATIONS,
    "recurrent_activation": ACTIVATIONS,
    "padding": ("valid", "same"),
    "mode": ("horizontal", "vertical", "horizontal_and_vertical"),
}
_SHARES = {"rate", "dropout", "recurrent_dropout", "momentum", "beta_1", "beta_2", "rho", "label_smoothing"}
_TRIED: dict[str, Any] = {"units": 2, "filters": 2, "kernel_size": 1, "input_dim": 4, "output_dim": 2, "rate": 0.5, "scale": 1.0}
_SHAPES = {1: (4,), 2: (6, 4), 3: (8, 8, 3)}


@cache
def layer_kinds() -> list[Component]:
    """Return the layers that can be put one after the other."""
    return [_kind(kind, _group(kind), _takes(kind)) for kind in _layers() if not issubclass(kind, Augmentation) and _takes(kind)]


@cache
def augmentation_kinds() -> list[Component]:
    """Return the layers that vary training examples."""
    return [_kind(kind, "augmentation", _takes(kind)) for kind in _layers() if issubclass(kind, Augmentation)]


@cache
def loss_kinds() -> list[Component]:
    """Return the losses."""
    return [_kind(kind, "loss", []) for kind in dict.fromkeys(losses.loss_names().values())]


@cache
def optimizer_kinds() -> list[Component]:
    """Return the optimisers."""
    return [_kind(kind, "optimizer", []) for kind in dict.fromkeys(optimizers.optimizer_names().values())]


@cache
def schedule_kinds() -> list[Component]:
    """Return the schedules of learning rates."""
    return [_kind(kind, "schedule", []) for kind in GROUPS["schedule"].known.values()]


@cache
def regularizer_kinds() -> list[Component]:
    """Return the penalties on weights."""
    return [_kind(kind, "regularizer", []) for kind in GROUPS["regularizer"].known.values()]


def metric_names() -> list[str]:
    """Return the names of metrics."""
    return list(names_of_metrics())


def _layers() -> list[type[Layer]]:
    found = [getattr(layers, name) for name in layers.__all__]
    return [kind for kind in found if inspect.isclass(kind) and issubclass(kind, Layer) and kind is not Layer]


def _group(kind: type[Layer]) -> str:
    return {"weighted sum": "weighted sums", "preparation": "scaling"}.get(stage_of(kind), stage_of(kind))


@cache
def _takes(kind: type[Layer]) -> list[int]:
    """Return how many axes an example must have for a layer: those on which it can be put."""
    return [axes for axes in _SHAPES if _fits(kind, axes)]


def _fits(kind: type[Layer], axes: int) -> bool:
    given: dict[str, Any] = {name: _TRIED.get(name, 1) for name, argument in describe(kind).items() if argument.required}
    if kind is layers.Reshape:
        given = {"target_shape": (-1,)}
    try:
        return isinstance(kind(**given)(Input(_SHAPES[axes], "int32" if kind is layers.Embedding else "float32")), Symbol)
    except (ChainruleError, TypeError, ValueError, AttributeError):
        return False


def _kind(kind: type, group: str, takes: list[int]) -> Component:
    text = formula_of(kind).replace("`", "").partition(" Source: ")[0]
    describe(kind)
    said, hints = _said(kind), get_type_hints(kind)
    arguments = [
        _argument(kind, field, hints.get(field.name, Any), said) for field in fields(kind) if field.init and field.name not in _HIDDEN
    ]
    return Component(kind.__name__, group, text, text.partition(": ")[2], arguments, takes)


def _said(kind: type) -> Mapping[str, str]:
    """Return what is said of each argument, by name, those of the bases too."""
    found: dict[str, str] = {}
    for base in reversed(inspect.getmro(kind)):
        listed = re.split(r"\n\s*Args:\n", inspect.cleandoc(base.__doc__ or ""))[1:]
        for name, text in re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", listed[0] if listed else "", re.MULTILINE):
            found[name] = " ".join(text.split())
    return found


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _default(field: Field[Any]) -> Value:
    return None if field.default is MISSING else shown_value(field.default)


def _argument(kind: type, field: Field[Any], hint: Any, said: Mapping[str, str]) -> Argument:
    name, told = field.name, str(hint)
    choices = list(_choices(name))
    what = _what(name, told, choices)
    least = {"whole": 1.0, "share": 0.0, "sizes": 1.0}.get(what)
    default = _default(field)
    if isinstance(default, int | float) and not isinstance(default, bool) and isfinite(default) and least is not None:
        least = min(least, float(default))
    return Argument(
        name=name,
        kind=what,
        required=_is_required(field),
        default=default,
        optional="None" in told,
        choices=choices,
        least=least,
        most=1.0 if what == "share" else None,
        text=said.get(name, ""),
        made=group_of(hint),
    )


def _choices(name: str) -> Iterable[str]:
    if name.endswith("_initializer"):
        return sorted(INITIALIZERS)
    return _CHOICES.get(name, ())


def _what(name: str, told: str, choices: list[str]) -> str:
    """Return the kind of an argument from its name and type."""
    if choices:
        return "choice"
    if "bool" in told:
        return "switch"
    if name in _SHARES:
        return "share"
    if "Sequence" in told or "tuple" in told:
        return "sizes"
    if "float" in told:
        return "number"
    return "whole" if "int" in told else "text"
