"""The named data sets, against what is known of each."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from chainrule.data import CATALOGUE, load
from chainrule.data.catalogue.entry import fingerprint
from chainrule.errors import ArgumentError

SHAPES = {
    "digits": ((1437, 8, 8, 1), (360, 8, 8, 1)),
    "mnist": ((60000, 28, 28, 1), (10000, 28, 28, 1)),
    "fashion-mnist": ((60000, 28, 28, 1), (10000, 28, 28, 1)),
    "usps": ((7291, 16, 16, 1), (2007, 16, 16, 1)),
    "sonar": ((104, 60), (104, 60)),
    "sonar-all": ((208, 60), None),
    "landsat": ((4435, 36), (2000, 36)),
    "california-housing": ((20640, 8), None),
    "wheat-seeds": ((210, 7), None),
    "circle": ((200, 2), (200, 2)),
    "exclusive-or": ((200, 2), (200, 2)),
    "gauss": ((200, 2), (200, 2)),
    "spiral": ((200, 2), (200, 2)),
    "slope": ((200, 2), (200, 2)),
    "hills": ((200, 2), (200, 2)),
}
CLASS_COUNTS = {
    "mnist": ([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
    "fashion-mnist": ([6000] * 10, [1000] * 10),
    "usps": ([1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644], [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]),
    "sonar": ([49, 55], [62, 42]),
    "landsat": ([1072, 479, 961, 415, 470, 1038], [461, 224, 397, 211, 237, 470]),
    "wheat-seeds": ([70, 70, 70], None),
}

ON_PAGES = {"babi", "sms"}  # sets whose files stand on a page, within archives: they are put into place by hand


@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if entry.read is not None])
def test_every_set_has_its_shapes_classes_and_names(name, data_folder):
    data = load(name)
    parts = [data.train] + ([data.test] if data.test else [])
    assert (data.train.x.shape, data.test.x.shape if data.test else None) == SHAPES[name]
    for x, y in parts:
        assert y.shape == (len(x),)
        assert y.dtype == (np.float32 if data.classes is None else np.int32)
        assert x.dtype == (np.uint8 if "mnist" in name else np.float32)
        assert np.isfinite(x).all()
        if data.classes is not None:
            assert set(y.tolist()) == set(range(len(data.classes)))
        assert len(data.feature_names) == (x.shape[1] if x.ndim == 2 else 0)
    for part, counts in zip((data.train, data.test), CLASS_COUNTS.get(name, (None, None)), strict=True):
        if part is not None and counts is not None:
            assert np.bincount(part.y).tolist() == counts
    assert CATALOGUE[name].licence in data.source


@pytest.mark.parametrize(("name", "mean", "deviation"), [("mnist", 0.1307, 0.3081), ("fashion-mnist", 0.2860, 0.3530)])
def test_the_pixels_are_those_that_are_published(name, mean, deviation, data_folder):
    pixels = load(name).train.x / np.float32(255)
    assert pixels.mean(dtype=np.float64) == pytest.approx(mean, abs=5e-5)
    assert pixels.std(dtype=np.float64) == pytest.approx(deviation, abs=5e-5)


@pytest.mark.parametrize(("name", "errors"), [("usps", 113), ("sonar", 9), ("landsat", 213)])
def test_the_nearest_neighbour_errs_as_often_as_is_known(name, errors, data_folder):
    data = load(name)
    assert data.test is not None
    neighbour = KNeighborsClassifier(1).fit(data.train.x.reshape(len(data.train.x), -1), data.train.y)
    met = neighbour.predict(data.test.x.reshape(len(data.test.x), -1))
    ties = 3 if name == "landsat" else 0  # whole numbers: some pixels have several nearest neighbours
    assert abs((met != data.test.y).sum() - errors) <= ties


def test_the_houses_cost_what_they_did(data_folder):
    data = load("california-housing")
    assert data.train.y.mean(dtype=np.float64) == pytest.approx(2.06856, abs=1e-5)
    assert data.train.x[0].tolist() == pytest.approx([8.3252, 41, 6.984127, 1.0238095, 322, 2.5555556, 37.88, -122.23])


def test_usps_lies_between_minus_one_and_one(data_folder):
    x = load("usps").train.x
    assert (x.min(), x.max()) == (-1, 1)


def test_the_digits_in_the_package_are_those_of_scikit_learn_split_evenly():
    data, theirs = load("digits"), load_digits()
    assert data.test is not None
    x = np.concatenate([data.train.x, data.test.x]).reshape(-1, 64) * 16
    assert sorted(map(tuple, x.astype(int).tolist())) == sorted(map(tuple, theirs.data.astype(int).tolist()))
    assert len(data.test.y) == 360
    assert set(np.bincount(data.test.y)) <= {35, 36, 37}


def test_the_files_are_those_that_are_pinned(data_folder):
    for file in {file for entry in CATALOGUE.values() for file in entry.files}:
        content = Path(data_folder, file.path).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
        assert file.url.endswith("/" + Path(file.path).name) or Path(file.path).parts[0] in ON_PAGES
    for folder in {folder for entry in CATALOGUE.values() for folder in entry.folders}:
        assert fingerprint(Path(data_folder, folder.path), folder.pattern) == folder.sha256


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ArgumentError, match="Did you mean 'fashion-mnist'"):
        load("fashion_mnist")
