"""Reading IDX files."""

import gzip
import struct

import numpy as np
import pytest

from chainrule.data import read_idx
from chainrule.errors import DataError

CODES = {"u1": 0x08, "i1": 0x09, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D, ">f8": 0x0E}


def written(array: np.ndarray) -> bytes:
    return bytes([0, 0, CODES[array.dtype.str.lstrip("|")], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.mark.parametrize("dtype", CODES)
@pytest.mark.parametrize("zipped", [False, True])
def test_every_type_comes_back(tmp_path, dtype, zipped):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    path = tmp_path / "array"
    path.write_bytes(gzip.compress(written(array)) if zipped else written(array))
    met = read_idx(path)
    assert met.dtype.isnative
    assert met.dtype.kind == array.dtype.kind
    assert np.array_equal(met, array)
    met += 1  # it is the caller's own


GOOD = written(np.arange(6, dtype="u1").reshape(2, 3))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Met nothing"),
        (b"\x89PNG", "Met 89 50 4e 47"),
        (bytes([0, 0, 7, 1]) + bytes(4), "Met 00 00 07 01"),
        (bytes([0, 0, 8, 0]), "Met 00 00 08 00"),
        (GOOD[:9], "within the sizes of its 2 dimensions, after 9 bytes"),
        (GOOD[:-1], r"shape \(2, 3\) and type uint8 has 6 bytes of numbers. Met 5"),
        (GOOD + b"x", "Met 7"),
        (gzip.compress(GOOD, mtime=0)[:-9], "cut off"),
        (gzip.compress(GOOD, mtime=0)[:-8] + bytes(8), "damaged"),
    ],
)
def test_broken_files_are_named_with_what_was_met(tmp_path, content, message):
    path = tmp_path / "broken-idx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"broken-idx.*{message}"):
        read_idx(path)


def test_there_is_no_such_file(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_idx(tmp_path / "none")
    with pytest.raises(DataError, match="a folder"):
        read_idx(tmp_path)
