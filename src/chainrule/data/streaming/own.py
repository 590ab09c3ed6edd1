"""Sources as data: what files are read, and where an object of the user's own is needed again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable, from_config, to_config
from chainrule.data.streaming.source import Rows, Source
from chainrule.errors import ArgumentError, DataError


@configurable
@dataclass(frozen=True, eq=False)
class OwnSource(Source):
    """The place of an object of the user's own, which cannot be kept as data.

    Args:
        called: the name of its class.
        length: how many examples it had.
    """

    called: str
    length: int

    def __len__(self) -> int:
        return self.length

    @property
    def name(self) -> str:
        return self.called

    def read(self, rows: NDArray[np.int64]) -> Rows:
        raise DataError(
            f"The examples were read from an object of your own, {self.called} with {self.length:,} examples, which is not kept: "
            "give it again, with source=..."
        )


def source_to_config(source: Source) -> Any:
    """Return a source as JSON-ready data; objects of the user's own are left out, but named."""
    return to_config(_with_leaves(source, _left_out))


def source_from_config(config: Any, own: Source | None = None) -> Source:
    """Return the source that `source_to_config` described.

    Args:
        config: what it returned.
        own: the object of the user's own that it read from; None where it is not at hand.

    Raises:
        DataError: files that are missing or have changed; another number of examples than then.
    """

    def put_back(leaf: Source) -> Source:
        if own is None or not isinstance(leaf, OwnSource):
            return leaf
        if len(own) != leaf.length:
            raise DataError(f"The source must have the {leaf.length:,} examples that {leaf.called} had. Got {len(own):,} instead.")
        return own

    return _with_leaves(from_config(config), put_back)


def _left_out(leaf: Source) -> Source:
    try:
        to_config(leaf)
    except ArgumentError:
        return OwnSource(leaf.name, len(leaf))
    return leaf


def _with_leaves(source: Source, change: Callable[[Source], Source]) -> Source:
    """Return a source made of others with each of those changed that is made of none."""
    source = source.kept()
    if not is_dataclass(source):
        return change(source)
    values = {entry.name: getattr(source, entry.name) for entry in fields(source) if entry.init}
    inner: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Source):
            inner[name] = _with_leaves(value, change)
        elif isinstance(value, Sequence) and value and all(isinstance(entry, Source) for entry in value):
            inner[name] = [_with_leaves(entry, change) for entry in value]
    return replace(source, **inner) if inner else change(source)
