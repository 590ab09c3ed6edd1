"""The examples of a run, saved so that any of its steps can be computed again. Runs on the same data share one file."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from safetensors.numpy import save as to_bytes

from chainrule.configuration import from_config, to_config
from chainrule.data.stream import as_source, source_from_config, source_to_config
from chainrule.errors import DataError, RecordError
from chainrule.files import write_atomically
from chainrule.training import Examples, Plan, Settings

FILE = "data.safetensors"
_SHARED = ".data"


def write_examples(folder: Path, shared_in: Path, plan: Plan) -> None:
    """Write the plan's examples into a run's folder, but those that are streamed; the bytes are shared with other runs on the same data."""
    content = to_bytes({k: np.asarray(v, order="C") for k, v in _arrays(plan).items()})
    shared = shared_in / _SHARED / f"{hashlib.sha256(content).hexdigest()}.safetensors"
    if not shared.exists():
        write_atomically(shared, content)
    try:
        os.link(shared, folder / FILE)
    except OSError:  # a file system without hard links
        shutil.copyfile(shared, folder / FILE)


def describe_sources(plan: Plan) -> dict[str, Any]:
    """Return what the plan's examples are read from, and how an epoch shuffles them, JSON-ready; empty where they are plain arrays."""
    described: dict[str, Any] = {}
    for name, part in (("train", plan.train), ("validation", plan.validation)):
        if part is not None and part.source is not None:
            described[name] = {"source": source_to_config(part.source)}
        elif part is not None and part.order is not None:
            described[name] = {"order": to_config(part.order)}
    return described


def read_plan(folder: Path, settings: Settings, sources: Mapping[str, Any] | None = None, own: Mapping[str, Any] | None = None) -> Plan:
    """Return the plan whose examples stand in a run's folder, or are read from where they were read then.

    Args:
        folder: the run's.
        settings: of the plan.
        sources: what `describe_sources` returned; None where all examples stand in the folder.
        own: for "train" and "validation", the objects of the user's own that were read from; None where they are not at hand.

    Raises:
        RecordError: the file is missing or damaged; a source is not there, or has changed.
    """
    try:
        arrays = load_file(folder / FILE)
    except (SafetensorError, OSError) as error:
        raise RecordError(f"The examples of the run, {folder / FILE}, are missing or damaged: {error}.") from error
    parts: dict[str, Examples] = {}
    for name in ("train", "validation"):
        described: Mapping[str, Any] = (sources or {}).get(name, {})
        if "source" in described:
            parts[name] = _streamed(described["source"], (own or {}).get(name))
        elif f"{name}/x0" in arrays:
            parts[name] = replace(_part(arrays, name), order=from_config(described.get("order")))
    return Plan(parts["train"], parts.get("validation"), settings)


def _streamed(config: Any, own: Any) -> Examples:
    try:
        source = source_from_config(config, None if own is None else as_source(own))
        return Examples(*source.first, source.order, source)
    except DataError as error:
        raise RecordError(f"What the run learned from cannot be read again: {error}") from error


def _arrays(plan: Plan) -> dict[str, np.ndarray[Any, Any]]:
    found: dict[str, np.ndarray[Any, Any]] = {}
    for name, part in (("train", plan.train), ("validation", plan.validation)):
        if part is not None and part.source is None:
            found |= {f"{name}/x{i}": array for i, array in enumerate(part.x)} | {f"{name}/y{i}": array for i, array in enumerate(part.y)}
            found |= {} if part.weight is None else {f"{name}/weight": part.weight}
    return found


def _part(arrays: dict[str, np.ndarray[Any, Any]], name: str) -> Examples:
    def several(letter: str) -> tuple[np.ndarray[Any, Any], ...]:
        prefix = f"{name}/{letter}"
        numbers = sorted(int(tail) for key in arrays if key.startswith(prefix) and (tail := key.removeprefix(prefix)).isdigit())
        return tuple(arrays[f"{prefix}{number}"] for number in numbers)

    return Examples(several("x"), several("y"), arrays.get(f"{name}/weight"))
