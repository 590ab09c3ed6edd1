"""Small tables, runs that have learned from them, and how a command is called."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from chainrule.cli import app

Command = Callable[..., Result]


@dataclass(frozen=True)
class Place:
    """A folder with two tables and the runs "trees" and "prices" that have learned from them."""

    folder: Path
    trees: Path
    prices: Path

    @property
    def runs(self) -> Path:
        return self.folder / "runs"


def call(*arguments: object) -> Result:
    """Call a command; what it prints is in `output`, errors included."""
    return CliRunner(env={"COLUMNS": "80"}).invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def command() -> Command:
    return call


def write_trees(path: Path, rows: int = 120) -> Path:
    """Write a table of two kinds of tree that can be told apart, with a height missing here and there."""
    random = np.random.default_rng(7)
    oak = random.random(rows) < 0.5
    height = np.where(oak, 9.0, 5.0) + random.standard_normal(rows)
    bark = np.where(random.random(rows) < 0.9, np.where(oak, "rough", "smooth"), "mixed")
    texts = ["" if i % 17 == 3 else f"{value:.3f}" for i, value in enumerate(height)]
    lines = [f"{h},{b},{'oak' if o else 'elm'}" for h, b, o in zip(texts, bark, oak, strict=True)]
    path.write_text("\n".join(["height,bark,kind", *lines]) + "\n")
    return path


def write_prices(path: Path, rows: int = 120) -> Path:
    """Write a table of prices that follow from two numbers."""
    random = np.random.default_rng(8)
    area, rooms = random.uniform(40, 200, rows), random.integers(1, 7, rows)
    price = 3000 * area + 20_000 * rooms + random.normal(0, 5000, rows)
    lines = [f"{p:.2f};{a:.1f};{r}" for p, a, r in zip(price, area, rooms, strict=True)]
    path.write_text("\n".join(["price;area;rooms", *lines]) + "\n")
    return path


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    trees, prices = write_trees(folder / "trees.csv"), write_prices(folder / "prices.csv")
    for path, more in ((trees, ["--target", "kind"]), (prices, ["--target", "price"])):
        learned = call(
            "learn", path, *more, "--layers", "16", "--epochs", 40, "--learning-rate", 0.02, "--runs", folder / "runs", "--name", path.stem
        )
        assert learned.exit_code == 0, learned.output
        (folder / f"{path.stem}.txt").write_text(learned.output)
    return Place(folder, trees, prices)
