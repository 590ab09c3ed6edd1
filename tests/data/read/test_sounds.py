"""Folders of sounds, and everything that can be amiss with them."""

from pathlib import Path

import numpy as np
import pytest

from chainrule.data import Holdout, Preparation, collect
from chainrule.data.collection import PART
from chainrule.data.read.recordings import read_sound
from chainrule.errors import DataError

soundfile = pytest.importorskip("soundfile")


def tone(path: Path, frequency=440.0, rate=8000, seconds=0.3, loudness=0.5, channels=1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = loudness * np.sin(2 * np.pi * frequency * np.arange(round(rate * seconds)) / rate)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate)
    return path


def tones(folder: Path, count=6, ending="wav") -> Path:
    for number in range(count):
        tone(folder / "low" / f"{number}.{ending}", 300 + 5 * number)
        tone(folder / "high" / f"{number}.{ending}", 2000 + 5 * number)
    return folder


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_the_folder_is_the_class(tmp_path, ending):
    collection = collect(tones(tmp_path, ending=ending))
    assert (len(collection), collection.target, collection.kinds) == (12, "class", {"sound": "audio", "class": "category"})
    preparation = Preparation(split=Holdout(validation=0, test=0.2))
    splits = preparation.fit(collection)
    (stretches, bands) = splits.train.x.shape[1:]
    assert bands == 40
    assert 25 <= stretches <= 42  # 0.3 s, of which formats that lose something make a little more
    loudest = splits.train.x.mean(axis=1).argmax(axis=1)
    low = np.array(preparation.class_names)[splits.train.y] == "low"
    assert loudest[low].max() < loudest[~low].min()


def test_one_file_is_enough_to_predict(tmp_path):
    preparation = Preparation(split=Holdout(validation=0, test=0.2))
    splits = preparation.fit(tones(tmp_path))
    paths = collect(tmp_path).frame["sound"]
    assert np.array_equal(preparation.transform(paths[int(splits.test.rows[0])])[0], splits.test.x[0])
    again = Preparation.from_config(preparation.to_config())
    assert np.array_equal(again.transform(collect(tmp_path).take(splits.train.rows)), splits.train.x)


def test_several_rates_and_channels_are_counted_and_made_one(tmp_path):
    tones(tmp_path)
    tone(tmp_path / "low" / "high rate.wav", 320, rate=22050)
    tone(tmp_path / "high" / "stereo.wav", 2010, channels=2)
    preparation = Preparation(split=Holdout(validation=0, test=0.2, stratify=False, seed=3))
    splits = preparation.fit(tmp_path)
    assert len(splits.train) + len(splits.test) == 14
    read = preparation.fitted.features[0].steps[0]
    assert read.rate == 8000
    assert sum(int(entry.split()[0]) for entry in read.met) == len(splits.train)
    assert any("the sounds differ (" in fact and fact.endswith("Hz, mono") for fact in preparation.facts)
    loudest = preparation.transform(str(tmp_path / "low" / "high rate.wav"))[0].mean(axis=0).argmax()
    assert loudest == preparation.transform(str(tmp_path / "low" / "4.wav"))[0].mean(axis=0).argmax()


def test_broken_and_silent_files_are_left_out_and_named(tmp_path):
    tones(tmp_path)
    (tmp_path / "low" / "text.wav").write_text("this is a text")
    tone(tmp_path / "low" / "silent.wav", loudness=0)
    tone(tmp_path / "high" / "empty.wav", seconds=0)
    preparation = Preparation(split=Holdout(validation=0, test=0.2))
    splits = preparation.fit(tmp_path)
    assert len(splits.train) + len(splits.test) == 12
    (told,) = [fact for fact in preparation.facts if "cannot be used" in fact]
    assert told.startswith("3 rows are left out")
    assert "silent.wav: the recording is silent" in told
    assert "empty.wav: the recording holds no samples" in told
    assert "text.wav: this cannot be read as a recording: Format not recognised" in told and ".." not in told
    with pytest.raises(DataError, match=r"text\.wav"):
        preparation.transform(str(tmp_path / "low" / "text.wav"))


def test_without_classes_the_pattern_is_asked_for(tmp_path):
    tone(tmp_path / "7_george_0.wav")
    tone(tmp_path / "8_lucas_0.wav")
    assert "give pattern='{class}_{index}'" in " ".join(collect(tmp_path).facts)
    collection = collect(tmp_path, pattern=r"^(?P<label>\d)_(?P<speaker>\w+)_", group="speaker")
    assert (collection.target, collection.group, collection.frame["speaker"].to_list()) == ("label", "speaker", ["george", "lucas"])


def test_digits_go_in_by_name_and_by_path(data_folder):
    named = collect("fsdd")
    folder = collect(Path(data_folder, "fsdd", "recordings"), pattern="{class}_{speaker}_{index}", group="speaker")
    assert named.frame.drop(PART).equals(folder.frame)
    assert named.frame.group_by("class").len()["len"].unique().to_list() == [300]
    assert named.frame.group_by("speaker").len()["len"].unique().to_list() == [500]
    assert [int((named.parts == part).sum()) for part in ("train", "test")] == [2700, 300]
    parts = Holdout(validation=1 / 6, test=1 / 6, seed=1).parts(folder)
    speakers = folder.frame["speaker"].to_numpy()
    assert not set(speakers[parts == "train"]) & set(speakers[parts == "test"])


def test_a_recording_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.wav: this cannot be read as a recording: there is no such file\.$"):
        read_sound(tmp_path / "none.wav")
