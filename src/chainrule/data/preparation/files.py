"""A preparation in a file: JSON, written whole or not at all. Loading runs no code."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from chainrule.configuration import from_config, refuse_newer
from chainrule.constructors import arguments_of
from chainrule.errors import ChainruleError, DataError
from chainrule.files import write_atomically

Made = TypeVar("Made")
FORMAT = 1
PLAIN = ("balance", "batch", "target", "task", "kinds", "checks", "memory", "columns")  # settings that are kept as they are
_ADDED = ("checks", "memory", "columns")  # of them, those that files from before do not have: they are as by default
_OTHERS = ("format", "class", "steps", "augment", "split", "fitted", "facts")


def plain_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain settings of a preparation's configuration.

    Raises:
        ArgumentError: entries that are not known here.
    """
    refuse_newer("A preparation", config, (*PLAIN, *_OTHERS))
    return {name: from_config(config[name]) for name in PLAIN if name in config or name not in _ADDED}


def checked(cls: type[Made], values: Mapping[str, Any]) -> Made:
    """Return an object of a dataclass, made of values that a file held.

    Raises:
        ArgumentError: a value of another type than the field's.
    """
    return cls(**{name: argument.take(cls, values[name]) for name, argument in arguments_of(cls).items()})


@contextmanager
def damage_reported() -> Generator[None]:
    """Say of what is missing or of another kind in a configuration that it is none of a preparation."""
    try:
        yield
    except ChainruleError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise DataError(f"This is not the configuration of a Preparation: {error!r} is amiss.") from error


def write_preparation(config: Mapping[str, Any], path: Path) -> None:
    """Write a preparation's configuration."""
    write_atomically(path, json.dumps({"format": FORMAT} | dict(config), allow_nan=False).encode())


def read_preparation(path: Path) -> dict[str, Any]:
    """Return the configuration in a file.

    Raises:
        DataError: a file that is missing, damaged, or not a preparation's.
    """
    try:
        config = json.loads(path.read_bytes())
        newer = int(config["format"]) > FORMAT
    except FileNotFoundError:
        raise DataError(f"There is no preparation at {path}.") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path} is damaged, or not a preparation of Chainrule: {error!r}.") from error
    if newer:
        raise DataError(f"{path} was written by a newer Chainrule (format {config['format']}, this one reads {FORMAT}): update Chainrule.")
    return config
