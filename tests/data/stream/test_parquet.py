"""Parquet files: columns, blocks across files, and what is wrong with them."""

import numpy as np
import polars as pl
import pytest

from chainrule.data import ParquetSource, read_table
from chainrule.errors import ArgumentError, DataError

FRAME = pl.DataFrame(
    {"a": np.arange(50, dtype="float64"), "b": np.arange(50), "kind": ["x", "y"] * 25, "y": np.arange(50) % 3, "w": [0.5] * 50}
)


@pytest.fixture
def path(tmp_path):
    FRAME.write_parquet(tmp_path / "one.parquet", row_group_size=16)
    return str(tmp_path / "one.parquet")


def test_columns(path):
    x, y, weight = ParquetSource(path, target="y", features=["b", "a"], weight="w").take([7, 2])
    assert (x[0].dtype, x[0].tolist(), y[0].tolist()) == (np.float32, [[7.0, 7.0], [2.0, 2.0]], [1, 2])
    assert weight is not None
    assert weight.tolist() == [0.5, 0.5]
    assert ParquetSource(path, features=["b"]).take([4]).x[0].dtype == np.int32


def test_arrays_in_a_column(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (20, 4, 3)).astype(np.uint8)
    pl.DataFrame({"image": pl.Series(images, dtype=pl.Array(pl.UInt8, (4, 3))), "y": range(20)}).write_parquet(tmp_path / "i.parquet")
    x, _, _ = ParquetSource(str(tmp_path / "i.parquet"), target="y", block=6).take([19, 0])
    assert x[0].dtype == np.uint8
    assert x[0].tobytes() == images[[19, 0]].tobytes()


def test_several_files(tmp_path):
    for number, rows in enumerate((7, 0, 13)):
        pl.DataFrame({"a": np.arange(rows) + 100.0 * number, "y": np.arange(rows)}).write_parquet(tmp_path / f"{number}.parquet")
    source = ParquetSource(str(tmp_path), target="y", block=5)
    assert source.order.blocks == (5, 2, 5, 5, 3)
    assert source.take(np.arange(20)).x[0][:, 0].tolist() == [*range(7), *(200.0 + np.arange(13))]
    assert source.place(9).endswith("2.parquet, row 2")


def test_a_column_that_there_is_not(path):
    with pytest.raises(ArgumentError, match=r"column of .*one.parquet must be one of .*Got 'target' instead"):
        ParquetSource(path, target="target")


def test_text_in_a_column(path):
    with pytest.raises(DataError, match="column 'kind' must hold numbers. Got String instead: leave it out with features"):
        ParquetSource(path, target="y")


def test_gaps(tmp_path):
    pl.DataFrame({"a": [1.0, None, 3.0], "y": [1, 2, 3]}).write_parquet(tmp_path / "gaps.parquet")
    with pytest.raises(DataError, match=r"gaps.parquet, rows 0 to 2: column 'a' has 1 gaps"):
        ParquetSource(str(tmp_path / "gaps.parquet"), target="y").take([0])


def test_files_of_other_columns(path, tmp_path):
    pl.DataFrame({"a": [1.0], "b": ["text"], "y": [1]}).write_parquet(tmp_path / "two.parquet")
    with pytest.raises(DataError, match=r"two.parquet: column 'b' must hold numbers"):
        ParquetSource([path, str(tmp_path / "two.parquet")], target="y", features=["a", "b"])


@pytest.mark.parametrize("content", [b"", b"PAR1", b"a,b\n1,2\n"])
def test_no_parquet_file(tmp_path, content):
    (tmp_path / "odd.parquet").write_bytes(content)
    with pytest.raises(DataError, match=r"odd.parquet is not a Parquet file, or is damaged"):
        ParquetSource(str(tmp_path / "odd.parquet"))


def test_a_row_group_that_is_broken_is_named(tmp_path):
    path = tmp_path / "long.parquet"
    numbers = np.random.default_rng(0).integers(0, 1000, 40_000)
    pl.DataFrame({"a": numbers.astype("f8"), "y": numbers}).write_parquet(path, row_group_size=10_000, compression="zstd")
    source = ParquetSource(str(path), target="y", block=10_000, window=1)
    assert source.take([35_000]).y[0].tolist() == [numbers[35_000]]
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    path.write_bytes(bytes(content))
    broken = ParquetSource(str(path), target="y", block=10_000, window=1)
    met = []
    for start in range(0, 40_000, 10_000):
        try:
            broken.take([start])
        except DataError as error:
            met.append(str(error))
    assert len(met) == 1
    assert "long.parquet, rows" in met[0]
    assert "cannot be read" in met[0]
    assert "damaged" in met[0]


def test_no_rows_and_no_files(tmp_path):
    pl.DataFrame({"a": pl.Series([], dtype=pl.Float32)}).write_parquet(tmp_path / "none.parquet")
    with pytest.raises(DataError, match="at least one row"):
        len(ParquetSource(str(tmp_path / "none.parquet")))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="at least one .parquet file"):
        ParquetSource(str(tmp_path / "empty"))
    with pytest.raises(DataError, match="cannot be read"):
        ParquetSource(str(tmp_path / "nowhere.parquet"))


def test_columns_of_several_kinds_become_float32(tmp_path):
    frame = pl.DataFrame({"a": [0.5, 1.5], "b": [7, 8], "c": [True, False], "d": pl.Series([1, 2], dtype=pl.UInt8)})
    frame.write_parquet(tmp_path / "kinds.parquet")
    source = ParquetSource(str(tmp_path / "kinds.parquet"))
    assert source.read(np.array([1])).x[0].dtype == np.float32
    assert source.take([1]).x[0].tolist() == [[1.5, 8.0, 0.0, 2.0]]
    assert ParquetSource(str(tmp_path / "kinds.parquet"), features=["b", "d"]).take([0]).x[0].dtype == np.int32


def test_a_column_has_one_place_and_holds_numbers(tmp_path):
    path = str(tmp_path / "rows.parquet")
    pairs = pl.Series([[1.0, 2.0]] * 4, dtype=pl.Array(pl.Float64, 2))
    pl.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "pair": pairs, "kind": ["x", "y"] * 2}).write_parquet(path)
    with pytest.raises(ArgumentError, match="the column 'a' must be one of features, target and weight. Got it as two of them"):
        ParquetSource(path, target="a", features=["a"])
    with pytest.raises(DataError, match="column 'kind' must hold numbers. Got String instead"):
        ParquetSource(path, target="kind", features=["a"])
    assert ParquetSource(path, target="pair", features=["a"]).take([1]).y[0].tolist() == [[1.0, 2.0]]


def test_a_file_with_any_byte_damaged_is_read_or_refused(tmp_path):
    """Polars panics on some of them."""
    path = tmp_path / "rows.parquet"
    frame = pl.DataFrame({"a": [number / 2 for number in range(40)], "b": ["x", "y", None, "y"] * 10})
    frame.write_parquet(path, compression="uncompressed")
    whole, refused = path.read_bytes(), 0
    for place in range(6, len(whole) - 8, 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            read_table(path)
        except DataError:
            refused += 1
    assert refused > 0
