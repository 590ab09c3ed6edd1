"""Objects from choices: a layer, a loss, an optimiser, with schedules and penalties that are chosen within them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainrule import arguments
from chainrule.arguments import Meaning
from chainrule.configuration import Configurable, describe, subclasses
from chainrule.errors import ArgumentError, unknown_name
from chainrule.optimizers import LearningRateSchedule
from chainrule.optimizers.schedules import ConstantSchedule
from chainrule.regularizers import Regularizer
from chainrule.studio.settings import Choice


@dataclass(frozen=True)
class Group:
    """A family that an argument of something else may be chosen from.

    Args:
        family: the base of its classes.
        room: where a program finds them.
    """

    family: type[Configurable]
    room: str

    def known(self) -> dict[str, type[Configurable]]:
        """Return its classes by name."""
        return {name: kind for name, kind in classes_of(self.family).items() if kind is not ConstantSchedule}  # that is the plain rate


GROUPS: dict[str, Group] = {
    "schedule": Group(LearningRateSchedule, "optimizers.schedules"),
    "regularizer": Group(Regularizer, "regularizers"),
}


def classes_of(family: type[Configurable]) -> dict[str, type[Configurable]]:
    """Return the classes of a family, ours and the user's, by their own names."""
    return {kind.__name__: kind for kind in subclasses(family)}


def group_of(meaning: Meaning) -> str:
    """Return the group that an argument of this meaning may be chosen from; empty where there is none.

    Example:
        >>> import chainrule as cr
        >>> group_of(describe(cr.optimizers.Adam)["learning_rate"].meaning), group_of(describe(cr.layers.Dense)["units"].meaning)
        ('schedule', '')
    """
    options = meaning.options if isinstance(meaning, arguments.Either) else (meaning,)
    families = {option.kind for option in options if isinstance(option, arguments.Made | arguments.Named)}
    return next((name for name, group in GROUPS.items() if group.family in families), "")


def room_of(choice: Choice, room: str) -> str:
    """Return where a program finds what was chosen: `room`, or that of the group which it belongs to."""
    return next((group.room for group in GROUPS.values() if choice.kind in group.known()), room)


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
    takes = describe(kind)
    for name in choice.arguments:
        if name not in takes:
            raise unknown_name(f"An argument of {choice.kind}", name, takes)
    given = {name: _argument(f"{choice.kind}: {name}", value, takes[name].meaning) for name, value in choice.arguments.items()}
    try:
        return kind(**given)
    except TypeError as error:
        raise ArgumentError(f"{choice.kind}: {error}.") from error


def _argument(where: str, value: Any, meaning: Meaning) -> Any:
    if isinstance(value, Choice):
        group = GROUPS.get(group_of(meaning))
        if group is None:
            raise ArgumentError(f"{where} must be a plain value. Got {value.kind} instead.")
        return make(where, value, group.known())
    if isinstance(value, list):
        return tuple(value)
    return (value,) if value is not None and isinstance(meaning, arguments.Several) else value
