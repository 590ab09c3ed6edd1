"""The file of a model: safetensors, with the network and the way it is trained as JSON in the header. Loading runs no code."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from chainrule.errors import DataError
from chainrule.files import write_atomically

FORMAT = 1


def write_model_file(path: Path, config: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write a model's configuration and arrays to a file, whole or not at all."""
    content = to_bytes({name: np.asarray(array, order="C") for name, array in arrays.items()}, {"chainrule": json.dumps(dict(config))})
    write_atomically(path, content)


def read_model_file(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Return the configuration and the arrays in a model's file.

    Raises:
        DataError: a file that is missing, damaged, or not a model.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            header = (file.metadata() or {}).get("chainrule")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise DataError(f"There is no model at {path}.") from None
    except (SafetensorError, OSError) as error:
        raise DataError(f"{path} is damaged or not a model of Chainrule: {error}.") from error
    if header is None:
        raise DataError(f"{path} holds tensors, but no model of Chainrule.")
    try:
        config = dict(json.loads(header))
        newer = int(config["format"]) > FORMAT
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path} is damaged: its description of the model cannot be read ({error!r}).") from error
    if newer:
        raise DataError(f"{path} was written by a newer Chainrule (format {config['format']}, this one reads {FORMAT}): update Chainrule.")
    return config, arrays
