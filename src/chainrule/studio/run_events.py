"""What happened in a run: epochs that are over, and events in words."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from chainrule.record.edits import edits_of
from chainrule.studio.fields import Number
from chainrule.studio.run_list import numbers_of

RATE = "optimizer/learning_rate"  # where training keeps it
_SILENT = {"edited"}  # events of many numbers, of which the names alone are shown


class Epoch(Struct, frozen=True):
    """An epoch that is over.

    Args:
        epoch: counted from 0.
        step: updates made when it ended.
        seconds: it took.
        figures: by name.
    """

    epoch: int
    step: int
    seconds: float
    figures: dict[str, Number]


class RunEvent(Struct, frozen=True):
    """Something that happened.

    Args:
        time: seconds since 1970.
        kind: "started", "finished", "edited", ...
        step: at which; None where it belongs to none.
        text: in words.
        learning_rate: that was set by hand, from this step on; None where none was.
    """

    time: float
    kind: str
    step: int | None
    text: str
    learning_rate: Number


def epochs_of(epochs: Sequence[Mapping[str, Any]]) -> list[Epoch]:
    """Return epochs that are over."""
    return [Epoch(entry["epoch"], entry["step"], entry["seconds"], numbers_of(entry["figures"])) for entry in epochs]


def events_of(events: Sequence[Mapping[str, Any]]) -> list[RunEvent]:
    """Return what happened, in words."""
    return [_event(entry) for entry in events]


def _event(entry: Mapping[str, Any]) -> RunEvent:
    edited = edits_of([entry]).get(entry.get("step", 0), {})
    rate = float(f"{float(edited[RATE]):.7g}") if RATE in edited else None  # as it was given, not as single precision holds it
    return RunEvent(entry["time"], entry["kind"], entry.get("step"), _in_words(entry, rate), rate)


def _in_words(event: Mapping[str, Any], rate: float | None) -> str:
    when = time.strftime("%H:%M:%S", time.localtime(event["time"]))
    if event.get("by_hand"):
        return f"{when} {'; '.join(event['by_hand'])}, from step {event['step']:,}"
    if rate is not None and len(event["arrays"]) == 1:
        return f"{when} learning rate set to {rate:g}, from step {event['step']:,}"
    if event["kind"] in _SILENT:
        return f"{when} changed by hand: {', '.join(event.get('arrays', {}))}"
    rest = {key: value for key, value in event.items() if key not in ("time", "kind", "step")}
    said = str(rest.pop("reason", "") or rest.pop("symptom", ""))
    return f"{when} {event['kind']}" + (f": {said}" if said else "")
