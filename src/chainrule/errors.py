"""Every error that Chainrule raises on purpose; each message says what was asked, what was met, where, and what to do."""

import difflib
from collections.abc import Iterable


class ChainruleError(Exception):
    """The base of all of Chainrule's own errors: catch this one to catch them all."""


class GraphError(ChainruleError):
    """A graph that breaks a rule of graphs: a cycle, a missing op, a value that cannot be computed."""


class ShapeError(ChainruleError, ValueError):
    """Shapes that do not fit one another."""


class DtypeError(ChainruleError, TypeError):
    """Dtypes that do not fit one another or the operation."""


class ArgumentError(ChainruleError, ValueError):
    """An argument outside of what its function takes."""


class UnknownAttributeError(ChainruleError, AttributeError):
    """An attribute or a method that an object does not have."""


class DataError(ChainruleError, ValueError):
    """Data that cannot be used as they are: a file, a column, a row, or an array."""


class TrainingError(ChainruleError, RuntimeError):
    """Training that cannot go on, or cannot begin: an unconnected weight, a loss that is not finite."""


class RecordError(ChainruleError, RuntimeError):
    """A recorded run that cannot be written, read, or resumed."""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return " Did you mean 'relu'?" where a known name is near, else nothing."""
    names = {entry.lower(): entry for entry in known}
    nearest = difflib.get_close_matches(str(name).lower(), names, n=1)
    return f" Did you mean {names[nearest[0]]!r}?" if nearest else ""


def unknown_name(what: str, name: object, known: Iterable[str]) -> ArgumentError:
    """Return the error for a name outside a table, with the nearest known name as a suggestion."""
    names = sorted(known)
    return ArgumentError(f"{what} must be one of {', '.join(names)}. Got {name!r} instead.{did_you_mean(name, names)}")
