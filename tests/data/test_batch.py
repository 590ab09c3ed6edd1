"""Checks on the arrays that a network is trained on."""

import numpy as np
import polars as pl
import pytest

from chainrule.data import as_arrays
from chainrule.errors import DataError


class Streamed:
    """A table of some other library, which knows Arrow and nothing else."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema=None):
        return self.frame.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    ("given", "in_x", "in_y"),
    [
        ("float64", "float32", "float32"),
        ("float32", "float32", "float32"),
        ("float16", "float16", "float16"),
        ("int64", "int32", "int32"),
        ("int8", "int32", "int32"),
        ("uint16", "int32", "int32"),
        ("uint8", "uint8", "uint8"),
        ("bool", "float32", "int32"),
    ],
)
def test_dtypes(given, in_x, in_y):
    values = np.array([[0], [1], [1]], given)
    x, y, _ = as_arrays(values, values)
    assert (x.dtype, y.dtype) == (in_x, in_y)
    assert np.array_equal(x, values)
    assert np.array_equal(y, values)


def test_lists_arrow_tables_and_polars_frames_are_taken():
    frame = pl.DataFrame({"a": [1.5, 2.5], "b": [3, 4]})
    for table in (frame, Streamed(frame), [[1.5, 3], [2.5, 4]]):
        x, y, weight = as_arrays(table, pl.Series([0, 1]), [1, 2])
        assert x.dtype == np.float32
        assert x.tolist() == [[1.5, 3], [2.5, 4]]
        assert y is not None
        assert y.tolist() == [0, 1]
        assert weight is not None
        assert weight.dtype == np.float32


def test_what_already_fits_is_not_copied():
    images = np.zeros((3, 4, 4, 1), np.uint8)
    assert as_arrays(images)[0] is images


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "at least one row"),
        (3.0, "at least one row"),
        ([[1.0, 2.0], [np.nan, np.inf]], r"4 values 1 are NaN and 1 infinite, the first in row 1: x\[1, 0\] is nan"),
        ([[1, 2], [3]], "rows of equal length"),
        (["a", "b"], "a Preparation does it"),
        (np.array([1, None], object), "Python objects"),
        (np.array(["2020-01-01"], "M8[D]"), "days since"),
        ([1 + 2j], "complex128"),
        ([1, 2**31], "row 1 is 2147483648"),
        (np.array([2**63], np.uint64), "fit into int32"),
        ([0.0, 1e300], r"float32. Its value in row 1 is 1e\+300"),
        (pl.DataFrame({"a": [1.0], "kind": ["oak"]}), "Column 'kind' holds String"),
        (pl.DataFrame({"a": [1.0, None]}), r"x\[1, 0\] is nan"),
        (Streamed(pl.DataFrame({"kind": ["oak"]})), "Column 'kind'"),
    ],
)
def test_what_cannot_be_learned_from(values, message):
    with pytest.raises(DataError, match=message):
        as_arrays(values)


@pytest.mark.parametrize(
    ("y", "sample_weight", "message"),
    [
        ([1, 2, 3], None, "2 in x and 3 in y"),
        ([0.0, np.nan], None, r"y\[1\] is nan"),
        (None, [1.0], "2 in x and 1 in sample_weight"),
        (None, [1.0, -1.0], "not be negative"),
        (None, [0.0, 0.0], "nor all zero"),
        (None, [[1.0], [1.0]], "one weight for each example"),
        (None, [1.0, np.inf], "sample_weight must be finite"),
    ],
)
def test_targets_and_weights_that_do_not_belong_to_the_examples(y, sample_weight, message):
    with pytest.raises(DataError, match=message):
        as_arrays([[1.0], [2.0]], y, sample_weight)


def test_decimals_are_numbers_and_gaps_are_named():
    prices = pl.DataFrame({"price": [1.5, 2.25]}).cast(pl.Decimal(10, 2))
    assert as_arrays(prices)[0].tolist() == [[1.5], [2.25]]
    for values in ([True, None], [1, None], [1.5, None]):
        with pytest.raises(DataError, match=r"x\[1, 0\] is nan"):
            as_arrays(pl.DataFrame({"a": values}))
