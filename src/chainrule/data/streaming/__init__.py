"""Examples that need not be in memory: sources, and the order in which they are read."""

from chainrule.data.streaming.memory import memory_limit
from chainrule.data.streaming.objects import IterableSource, MappedSource, as_source, is_source
from chainrule.data.streaming.order import Epoch, Order
from chainrule.data.streaming.parts import JoinedSource, ShardSource, SplitSource
from chainrule.data.streaming.source import Rows, Source

__all__ = [
    "Epoch",
    "IterableSource",
    "JoinedSource",
    "MappedSource",
    "Order",
    "Rows",
    "ShardSource",
    "Source",
    "SplitSource",
    "as_source",
    "is_source",
    "memory_limit",
]
