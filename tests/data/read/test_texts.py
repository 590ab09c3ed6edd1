"""Texts go in as they lie, and what is wrong with them is named by file and line."""

import io
import tarfile
import zipfile

import pytest

import chainrule as cr
from chainrule.data.read.texts import from_labelled_lines
from chainrule.errors import DataError

LINES = "ham\tGo until jurong point\nspam\tFree entry in 2 a wkly comp\nham\tOk lar... Joking wif u\nspam\tURGENT you won\n"


def test_labelled_lines_are_told_from_tables(tmp_path):
    path = tmp_path / "messages"
    path.write_text(LINES)
    collection = cr.data.collect(path)
    assert collection.columns == ("class", "text")
    assert collection.target == "class"
    assert collection.frame["class"].to_list() == ["ham", "spam", "ham", "spam"]
    assert collection.place(2) == "line 3"


def test_a_space_may_stand_between_class_and_text(tmp_path):
    path = tmp_path / "sentences.train"
    path.write_text("1 a stirring film\n0 tedious , silly\n1 good\tfun indeed\n0 so bad it hurts\n")
    assert cr.data.collect(path).frame["text"].to_list() == ["a stirring film", "tedious , silly", "good\tfun indeed", "so bad it hurts"]


def test_parts_in_files_of_their_own(tmp_path):
    for name in ("train", "test"):
        (tmp_path / name).write_text(LINES)
    collection = cr.data.collect({"train": tmp_path / "train", "test": tmp_path / "test"})
    assert collection.parts.tolist() == ["train"] * 4 + ["test"] * 4


def test_parts_with_other_columns_are_refused(tmp_path):
    (tmp_path / "train").write_text(LINES)
    (tmp_path / "test.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(DataError, match="The part 'test' has a, b"):
        cr.data.collect({"train": tmp_path / "train", "test": tmp_path / "test.csv"})


@pytest.mark.parametrize(("encoding", "said"), [("latin-1", "'cp1252' or encoding='latin-1'"), ("utf-16", "'utf-16'")])
def test_a_wrong_encoding_is_named_with_its_line(tmp_path, encoding, said):
    path = tmp_path / "messages.txt"
    path.write_bytes((LINES + "ham\tein schöner Tag\n").encode(encoding))
    with pytest.raises(DataError, match=said) as caught:
        from_labelled_lines(path)
    assert ("line 5" if encoding == "latin-1" else "line 1") in str(caught.value)
    collection = from_labelled_lines(path, encoding=encoding)
    assert collection.frame["text"][4] == "ein schöner Tag"


def test_utf_16_is_told_by_its_mark(tmp_path):
    path = tmp_path / "messages"
    path.write_bytes(LINES.encode("utf-16"))
    with pytest.raises(DataError, match="Pass encoding='utf-16'"):
        cr.data.collect(path)
    assert cr.data.collect(path, encoding="utf-16").frame["class"].to_list() == ["ham", "spam", "ham", "spam"]


def test_a_line_without_a_text_is_named(tmp_path):
    path = tmp_path / "messages"
    path.write_text(LINES + "ham\n")
    with pytest.raises(DataError, match="line 5: a line must be a class"):
        from_labelled_lines(path, separator="\t")


FILES = {
    "reviews/pos/cv000_1.txt": "a fine film",
    "reviews/pos/cv101_2.txt": "great",
    "reviews/neg/cv000_3.txt": "dull",
    "reviews/README": "not a text",
}


def _tar(path):
    with tarfile.open(path, "w:gz") as archive:
        for name, text in FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


def _zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)


def _folder(path):
    for name, text in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)


@pytest.mark.parametrize(("write", "name"), [(_tar, "a.tar.gz"), (_zip, "a.zip"), (_folder, "a")])
def test_files_by_class_in_folders_and_archives(tmp_path, write, name):
    write(tmp_path / name)
    collection = cr.data.collect(tmp_path / name, pattern=r"cv(?P<fold>\d)")
    rows = sorted(zip(*(collection.frame[column].to_list() for column in ("class", "text", "fold")), strict=True))
    assert rows == [("neg", "dull", "0"), ("pos", "a fine film", "0"), ("pos", "great", "1")]
    assert collection.features == ("text",)
    assert "in 2 folders" in collection.facts[0]


@pytest.mark.parametrize("ending", ["", ".zip"])
def test_hidden_files_are_passed_over(tmp_path, ending):
    hidden = (".ipynb_checkpoints/a.txt", "reviews/pos/.ipynb_checkpoints/a.txt", "reviews/neg/._cv000_3.txt", "__MACOSX/pos/a.txt")
    files = FILES | dict.fromkeys(hidden, "no review")
    if ending:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
    else:
        for name, text in files.items():
            (tmp_path / "a" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "a" / name).write_text(text)
    collection = cr.data.collect(tmp_path / f"a{ending}")
    assert sorted(collection.frame["text"]) == ["a fine film", "dull", "great"]


def test_a_file_beside_the_parts_is_named(tmp_path):
    for name in ("train/pos/1.txt", "train/neg/2.txt", "test/pos/3.txt", "test/neg/4.txt", "train/urls.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a film")
    with pytest.raises(DataError, match=r"train/urls\.txt: it lies in no class's folder below train, validation or test, as others do"):
        cr.data.collect(tmp_path)
    (tmp_path / "train/urls.txt").unlink()
    assert cr.data.collect(tmp_path).parts.tolist() == ["test", "test", "train", "train"]


def test_spaces_before_a_class_are_no_part_of_it(tmp_path):
    (tmp_path / "films.txt").write_text(" 1 a fine film\n0 a dull film\n  1 good fun\n0 no fun\n")
    assert cr.data.collect(tmp_path / "films.txt").frame["class"].to_list() == ["1", "0", "1", "0"]


def test_folders_above_the_classes_give_the_parts(tmp_path):
    for part in ("train", "dev", "test"):
        for label in ("pos", "neg"):
            (tmp_path / part / label).mkdir(parents=True)
            (tmp_path / part / label / "1.txt").write_text(f"{label} in {part}")
    collection = cr.data.collect(tmp_path)
    assert sorted(collection.parts.tolist()) == ["test", "test", "train", "train", "validation", "validation"]
    assert set(collection.frame["class"]) == {"pos", "neg"}


def test_a_file_of_another_encoding_is_named(tmp_path):
    _folder(tmp_path)
    (tmp_path / "reviews/neg/cv000_3.txt").write_bytes("one\ntwo naïve".encode("cp1252"))
    with pytest.raises(DataError, match="cv000_3.txt, line 2: byte 0xef is not utf-8"):
        cr.data.collect(tmp_path)


def test_an_archive_that_is_cut_off_is_named(tmp_path):
    _tar(tmp_path / "a.tar.gz")
    (tmp_path / "b.tar.gz").write_bytes((tmp_path / "a.tar.gz").read_bytes()[:120])
    with pytest.raises(DataError, match="b.tar.gz: the archive is damaged or cut off"):
        cr.data.collect(tmp_path / "b.tar.gz")


STORY = """1 Mary moved to the bathroom.
2 John went to the hallway.
3 Where is Mary? \tbathroom\t1
4 Daniel went back to the hallway.
5 Where is Daniel? \thallway\t4
1 Sandra moved to the garden.
2 Where is Sandra? \tgarden\t1
"""


def test_babi_tells_story_question_answer_and_what_supports_it(tmp_path):
    (tmp_path / "qa1_single-supporting-fact_train.txt").write_text(STORY)
    (tmp_path / "qa1_single-supporting-fact_test.txt").write_text(STORY)
    collection = cr.data.collect(tmp_path)
    training = collection.take(collection.parts == "train").frame
    assert training["answer"].to_list() == ["bathroom", "hallway", "garden"]
    assert training["story"][1] == "Mary moved to the bathroom.\nJohn went to the hallway.\nDaniel went back to the hallway."
    assert training["story"][2] == "Sandra moved to the garden."
    assert training["supporting"].to_list() == [[1], [3], [1]]
    assert collection.target == "answer"
    assert "supporting" not in collection.features


def test_questions_of_one_story_of_babi_stay_in_one_part(tmp_path):
    lines = ["1 Mary went to the kitchen.", "2 Where is Mary?\tkitchen\t1", "3 John went to the office.", "4 Where is John?\toffice\t3"]
    (tmp_path / "qa1_train.txt").write_text("\n".join(lines * 20), encoding="utf-8")
    collected = cr.data.collect(tmp_path / "qa1_train.txt")
    parts = cr.data.Holdout(validation=0.3, seed=1).parts(collected)
    stories = [{beginning for beginning, at in zip(collected.frame["beginning"], parts, strict=True) if at == part} for part in set(parts)]
    assert sorted(map(len, stories)) == [6, 14]
    assert len(set.union(*stories)) == 20


def test_a_broken_line_of_babi_is_named(tmp_path):
    (tmp_path / "qa1_single-supporting-fact_train.txt").write_text(STORY + "Where is it?\n")
    with pytest.raises(DataError, match=r"qa1_.*train.txt, line 8"):
        cr.data.collect(tmp_path)
