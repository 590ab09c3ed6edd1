"""The named data sets that are tables and series in time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from chainrule.data.catalogue.entry import Entry, File
from chainrule.data.collection import Collection, parts_column
from chainrule.data.read.tables import from_table_file

_ETT = "https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/"
_SMALL = "https://raw.githubusercontent.com/jbrownlee/Datasets/98db92a469e2a2e5062ee42d6ba73c74f2f224a6/"
_MONTH = 30 * 24  # rows of the transformers' series
_MONTHS = (12, 4, 4)  # for training, validation and test


def _transformers(paths: Sequence[Path]) -> Collection:
    """Return the transformers' series in the split of the papers: 12, 4 and 4 months of 30 days; what comes after them is left out."""
    collection = from_table_file(paths[0])
    sizes = [months * _MONTH for months in _MONTHS]
    parts = [part for part, size in zip(("train", "validation", "test"), sizes, strict=True) for _ in range(size)]
    kept = collection.frame[: len(parts)].with_columns(parts_column(parts))
    left = f"the last {len(collection) - len(parts):,} of {len(collection):,} rows are in no part, as in the papers"
    return replace(collection, frame=kept, time="date", kinds={"date": "date"}, facts=(*collection.facts, left))


def _over_time(paths: Sequence[Path], time: str) -> Collection:
    return from_table_file(paths[0]).taken_as(time=time, kinds={time: "date"})


def _small(name: str, description: str, authors: str, time: str, sha256: str, size: int) -> Entry:
    collect: Callable[[Sequence[Path]], Collection] = partial(_over_time, time=time)
    file = File(f"timeseries/{name}.csv", f"{_SMALL}{name}.csv", sha256, size)
    return Entry(name, description, authors, "not stated", "https://github.com/jbrownlee/Datasets", (file,), collect=collect)


SERIES = (
    Entry(
        "etth1",
        "two years of an electricity transformer by the hour: six loads and the oil's temperature, split 8,640/2,880/2,880",
        "H. Zhou and others, 2021",
        "CC BY-ND 4.0",
        "https://github.com/zhouhaoyi/ETDataset",
        (File("ett/ETTh1.csv", _ETT + "ETTh1.csv", "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066", 2_589_657),),
        collect=_transformers,
    ),
    _small(
        "airline-passengers",
        "144 months of international airline passengers, in thousands, 1949 to 1960",
        "G. E. P. Box and G. M. Jenkins, 1976",
        "Month",
        "8cb51be753a718d9be5d76d7e238cc224792754676adc21faa59e954b0201621",
        2_180,
    ),
    _small(
        "monthly-sunspots",
        "2,820 months of sunspot numbers seen in Zurich, 1749 to 1983",
        "D. F. Andrews and A. M. Herzberg, 1985",
        "Month",
        "c4ec8cc57d9f6fb6ecdb3e1f37f25b6f4badd5124c55931052b0cd2fc3bc71f3",
        45_039,
    ),
    _small(
        "daily-min-temperatures",
        "3,650 days of the least temperature in Melbourne, 1981 to 1990",
        "Australian Bureau of Meteorology",
        "Date",
        "8b9de63ed6789492bf497625e7f9beb96a63d367b4b0a21754006f749fa5e5da",
        67_921,
    ),
    _small(
        "monthly-car-sales",
        "108 months of cars sold in Quebec, 1960 to 1968",
        "Time Series Data Library",
        "Month",
        "a4194226eb1d0eba5fd503e829b1279f1a10683d8009f2871aca05e7fb648f70",
        1_834,
    ),
    _small(
        "monthly-shampoo-sales",
        "36 months of shampoo sold",
        "S. Makridakis, S. Wheelwright and R. Hyndman, 1998",
        "Month",
        "f709eaa344b2d07039a49e2193cbff5e56206354f3a8203c0e02471beb39a451",
        519,
    ),
)


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
        "1,030 mixtures of concrete, 8 numbers each (kg in a cubic metre, days); the compressive strength in MPa is to be predicted",
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
