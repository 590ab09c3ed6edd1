"""Data preparation: collect, clean, transform, augment, split, balance, batch, encode, scale; learned from the training part alone."""

from chainrule.data import checks
from chainrule.data.balance import class_weights
from chainrule.data.batch import as_arrays
from chainrule.data.catalogue import CATALOGUE, load
from chainrule.data.catalogue.download import File, find
from chainrule.data.catalogue.entry import Dataset, Part
from chainrule.data.collection import Collection
from chainrule.data.frame import drop_missing
from chainrule.data.preparing.broken import DropBroken
from chainrule.data.preparing.dates import CalendarFeatures, DateParts
from chainrule.data.preparing.dropping import DropDuplicates, DropOutliers
from chainrule.data.preparing.encoding import Hashing, Indices, MultiHot, OneHot, Ordinal
from chainrule.data.preparing.formulas import Formulas
from chainrule.data.preparing.images import CenterCrop, Grayscale, Resize
from chainrule.data.preparing.interactions import Interactions
from chainrule.data.preparing.missing import DropMissing, FillMissing
from chainrule.data.preparing.packing import pack
from chainrule.data.preparing.preparation import Preparation
from chainrule.data.preparing.prepared import Prepared, Sets
from chainrule.data.preparing.reading import DropUnanswered
from chainrule.data.preparing.scaling import MinMax, Rescale, Robust, Standardize, UnitNorm
from chainrule.data.preparing.sentences import Sentences
from chainrule.data.preparing.shaping import ClipOutliers, Log
from chainrule.data.preparing.sounds import PadOrCrop, ReadSound, TrimSilence
from chainrule.data.preparing.spans import SpanTarget
from chainrule.data.preparing.spectra import MFCC, LogMel, Spectrogram
from chainrule.data.preparing.splitting import Split
from chainrule.data.preparing.step import At, ColumnStep, RowStep, TrainingStep
from chainrule.data.preparing.texts import BagOfWords, NormalizeText, TfIdf
from chainrule.data.preparing.tokens import Tokens
from chainrule.data.preparing.windows import Difference, Windows
from chainrule.data.read.collect import collect
from chainrule.data.read.idx import read_idx
from chainrule.data.read.table import read_table
from chainrule.data.shuffle import permutation
from chainrule.data.split import split
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

__all__ = [
    "CATALOGUE",
    "MFCC",
    "At",
    "BagOfWords",
    "CalendarFeatures",
    "CenterCrop",
    "ClipOutliers",
    "Collection",
    "ColumnStep",
    "Dataset",
    "DateParts",
    "Difference",
    "DropBroken",
    "DropDuplicates",
    "DropMissing",
    "DropOutliers",
    "DropUnanswered",
    "File",
    "FillMissing",
    "Formulas",
    "Grayscale",
    "Hashing",
    "ImageFolderSource",
    "Indices",
    "Interactions",
    "IterableSource",
    "JoinedSource",
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
    "Part",
    "Preparation",
    "Prepared",
    "ReadSound",
    "Rescale",
    "Resize",
    "Robust",
    "RowStep",
    "Rows",
    "Sentences",
    "Sets",
    "ShardSource",
    "Source",
    "SpanTarget",
    "Spectrogram",
    "Split",
    "SplitSource",
    "Standardize",
    "TfIdf",
    "Tokens",
    "TrainingStep",
    "TrimSilence",
    "UnitNorm",
    "Windows",
    "as_arrays",
    "bucket_boundaries",
    "checks",
    "class_weights",
    "collect",
    "drop_missing",
    "find",
    "load",
    "pack",
    "pad",
    "permutation",
    "read_idx",
    "read_table",
    "split",
]
