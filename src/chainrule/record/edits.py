"""What callbacks change by hand between steps, saved so that rewinding meets it too: few numbers as an event, more as a snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.graph import Array

MOST_BYTES = 4096  # of one change, as an event


def edit_to_data(state: Mapping[str, Array], names: Sequence[str]) -> dict[str, Any] | None:
    """Return the changed arrays as JSON-ready data; None where they are too large for that."""
    arrays = {name: np.asarray(state[name]) for name in names}
    if sum(array.nbytes for array in arrays.values()) > MOST_BYTES:
        return None
    return {name: {"dtype": str(a.dtype), "shape": a.shape, "bytes": a.tobytes().hex()} for name, a in arrays.items()}


def edits_of(events: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, np.ndarray[Any, Any]]]:
    """Return the changes of a run by step; those after a step that it has since gone back to no longer count."""
    found: dict[int, dict[str, np.ndarray[Any, Any]]] = {}
    for event in events:
        if event["kind"] == "started":
            found = {step: arrays for step, arrays in found.items() if step < event["step"]}
        elif event["kind"] == "edited":
            found[event["step"]] = {name: _array(data) for name, data in event["arrays"].items()}
    return found


def _array(data: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    return np.frombuffer(bytes.fromhex(data["bytes"]), data["dtype"]).reshape(data["shape"])
