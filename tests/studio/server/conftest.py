"""A folder of small runs, the studio's application on it, and a page that asks it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient
from studio_page import DIGITS, FROM_HERE, LIVE, ORIGIN, PORT, TOKEN, TREES, Page, train, write_trees

import chainrule as cr
from chainrule.studio.jobs import Jobs
from chainrule.studio.server import make_app


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of images, of a table, and of arrays with a quantity to predict."""
    folder = tmp_path_factory.mktemp("studio") / "runs"
    (folder / "uploads").mkdir(parents=True)
    write_trees(folder / "uploads" / "trees.csv")
    train(folder, "digits", DIGITS)
    train(folder, "trees", TREES)
    x = np.random.default_rng(1).standard_normal((40, 3)).astype("float32")
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "tanh"), cr.layers.Dense(1)], seed=2)
    model.compile("sgd", "mse")
    model.fit(x, x.sum(axis=1), 8, epochs=2, verbose=0, validation_split=0.25, callbacks=[cr.callbacks.Recorder(folder / "bare")])
    return folder


@pytest.fixture(scope="session")
def jobs(runs: Path) -> Jobs:
    return Jobs(runs)


@pytest.fixture(scope="session")
def client(jobs: Jobs) -> Iterator[TestClient]:
    with TestClient(make_app(jobs, PORT, TOKEN), base_url=ORIGIN, follow_redirects=False) as found:
        yield found


@pytest.fixture
def page(client: TestClient) -> Iterator[Page]:
    with client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        found = Page(socket)
        assert found.receive()["type"] == "welcome"
        yield found
