"""What tests of the studio's server share: settings, trainings, and a page that asks."""

import asyncio
import io
import itertools
import json
import os
import shutil
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from chainrule.configuration import is_own, subclasses
from chainrule.layers import Layer
from chainrule.studio import components, worker
from chainrule.studio.jobs import Jobs
from chainrule.studio.server import make_app

PORT, TOKEN = 8765, "the-token-of-the-tests"
ORIGIN = f"http://127.0.0.1:{PORT}"
LIVE = f"ws://127.0.0.1:{PORT}/live"
COOKIE = {"cookie": f"chainrule_studio_{PORT}={TOKEN}"}
FROM_HERE = {"origin": ORIGIN, **COOKIE}
TYPES = {"float32": "<f4", "int32": "<i4", "uint8": "u1"}

LOSS = {"kind": "SparseCategoricalCrossentropy", "arguments": {"from_logits": True}}
DIGITS: dict[str, Any] = {
    "data": {"source": "digits", "examples": 200},
    "layers": [
        {"kind": "Conv2D", "arguments": {"filters": 4, "kernel_size": [3, 3], "activation": "relu", "padding": "same", "strides": 2}},
        {"kind": "Flatten"},
        {"kind": "Dense", "arguments": {"units": 8, "activation": "tanh"}},
        {"kind": "Dense", "arguments": {"units": 10}},
    ],
    "loss": LOSS,
    "optimizer": {"kind": "Adam", "arguments": {"learning_rate": 0.01}},
    "metrics": ["accuracy"],
    "epochs": 3,
    "augment": [{"kind": "RandomTranslation", "arguments": {"height_factor": 0.1, "width_factor": 0.1}}],
    "seed": 5,
}
TREES: dict[str, Any] = {
    "data": {"source": "upload:trees.csv"},
    "layers": [{"kind": "Dense", "arguments": {"units": 6, "activation": "relu"}}, {"kind": "Dense", "arguments": {"units": 2}}],
    "loss": LOSS,
    "optimizer": {"kind": "SGD", "arguments": {"learning_rate": 0.1}},
    "metrics": ["accuracy"],
    "epochs": 4,
}


def write_trees(path: Path, rows: int = 120) -> None:
    random = np.random.default_rng(7)
    oak = random.random(rows) < 0.5
    height = np.where(oak, 9.0, 5.0) + random.standard_normal(rows)
    lines = [f"{h:.3f},{'rough' if o else 'smooth'},{'oak' if o else 'elm'}" for h, o in zip(height, oak, strict=True)]
    path.write_text("\n".join(["height,bark,kind", *lines]) + "\n")


def train(folder: Path, name: str, settings: dict[str, Any]) -> None:
    """Train as the studio's process does, in this one."""
    job = {"kind": "train", "settings": settings, "path": str(folder / name), "uploads": str(folder / "uploads")}
    told, (reading, writing) = io.StringIO(), os.pipe()
    with os.fdopen(reading) as commands, os.fdopen(writing, "w") as studio:
        print(json.dumps(job), file=studio, flush=True)
        assert worker.main(commands, told) == 0, told.getvalue()


def apart(scene: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Return what comes of something asynchronous, done in a thread of its own: this one may have a loop already, that of the browser,
    in other tests of its process."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(scene())).result()


def copy(run: Path, to: Path) -> Path:
    """Copy a run's folder, but for what SQLite keeps beside its file as long as somebody reads it."""
    return Path(shutil.copytree(run, to, ignore=shutil.ignore_patterns("*-wal", "*-shm")))


@dataclass
class Page:
    """A page that asks one question after the other.

    Args:
        socket: its connection.
    """

    socket: Any
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    others: list[dict[str, Any]] = field(default_factory=list)

    def send(self, type: str, **fields: Any) -> int:
        id = next(self.ids)
        self.socket.send_text(json.dumps({"type": type, "id": id, **fields}))
        return id

    def receive(self) -> dict[str, Any]:
        """Return the next frame, each array in it in place of its block, and the body of a response in place of the response."""
        message = self.socket.receive()
        if "text" in message and message["text"] is not None:
            frame = json.loads(message["text"])
        else:
            content = message["bytes"]
            length = int.from_bytes(content[:4], "little")
            assert (length + 4) % 8 == 0
            frame = _with_arrays(json.loads(content[4 : 4 + length]), content[4 + length :])
        return {**frame["body"], "id": frame["id"], "type": "response"} if frame["type"] == "response" else frame

    def answer_to(self, id: int) -> dict[str, Any]:
        while (answer := self.receive())["id"] != id:
            self.others.append(answer)
        return answer

    def ask(self, type: str, **fields: Any) -> dict[str, Any]:
        """Return the answer to a question, which must not have failed."""
        answer = self.answer_to(self.send(type, **fields))
        assert answer["type"] != "failed", answer
        return answer

    def refused(self, type: str, **fields: Any) -> dict[str, Any]:
        """Return the answer to a question that must fail, and not by a fault of the server."""
        answer = self.answer_to(self.send(type, **fields))
        assert answer["type"] == "failed" and not answer["fault"], answer
        return answer


@contextmanager
def visiting(folder: Path) -> Generator[Page]:
    """A page of a studio on a folder of runs, which has been welcomed."""
    app = make_app(Jobs(folder), PORT, TOKEN)
    with TestClient(app, base_url=ORIGIN) as client, client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        page = Page(socket)
        assert page.receive()["type"] == "welcome"
        yield page


def _with_arrays(value: Any, payload: bytes) -> Any:
    if isinstance(value, list):
        return [_with_arrays(entry, payload) for entry in value]
    if not isinstance(value, dict):
        return value
    if {"shape", "dtype", "offset"} <= value.keys():
        assert value["offset"] % 4 == 0
        count = int(np.prod(value["shape"]))
        return np.frombuffer(payload, TYPES[value["dtype"]], count, value["offset"]).reshape(value["shape"])
    return {key: _with_arrays(entry, payload) for key, entry in value.items()}


def own_layers() -> list[components.Component]:
    """Return the library's own layers as the studio's forms have them, without those that other tests define."""
    own = {cls.__name__ for cls in subclasses(Layer) if is_own(cls)}
    return [component for component in components.layer_components() if component.kind in own]
