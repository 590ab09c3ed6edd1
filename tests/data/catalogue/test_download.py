"""Finding files: in a folder, in the cache, and from a small server of our own."""

import errno
import hashlib
import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import platformdirs
import pytest

from chainrule.data import CATALOGUE, File, find
from chainrule.data.catalogue import entry as download
from chainrule.errors import DataError

CONTENT = bytes(range(256)) * 2000
SUM = hashlib.sha256(CONTENT).hexdigest()


class Home(ThreadingHTTPServer):
    """A server of one file that can be told to misbehave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.ranges = True  # whether it knows Range
        self.breaks: list[int] = []  # after how many bytes the next answers break off
        self.asked: list[str | None] = []  # the Range headers it met

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/file.bin"


class Handler(BaseHTTPRequestHandler):
    server: Home

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.ranges else 0
        content = self.server.content
        if self.path != "/file.bin":
            self.send_error(404)
            return
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = start + self.server.breaks.pop(0) if self.server.breaks else len(content)
        self.wfile.write(content[start:end])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def home():
    server = Home()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("CHAINRULE_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    return tmp_path / "chainrule" / "datasets"


def file_at(url: str, sha256: str = SUM, size: int = len(CONTENT)) -> File:
    return File("set/file.bin", url, sha256, size)


def test_a_file_is_downloaded_once_with_progress(home, cache):
    met: list[tuple[int, int]] = []
    path = find(file_at(home.url), progress=lambda here, size: met.append((here, size)))
    assert path == cache / "set" / "file.bin"
    assert path.read_bytes() == CONTENT
    assert met[-1] == (len(CONTENT), len(CONTENT))
    assert [here for here, _ in met] == sorted(here for here, _ in met)
    assert find(file_at(home.url)) == path
    assert len(home.asked) == 1
    assert [entry.name for entry in path.parent.iterdir()] == ["file.bin"]


def test_a_broken_transfer_goes_on_where_it_stopped(home, cache):
    home.breaks = [100_000, 150_000]
    assert find(file_at(home.url)).read_bytes() == CONTENT
    assert home.asked == [None, "bytes=100000-", "bytes=250000-"]


def test_a_later_run_goes_on_from_the_part(home, cache):
    (cache / "set").mkdir(parents=True)
    (cache / "set" / "file.bin.part").write_bytes(CONTENT[:1234])
    assert find(file_at(home.url)).read_bytes() == CONTENT
    assert home.asked == ["bytes=1234-"]


def test_a_part_that_is_whole_needs_no_transfer(home, cache):
    (cache / "set").mkdir(parents=True)
    (cache / "set" / "file.bin.part").write_bytes(CONTENT)
    assert find(file_at(home.url)).read_bytes() == CONTENT
    assert home.asked == []


def test_a_part_that_is_too_long_is_begun_anew(home, cache):
    (cache / "set").mkdir(parents=True)
    (cache / "set" / "file.bin.part").write_bytes(CONTENT + b"x")
    assert find(file_at(home.url)).read_bytes() == CONTENT
    assert home.asked == [None]


def test_a_server_without_ranges_sends_all_again(home, cache):
    home.ranges = False
    home.breaks = [100_000]
    assert find(file_at(home.url)).read_bytes() == CONTENT
    assert home.asked == [None, "bytes=100000-"]


def test_a_transfer_that_keeps_breaking_is_given_up_and_kept(home, cache):
    home.breaks = [1000] * 5
    with pytest.raises(DataError, match="5,000 of 512,000 bytes are here"):
        find(file_at(home.url))
    assert (cache / "set" / "file.bin.part").read_bytes() == CONTENT[:5000]
    assert find(file_at(home.url)).read_bytes() == CONTENT


def test_a_wrong_checksum_is_said_and_the_file_removed(home, cache):
    home.content = CONTENT[:-1] + b"!"
    met = hashlib.sha256(home.content).hexdigest()
    with pytest.raises(DataError, match=f"must be {SUM}. Met {met}; the file was removed"):
        find(file_at(home.url))
    assert list((cache / "set").iterdir()) == []


def test_a_home_that_sends_more_or_less_has_changed(home, cache):
    home.content = CONTENT + bytes(100_000)
    with pytest.raises(DataError, match="Its home sends more"):
        find(file_at(home.url))
    home.content = CONTENT[:-1]
    with pytest.raises(DataError, match="cannot be downloaded"):
        find(file_at(home.url))


def test_a_damaged_file_in_the_cache_is_fetched_again(home, cache):
    (cache / "set").mkdir(parents=True)
    (cache / "set" / "file.bin").write_bytes(b"damaged")
    assert find(file_at(home.url)).read_bytes() == CONTENT


def test_without_a_network_it_says_where_to_put_the_file(home, cache):
    home.shutdown()
    home.server_close()
    with pytest.raises(DataError) as met:
        find(file_at(home.url))
    for part in (home.url, "cannot be downloaded", str(cache / "set" / "file.bin"), "CHAINRULE_DATA", "set/file.bin"):
        assert part in str(met.value)


def test_a_page_that_is_gone_is_reported_at_once(home, cache):
    with pytest.raises(DataError, match="404"):
        find(file_at(home.url.replace("file.bin", "gone.bin")))
    assert len(home.asked) == 1


def test_a_disk_without_room(home, cache, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 5, 5))
    with pytest.raises(DataError, match="the disk is full; the file needs 512,000 bytes"):
        find(file_at(home.url))
    assert home.asked == []


def test_a_disk_that_fills_up_on_the_way(home, cache, monkeypatch):
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_copy", full)
    with pytest.raises(DataError, match="the disk is full"):
        find(file_at(home.url))


def test_a_cache_that_cannot_be_made(home, cache):
    cache.parent.parent.joinpath("chainrule").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be written or read"):
        find(file_at(home.url))


def test_a_named_folder_is_used_and_nothing_else(cache, tmp_path, monkeypatch):
    path = tmp_path / "mine" / "set" / "file.bin"
    path.parent.mkdir(parents=True)
    monkeypatch.setenv("CHAINRULE_DATA", str(tmp_path / "mine"))
    file = file_at("http://127.0.0.1:9/file.bin")
    with pytest.raises(DataError, match="must lie in the folder that CHAINRULE_DATA names"):
        find(file)
    path.write_bytes(CONTENT)
    assert find(file) == path
    monkeypatch.setenv("CHAINRULE_DATA", str(tmp_path / "elsewhere"))
    assert find(file, folder=tmp_path / "mine") == path
    path.write_bytes(b"other")
    with pytest.raises(DataError, match=f"must be {SUM}. Met [0-9a-f]{{64}} \\(5 of 512,000 bytes\\)"):
        find(file, folder=tmp_path / "mine")
    assert path.read_bytes() == b"other"


def test_a_file_whose_home_is_a_page_is_fetched_by_hand(home, cache):
    file = File("set/file.bin", home.url, SUM, len(CONTENT), "the file file.bin of the archive")
    advice = f"Fetch it by hand and put it there: the file file.bin of the archive, at {home.url}."
    with pytest.raises(DataError, match=re.escape(f"file.bin is not there, and it cannot be downloaded by itself. {advice} Any folder")):
        find(file)
    assert home.asked == []
    place = download.place_of(file)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"a page")
    with pytest.raises(DataError, match="the SHA-256 must be .* Fetch it by hand"):
        find(file)
    assert place.read_bytes() == b"a page"  # which a person has put there
    place.write_bytes(CONTENT)
    assert find(file) == place


def test_every_file_of_the_catalogue_is_at_its_address_or_said_to_be_fetched_by_hand():
    for entry in CATALOGUE.values():
        for file in entry.files:
            ending = file.path.rpartition("/")[2]
            assert (file.inside is None) == file.url.endswith(ending), (entry.name, file.url)
