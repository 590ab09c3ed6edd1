"""Data: named sets and tables from files, checks, preparations learned from the training part, splits and random orders."""

from chainrule.data.arrays import ArrayPreparation, Preparation, preparation_from_config
from chainrule.data.balance import class_weights
from chainrule.data.batch import as_arrays
from chainrule.data.catalogue import CATALOGUE, load
from chainrule.data.dataset import Dataset, Part
from chainrule.data.download import File, find
from chainrule.data.frame import drop_missing
from chainrule.data.idx import read_idx
from chainrule.data.preparation import TablePreparation
from chainrule.data.shuffle import permutation
from chainrule.data.split import split
from chainrule.data.table import read_table

__all__ = [
    "CATALOGUE",
    "ArrayPreparation",
    "Dataset",
    "File",
    "Part",
    "Preparation",
    "TablePreparation",
    "as_arrays",
    "class_weights",
    "drop_missing",
    "find",
    "load",
    "permutation",
    "preparation_from_config",
    "read_idx",
    "read_table",
    "split",
]
