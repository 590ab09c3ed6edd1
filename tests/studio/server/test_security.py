"""Who may ask, and that no name leads out of the folder."""

import base64
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from studio_page import COOKIE, FROM_HERE, LIVE, ORIGIN, PORT, TOKEN, Page

from chainrule.studio.jobs import Jobs
from chainrule.studio.uploads import MOST_BYTES


def test_without_the_token_nobody_is_let_in(client: TestClient) -> None:
    for path in ("/", "/index.html", "/assets/x.js", "/?token=wrong", "/?token=", "/t/wrong/", "/t//", "/live"):
        assert client.get(path).status_code == 403
    assert client.get("/", headers={"cookie": f"chainrule_studio_{PORT}=wrong"}).status_code == 403
    assert client.get("/", headers={"cookie": "=;;=\x7f"}).status_code == 403
    assert client.post("/upload?name=a.csv", content=b"a", headers={"origin": ORIGIN}).status_code == 403


def test_the_token_is_exchanged_for_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    answer = client.get(f"/?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    client.cookies.clear()


def test_an_embedded_page_has_the_token_in_its_path(client: TestClient) -> None:
    assert client.get(f"/t/{TOKEN}/nothing.js").status_code in (404, 503)
    with client.websocket_connect(f"{LIVE.removesuffix('live')}t/{TOKEN}/live", headers={"origin": f"http://localhost:{PORT}"}) as socket:
        assert Page(socket).receive()["type"] == "welcome"


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", f"0.0.0.0:{PORT}", f"[::1]:{PORT}", ""]
)
def test_another_host_is_sent_away(client: TestClient, host: str) -> None:
    assert client.get("/", headers={**COOKIE, "host": host}).status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LIVE, headers={**FROM_HERE, "host": host}):
        pass


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", f"https://127.0.0.1:{PORT}", "http://127.0.0.1", f"{ORIGIN}.evil.example"]
)
def test_another_origin_is_sent_away(client: TestClient, origin: str | None) -> None:
    given = {} if origin is None else {"origin": origin}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LIVE, headers={**COOKIE, **given}):
        pass
    assert client.post("/upload?name=a.csv", content=b"a", headers={**COOKIE, **given}).status_code == 403
    if origin is not None:
        assert client.get("/", headers={**COOKIE, **given}).status_code == 403


def test_every_answer_has_the_policy(client: TestClient) -> None:
    for headers in ({}, COOKIE):
        answer = client.get("/", headers=headers)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "*" not in policy.replace(":*", "")
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/..%2f..%2fpyproject.toml",
        "/%2e%2e/server.py",
        "/....//server.py",
        "//etc/passwd",
        "/%00",
        "/assets/../../server.py",
        f"/t/{TOKEN}/../../server.py",
        f"/t/{TOKEN}/%2e%2e/%2e%2e/server.py",
    ],
)
def test_no_path_leads_out_of_the_page(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=COOKIE)
    assert answer.status_code in (400, 403, 404, 503) and b"import" not in answer.content


def everything(folder: Path) -> set[str]:
    """Return all files but uploads, and what SQLite keeps beside its own as long as somebody reads them."""
    return {str(path) for path in folder.rglob("*") if "uploads" not in path.parts and not path.name.endswith(("-wal", "-shm"))}


BAD_NAMES = [
    "../a.csv",
    "/etc/a.csv",
    ".a.csv",
    "a",
    "a.exe",
    "a.py",
    "a.csv/",
    "a\x00.csv",
    "a" * 200 + ".csv",
    "",
    "..csv",
    "a/b.csv",
    "ä.csv",
    "a.pkl",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_an_upload_of_a_bad_name_is_refused_and_leaves_nothing(client: TestClient, runs: Path, name: str) -> None:
    before = everything(runs.parent)
    answer = client.post("/upload", params={"name": name}, content=b"a,b\n1,2\n", headers=FROM_HERE)
    assert answer.status_code == 400 and answer.json()["type"] == "failed"
    assert everything(runs.parent) == before


def test_an_upload_is_kept_and_one_of_the_same_name_beside_it(client: TestClient, jobs: Jobs, page: Page) -> None:
    for content in (b"a,b\n1,2\n", b"a,b\n3,4\n"):
        assert client.post("/upload?name=Twice.CSV", content=content, headers=FROM_HERE).status_code == 200
    assert jobs.uploads.place("Twice.csv").read_bytes() == b"a,b\n1,2\n"
    assert jobs.uploads.place("Twice-2.csv").read_bytes() == b"a,b\n3,4\n"
    assert {"upload:Twice.csv", "upload:Twice-2.csv"} <= {upload["source"] for upload in page.ask("list_uploads")["uploads"]}


def test_an_upload_is_answered_with_itself_before_others_whatever_the_clock_says(client: TestClient, jobs: Jobs) -> None:
    client.post("/upload?name=tomorrow.csv", content=b"a,b\n1,2\n", headers=FROM_HERE)
    tomorrow = jobs.uploads.place("tomorrow.csv")
    os.utime(tomorrow, (time.time() + 86_400,) * 2)
    answer = client.post("/upload?name=today.csv", content=b"a,b\n1,2\n", headers=FROM_HERE).json()["body"]
    assert [upload["name"] for upload in answer["uploads"][:2]] == ["today.csv", "tomorrow.csv"]
    tomorrow.unlink()


def test_too_large_an_upload_is_refused_and_leaves_nothing(client: TestClient, jobs: Jobs) -> None:
    chunk = bytes(1 << 20)

    def endless() -> Any:
        for _ in range((MOST_BYTES >> 20) + 1):
            yield chunk

    answer = client.post("/upload?name=large.csv", content=endless(), headers=FROM_HERE)
    assert answer.status_code == 400 and "too large" in answer.json()["message"]
    assert not [path for path in jobs.uploads.folder.iterdir() if "large" in path.name or path.suffix == ".part"]


def test_a_link_among_the_uploads_is_not_followed(jobs: Jobs, page: Page, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n" * 30)
    link = jobs.uploads.folder / "link.csv"
    link.symlink_to(secret)
    try:
        page.refused("describe_data", data={"source": "upload:link.csv"})
        assert "upload:link.csv" not in {upload["source"] for upload in page.ask("list_uploads")["uploads"]}
    finally:
        link.unlink()


@pytest.mark.parametrize(
    "source", ["/etc/passwd", "../trees.csv", "upload:../../pyproject.toml", "upload:/etc/passwd", "~/x.csv", "file:///etc/passwd", ""]
)
def test_data_come_from_the_catalogue_or_the_uploads_alone(page: Page, source: str) -> None:
    page.refused("describe_data", data={"source": source})


def test_an_array_with_code_in_it_is_not_run(client: TestClient, page: Page, tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> Any:
            return (Path.touch, (ran,))

    np.save(tmp_path / "evil.npy", np.array([Evil()], dtype=object), allow_pickle=True)
    assert client.post("/upload?name=evil.npy", content=(tmp_path / "evil.npy").read_bytes(), headers=FROM_HERE).status_code == 200
    page.refused("ask_answer", run="digits", input={"type": "uploaded", "name": "evil.npy"})
    assert not ran.exists()


def test_a_picture_that_is_a_bomb_is_refused(client: TestClient, page: Page) -> None:
    header = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + (60_000).to_bytes(4, "big") * 2 + bytes.fromhex("0802000000")
    client.post("/upload?name=bomb.png", content=header + bytes(100), headers=FROM_HERE)
    page.refused("ask_answer", run="digits", input={"type": "uploaded", "name": "bomb.png"})


def test_a_drawing_of_another_size_is_refused(page: Page) -> None:
    pixels = base64.b64encode(bytes(10)).decode()
    page.refused("ask_answer", run="digits", input={"type": "drawn", "width": 5, "height": 5, "pixels": pixels})
