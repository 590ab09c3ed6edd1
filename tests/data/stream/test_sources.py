"""What every source does: rows by number, checked; and the objects that are taken for one."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chainrule.data import (
    ImageFolderSource,
    IterableSource,
    JoinedSource,
    MappedSource,
    NpySource,
    ParquetSource,
    Rows,
    ShardSource,
    Source,
    SplitSource,
)
from chainrule.data.read.pictures import read_picture
from chainrule.data.stream import as_source, is_source, source_from_config, source_to_config
from chainrule.errors import ArgumentError, DataError

X = np.random.default_rng(0).standard_normal((101, 3)).astype(np.float32)
Y = np.random.default_rng(1).integers(0, 5, 101).astype(np.int32)


class Items:
    """A map-style data set."""

    def __init__(self, *arrays):
        self.arrays = arrays

    def __len__(self):
        return len(self.arrays[0])

    def __getitem__(self, number):
        return tuple(array[number] for array in self.arrays)


class Takes:
    """An object with the protocol of rows."""

    def __len__(self):
        return len(X)

    def take(self, rows):
        return X[rows], Y[rows]


def npy(folder):
    np.save(folder / "x.npy", X)
    np.save(folder / "y.npy", Y)
    return NpySource(str(folder / "x.npy"), str(folder / "y.npy"))


def parquet(folder):
    pl.DataFrame({f"c{i}": X[:, i] for i in range(3)} | {"y": Y}).write_parquet(folder / "t.parquet", row_group_size=30)
    return ParquetSource(str(folder / "t.parquet"), target="y", block=20, window=2)


SOURCES = {
    "npy": npy,
    "parquet": parquet,
    "mapped": lambda folder: MappedSource(Items(X, Y)),
    "mapped in threads": lambda folder: MappedSource(Items(X, Y), threads=3),
    "taken": lambda folder: as_source(Takes()),
    "iterable": lambda folder: IterableSource(lambda: zip(X, Y, strict=True), window=16),
    "joined": lambda folder: JoinedSource([MappedSource(Items(X[:40], Y[:40])), MappedSource(Items(X[40:], Y[40:]))]),
}


@pytest.mark.parametrize("name", SOURCES)
def test_rows_come_as_asked_for(name, tmp_path):
    source = SOURCES[name](tmp_path)
    rows = np.random.default_rng(2).integers(0, 101, 64)
    for asked in (rows, np.sort(rows), [100], [0, 0, 100], np.arange(101)[::-1], []):
        x, y, weight = source.take(asked)
        assert x[0].tobytes() == X[np.asarray(asked, int)].tobytes()
        assert y[0].tobytes() == Y[np.asarray(asked, int)].tobytes()
        assert weight is None
    assert len(source) == 101
    assert source.nbytes == 101 * (3 * 4 + 4)
    with pytest.raises(ArgumentError, match="rows 0 to 100"):
        source.take([101])


@pytest.mark.parametrize("name", ["npy", "parquet", "iterable", "joined"])
@given(part=st.integers(0, 4), count=st.integers(1, 5), rest=st.sampled_from(["spread", "drop"]))
def test_shards_are_disjoint_and_together_everything(name, tmp_path_factory, part, count, rest):
    source = SOURCES[name](tmp_path_factory.mktemp(name.replace(" ", "")))
    shards = [ShardSource(source, index, count, rest) for index in range(count)]
    lengths = [len(shard) for shard in shards]
    rows = np.concatenate([shard.take(np.arange(len(shard))).x[0] for shard in shards])
    if rest == "drop":
        assert len(set(lengths)) == 1
        assert 0 <= 101 - sum(lengths) < count
        assert rows.tobytes() == X[: sum(lengths)].tobytes()
    else:
        assert max(lengths) - min(lengths) <= 1
        assert rows.tobytes() == X.tobytes()
    assert sum(map(len, (shard.order for shard in shards))) == sum(lengths)


@given(st.integers(1, 300), st.integers(1, 40))
def test_shards_of_any_size(size, count):
    source = MappedSource(Items(np.arange(size)))
    if size < count:
        with pytest.raises(DataError, match="need at least as many rows"):
            ShardSource(source, 0, count)
        return
    rows = [ShardSource(source, index, count).rows for index in range(count)]
    assert np.concatenate(rows).tolist() == list(range(size))
    assert {len(part) for part in rows} <= {size // count, -(-size // count)}


def test_a_split_of_a_source_is_the_split_of_its_rows(tmp_path):
    source = parquet(tmp_path)
    parts = [SplitSource(source, (0.7, 0.3), 5, part) for part in (0, 1)]
    assert sorted(np.concatenate([part.rows for part in parts]).tolist()) == list(range(101))
    assert parts[1].take([0]).x[0].tobytes() == X[parts[1].rows[:1]].tobytes()
    assert parts[0].order.window == 2
    assert parts[0].place(0).endswith(f"row {parts[0].rows[0]}")


def test_an_epoch_of_a_parquet_file_reads_each_block_once(tmp_path, monkeypatch):
    source, read = parquet(tmp_path), []
    whole = ParquetSource.read_block
    monkeypatch.setattr(ParquetSource, "read_block", lambda self, number: (read.append(number), whole(self, number))[1])
    epoch = source.order.epoch(0, 0)
    for start in range(0, 101, 7):
        source.take(epoch.rows(start, min(start + 7, 101)))
    assert sorted(read) in ([*range(6)], [0, *range(6)])  # the first block perhaps once more, for the first example
    assert len(source._kept) <= 2


def test_a_generator_is_gone_through_once_for_each_epoch():
    begun = []

    def examples():
        begun.append(1)
        yield from zip(X, Y, strict=True)

    source = IterableSource(examples, length=101, window=16)
    _ = source.first
    begun.clear()
    for number in range(3):
        epoch = source.order.epoch(0, number)
        for start in range(0, 101, 9):
            source.take(epoch.rows(start, min(start + 9, 101)))
    assert len(begun) <= 4


class Whole(Source):
    """A source that gives what it is told to."""

    def __init__(self, *found):
        self.found = found

    def __len__(self):
        return 8

    def read(self, rows):
        return self.found[0] if len(rows) == 1 else self.found[1]


def rows_of(x):
    return Rows((np.asarray(x),))


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ((rows_of([[1.0, 2.0]]), rows_of([[1.0], [2.0]])), r"row 3: x of 2 examples must have shape \(2, 2\)"),
        ((rows_of([[1.0]]), rows_of([[1.0], [np.nan]])), "row 5: x must be finite"),
        ((rows_of([1.0]), rows_of([1, 2])), "row 3: x must be float32, as in the first example. Got int32"),
        ((rows_of([1.0]), rows_of(["a", "b"])), "rows 3 to 5: x must hold numbers"),
        ((rows_of([1.0]), Rows((np.ones(2),), (np.ones(2),))), r"each example must be 1 arrays. Got 2"),
        ((rows_of([1.0]), rows_of([1.0, 2.0, 3.0])), r"shape \(2,\)"),
    ],
)
def test_what_cannot_be_learned_from_is_named(found, message):
    with pytest.raises(DataError, match=message):
        Whole(*found).take([3, 5])


def test_weights_are_read_as_float32():
    source = MappedSource(Items(X, Y, np.arange(101)))
    weight = source.take([3]).weight
    assert weight is not None
    assert (weight.dtype, weight.tolist()) == (np.float32, [3.0])


@pytest.mark.parametrize("weights", [np.arange(101) - 50.0, np.ones((101, 2))])
def test_weights_that_are_negative_or_several_are_refused(weights):
    with pytest.raises(DataError, match="sample_weight must be one number, not negative. Got"):
        MappedSource(Items(X, Y, weights)).take([3, 5])


def test_several_inputs_and_outputs():
    class Two:
        def __len__(self):
            return 4

        def __getitem__(self, number):
            return (X[number], X[number, :2]), (Y[number], Y[number])

    x, y, _ = as_source(Two()).take([2, 1])
    assert [part.shape for part in x] == [(2, 3), (2, 2)]
    assert len(y) == 2


def test_examples_that_differ_in_shape_are_named():
    ragged = Items([[1.0], [2.0], [1.0, 2.0]])
    with pytest.raises(DataError, match=r"Items, row 2: x must have shape \(1,\), as that of row 0. Got \(2,\)"):
        MappedSource(ragged).take([0, 1, 2])

    def examples():
        yield [1.0]
        yield [2.0]
        yield [3.0, 4.0]

    with pytest.raises(DataError, match="row 2"):
        IterableSource(examples, window=2).take([0, 2])


def test_sources_that_do_not_belong_together():
    with pytest.raises(DataError, match="must have the shapes and dtypes"):
        JoinedSource([MappedSource(Items(X)), MappedSource(Items(Y))]).take([0])


@pytest.mark.parametrize("empty", [MappedSource(Items([])), IterableSource(lambda: iter(()))])
def test_an_empty_source(empty):
    with pytest.raises(DataError, match=r"from 1 to .* examples|yields no examples"):
        _ = empty.first


def test_generators_that_end_early_or_cannot_begin_anew():
    with pytest.raises(ArgumentError, match="a function that makes the generator"):
        IterableSource(iter([1, 2]))  # pyright: ignore[reportArgumentType]
    with pytest.raises(DataError, match="must yield 9 examples each time"):
        IterableSource(lambda: range(8), length=9, window=4).take([8])
    once = iter(range(8))
    source = IterableSource(lambda: once, length=8, window=4)
    source.take([0, 7])
    with pytest.raises(DataError, match="begin anew"):
        source.take([0])


def test_what_is_taken_for_a_source():
    class Frame:
        def __len__(self):
            return 3

        def __getitem__(self, key):
            return key

        def __array__(self, dtype=None, copy=None):
            return np.zeros(3)

    assert all(map(is_source, (Items(X), Takes(), MappedSource(Items(X)))))
    assert not any(map(is_source, (X, [1, 2], (X, Y), {"a": 1}, "text", pl.DataFrame({"a": [1]}), Frame(), 3, iter([1]))))
    with pytest.raises(ArgumentError, match="must be one of Chainrule's"):
        as_source(3)


@pytest.mark.parametrize("make", [npy, parquet])
def test_a_source_of_files_is_kept_as_data(make, tmp_path):
    files = make(tmp_path)
    source = ShardSource(JoinedSource([files, SplitSource(files, (0.5, 0.5), 1, 0)]), 0, 2)
    again = source_from_config(json.loads(json.dumps(source_to_config(source))))
    assert again.take([0, 50]).x[0].tobytes() == source.take([0, 50]).x[0].tobytes()
    assert again.order == source.order


def test_an_object_of_ones_own_is_asked_for_again():
    source = SplitSource(MappedSource(Items(X, Y)), (0.5, 0.5), 1, 0)
    config = json.loads(json.dumps(source_to_config(source)))
    with pytest.raises(DataError, match="an object of your own, Items with 101 examples"):
        source_from_config(config).take([0])
    with pytest.raises(DataError, match="the 101 examples that Items had. Got 40"):
        source_from_config(config, MappedSource(Items(X[:40], Y[:40])))
    again = source_from_config(config, MappedSource(Items(X, Y)))
    assert again.take([3]).x[0].tobytes() == source.take([3]).x[0].tobytes()


def test_a_torch_data_set_is_taken_without_torch_in_the_package(tmp_path):
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    assert is_source(data)
    x, y, _ = as_source(data).take([5, 2])
    assert x[0].tobytes() == X[[5, 2]].tobytes()
    assert y[0].tobytes() == Y[[5, 2]].tobytes()


@pytest.fixture
def folder(tmp_path):
    for number in range(12):
        kind = tmp_path / ("cats" if number < 5 else "dogs")
        kind.mkdir(exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 256, (9, 7, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(kind / f"{number:02}.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


def test_pictures_are_what_pillow_makes_of_them(folder):
    source = ImageFolderSource(str(folder), size=(4, 5), threads=2)
    assert source.classes == ("cats", "dogs")
    x, y, _ = source.take([11, 0, 6])
    assert y[0].tolist() == [1, 0, 1]
    for place, row in enumerate((11, 0, 6)):
        with Image.open(source.place(row)) as picture:
            expected = np.asarray(picture.resize((5, 4), Image.Resampling.BILINEAR))
        assert x[0][place].tobytes() == expected.tobytes()
    one_by_one = ImageFolderSource(str(folder), size=(4, 5), threads=1).take([11, 0, 6])
    assert one_by_one.x[0].tobytes() == x[0].tobytes()
    assert ImageFolderSource(str(folder / "cats"), mode="L").take([0]).y == ()
    assert ImageFolderSource(str(folder / "cats"), mode="L").take([0]).x[0].shape == (1, 9, 7, 1)


@pytest.mark.parametrize(
    ("odd", "said"), [((1.0,), r"Got \(an array\)"), ((1.0, 2, 0.5), "an array, an array"), ((1.0, (2, 3)), "2 arrays")]
)
def test_an_example_of_another_make_is_named(odd, said):
    source = IterableSource(lambda: ((float(number), number) if number != 5 else odd for number in range(10)))
    with pytest.raises(DataError, match=rf"row 5: an example must be \(an array, an array\), as row 0 is.*{said}"):
        source.take([5])


def test_pictures_are_those_of_a_preparation(tmp_path):
    for name in ("light", "dark"):
        (tmp_path / name).mkdir()
    colours = np.random.default_rng(0).integers(0, 256, (4, 6, 3), np.uint8)
    photograph = Image.fromarray(colours)
    exif = photograph.getexif()
    exif[0x0112] = 6
    photograph.rotate(90, expand=True).save(tmp_path / "dark" / "side.png", exif=exif)
    Image.fromarray(np.linspace(0, 65535, 24).reshape(4, 6).astype(np.uint16)).save(tmp_path / "light" / "deep.png")
    Image.fromarray(np.dstack([colours, np.full((4, 6), 128, np.uint8)])).save(tmp_path / "light" / "through.png")
    (tmp_path / "light" / "._deep.png").write_bytes(b"not a picture")
    source = ImageFolderSource(str(tmp_path))
    photograph.save(tmp_path / "dark" / "another.png")  # after the source was opened: its rows stay those that they were
    x, y, _ = source.take([0, 1, 2])
    assert np.array_equal(x[0][0], colours)
    assert all(np.array_equal(image, read_picture(source.place(row), "RGB")) for row, image in enumerate(x[0]))
    assert [source.classes[label] for label in y[0]] == ["dark", "light", "light"]


def test_of_several_damaged_pictures_the_first_that_is_asked_for_is_named(folder):
    for name in ("cats/01.png", "dogs/11.png"):
        (folder / name).write_bytes(b"no picture at all")
    source = ImageFolderSource(str(folder), size=(4, 4), threads=4)
    for rows, first in (([0, 2, 3, 4, 5, 6, 7, 8, 9, 11, 1], "11.png"), ([1, *range(2, 12)], "01.png")):
        with pytest.raises(DataError, match=f"{first}: this cannot be read as a picture"):
            source.take(rows)


def test_pictures_of_other_modes_and_more_than_a_task_of_them(folder):
    Image.fromarray(np.arange(63, dtype=np.uint8).reshape(9, 7)).save(folder / "cats" / "04.png")
    for mode in ("L", "RGB", "RGBA"):
        source = ImageFolderSource(str(folder), mode=mode)
        x = source.take(list(range(12))[::-1]).x[0]
        for place, row in enumerate(range(11, -1, -1)):
            with Image.open(source.place(row)) as picture:
                assert x[place].tobytes() == np.asarray(picture.convert(mode)).tobytes()


def test_broken_and_odd_pictures_are_named(folder, tmp_path_factory):
    Image.new("RGB", (3, 3)).save(folder / "dogs" / "small.png")
    with pytest.raises(DataError, match=r"small.png must be 7 x 9, as the first picture is. Got 3 x 3"):
        ImageFolderSource(str(folder)).take([12])
    (folder / "dogs" / "06.png").write_bytes(b"no picture at all")
    with pytest.raises(DataError, match=r"06.png: this cannot be read as a picture"):
        ImageFolderSource(str(folder), size=(4, 4)).take([6])
    whole = (folder / "dogs" / "07.png").read_bytes()
    (folder / "dogs" / "07.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"07.png: this cannot be read as a picture"):
        ImageFolderSource(str(folder), size=(4, 4)).take([7])
    with pytest.raises(DataError, match="must hold pictures"):
        ImageFolderSource(str(tmp_path_factory.mktemp("empty")))
    with pytest.raises(DataError, match="cannot be read"):
        ImageFolderSource(str(folder / "nowhere"))
    with pytest.raises(ArgumentError, match="mode of an ImageFolderSource"):
        ImageFolderSource(str(folder), mode="CMYK")


def test_files_that_change_under_way(folder, tmp_path):
    source = ImageFolderSource(str(folder), size=(4, 4))
    config = source_to_config(source)
    Image.new("RGB", (30, 30)).save(folder / "cats" / "03.png")
    with pytest.raises(DataError, match="03.png has changed since it was opened"):
        source.take([3])
    with pytest.raises(DataError, match="has changed since"):
        source_from_config(config)
    (tmp_path / "p").mkdir()
    table = parquet(tmp_path / "p")
    pl.DataFrame({f"c{i}": X[:50, i] for i in range(3)} | {"y": Y[:50]}).write_parquet(tmp_path / "p" / "t.parquet")
    with pytest.raises(DataError, match="has changed since it was opened"):
        table.take([3])
