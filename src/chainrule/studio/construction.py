"""Objects from choices: a layer, a loss, an optimiser, with schedules and penalties that are chosen within them."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from chainrule import regularizers
from chainrule.configuration import describe
from chainrule.errors import ArgumentError, unknown_name
from chainrule.optimizers import LearningRateSchedule, schedules
from chainrule.regularizers import Regularizer
from chainrule.studio.settings import Choice


@dataclass(frozen=True)
class Group:
    """What can be chosen as an argument of something else.

    Args:
        base: the class that all have in common.
        room: where a program finds them.
        known: by name.
    """

    base: type
    room: str
    known: Mapping[str, type]


def _subclasses(room: Any, base: type) -> dict[str, type]:
    """Return the classes of a room that are of a kind, by their names."""
    return {name: kind for name, kind in vars(room).items() if inspect.isclass(kind) and issubclass(kind, base) and kind is not base}


_SCHEDULES = _subclasses(schedules, LearningRateSchedule)
del _SCHEDULES["ConstantSchedule"]  # that is the plain rate
GROUPS: dict[str, Group] = {
    "schedule": Group(LearningRateSchedule, "optimizers.schedules", _SCHEDULES),
    "regularizer": Group(Regularizer, "regularizers", _subclasses(regularizers, Regularizer)),
}


def group_of(hint: Any) -> str:
    """Return the group that an argument of this type may be chosen from; empty where there is none.

    Example:
        >>> group_of(float | LearningRateSchedule), group_of(float)
        ('schedule', '')
    """
    return next((name for name, group in GROUPS.items() if group.base in (hint, *get_args(hint))), "")


def room_of(choice: Choice, room: str) -> str:
    """Return where a program finds what was chosen: `room`, or that of the group which it belongs to."""
    return next((group.room for group in GROUPS.values() if choice.kind in group.known), room)


def make(what: str, choice: Choice, known: Mapping[str, Any]) -> Any:
    """Return the object of a choice.

    Args:
        what: it is, for messages: "The loss".
        choice: its kind and arguments.
        known: the kinds that can be chosen, by name.

    Raises:
        ArgumentError: a kind or an argument that there is not, or that is refused.
    """
    if choice.kind not in known:
        raise unknown_name(what, choice.kind, known)
    kind = known[choice.kind]
    arguments = set(describe(kind))
    for name in choice.arguments:
        if name not in arguments:
            raise unknown_name(f"An argument of {choice.kind}", name, arguments)
    hints = get_type_hints(kind)
    given = {name: _argument(f"{choice.kind}: {name}", value, hints[name]) for name, value in choice.arguments.items()}
    try:
        return kind(**given)
    except TypeError as error:
        raise ArgumentError(f"{choice.kind}: {error}.") from error


def _argument(where: str, value: Any, hint: Any) -> Any:
    if isinstance(value, Choice):
        group = GROUPS.get(group_of(hint))
        if group is None:
            raise ArgumentError(f"{where} must be a plain value. Got {value.kind} instead.")
        return make(where, value, group.known)
    if isinstance(value, str) and str not in (hint, *get_args(hint)):
        raise ArgumentError(f"{where} must be a number. Got {value!r} instead.")
    if isinstance(value, list):
        return tuple(value)
    return (value,) if get_origin(hint) is Sequence else value
