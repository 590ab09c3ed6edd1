"""From the original files of the named data sets to arrays: one function for each format."""

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chainrule.data.compressed import GZIP_ERRORS, broken_gzip
from chainrule.data.dataset import Part
from chainrule.data.idx import read_idx
from chainrule.data.split import split
from chainrule.data.table import read_table
from chainrule.errors import DataError

_SONAR_SIGNAL = re.compile(r"^(\*?)C[MR]\d+:\s*\{([^}]*)\}", re.MULTILINE)
_LANDSAT_CLASSES = (1, 2, 3, 4, 5, 7)  # class 6 has no examples


def digits(_: Sequence[Path]) -> tuple[Part, Part]:
    """Read the digits that travel inside the package: 1,437 to learn from and 360 for the test, stratified with seed 0."""
    with resources.as_file(resources.files("chainrule.data") / "files" / "digits.csv.gz") as path:
        rows = np.loadtxt(path, np.float32, delimiter=",")
    x, y = rows[:, :-1].reshape(-1, 8, 8, 1) / 16, rows[:, -1].astype(np.int32)
    train, test = split(len(y), (1437 / 1797, 360 / 1797), seed=0, stratify=y)
    return Part(x[train], y[train]), Part(x[test], y[test])


def idx_images(paths: Sequence[Path]) -> tuple[Part, Part]:
    """Read training images and labels, then test images and labels, from IDX files."""
    return _idx_part(paths[0], paths[1]), _idx_part(paths[2], paths[3])


def _idx_part(images: Path, labels: Path) -> Part:
    x, y = read_idx(images), read_idx(labels)
    if len(x) != len(y):
        raise DataError(f"{images} has {len(x):,} images and {labels} {len(y):,} labels: they must be equally many.")
    return Part(x[..., None], y.astype(np.int32))


def zip_codes(paths: Sequence[Path]) -> tuple[Part, Part]:
    """Read the USPS digits: the digit, then 256 grey values, separated by spaces."""
    train, test = (_numbers(path) for path in paths)
    return _zip_code_part(train), _zip_code_part(test)


def _zip_code_part(rows: NDArray[np.float32]) -> Part:
    return Part(rows[:, 1:].reshape(-1, 16, 16, 1), rows[:, 0].astype(np.int32))


def sonar_by_angle(paths: Sequence[Path]) -> tuple[Part, Part]:
    """Read the sonar returns in the split that the files mark with "*", which balances the angles."""
    x, y, marked = _sonar(paths)
    return Part(x[marked], y[marked]), Part(x[~marked], y[~marked])


def sonar_all(paths: Sequence[Path]) -> tuple[Part, None]:
    """Read all sonar returns as one part, the mines first."""
    x, y, _ = _sonar(paths)
    return Part(x, y), None


def _sonar(paths: Sequence[Path]) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.bool_]]:
    signals = [(label, *match) for label, path in enumerate(paths) for match in _SONAR_SIGNAL.findall(path.read_text("ascii"))]
    x = np.array([numbers.split() for _, _, numbers in signals], np.float32)  # (208, 60)
    return x, np.array([label for label, _, _ in signals], np.int32), np.array([mark == "*" for _, mark, _ in signals])


def landsat(paths: Sequence[Path]) -> tuple[Part, Part]:
    """Read the satellite's pixels: 36 numbers and the class, separated by spaces."""
    train, test = (_numbers(path) for path in paths)
    return _landsat_part(train), _landsat_part(test)


def _landsat_part(rows: NDArray[np.float32]) -> Part:
    return Part(rows[:, :-1], np.searchsorted(_LANDSAT_CLASSES, rows[:, -1]).astype(np.int32))


def _numbers(path: Path) -> NDArray[np.float32]:
    try:
        return np.loadtxt(path, np.float32)
    except GZIP_ERRORS as error:
        raise broken_gzip(path, error) from error


def quantities(paths: Sequence[Path]) -> tuple[Part, None]:
    """Read a table whose last column is a quantity to be foretold."""
    rows = read_table(paths[0]).to_numpy().astype(np.float32)
    return Part(rows[:, :-1], rows[:, -1]), None


def numbered_classes(paths: Sequence[Path]) -> tuple[Part, None]:
    """Read a table of numbers whose last column numbers the class from 1."""
    rows = read_table(paths[0], header=False).to_numpy()
    return Part(rows[:, :-1].astype(np.float32), rows[:, -1].astype(np.int32) - 1), None
