"""The named data sets that are tables as they were published."""

from collections.abc import Sequence
from pathlib import Path

from chainrule.data.collecting.collection import Collection
from chainrule.data.collecting.tables import from_table_file
from chainrule.data.download import File
from chainrule.data.entries.entry import Entry

_CONCRETE = (
    "cement", "slag", "fly ash", "water", "superplasticizer", "coarse aggregate", "fine aggregate", "age", "strength",
)  # fmt: skip


def _concrete(paths: Sequence[Path]) -> Collection:
    """Return the mixtures, their long headings made short."""
    found = from_table_file(paths[0])
    frame = found.frame.rename(dict(zip(found.frame.columns, _CONCRETE, strict=True)))
    return Collection(frame, kinds={"strength": "number"}, target="strength", facts=found.facts)


TABLES = (
    Entry(
        "concrete",
        "1,030 mixtures of concrete, 8 numbers each (kg in a cubic metre, days); the compressive strength in MPa is to be foretold",
        "I-Cheng Yeh, 1998",
        "not stated in the file; CC BY 4.0 at UCI",
        "https://archive.ics.uci.edu/dataset/165",
        (
            File(
                "concrete/Concrete_Data.xls",
                "https://archive.ics.uci.edu/ml/machine-learning-databases/concrete/compressive/Concrete_Data.xls",
                "710076c66b9ca3f8050e7942f3dcbdbe04013534daeb0077ffd3079a52d8e0c4",
                124_928,
            ),
        ),
        collect=_concrete,
    ),
)
