"""Ten thousand messages and uploads that no page would send: the server answers each, and writes nothing outside its folder."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from studio_page import DIGITS, FROM_HERE, LIVE, ORIGIN, PORT, TOKEN, Page

from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import requests
from chainrule.studio.schema import schema
from chainrule.studio.server import make_app

MESSAGES, UPLOADS, AT_ONCE = 9_500, 1_000, 40
SLOW = {"train", "fork", "follow", "watch_runs", "read_landscape", "ask_influence", "diagnose", "read_report", "describe_data"}
ODD: list[Any] = [
    *(None, True, 0, -1, 1, 2**31, 2**53, 2**70, 1e308, -0.5, "", "a", "..", "../..", "/etc/passwd", "digits", "trees", "nothing"),
    *("\x00", "é" * 300, [], [1], [[[]]], {}, {"type": "in_batch", "place": 0}, {"kind": "Dense"}, "upload:trees.csv", "dense/kernel"),
]


def valid(draw: random.Random, name: str) -> dict[str, Any]:
    """Return a message of a kind, its fields filled with what fits their schema, or nearly."""
    fields = schema()["$defs"][name]["properties"]
    known: dict[str, Any] = {
        **{"run": draw.choice(["bare", "digits", "nothing", "nothing", "nothing"]), "step": draw.randrange(40), "settings": DIGITS},
        **{"address": draw.choice(["dense/kernel", "conv2d/output", "x"]), "layer": draw.choice(["dense", "x"]), "part": "train"},
        **{"input": draw.choice([{"type": "in_part", "part": "train", "number": 3}, {"type": "numbers", "numbers": [1.0] * 3}])},
        **{"data": {"source": draw.choice(["digits", "upload:trees.csv"])}, "tensors": [{"address": "dense/kernel"}], "names": ["loss"]},
        **{"place": [draw.randrange(9), draw.randrange(9)], "verbs": [{"kind": "Rescaling", "arguments": {"scale": 2.0}}]},
        **{"change": 0.5, "true": 1, "predicted": 2, "do": draw.choice(["pause", "stop"]), "of": 1, "width": 50},
    }
    message = {"type": fields["type"]["enum"][0], "id": draw.randrange(1, 10**6)}
    for field in fields.keys() - {"type", "id"}:
        if field in known and draw.random() < 0.9:
            message[field] = known[field]
    return message


def mutated(draw: random.Random, message: Any) -> Any:
    """Return a message with something in it that is not what it was."""
    if isinstance(message, dict) and message and draw.random() < 0.8:
        key = draw.choice(list(message))
        changed = dict(message)
        match draw.randrange(4):
            case 0:
                del changed[key]
            case 1:
                changed[draw.choice(["x", "__class__", "id", "run"])] = draw.choice(ODD)
            case 2:
                changed[key] = mutated(draw, message[key])
            case _:
                changed[key] = draw.choice(ODD)
        return changed
    if isinstance(message, list) and message and draw.random() < 0.5:
        return [*message, *message[:1]] * draw.choice([1, 3])
    return draw.choice(ODD)


def messages(draw: random.Random) -> Any:
    """Yield messages as text or bytes."""
    names = [kind.__name__ for kind in requests()]
    for number in range(MESSAGES):
        if number % 10 == 0:
            yield bytes(draw.randrange(256) for _ in range(draw.randrange(60)))
            continue
        message = valid(draw, draw.choice(names))
        if message["type"] in SLOW or draw.random() < 0.97:
            for _ in range(draw.randrange(1, 4)):
                message = mutated(draw, message)
        text = json.dumps(message)
        if number % 7 == 0:
            at = draw.randrange(len(text) + 1)
            text = text[:at] + draw.choice(["", "{", '"', "\\", "null", "9" * 400, "[" * 3000, "\ud800"]) + text[at + draw.randrange(3) :]
        yield text.encode("utf-8", "replace").decode() if number % 3 else text.encode("utf-8", "replace")


@pytest.fixture
def alone(runs: Path, tmp_path: Path) -> Path:
    """Return a folder of the same runs in which no training that another test has begun still writes."""
    shutil.copytree(runs / "uploads", tmp_path / "runs" / "uploads", ignore=lambda _, names: set(names) - {"trees.csv"})
    for name in ("digits", "trees", "bare"):
        shutil.copytree(runs / name, tmp_path / "runs" / name, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    return tmp_path / "runs"


@pytest.fixture
def client(alone: Path) -> Iterator[TestClient]:
    with TestClient(make_app(Jobs(alone), PORT, TOKEN), base_url=ORIGIN, follow_redirects=False) as found:
        yield found


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of all files around, but those that SQLite makes beside its own when they are read."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))]
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.mark.parametrize(
    ("seed", "messages_sent"), [pytest.param(1, MESSAGES // 8, marks=pytest.mark.slow), pytest.param(2, MESSAGES, marks=pytest.mark.heavy)]
)
def test_no_message_brings_the_server_down_or_out_of_its_folder(client: TestClient, alone: Path, seed: int, messages_sent: int) -> None:
    before = everything(alone.parent)
    draw, sent = random.Random(seed), 0
    stream = messages(draw)
    faults: list[str] = []
    while sent < messages_sent:
        with client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
            page = Page(socket)
            assert page.receive()["type"] == "welcome"
            for _ in range(AT_ONCE):
                message = next(stream)
                (socket.send_bytes if isinstance(message, bytes) else socket.send_text)(message)
                sent += 1
                if sent == messages_sent:
                    break
            id = 10**7
            socket.send_text(json.dumps({"type": "list_uploads", "id": id}))
            while (answer := page.receive())["id"] != id:
                if answer["type"] == "failed" and answer["fault"]:
                    faults.append(answer["message"])
    assert not faults, sorted(set(faults))[:10]
    after = everything(alone.parent)
    made = after.keys() - before.keys()
    assert all(path.startswith("runs/") for path in made)
    assert {path: after.get(path) for path in before} == before


@pytest.mark.slow
def test_no_upload_brings_the_server_down_or_out_of_its_folder(client: TestClient, alone: Path) -> None:
    before = everything(alone.parent)
    draw = random.Random(2)
    endings = [".csv", ".png", ".npy", ".wav", ".zip", ".txt", ".jsonl", ".parquet", "", ".py", ".csv.."]
    for _ in range(UPLOADS):
        name = "".join(draw.choice("ab./\\ %é\x00:~-") for _ in range(draw.randrange(12))) + draw.choice(endings)
        content = bytes(draw.randrange(256) for _ in range(draw.randrange(40)))
        answer = client.post("/upload", params={"name": name}, content=content, headers=FROM_HERE)
        assert answer.status_code in (200, 400)
    after = everything(alone.parent)
    assert all(path.startswith("runs/uploads/") for path in after.keys() - before.keys())
    assert {path: after.get(path) for path in before} == before
    with client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        page = Page(socket)
        page.receive()
        names = {path.rpartition("/")[2] for path in after.keys() - before.keys()}  # none of them is what its name says
        for upload in [upload for upload in page.ask("list_uploads")["uploads"] if upload["name"] in names][:40]:
            page.answer_to(page.send("describe_data", data={"source": upload["source"]}))
            answer = page.answer_to(page.send("ask_answer", run="digits", input={"type": "uploaded", "name": upload["name"]}))
            assert answer["type"] == "failed" and not answer["fault"], answer
