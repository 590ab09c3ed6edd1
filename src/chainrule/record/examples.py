"""The examples a run learns from, kept so that any of its steps can be computed again. Runs on the same data share one file."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from safetensors.numpy import save as to_bytes

from chainrule.errors import RecordError
from chainrule.files import write_atomically
from chainrule.training import Examples, Plan, Settings

FILE = "data.safetensors"
_SHARED = ".data"


def write_examples(folder: Path, shared_in: Path, plan: Plan) -> None:
    """Write the plan's examples into a run's folder; the bytes are shared with other runs on the same data."""
    content = to_bytes({k: np.asarray(v, order="C") for k, v in _arrays(plan).items()})
    shared = shared_in / _SHARED / f"{hashlib.sha256(content).hexdigest()}.safetensors"
    if not shared.exists():
        write_atomically(shared, content)
    try:
        os.link(shared, folder / FILE)
    except OSError:  # a file system without hard links
        shutil.copyfile(shared, folder / FILE)


def read_plan(folder: Path, settings: Settings) -> Plan:
    """Return the plan whose examples stand in a run's folder.

    Raises:
        RecordError: the file is missing or damaged.
    """
    try:
        arrays = load_file(folder / FILE)
    except (SafetensorError, OSError) as error:
        raise RecordError(f"The examples of the run, {folder / FILE}, are missing or damaged: {error}.") from error
    validation = _part(arrays, "validation") if "validation/x0" in arrays else None
    return Plan(_part(arrays, "train"), validation, settings)


def _arrays(plan: Plan) -> dict[str, np.ndarray[Any, Any]]:
    found: dict[str, np.ndarray[Any, Any]] = {}
    for name, part in (("train", plan.train), ("validation", plan.validation)):
        if part is not None:
            found |= {f"{name}/x{i}": array for i, array in enumerate(part.x)} | {f"{name}/y{i}": array for i, array in enumerate(part.y)}
            found |= {} if part.weight is None else {f"{name}/weight": part.weight}
    return found


def _part(arrays: dict[str, np.ndarray[Any, Any]], name: str) -> Examples:
    def several(letter: str) -> tuple[np.ndarray[Any, Any], ...]:
        prefix = f"{name}/{letter}"
        numbers = sorted(int(tail) for key in arrays if key.startswith(prefix) and (tail := key.removeprefix(prefix)).isdigit())
        return tuple(arrays[f"{prefix}{number}"] for number in numbers)

    return Examples(several("x"), several("y"), arrays.get(f"{name}/weight"))
