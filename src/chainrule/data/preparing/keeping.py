"""A preparation in a file: JSON, written whole or not at all. Loading runs no code."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chainrule.errors import DataError
from chainrule.files import write_atomically

FORMAT = 1


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
