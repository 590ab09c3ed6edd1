"""Snapshots: the whole state of training at one step, each in a safetensors file of its own, written whole or not at all."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from chainrule.errors import RecordError
from chainrule.files import write_atomically
from chainrule.training import Progress, Session
from chainrule.training.listener import Listener

_CALLBACK = "callback {}/"  # the prefix of arrays that a callback remembers


@dataclass(frozen=True)
class Snapshot:
    """The state of training after `progress.step` updates.

    Attributes:
        progress: how far the fit had come.
        arrays: weights and the optimiser's arrays, by address.
        callbacks: what each callback remembered: data and arrays.
        edited: whether a callback had changed the state just before.
    """

    progress: Progress
    arrays: dict[str, np.ndarray[Any, Any]]
    callbacks: list[tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]]
    edited: bool


def take_snapshot(session: Session, callbacks: Sequence[Listener], edited: bool = False) -> Snapshot:
    """Return the state of a session between two dispatches, and what these callbacks remember."""
    arrays = {name: np.asarray(array) for name, array in session.arrays().items()}
    remembered = [callback.state() for callback in callbacks]
    return Snapshot(session.progress, arrays, [(data, {k: np.asarray(v) for k, v in more.items()}) for data, more in remembered], edited)


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Write a snapshot to the run's folder and return its file."""
    header = {
        "progress": asdict(snapshot.progress),
        "callbacks": [data for data, _ in snapshot.callbacks],
        "edited": snapshot.edited,
    }
    arrays = dict(snapshot.arrays)
    for number, (_, more) in enumerate(snapshot.callbacks):
        arrays |= {_CALLBACK.format(number) + name: array for name, array in more.items()}
    path = snapshot_path(folder, snapshot.progress.step)
    write_atomically(path, to_bytes({k: np.asarray(v, order="C") for k, v in arrays.items()}, {"chainrule": json.dumps(header)}))
    return path


def read_snapshot(path: Path) -> Snapshot:
    """Return the snapshot in a file.

    Raises:
        RecordError: a damaged file.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            header = json.loads((file.metadata() or {})["chainrule"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise RecordError(f"The snapshot {path} is damaged: {error}. Delete it: the run goes on from the one before.") from error
    callbacks: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for number, data in enumerate(header["callbacks"]):
        prefix = _CALLBACK.format(number)
        callbacks.append((data, {name.removeprefix(prefix): arrays.pop(name) for name in list(arrays) if name.startswith(prefix)}))
    return Snapshot(Progress(**header["progress"]), arrays, callbacks, header["edited"])


def snapshot_path(folder: Path, step: int) -> Path:
    """Return the file of the snapshot at `step`."""
    return folder / "snapshots" / f"{step:012d}.safetensors"


def snapshot_steps(folder: Path) -> list[int]:
    """Return the steps that have a snapshot, ascending."""
    with suppress(FileNotFoundError):  # os.listdir, for a run may have tens of thousands, which are looked for often
        found = (name.partition(".") for name in os.listdir(folder / "snapshots"))
        return sorted(int(step) for step, _, ending in found if step.isdigit() and ending == "safetensors")
    return []


def edited_snapshots(folder: Path) -> set[int]:
    """Return the steps whose snapshot holds what a callback had changed: nothing else could give it back."""
    found: set[int] = set()
    for step in snapshot_steps(folder):
        with suppress(SafetensorError, OSError, KeyError, ValueError), safe_open(snapshot_path(folder, step), framework="numpy") as file:
            if json.loads((file.metadata() or {})["chainrule"])["edited"]:
                found.add(step)
    return found


def thin(folder: Path, keep: set[int], budget: int) -> None:
    """Delete snapshots until they fit `budget` bytes: the further back, the wider the gaps. The first, the last and `keep` stay."""
    sizes = {step: snapshot_path(folder, step).stat().st_size for step in snapshot_steps(folder)}
    while sum(sizes.values()) > budget:
        steps = list(sizes)
        spare = [i for i in range(1, len(steps) - 1) if steps[i] not in keep]
        if not spare:
            return
        gone = steps[min(spare, key=lambda i: (steps[i + 1] - steps[i - 1]) / (steps[-1] - steps[i] + 1))]
        snapshot_path(folder, gone).unlink()
        del sizes[gone]
