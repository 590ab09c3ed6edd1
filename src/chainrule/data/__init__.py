"""Data preparation: collect, clean, transform, augment, split, balance, batch, encode, scale; learned from the training part alone."""

from chainrule.data import checks, kinds
from chainrule.data.balance import class_weights
from chainrule.data.batch import as_arrays
from chainrule.data.catalogue import CATALOGUE, load
from chainrule.data.catalogue.entry import File, find
from chainrule.data.collection import Collection
from chainrule.data.frame import drop_missing
from chainrule.data.kind import Column, Counted, Kind, forget_kind
from chainrule.data.preparation.preparation import Preparation
from chainrule.data.read.arrays import read_idx
from chainrule.data.read.table import read_table
from chainrule.data.readers import collect
from chainrule.data.selector import Columns, ColumnSelector, columns
from chainrule.data.shuffle import permutation
from chainrule.data.split.holdout import Holdout
from chainrule.data.split.rows import split_rows
from chainrule.data.splits import Split, Splits
from chainrule.data.steps.combinations import Formulas, Interactions
from chainrule.data.steps.dates import CalendarFeatures, DateParts
from chainrule.data.steps.encoding import Hashing, Indices, MultiHot, OneHot, Ordinal
from chainrule.data.steps.images import CenterCrop, Grayscale, Resize
from chainrule.data.steps.numbers import ClipOutliers, Difference, FillMissing, Log
from chainrule.data.steps.questions import DropUnanswered
from chainrule.data.steps.rows import DropBroken, DropDuplicates, DropMissing, DropOutliers
from chainrule.data.steps.scaling import MinMax, Rescale, Robust, Standardize, UnitNorm
from chainrule.data.steps.sounds import MFCC, LogMel, PadOrCrop, ReadSound, Spectrogram, TrimSilence
from chainrule.data.steps.step import ColumnStep, FlatStep, RowStep, Step
from chainrule.data.steps.texts import BagOfWords, NormalizeText, TfIdf
from chainrule.data.steps.tokens import Sentences, Tokens, pack
from chainrule.data.steps.values import At
from chainrule.data.steps.windows import Windows
from chainrule.data.stream import (
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
from chainrule.data.targets.spans import SpanTarget

__all__ = [
    "CATALOGUE",
    "MFCC",
    "At",
    "BagOfWords",
    "CalendarFeatures",
    "CenterCrop",
    "ClipOutliers",
    "Collection",
    "Column",
    "ColumnSelector",
    "ColumnStep",
    "Columns",
    "Counted",
    "DateParts",
    "Difference",
    "DropBroken",
    "DropDuplicates",
    "DropMissing",
    "DropOutliers",
    "DropUnanswered",
    "File",
    "FillMissing",
    "FlatStep",
    "Formulas",
    "Grayscale",
    "Hashing",
    "Holdout",
    "ImageFolderSource",
    "Indices",
    "Interactions",
    "IterableSource",
    "JoinedSource",
    "Kind",
    "Log",
    "LogMel",
    "MappedSource",
    "MinMax",
    "MultiHot",
    "NormalizeText",
    "NpySource",
    "OneHot",
    "Ordinal",
    "PadOrCrop",
    "ParquetSource",
    "Preparation",
    "ReadSound",
    "Rescale",
    "Resize",
    "Robust",
    "RowStep",
    "Rows",
    "Sentences",
    "ShardSource",
    "Source",
    "SpanTarget",
    "Spectrogram",
    "Split",
    "SplitSource",
    "Splits",
    "Standardize",
    "Step",
    "TfIdf",
    "Tokens",
    "TrimSilence",
    "UnitNorm",
    "Windows",
    "as_arrays",
    "bucket_boundaries",
    "checks",
    "class_weights",
    "collect",
    "columns",
    "drop_missing",
    "find",
    "forget_kind",
    "kinds",
    "load",
    "pack",
    "pad",
    "permutation",
    "read_idx",
    "read_table",
    "split_rows",
]
