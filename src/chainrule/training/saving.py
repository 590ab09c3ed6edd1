"""A model in one file: safetensors, with the network and the way it is trained as JSON in the header. Loading runs no code."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from chainrule.configuration import from_config, to_config
from chainrule.errors import DataError
from chainrule.files import write_atomically
from chainrule.models import network_to_data

if TYPE_CHECKING:
    from chainrule.training.model import Model

FORMAT = 1


def model_to_data(model: "Model") -> dict[str, Any]:
    """Return the model as JSON-ready data, weights apart."""
    arguments = model.compile_arguments
    prepared = {} if model.preparation is None else {"preparation": model.preparation.to_config()}
    return prepared | {
        "format": FORMAT,
        "name": model.name,
        "seed": model.seed,
        "network": network_to_data(model.network),
        "compile": None if arguments is None else to_config(arguments),
    }


def save_model(model: "Model", path: Path) -> None:
    """Write the model to a file, whole or not at all."""
    variables = model.state_variables() if model.compile_arguments is not None else model.named_weights()
    arrays = {name: np.asarray(variable.value, order="C") for name, variable in variables.items()}
    write_atomically(path, to_bytes(arrays, {"chainrule": json.dumps(model_to_data(model))}))


def read_model(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Return the data and the arrays in a model's file.

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
        data = dict(json.loads(header))
        newer = int(data["format"]) > FORMAT
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path} is damaged: its description of the model cannot be read ({error!r}).") from error
    if newer:
        raise DataError(f"{path} was written by a newer Chainrule (format {data['format']}, this one reads {FORMAT}): update Chainrule.")
    return data, arrays


def restore_arguments(data: Any) -> dict[str, Any]:
    """Return the arguments of `compile` from a model's data."""
    return from_config(data)
