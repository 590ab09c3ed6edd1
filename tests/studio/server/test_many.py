"""Ten pages at once; and long streaming, simulated fast, without growth of memory in the server."""

import gc
import tracemalloc
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient
from studio_page import FROM_HERE, LIVE, Page

from chainrule.record.database import FILE, Database
from chainrule.studio.frames import encode
from chainrule.studio.jobs import Jobs
from chainrule.studio.questions.follow import GrowingRun

UPDATES = 11_520  # to each of three pages; four a second for 48 minutes, a tenth of eight hours


def test_ten_pages_are_answered_at_once(client: TestClient) -> None:
    with ExitStack() as stack:
        pages = [Page(stack.enter_context(client.websocket_connect(LIVE, headers=FROM_HERE))) for _ in range(10)]
        for page in pages:
            assert page.receive()["type"] == "welcome"
        seeks = [page.send("seek", run="digits", step=number) for number, page in enumerate(pages)]
        opened = [page.send("read_run", run="trees") for page in pages]
        follows = [page.send("follow", run="digits") for page in pages]
        for number, page in enumerate(pages):
            answers = {answer["id"]: answer for answer in (page.receive() for _ in range(3))}
            assert answers[seeks[number]]["step"] == number and "forks" in answers[opened[number]]
            assert answers[follows[number]]["curves"]


@pytest.mark.parametrize("updates", [pytest.param(UPDATES // 10, marks=pytest.mark.slow), pytest.param(UPDATES, marks=pytest.mark.heavy)])
def test_long_streaming_leaves_no_trace_in_memory(tmp_path: Path, updates: int) -> None:
    folder = tmp_path / "long"
    folder.mkdir()
    told = {"created": 0.0, "settings": {"epochs": 1}, "examples": {"train": 1}, "notes": {}, "status": "finished", "readings": []}
    Database.create(folder / FILE, ["loss", "accuracy"], told)
    writer, jobs = Database(folder / FILE), Jobs(tmp_path)
    watches = [GrowingRun(jobs, "long", None) for _ in range(3)]
    step, sizes = 0, list[int]()
    tracemalloc.start()
    for update in range(updates):
        writer.add_steps(step, {"loss": np.full(20, 0.5), "accuracy": np.full(20, 0.9)})
        step += 20
        for watch in watches:
            grown = watch.news()
            assert grown is not None and grown.last == step - 1
            encode(grown)
        if update % (updates // 10) == 0:
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    writer.close()
    assert max(sizes[1:]) - sizes[0] < 200_000, sizes
