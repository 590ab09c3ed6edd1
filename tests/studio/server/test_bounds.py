"""What somebody may have put in an address, or mistyped, costs nothing and says nothing that it should not."""

import asyncio
import copy
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_page import DIGITS, Page, apart, own_layers

from chainrule.errors import ArgumentError, DataError
from chainrule.studio import uploads
from chainrule.studio.server import Server
from chainrule.studio.settings_model import MOST_WEIGHTS
from chainrule.studio.tensors import BINS, statistics

ODD: list[Any] = [None, True, -1, 0, 1e30, 10**25, 2**31, 0.5, "x", "relu", [], [0], [2, 3], ["x"], [1] * 9]


def with_layer(kind: str, **arguments: Any) -> dict[str, Any]:
    found = copy.deepcopy(DIGITS)
    found["layers"][1:3] = [{"kind": "Flatten"}, {"kind": kind, "arguments": arguments}]
    return found


@pytest.mark.parametrize("units", [3_000_000, 10**9, 10**12, 10**25])
def test_a_network_that_is_too_large_is_refused_before_it_takes_memory(page: Page, units: int) -> None:
    begun = time.process_time()
    (problem,) = page.ask("check_settings", settings=with_layer("Dense", units=units))["problems"]
    assert problem["layer"] == 2 and problem["message"]
    page.refused("train", settings=with_layer("Dense", units=units))
    assert time.process_time() - begun < 20  # drawing the weights of the least of them takes minutes
    assert MOST_WEIGHTS < 3_000_000 * 64


def test_the_layers_before_the_one_at_fault_are_told(page: Page) -> None:
    found = page.ask("check_settings", settings=with_layer("Dense", units=10**9))
    assert [layer["kind"] for layer in found["layers"]] == ["Input", "Conv2D", "Flatten"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", own_layers(), ids=lambda kind: kind.kind)
def test_no_argument_of_a_layer_is_a_fault_of_the_server(page: Page, kind: Any) -> None:
    for argument in kind.arguments:
        for odd in ODD:
            answer = page.answer_to(page.send("check_settings", settings=with_layer(kind.kind, **{argument.name: odd})))
            assert answer["type"] == "response" or not answer["fault"], (argument.name, odd, answer)


@pytest.mark.parametrize("source", ["plain", "folder", "digits ", "~", "Makefile", ""])
def test_no_file_of_the_folder_that_the_server_runs_in_is_read(
    page: Page, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text("a,b\n" + "".join(f"{i},{i % 2}\n" for i in range(200)))
    (tmp_path / "folder").mkdir()
    assert "must be a named data set" in page.refused("describe_data", data={"source": source})["message"]


BREAKING_OUT = 'units=1), __import__("os").system("echo"), dict(x'


@pytest.mark.parametrize(
    "part",
    [
        {"layers": [{"kind": "Dense", "arguments": {BREAKING_OUT: 1}}]},
        {"layers": [{"kind": 'Dense(1)]); print("', "arguments": {}}]},
        {"optimizer": {"kind": "Adam", "arguments": {"learning_rate": {"kind": "CosineDecay", "arguments": {BREAKING_OUT: 1}}}}},
        {"augment": [{"kind": "RandomFlip", "arguments": {BREAKING_OUT: 1}}]},
    ],
)
def test_code_that_is_ready_to_be_copied_holds_no_names_from_an_address(page: Page, part: dict[str, Any]) -> None:
    found = page.ask("check_settings", settings=DIGITS | part)
    assert found["problems"] and found["code"] == ""


def test_a_text_from_an_address_stays_a_text_in_the_code(page: Page) -> None:
    metric = 'accuracy"]); print("'
    code = page.ask("check_settings", settings=DIGITS | {"metrics": [metric]})["code"]
    compile(code, "code", "exec")
    assert repr(metric) in code


@pytest.mark.parametrize("value", [0.0, 1e20, -3e38])
def test_equal_numbers_have_a_histogram_however_large_they_are(value: float) -> None:
    found = statistics(np.full(3, value, np.float32))
    assert (found.low, found.high, found.bins) == (np.float32(value), np.float32(value), [1.0] + [0.0] * (BINS - 1))


def at_once(kept: uploads.Uploads, count: int, pieces: list[bytes]) -> list[Any]:
    """Return what became of some uploads that come together, a piece of each at a time."""

    async def slowly() -> AsyncIterator[bytes]:
        for piece in pieces:
            await asyncio.sleep(0)
            yield piece

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(kept.keep(f"{number}.csv", slowly()) for number in range(count)), return_exceptions=True)

    return apart(all_of_them)


def test_uploads_that_come_at_once_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_TOGETHER", 1000)
    kept = uploads.Uploads(tmp_path)

    done = at_once(kept, 5, [b"x" * 100] * 4)
    assert any(isinstance(one, DataError) for one in done)
    assert 0 < sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1000
    assert not list(tmp_path.glob("*.part"))


def test_uploads_that_come_at_once_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    kept = uploads.Uploads(tmp_path)

    done = at_once(kept, 5, [b"x"])
    assert sum(isinstance(one, DataError) for one in done) == 2 and len(kept.all()) == 3


@pytest.mark.parametrize("port", [-1, 65_536, 10**6])
def test_a_port_that_there_is_not_is_refused(tmp_path: Path, port: int) -> None:
    with pytest.raises(ArgumentError, match="cannot listen at port"):
        Server(tmp_path, port=port)


def test_the_link_leads_somewhere_as_soon_as_it_is_told(tmp_path: Path) -> None:
    server = Server(tmp_path)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5), pytest.raises(ArgumentError, match="cannot listen at port"):
        Server(tmp_path, port=server.port)
    thread = server.start()
    server.stop()
    thread.join(30)
