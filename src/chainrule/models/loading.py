"""Loading a model from a file. It runs no code."""

from pathlib import Path

from chainrule.errors import ChainruleError, DataError
from chainrule.models._file import read_model_file
from chainrule.models.model import Model


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
        >>> bool((cr.models.load_model(path).predict(np.ones((1, 2))) == model.predict(np.ones((1, 2)))).all())
        True
    """
    config, arrays = read_model_file(Path(path))
    try:
        model = Model.from_config(config)
        variables = model.named_weights() if model.compile_arguments is None else model.state_variables()
        for name, variable in variables.items():
            variable.assign(arrays[name])
    except (ChainruleError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path} is damaged, or was changed by hand: {error}.") from error
    return model
