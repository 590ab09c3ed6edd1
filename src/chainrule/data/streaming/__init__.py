"""Examples that need not be in memory: sources, and the order in which they are read."""

from chainrule.data.memory import memory_limit
from chainrule.data.streaming.images import ImageFolderSource
from chainrule.data.streaming.lengths import bucket_boundaries, pad
from chainrule.data.streaming.npy import NpySource
from chainrule.data.streaming.objects import IterableSource, MappedSource, as_source, is_source
from chainrule.data.streaming.order import Epoch, Order
from chainrule.data.streaming.own import source_from_config, source_to_config
from chainrule.data.streaming.parquet import ParquetSource
from chainrule.data.streaming.parts import JoinedSource, ShardSource, SplitSource
from chainrule.data.streaming.source import Rows, Source

__all__ = [
    "Epoch",
    "ImageFolderSource",
    "IterableSource",
    "JoinedSource",
    "MappedSource",
    "NpySource",
    "Order",
    "ParquetSource",
    "Rows",
    "ShardSource",
    "Source",
    "SplitSource",
    "as_source",
    "bucket_boundaries",
    "is_source",
    "memory_limit",
    "pad",
    "source_from_config",
    "source_to_config",
]
