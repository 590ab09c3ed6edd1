"""A real browser, on a real server, on real runs."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from browsing import PATIENCE, Studio, opened, serving

import chainrule as cr
from chainrule.studio.server import PAGE
from chainrule.tasks.learning import learn
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, read_problem

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install 'chainrule[test]'")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def small_model() -> cr.Sequential:
    model = cr.Sequential(
        [
            cr.Input((8, 8, 1)),
            cr.layers.Conv2D(8, 3, activation="relu"),
            cr.layers.MaxPooling2D(2),
            cr.layers.Flatten(),
            cr.layers.Dense(16, activation="tanh"),
            cr.layers.Dense(10),
        ],
        seed=1,
    )
    model.compile(cr.optimizers.Adam(0.004), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


@pytest.fixture(scope="session", autouse=True)
def page_and_browser() -> None:
    """Leave out at once what has no page to look at, or no browser to look with."""
    if not CHROMIUM:
        pytest.skip("no Chromium: apt-get install chromium, or name one in CHROMIUM")
    if not (PAGE / "index.html").exists():
        pytest.skip("the studio's page is not built: make page")


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio on a folder with one finished run, "small"."""
    folder = tmp_path_factory.mktemp("runs")
    x, y = cr.data.load("digits").train
    small_model().fit(x, y, epochs=3, verbose=0, validation_split=0.1, callbacks=[cr.callbacks.Recorder(folder / "small")])
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[..., "sync_api.Browser"]]:
    """What starts a Chromium, with further arguments."""
    sync_api.expect.set_options(timeout=PATIENCE * 1000)
    with sync_api.sync_playwright() as playwright:
        yield lambda *further: playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *further])


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., "sync_api.Browser"]) -> Iterator["sync_api.Browser"]:
    browser = chromium()
    yield browser
    browser.close()


@pytest.fixture
def page(browser: "sync_api.Browser", studio: Studio, request: pytest.FixtureRequest) -> Iterator["sync_api.Page"]:
    """A page that has opened the studio."""
    with opened(browser, studio.url, **getattr(request, "param", {})) as page:
        yield page


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio on a folder of runs about data of several kinds, each of which is trained when it is asked for."""
    with serving(tmp_path_factory.mktemp("kinds")) as found:
        yield found


@pytest.fixture(scope="session")
def learned(kinds: Studio) -> Callable[..., str]:
    """What learns from a source as `chainrule learn` does, unless that was done, and returns the name of the run."""

    def train(name: str, spec: ProblemSpec, epochs: int) -> str:
        path = kinds.folder / name
        if not path.exists():
            learn(read_problem(spec), Choices(epochs=epochs), path, verbose=0)
        return name

    return train


@pytest.fixture
def asking(browser: "sync_api.Browser", kinds: Studio) -> Iterator["sync_api.Page"]:
    """A page that has opened the studio of several kinds of data."""
    with opened(browser, kinds.url) as page:
        yield page
