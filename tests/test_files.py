"""Files that are whole or not there at all."""

import os
import threading
from pathlib import Path

import pytest

from chainrule.errors import DataError
from chainrule.files import write_atomically


def test_threads_that_write_one_file_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, flush, met = tmp_path / "a.json", os.fsync, list[bytes]()

    def interrupted(descriptor: int) -> None:
        """Let another thread write the same file from beginning to end before this one has ended."""
        monkeypatch.setattr(os, "fsync", flush)
        other = threading.Thread(target=write_atomically, args=(path, b"the other's"))
        other.start()
        other.join()
        met.append(path.read_bytes())
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", interrupted)
    write_atomically(path, b"this one's, which is longer")
    assert met == [b"the other's"]
    assert path.read_bytes() == b"this one's, which is longer"
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="a.json could not be written: No space left on device"):
        write_atomically(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"] and path.read_bytes() == b"old"
