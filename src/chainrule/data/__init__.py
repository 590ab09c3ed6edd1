"""Data preparation: collect, clean, transform, augment, split, balance, batch, encode, scale; learned from the training part alone."""

from chainrule.data import checks
from chainrule.data.arrays import ArrayPreparation, preparation_from_config
from chainrule.data.balance import class_weights
from chainrule.data.batch import as_arrays
from chainrule.data.catalogue import CATALOGUE, load
from chainrule.data.collect import collect
from chainrule.data.collecting.collection import Collection
from chainrule.data.dataset import Dataset, Part
from chainrule.data.download import File, find
from chainrule.data.frame import drop_missing
from chainrule.data.idx import read_idx
from chainrule.data.preparation import TablePreparation
from chainrule.data.preparing.encoding import Hashing, Indices, MultiHot, OneHot, Ordinal
from chainrule.data.preparing.missing import DropMissing, FillMissing
from chainrule.data.preparing.preparation import Preparation
from chainrule.data.preparing.prepared import Prepared, Sets
from chainrule.data.preparing.scaling import MinMax, Rescale, Robust, Standardize, UnitNorm
from chainrule.data.preparing.splitting import Split
from chainrule.data.preparing.step import At, ColumnStep, RowStep
from chainrule.data.preparing.texts import BagOfWords, NormalizeText, TfIdf
from chainrule.data.preparing.tokens import Tokens
from chainrule.data.shuffle import permutation
from chainrule.data.split import split
from chainrule.data.streaming import (
    ImageFolderSource,
    IterableSource,
    JoinedSource,
    MappedSource,
    NpySource,
    ParquetSource,
    Rows,
    ShardSource,
    Source,
    SplitSource,
    bucket_boundaries,
    pad,
)
from chainrule.data.table import read_table

__all__ = [
    "CATALOGUE",
    "ArrayPreparation",
    "At",
    "BagOfWords",
    "Collection",
    "ColumnStep",
    "Dataset",
    "DropMissing",
    "File",
    "FillMissing",
    "Hashing",
    "ImageFolderSource",
    "Indices",
    "IterableSource",
    "JoinedSource",
    "MappedSource",
    "MinMax",
    "MultiHot",
    "NormalizeText",
    "NpySource",
    "OneHot",
    "Ordinal",
    "ParquetSource",
    "Part",
    "Preparation",
    "Prepared",
    "Rescale",
    "Robust",
    "RowStep",
    "Rows",
    "Sets",
    "ShardSource",
    "Source",
    "Split",
    "SplitSource",
    "Standardize",
    "TablePreparation",
    "TfIdf",
    "Tokens",
    "UnitNorm",
    "as_arrays",
    "bucket_boundaries",
    "checks",
    "class_weights",
    "collect",
    "drop_missing",
    "find",
    "load",
    "pad",
    "permutation",
    "preparation_from_config",
    "read_idx",
    "read_table",
    "split",
]
