"""The named data sets that are arrays, and how each is read from its original files."""

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chainrule.data.catalogue.entry import Entry, File
from chainrule.data.read.arrays import read_idx
from chainrule.data.read.files import GZIP_ERRORS, broken_gzip
from chainrule.data.read.table import read_table
from chainrule.data.split.rows import split_rows
from chainrule.data.splits import Split
from chainrule.errors import DataError

_SONAR_SIGNAL = re.compile(r"^(\*?)C[MR]\d+:\s*\{([^}]*)\}", re.MULTILINE)
_LANDSAT_CLASSES = (1, 2, 3, 4, 5, 7)  # class 6 has no examples


def digits(_: Sequence[Path]) -> tuple[Split, Split]:
    """Read the digits that travel inside the package: 1,437 to learn from and 360 for the test, stratified with seed 0."""
    with resources.as_file(resources.files("chainrule.data") / "files" / "digits.csv.gz") as path:
        rows = np.loadtxt(path, np.float32, delimiter=",")
    x, y = rows[:, :-1].reshape(-1, 8, 8, 1) / 16, rows[:, -1].astype(np.int32)
    train, test = split_rows(len(y), (1437 / 1797, 360 / 1797), seed=0, stratify=y)
    return Split(x[train], y[train]), Split(x[test], y[test])


def idx_images(paths: Sequence[Path]) -> tuple[Split, Split]:
    """Read training images and labels, then test images and labels, from IDX files."""
    return _idx_part(paths[0], paths[1]), _idx_part(paths[2], paths[3])


def _idx_part(images: Path, labels: Path) -> Split:
    x, y = read_idx(images), read_idx(labels)
    if len(x) != len(y):
        raise DataError(f"{images} has {len(x):,} images and {labels} {len(y):,} labels: they must be equally many.")
    return Split(x[..., None], y.astype(np.int32))


def zip_codes(paths: Sequence[Path]) -> tuple[Split, Split]:
    """Read the USPS digits: the digit, then 256 grey values, separated by spaces."""
    train, test = (_numbers(path) for path in paths)
    return _zip_code_part(train), _zip_code_part(test)


def _zip_code_part(rows: NDArray[np.float32]) -> Split:
    return Split(rows[:, 1:].reshape(-1, 16, 16, 1), rows[:, 0].astype(np.int32))


def sonar_by_angle(paths: Sequence[Path]) -> tuple[Split, Split]:
    """Read the sonar returns in the split that the files mark with "*", which balances the angles."""
    x, y, marked = _sonar(paths)
    return Split(x[marked], y[marked]), Split(x[~marked], y[~marked])


def sonar_all(paths: Sequence[Path]) -> tuple[Split, None]:
    """Read all sonar returns as one part, the mines first."""
    x, y, _ = _sonar(paths)
    return Split(x, y), None


def _sonar(paths: Sequence[Path]) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.bool_]]:
    signals = [(label, *match) for label, path in enumerate(paths) for match in _SONAR_SIGNAL.findall(path.read_text("ascii"))]
    x = np.array([numbers.split() for _, _, numbers in signals], np.float32)  # (208, 60)
    return x, np.array([label for label, _, _ in signals], np.int32), np.array([mark == "*" for _, mark, _ in signals])


def landsat(paths: Sequence[Path]) -> tuple[Split, Split]:
    """Read the satellite's pixels: 36 numbers and the class, separated by spaces."""
    train, test = (_numbers(path) for path in paths)
    return _landsat_part(train), _landsat_part(test)


def _landsat_part(rows: NDArray[np.float32]) -> Split:
    return Split(rows[:, :-1], np.searchsorted(_LANDSAT_CLASSES, rows[:, -1]).astype(np.int32))


def _numbers(path: Path) -> NDArray[np.float32]:
    try:
        return np.loadtxt(path, np.float32)
    except GZIP_ERRORS as error:
        raise broken_gzip(path, error) from error


def quantities(paths: Sequence[Path]) -> tuple[Split, None]:
    """Read a table whose last column is a quantity to be predicted."""
    rows = read_table(paths[0]).to_numpy().astype(np.float32)
    return Split(rows[:, :-1], rows[:, -1]), None


def numbered_classes(paths: Sequence[Path]) -> tuple[Split, None]:
    """Read a table of numbers whose last column numbers the class from 1."""
    rows = read_table(paths[0], header=False).to_numpy()
    return Split(rows[:, :-1].astype(np.float32), rows[:, -1].astype(np.int32) - 1), None


_MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_USPS = "https://hastie.su.domains/ElemStatLearn/datasets/"
_UCI = "https://archive.ics.uci.edu/ml/machine-learning-databases/"
_SONAR = _UCI + "undocumented/connectionist-bench/sonar/"
_LANDSAT = _UCI + "statlog/satimage/"
_HOUSING = "https://raw.githubusercontent.com/robintux/Datasets4StackOverFlowQuestions/a8328d9d0acafc4e6d9021acd35968cdcc035832/"
_SEEDS = "https://raw.githubusercontent.com/jbrownlee/Datasets/98db92a469e2a2e5062ee42d6ba73c74f2f224a6/"

_DIGITS = tuple("0123456789")
_BANDS = ("green", "red", "near infrared 1", "near infrared 2")


def _idx_files(folder: str, home: str, sums: Sequence[tuple[str, int]]) -> tuple[File, ...]:
    names = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    return tuple(File(f"{folder}/{name}.gz", f"{home}{name}.gz", sha256, size) for name, (sha256, size) in zip(names, sums, strict=True))


_MNIST_FILES = _idx_files(
    "mnist",
    _MNIST,
    (
        ("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
        ("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
        ("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
        ("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
    ),
)
_FASHION_FILES = _idx_files(
    "fashion-mnist",
    _FASHION,
    (
        ("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880),
        ("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
        ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
        ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
    ),
)
_USPS_FILES = (
    File("usps/zip.train.gz", _USPS + "zip.train.gz", "66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16", 1_829_071),
    File("usps/zip.test.gz", _USPS + "zip.test.gz", "8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f", 439_208),
)
_SONAR_FILES = (
    File("sonar/sonar.mines", _SONAR + "sonar.mines", "f90b24e99b922ac37ec5d043dd93f3e571813137e3f80039cecbfbdac6a483f3", 49_217),
    File("sonar/sonar.rocks", _SONAR + "sonar.rocks", "f79e789d9ccc291b7aebe6008dc50d74f25c123ecb6dc8f7f1fe2dcfb680ba4e", 43_052),
)
_LANDSAT_FILES = (
    File("landsat/sat.trn", _LANDSAT + "sat.trn", "e896dc88a960fa2404160fc4c3cb3dc53fcf4afd80ba920bf2d261bd42d12613", 525_830),
    File("landsat/sat.tst", _LANDSAT + "sat.tst", "4b9167b8a92baafafed7c8809aef86d0683a5e685c19d98d119fa6974f0f2479", 236_745),
)
_HOUSING_FILE = File(
    "california_housing/fetch_california_housing.csv",
    _HOUSING + "fetch_california_housing.csv",
    "23a00dc5b1f56ed2ea801942b2e4148dcafa949358e57c9d8e326416eae7e2b3",
    1_742_826,
)
_SEEDS_FILE = File(
    "seeds/wheat-seeds.csv", _SEEDS + "wheat-seeds.csv", "8dbd1853a4439afc113cfe07f290422c7ce3fe48745d71f3f7eaa027cd38fd6e", 9_301
)

_GORMAN = ("R. P. Gorman and T. J. Sejnowski, 1988", "not stated in the files; CC BY 4.0 at UCI", "https://archive.ics.uci.edu/dataset/151")
_ENERGIES = tuple(f"energy in band {band}" for band in range(1, 61))

ARRAYS = (
    Entry(
        "digits",
        "1,797 handwritten digits of 8 x 8 pixels, split 1,437/360 here; inside the package",
        "E. Alpaydin and C. Kaynak, 1998",
        "CC BY 4.0",
        "https://archive.ics.uci.edu/dataset/80",
        (),
        digits,
        _DIGITS,
    ),
    Entry(
        "mnist",
        "70,000 handwritten digits of 28 x 28 pixels, split 60,000/10,000",
        "Y. LeCun and C. Cortes, 1998",
        "CC BY-SA 3.0",
        "http://yann.lecun.com/exdb/mnist/",
        _MNIST_FILES,
        idx_images,
        _DIGITS,
    ),
    Entry(
        "fashion-mnist",
        "70,000 pieces of clothing of 28 x 28 pixels, split 60,000/10,000",
        "H. Xiao, K. Rasul and R. Vollgraf (Zalando), 2017",
        "MIT",
        "https://github.com/zalandoresearch/fashion-mnist",
        _FASHION_FILES,
        idx_images,
        ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    Entry(
        "usps",
        "9,298 handwritten digits of zip codes, 16 x 16 pixels from -1 to 1, split 7,291/2,007",
        "Y. LeCun and others, 1989",
        "not stated",
        _USPS,
        _USPS_FILES,
        zip_codes,
        _DIGITS,
    ),
    Entry(
        "sonar",
        "208 sonar returns from mines and rocks, 60 bands, split 104/104 with balanced angles",
        *_GORMAN,
        _SONAR_FILES,
        sonar_by_angle,
        ("mine", "rock"),
        _ENERGIES,
    ),
    Entry(
        "sonar-all",
        "the same 208 sonar returns without a split, for cross-validation as in the paper's first series",
        *_GORMAN,
        _SONAR_FILES,
        sonar_all,
        ("mine", "rock"),
        _ENERGIES,
    ),
    Entry(
        "landsat",
        "6,435 neighbourhoods of 3 x 3 pixels in 4 bands of a satellite's image, 6 kinds of soil, split 4,435/2,000",
        "A. Srinivasan (Statlog), 1993",
        "not stated in the files; CC BY 4.0 at UCI",
        "https://archive.ics.uci.edu/dataset/146",
        _LANDSAT_FILES,
        landsat,
        ("red soil", "cotton crop", "grey soil", "damp grey soil", "soil with vegetation stubble", "very damp grey soil"),
        tuple(f"{band}, pixel {pixel}" for pixel in range(1, 10) for band in _BANDS),
    ),
    Entry(
        "california-housing",
        "20,640 districts of California in 1990, 8 numbers each; the median house value in 100,000 USD is to be predicted",
        "R. K. Pace and R. Barry, 1997",
        "not stated",
        "https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.html",
        (_HOUSING_FILE,),
        quantities,
        None,
        ("MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude"),
    ),
    Entry(
        "wheat-seeds",
        "210 kernels of three varieties of wheat, 7 measures each",
        "M. Charytanowicz and others, 2010",
        "not stated in the files; CC BY 4.0 at UCI",
        "https://archive.ics.uci.edu/dataset/236",
        (_SEEDS_FILE,),
        numbered_classes,
        ("Kama", "Rosa", "Canadian"),
        ("area", "perimeter", "compactness", "kernel length", "kernel width", "asymmetry", "groove length"),
    ),
)
