"""Folders, archives, tables and masks of images, and everything that can be amiss with them."""

import gzip
import io
import re
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from scipy import ndimage

from chainrule.data import Holdout, Preparation, Resize, collect
from chainrule.data.collection import PART
from chainrule.data.read.archives import unpacked
from chainrule.data.read.pictures import read_masks, read_picture, seams
from chainrule.errors import ArgumentError, DataError


def draw(path: Path, colour=120, size=(8, 6), mode="L", **saving) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **saving)
    return path


def classes(folder: Path, count=6) -> Path:
    for number in range(count):
        draw(folder / "dark" / f"{number}.png", 10 + number)
        draw(folder / "light" / f"{number}.png", 200 + number)
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_folder_is_the_class(tmp_path):
    collection = collect(classes(tmp_path))
    assert (len(collection), collection.target, collection.kinds) == (12, "class", {"image": "image", "class": "category"})
    splits = Preparation(split=Holdout(validation=0.2, test=0.2)).fit(collection)
    assert splits.train.x.shape[1:] == (6, 8, 1)
    assert splits.train.x.max() <= 1
    bright = splits.train.x.mean(axis=(1, 2, 3)) > 0.5
    assert np.array_equal(bright, splits.train.y == 1)


def test_two_files_of_one_name_stay_two_examples(tmp_path):
    collection = collect(classes(tmp_path))
    splits = Preparation(split=Holdout(validation=0, test=0)).fit(collection)
    assert len({float(image.mean()) for image in splits.train.x}) == 12


def test_folders_above_the_classes_give_the_parts(tmp_path):
    for part in ("train", "val", "test"):
        classes(tmp_path / part, 2)
    collection = collect(tmp_path)
    assert collection.frame[PART].value_counts().sort(PART).rows() == [("test", 4), ("train", 4), ("validation", 4)]
    draw(tmp_path / "dark" / "7.png")
    with pytest.raises(DataError, match=r"7\.png: it lies in no folder named train"):
        collect(tmp_path)


def test_an_empty_folder_is_no_class_and_is_told(tmp_path):
    classes(tmp_path)
    (tmp_path / "grey").mkdir()
    collection = collect(tmp_path)
    assert set(collection.frame["class"]) == {"dark", "light"}
    assert "1 folder is empty, and is no class: grey" in collection.facts


def test_names_give_columns(tmp_path):
    (tmp_path / "aside").mkdir()
    tmp_path /= "files"
    for number in range(4):
        draw(tmp_path / f"{'ab'[number % 2]}_{number}.png", number)
    collection = collect(tmp_path, pattern="{class}_{index}")
    assert sorted(zip(collection.frame["class"], collection.frame["index"], strict=True)) == [
        ("a", "0"),
        ("a", "2"),
        ("b", "1"),
        ("b", "3"),
    ]
    assert (collection.target, collection.kinds["index"]) == ("class", "drop")
    with pytest.raises(DataError, match=r"does not fit the pattern"):
        collect(tmp_path, pattern="{class}-{index}")
    with pytest.raises(ArgumentError, match="must have named parts"):
        collect(tmp_path, pattern="class_index")
    assert "give pattern=" in " ".join(collect(tmp_path).facts)


def test_a_table_beside_the_images_says_more_of_them(tmp_path):
    names = [draw(tmp_path / "images" / f"{number}.png", 20 * number).name for number in range(10)]
    rows = [f"{name},{number / 10 + 0.05}" for number, name in enumerate(names)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,brightness", *rows]))
    for source in (tmp_path, tmp_path / "labels.csv"):
        collection = collect(source, target="brightness")
        assert collection.frame["file"][3] == str(tmp_path / "images" / "3.png")
        splits = Preparation(split=Holdout(validation=0, test=0.2)).fit(collection)
        assert splits.train.x.shape == (8, 6, 8, 1)


def test_broken_files_are_left_out_and_named(tmp_path):
    classes(tmp_path)
    (tmp_path / "dark" / "text.png").write_text("this is a text")
    whole = draw(tmp_path / "dark" / "cut.jpg", size=(64, 64)).read_bytes()
    (tmp_path / "dark" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "light" / "empty.png").write_bytes(b"")
    preparation = Preparation(split=Holdout(validation=0, test=0.2))
    splits = preparation.fit(tmp_path)
    assert len(splits.train) + len(splits.test) == 12
    (told,) = [fact for fact in preparation.facts if "cannot be used" in fact]
    assert told.startswith("3 rows are left out") and all(name in told for name in ("text.png", "cut.jpg", "empty.png"))
    with pytest.raises(DataError, match=r"(text|cut|empty)\.(png|jpg): this cannot be read as a picture"):
        Preparation(clean=[], split=Holdout(validation=0, test=0.2)).fit(tmp_path)


def test_a_bomb_is_named(tmp_path, monkeypatch):
    classes(tmp_path)
    draw(tmp_path / "dark" / "bomb.png", size=(300, 300))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    preparation = Preparation(split=Holdout(validation=0, test=0.2))
    preparation.fit(tmp_path)
    assert any("bomb.png" in fact and "more pixels" in fact for fact in preparation.facts)


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_an_archive_is_read_like_its_folder(tmp_path, cache, ending):
    folder = classes(tmp_path / "pictures")
    archive = tmp_path / ("pictures" + ending)
    if ending == ".zip":
        with zipfile.ZipFile(archive, "w") as writing:
            for file in sorted(folder.rglob("*.png")):
                writing.write(file, file.relative_to(tmp_path))
    else:
        with tarfile.open(archive, "w:gz") as writing:
            writing.add(folder, "pictures")
    collection = collect(archive)
    assert collection.frame["class"].to_list() == collect(folder).frame["class"].to_list()
    assert all(Path(path).is_relative_to(cache) for path in collection.frame["image"])
    assert unpacked(archive) == unpacked(archive)


@pytest.mark.parametrize("name", ["../escaped.png", "/tmp/escaped.png", "a/../../escaped.png"])
@pytest.mark.parametrize("ending", [".zip", ".tar"])
def test_no_name_leads_out_of_the_cache(tmp_path, cache, ending, name):
    content = io.BytesIO()
    Image.new("L", (2, 2)).save(content, "png")
    archive = tmp_path / ("evil" + ending)
    if ending == ".zip":
        with zipfile.ZipFile(archive, "w") as writing:
            writing.writestr(name, content.getvalue())
    else:
        with tarfile.open(archive, "w") as writing:
            entry = tarfile.TarInfo(name)
            entry.size = len(content.getvalue())
            writing.addfile(entry, io.BytesIO(content.getvalue()))
    with pytest.raises(DataError, match="leads out of the archive's folder"):
        collect(archive)
    assert not list(tmp_path.rglob("escaped.png")) and not Path("/tmp/escaped.png").exists()


@pytest.mark.parametrize("ending", [".tar", ".tar.gz"])
def test_a_damaged_archive_is_never_taken_for_a_shorter_one(tmp_path, cache, ending):
    folder = classes(tmp_path / "pictures")
    archive = tmp_path / f"pictures{ending}"
    with tarfile.open(tmp_path / "whole.tar", "w") as writing:
        writing.add(folder, "pictures")
    whole = (tmp_path / "whole.tar").read_bytes()
    assert len(collect(tmp_path / "whole.tar")) == 12
    for number in (2, 9):
        header = [match.start() for match in re.finditer(rb"pictures/\w+/\d\.png", whole)][number]
        damaged = whole[:header] + b"?" * 40 + whole[header + 40 :]
        archive.write_bytes(gzip.compress(damaged) if ending == ".tar.gz" else damaged)
        with pytest.raises(DataError, match="the archive is damaged or cut off: a file's header in it is damaged"):
            collect(archive)
    packed = gzip.compress(whole)
    (tmp_path / "sum.tar.gz").write_bytes(packed[:-8] + b"wron" + packed[-4:])
    with pytest.raises(DataError, match="the archive is damaged or cut off: CRC check failed"):
        collect(tmp_path / "sum.tar.gz")


def test_a_file_that_an_archive_holds_twice_is_named(tmp_path, cache):
    folder = classes(tmp_path / "pictures")
    with tarfile.open(tmp_path / "pictures.tar", "w") as writing:
        writing.add(folder, "pictures")
        writing.add(folder / "dark" / "1.png", "pictures/dark/1.png")
    with pytest.raises(DataError, match=r"it holds two files of the name 'pictures/dark/1\.png'"):
        collect(tmp_path / "pictures.tar")


def test_a_damaged_archive_is_named(tmp_path, cache):
    folder = classes(tmp_path / "pictures")
    archive = tmp_path / "pictures.tar.gz"
    with tarfile.open(archive, "w:gz") as writing:
        writing.add(folder, "pictures")
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(DataError, match=r"pictures\.tar\.gz: the archive is damaged or cut off"):
        unpacked(archive)
    assert not list((cache / "chainrule" / "unpacked").glob("*"))


def cells(folder: Path, count=8) -> Path:
    """Draw images with two objects each, and one mask for each object."""
    for number in range(count):
        image, masks = np.zeros((16, 20), np.uint8), []
        for top, left in ((2, number), (9, number + 4)):
            mask = np.zeros((16, 20), np.uint8)
            mask[top : top + 4, left : left + 5] = 255
            masks.append(mask)
            image += mask // 2
        place = folder / f"cell{number}"
        (place / "images").mkdir(parents=True)
        (place / "masks").mkdir()
        Image.fromarray(image).save(place / "images" / f"cell{number}.png")
        for which, mask in enumerate(masks):
            Image.fromarray(mask).save(place / "masks" / f"{which}.png")
    return folder


def test_masks_become_a_target(tmp_path):
    collection = collect(cells(tmp_path))
    assert (collection.target, collection.kinds["masks"]) == ("masks", "masks")
    preparation = Preparation(split=Holdout(validation=0, test=0.25))
    splits = preparation.fit(collection)
    assert splits.train.y.shape == (6, 16, 20, 1)
    assert np.array_equal(splits.train.y > 0, splits.train.x > 0.1)
    assert splits.train.y.sum() == 6 * 40
    objects = read_masks(collection.frame["masks"][0])
    assert (objects.max(), (objects == 1).sum(), (objects == 2).sum()) == (2, 20, 20)
    again = Preparation.from_config(preparation.to_config())
    assert np.array_equal(again.transform_target(collection.take(splits.test.rows)), splits.test.y)


def test_masks_go_to_the_size_of_the_images(tmp_path):
    splits = Preparation(transform=Resize(32, 40), split=Holdout(validation=0, test=0.25)).fit(cells(tmp_path))
    assert splits.train.x.shape[1:] == splits.train.y.shape[1:] == (32, 40, 1)
    assert np.mean((splits.train.x > 0.25) == (splits.train.y > 0)) > 0.98


@given(arrays.arrays(np.int32, (7, 8), elements=st.integers(0, 3)))
def test_no_two_objects_touch_where_the_seams_are_taken_out(numbered):
    apart = np.where(seams(numbered), 0, numbered)
    labels, count = ndimage.label(apart, np.ones((3, 3)))
    assert all(len(np.unique(apart[labels == label])) == 1 for label in range(1, count + 1))
    for number in range(1, 4):
        beside = ndimage.binary_dilation((numbered != number) & (numbered > 0), np.ones((3, 3)))
        alone = (numbered == number) & ~beside
        assert (apart[alone] == number).all()  # only at other objects is anything taken out


def test_objects_that_touch_stay_apart_in_the_target(tmp_path):
    collection = collect(cells(tmp_path / "cells", count=4))
    for place in (tmp_path / "cells").iterdir():
        mask = np.zeros((16, 20), np.uint8)
        mask[6:9, 0:20] = 255  # touches both others, which lie above and below it
        Image.fromarray(mask).save(place / "masks" / "2.png")
    for resize in (Resize(16, 20), Resize(48, 60)):
        y = Preparation(transform=resize, split=Holdout(validation=0, test=0.25)).fit(collection).train.y
        assert [ndimage.label(mask[:, :, 0], np.ones((3, 3)))[1] for mask in y] == [3, 3, 3]


def test_the_soft_edge_of_a_single_mask_is_no_seam(tmp_path):
    for number in range(4):
        draw(tmp_path / "images" / f"{number}.png", 100)
        edge = np.zeros((8, 8), np.uint8)
        edge[2:6, 2:6], edge[3:5, 3:5] = 128, 255
        (tmp_path / "masks").mkdir(exist_ok=True)
        Image.fromarray(edge).resize((8, 6)).save(tmp_path / "masks" / f"{number}.png")
    y = Preparation(split=Holdout(validation=0, test=0.25)).fit(collect(tmp_path)).train.y
    assert all(ndimage.label(mask[:, :, 0])[1] == 1 and mask.sum() > 0 for mask in y)
    assert all(np.array_equal(ndimage.binary_fill_holes(mask[:, :, 0]), mask[:, :, 0] > 0) for mask in y)


def test_masks_of_the_images_names(tmp_path):
    for number in range(4):
        draw(tmp_path / "images" / f"{number}.png", 100)
        if number:
            draw(tmp_path / "masks" / f"{number}.png", 255)
    collection = collect(tmp_path)
    assert len(collection) == 3
    assert [Path(entry.place).name for entry in collection.left_out] == ["0.png"]
    assert "1 image is left out, without a mask: 0.png" in collection.facts


def test_masks_of_several_sizes_are_refused(tmp_path):
    cells(tmp_path)
    draw(tmp_path / "cell0" / "masks" / "9.png", 255)
    with pytest.raises(DataError, match=r"9\.png: a mask must have shape \(16, 20\)"):
        read_masks(tmp_path / "cell0" / "masks")


def test_faces_go_in_by_name_and_by_path(data_folder):
    named, folder = collect("orl-faces"), collect(Path(data_folder, "orl_faces"))
    assert len(named) == len(folder) == 400
    parts = named.frame.group_by("person", PART).len()
    assert parts.height == 80 and set(parts["len"]) == {5}
    preparation = Preparation(split=Holdout(validation=0))
    splits = preparation.fit(named)
    assert splits.train.x.shape == splits.test.x.shape == (200, 112, 92, 1)
    train, test = (part.x.reshape(200, -1) for part in (splits.train, splits.test))
    nearest = (np.square(test).sum(1)[:, None] - 2 * test @ train.T + np.square(train).sum(1)).argmin(1)
    assert (splits.train.y[nearest] != splits.test.y).sum() == 20  # as is known of this split


def test_drives_go_in_by_name_and_by_path(data_folder):
    named, folder = collect("donkeycar"), collect(Path(data_folder, "donkeycar"))
    for drive in (named, folder):
        assert (len(drive), drive.target, drive.time) == (5015, "user/angle", "_timestamp_ms")
        assert drive.frame["_timestamp_ms"].is_sorted()
        assert drive.frame["user/angle"].mean() == pytest.approx(-0.014, abs=5e-4)
    angle = named.frame["user/angle"].to_numpy()
    assert np.histogram(angle, 10, (-1, 1))[0].tolist() == [480, 102, 194, 237, 369, 2783, 104, 147, 118, 481]
    parts = Holdout(validation=0, test=0.2).parts(named)
    assert np.mean((angle[parts == "test"] - angle[parts == "train"].mean()) ** 2) == pytest.approx(0.2659, abs=5e-5)


@pytest.mark.slow
def test_nuclei_go_in_by_name_and_by_path(data_folder):
    named = collect("dsb2018")
    folder = collect(Path(data_folder, "dsb2018", "stage1_train_fluorescence.tar.gz"))
    assert len(named) == len(folder) == 541
    known = dict(line.split(",")[0::3] for line in Path(data_folder, "dsb2018", "images.csv").read_text().splitlines()[1:])
    for row in range(0, 541, 40):
        assert read_masks(named.frame["masks"][row]).max() == int(known[Path(named.frame["image"][row]).stem])


def test_a_picture_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.png: this cannot be read as a picture: there is no such file\.$"):
        read_picture(tmp_path / "none.png")
