"""From a file, or from data, back to a model. Loading runs no code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chainrule.data.preparing.preparation import Preparation
from chainrule.errors import ChainruleError, DataError
from chainrule.models import network_from_data
from chainrule.training.model import Model
from chainrule.training.saving import read_model, restore_arguments


def load_model(path: str | Path) -> Model:
    """Return the model in a file written by `save`, ready to go on as it was.

    Args:
        path: the file.

    Raises:
        DataError: a file that is missing, damaged, or not a model.

    Example:
        >>> import tempfile, os, numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> path = os.path.join(tempfile.mkdtemp(), "small.chainrule")
        >>> model.save(path)
        >>> bool((cr.load_model(path).predict(np.ones((1, 2))) == model.predict(np.ones((1, 2)))).all())
        True
    """
    data, arrays = read_model(Path(path))
    try:
        model = model_from_data(data)
        variables = model.named_weights() if model.compile_arguments is None else model.state_variables()
        for name, variable in variables.items():
            variable.assign(arrays[name])
    except (ChainruleError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path} is damaged, or was changed by hand: {error}.") from error
    return model


def model_from_data(data: Mapping[str, Any]) -> Model:
    """Return a model of the same network, compiled the same way, with first weights."""
    model = Model(None, None, seed=data["seed"])
    model.name = data["name"]
    model.use(network_from_data(data["network"]))
    if data["compile"] is not None:
        model.compile(**restore_arguments(data["compile"]))
    if "preparation" in data:
        model.preparation = Preparation.from_config(data["preparation"])
    return model
