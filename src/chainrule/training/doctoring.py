"""The place of the doctor: `fit` stands below it and cannot know it, so it puts itself here when it is imported."""

from collections.abc import Callable as Function

from chainrule.errors import unknown_name
from chainrule.training.callbacks import Callback

MODES = ("off", "warn", "stop")
_maker: list[Function[[str], Callback]] = []


def set_doctor(make: Function[[str], Callback]) -> None:
    """Say who makes the doctor's callback for a mode."""
    _maker[:] = [make]


def doctor_callback(mode: str) -> list[Callback]:
    """Return the doctor's callback, or none where the mode is "off".

    Raises:
        ArgumentError: a mode that there is not.
    """
    if mode not in MODES:
        raise unknown_name("fit: doctor", mode, MODES)
    return [] if mode == "off" or not _maker else [_maker[0](mode)]
