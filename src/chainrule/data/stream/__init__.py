"""Examples that need not be in memory: sources, and the order in which they are read."""

from chainrule.data.machine import memory_limit
from chainrule.data.stream.images import ImageFolderSource
from chainrule.data.stream.lengths import bucket_boundaries, pad
from chainrule.data.stream.npy import NpySource
from chainrule.data.stream.objects import IterableSource, MappedSource, as_source, is_source, source_from_config, source_to_config
from chainrule.data.stream.parquet import ParquetSource
from chainrule.data.stream.parts import JoinedSource, ShardSource, SplitSource
from chainrule.data.stream.source import Epoch, Order, Rows, Source

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
