"""What settings are put together from, as forms: the classes of each family, and what each of their arguments accepts."""

from functools import cache
from math import isfinite
from typing import Any

from msgspec import Struct

from chainrule import arguments
from chainrule.arguments import Argument, Meaning
from chainrule.augment.augmentation import Augmentation
from chainrule.configuration import describe, subclasses
from chainrule.layers import Input, Layer, Symbol
from chainrule.losses import Loss
from chainrule.metrics import metric_names as names_of_metrics
from chainrule.optimizers import Optimizer
from chainrule.studio.construction import GROUPS, group_of
from chainrule.studio.fields import Number, Value
from chainrule.studio.network import formula_of, shown_value


class FormArgument(Struct, frozen=True):
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
        group: where it is listed: after the role of a layer: "weighted", "pooling", ...
        text: what it does, in a line.
        formula: what it computes; empty where the text says it.
        arguments: of its constructor, the important ones first.
        takes: how many axes an example must have; empty for any.
    """

    kind: str
    group: str
    text: str
    formula: str
    arguments: list[FormArgument]
    takes: list[int]


_HIDDEN = {"name", "trainable", "inputs", "outputs", "seed"}  # arguments that a form does not ask for
_SHAPES = {1: (4,), 2: (6, 4), 3: (8, 8, 3)}  # of examples on which layers are tried, by their axes


def layer_components() -> list[Component]:
    """Return the layers that can be put one after the other."""
    found = [kind for kind in subclasses(Layer) if kind.role not in ("augmentation", "network")]
    return [_component(kind, kind.role, _takes(kind)) for kind in found if _takes(kind)]


def augmentation_components() -> list[Component]:
    """Return the layers that vary training examples."""
    return [_component(kind, "augmentation", _takes(kind)) for kind in subclasses(Augmentation)]


def loss_components() -> list[Component]:
    """Return the losses."""
    return [_component(kind, "loss", []) for kind in subclasses(Loss)]


def optimizer_components() -> list[Component]:
    """Return the optimisers."""
    return [_component(kind, "optimizer", []) for kind in subclasses(Optimizer) if kind is not Optimizer]


def group_components(group: str) -> list[Component]:
    """Return what an argument may be chosen from: schedules of learning rates, or penalties on weights."""
    return [_component(kind, group, []) for kind in GROUPS[group].known().values()]


def metric_names() -> list[str]:
    """Return the names of metrics."""
    return ["accuracy", *(name for name, metric in names_of_metrics().items() if name.islower() and metric.is_number)]


@cache
def _takes(kind: type[Layer]) -> list[int]:
    """Return how many axes an example must have for a layer: those on which it can be put."""
    return [axes for axes in _SHAPES if _fits(kind, axes)]


def _fits(kind: type[Layer], axes: int) -> bool:
    given = {name: _sample(argument.meaning) for name, argument in describe(kind).items() if argument.required}
    try:
        return isinstance(kind(**given)(Input(_SHAPES[axes], "int32" if kind.takes_indices else "float32")), Symbol)
    except Exception:  # a layer of the user's may fail by anything: it is then offered on no shape, and the others are offered as ever
        return False


def _sample(meaning: Meaning) -> Any:
    """Return a value that an argument accepts."""
    match meaning:
        case arguments.Whole():
            return int(meaning.low) if meaning.low > 0 else -1 if meaning.low <= -1 and isfinite(meaning.low) else 1
        case arguments.Several():
            return (_sample(meaning.each),) * (meaning.count or 1)
        case arguments.Sizes():
            return meaning.low
        case arguments.Choice():
            return meaning.words[0]
        case arguments.Named() | arguments.NamedFunction():
            return next(iter(meaning.names()))
        case arguments.Number():
            return 0.5 if meaning.low <= 0.5 <= meaning.high else meaning.low if isfinite(meaning.low) else meaning.high
        case arguments.Either():
            return _sample(meaning.options[0])
        case _:
            return 0.5


def _component(kind: type, group: str, takes: list[int]) -> Component:
    text = formula_of(kind).replace("`", "").partition(" Source: ")[0]
    listed = [_form_argument(argument) for name, argument in describe(kind).items() if name not in _HIDDEN]
    return Component(kind.__name__, group, text, text.partition(": ")[2], listed, takes)


def _form_argument(argument: Argument) -> FormArgument:
    kind, choices = _kind_of(argument.meaning)
    low, high = _range_of(argument.meaning)
    return FormArgument(
        name=argument.name,
        kind=kind,
        required=argument.required,
        default=None if argument.required else shown_value(argument.default),
        optional=argument.optional,
        choices=choices,
        least=low,
        most=high,
        text=argument.text,
        made=group_of(argument.meaning),
    )


def _kind_of(meaning: Meaning) -> tuple[str, list[str]]:
    """Return how an argument is asked for, and the words that it may be."""
    match meaning:
        case arguments.Flag():
            return "switch", []
        case arguments.Choice():
            return "choice", list(meaning.words)
        case arguments.Named() | arguments.NamedFunction():
            return ("text", []) if group_of(meaning) else ("choice", sorted(name for name in meaning.names() if name.islower()))
        case arguments.Whole():
            return "whole", []
        case arguments.Number():
            return ("share" if (meaning.low, meaning.high) == (0, 1) else "number"), []
        case arguments.Several() | arguments.Sizes() | arguments.Interval():
            return "sizes", []
        case arguments.Either():
            plain = [option for option in meaning.options if not isinstance(option, arguments.Made)]
            return _kind_of(plain[0]) if plain else ("text", [])
        case arguments.Text():
            return "text", []
        case _:
            return ("number" if hasattr(meaning, "low") else "text"), []


def _range_of(meaning: Meaning) -> tuple[Number, Number]:
    """Return the smallest and the largest value of a number; None where there is no bound."""
    if isinstance(meaning, arguments.Either):
        return next((_range_of(option) for option in meaning.options if isinstance(option, arguments.Number)), (None, None))
    if isinstance(meaning, arguments.Sizes):
        return float(meaning.low), None
    if not isinstance(meaning, arguments.Number):
        return None, None
    return (meaning.low if isfinite(meaning.low) else None), (meaning.high if isfinite(meaning.high) else None)
