"""What the studio's server takes: to open a run of a million steps, to seek in the MNIST CNN, and of the training that it watches.

python benchmarks/studio.py [open] [seek] [cost]
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.record.database import FILE, Database
from chainrule.studio.frames import encode
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request
from chainrule.studio.questions.figures import ReadFigures
from chainrule.studio.questions.follow import GrowingRun
from chainrule.studio.questions.moments import ReadTensors, Seek, TensorSelection
from chainrule.studio.questions.run import ReadRun

MILLION, ROUNDS, SEEKS = 1_000_000, 7, 40
LOOK_SECONDS = 0.1  # between two looks of a page, as in the server
SIZES = {"examples": 12_800, "batch": 128, "epochs": 3}


def asked(jobs: Jobs, request: Request) -> float:
    """Return the seconds until the response to a request could be sent."""
    begun = time.perf_counter()
    encode(request.respond(jobs))
    return time.perf_counter() - begun


def network() -> cr.Model:
    """Return the MNIST CNN."""
    layers = cr.layers
    body = [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10),
    ]
    model = cr.Sequential([cr.Input((28, 28, 1)), layers.Rescaling(1 / 255), *body], seed=0)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


def train(path: Path) -> float:
    """Train the MNIST CNN, keep the run, and return the seconds of all epochs but the first."""
    data = cr.data.load("mnist").train
    x, y, ends = data.x[: SIZES["examples"]], data.y[: SIZES["examples"]], list[float]()

    class Clock(cr.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            ends.append(time.perf_counter())

    network().fit(x, y, SIZES["batch"], SIZES["epochs"], verbose=0, callbacks=[cr.callbacks.Recorder(path), Clock()])
    return ends[-1] - ends[0]


def opening(folder: Path) -> None:
    """Open a run of a million steps."""
    x = np.random.default_rng(0).standard_normal((64, 2)).astype("float32")
    model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
    model.compile("sgd", "mse", ["mae"])
    model.fit(x, x.sum(axis=1), 8, verbose=0, callbacks=[cr.callbacks.Recorder(folder / "million")])
    database, random = Database(folder / "million" / FILE), np.random.default_rng(1)
    for first in range(8, MILLION, 50_000):
        count = min(50_000, MILLION - first)
        database.add_steps(first, {"loss": random.random(count), "mae": random.random(count)})
    database.close()
    times = []
    for _ in range(ROUNDS):
        jobs = Jobs(folder)
        times.append(asked(jobs, ReadRun(1, "million")) + asked(jobs, ReadFigures(2, "million", width=1200)))
    print(f"a run of a million steps, opened with its figures: {statistics.median(times):.2f} s (worst {max(times):.2f} s)")


def seeking(folder: Path) -> None:
    """Seek in a run of the MNIST CNN."""
    train(folder / "mnist")
    jobs, random = Jobs(folder), np.random.default_rng(2)
    steps = cr.open_run(folder / "mnist").steps_made()
    assert steps is not None
    wanted = [
        TensorSelection("conv2d/kernel"),
        TensorSelection("conv2d/output"),
        TensorSelection("conv2d_1/output"),
        TensorSelection("dense/kernel", "gradient"),
    ]

    def seek(coarse: bool) -> float:
        step = int(random.integers(steps[1] + 1))
        begun = time.perf_counter()
        moment = Seek(1, "mnist", step, coarse).respond(jobs)
        encode(moment)
        asked(jobs, ReadTensors(2, "mnist", moment.step, wanted))
        return time.perf_counter() - begun

    first = seek(coarse=False)
    for name, coarse in (("coarse", True), ("exact", False)):
        times = [seek(coarse) for _ in range(SEEKS)]
        told = f"median {statistics.median(times) * 1e3:.0f} ms, worst {max(times) * 1e3:.0f} ms"
        print(f"seek in the MNIST CNN ({steps[1] + 1} steps), moment and four tensors, {name}: {told}")
    print(f"  the first of all, programs compiled: {first:.1f} s")


def watch(folder: Path, names: list[str], done: Any, spent: Any) -> None:
    """Follow runs as one page does, until `done`; tell the processor seconds that it took."""
    jobs, begun = Jobs(folder), time.process_time()
    watches = [GrowingRun(jobs, name, None) for name in names]
    while not done.is_set():
        for one in watches:
            grown = one.news()
            if grown is not None:
                encode(grown)
        time.sleep(LOOK_SECONDS)
    spent.value = time.process_time() - begun


def cost(folder: Path) -> None:
    """Train in pairs, one with a page open and one without, the first of each pair in turn."""
    context, ratios, shares = get_context("spawn"), list[float](), list[float]()
    train(folder / "warm")
    for number in range(ROUNDS):
        seconds: dict[bool, float] = {}
        for watched in (True, False) if number % 2 else (False, True):
            name = f"{'watched' if watched else 'alone'}-{number}"
            done, spent = context.Event(), context.Value("d", 0.0)
            page = context.Process(target=watch, args=(folder, [name], done, spent))
            if watched:
                page.start()
                time.sleep(4)  # until it has imported all it needs
            seconds[watched] = train(folder / name)
            if watched:
                done.set()
                page.join()
                shares.append(spent.value / seconds[True])
        ratios.append(seconds[True] / seconds[False])
    told = ", ".join(f"{ratio - 1:+.1%}" for ratio in sorted(ratios))
    print(f"training with one page open: median {statistics.median(ratios) - 1:+.1%} of {ROUNDS} pairs ({told})")
    print(f"  the page's server takes {statistics.median(shares):.1%} of one core meanwhile, its imports left out")


def main() -> None:
    """Measure what the command line names, or everything."""
    known: dict[str, Callable[[Path], None]] = {"open": opening, "seek": seeking, "cost": cost}
    print(f"on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in sys.argv[1:] or known:
        with tempfile.TemporaryDirectory() as folder:
            known[name](Path(folder))


if __name__ == "__main__":
    main()
