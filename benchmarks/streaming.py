"""Streaming: pictures decoded, resized and batched per second beside PyTorch and Grain, and the memory of a table larger than its limit.

Every peer runs in a process of its own and does the same work with Pillow: open, decode, convert to RGB, resize, stack 64 to a batch;
shuffled, several passes over the same files, the first of which warms up. Peers run in turn, for several rounds; ratios are taken round
by round. On a machine with other work the processor time, of a peer's own process and its workers, says more than the time that passes.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from PIL import Image

PICTURES, WIDTH, HEIGHT, SIZE, BATCH, PASSES = 1024, 320, 240, 128, 64, 3
LIMIT = 64 << 20  # bytes that the table may take in memory
COLUMNS, EPOCHS = 32, 4
PEERS = ["Chainrule", "PyTorch, no workers", "PyTorch, 2 workers", "Grain, threads", "Grain, 2 workers"]


def make_pictures(folder: Path) -> None:
    """Write JPEG files with as much detail as photographs have: noise at several scales."""
    random = np.random.default_rng(0)
    for number in range(PICTURES):
        kind = folder / str(number % 8)
        kind.mkdir(exist_ok=True)
        layers = [random.normal(128, 40, (HEIGHT // scale, WIDTH // scale, 3)).clip(0, 255).astype(np.uint8) for scale in (40, 8, 2)]
        whole = [np.asarray(Image.fromarray(layer).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.float32) for layer in layers]
        pixels = (0.5 * whole[0] + 0.3 * whole[1] + 0.2 * whole[2]).astype(np.uint8)
        Image.fromarray(pixels).save(kind / f"{number}.jpg", quality=90)


def decoded(path: str) -> np.ndarray:
    """Return a picture as the peers do it."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BILINEAR))


class Pictures:
    """The files of a folder by number, for PyTorch and Grain."""

    def __init__(self, folder: str) -> None:
        self.paths = sorted(map(str, Path(folder).glob("*/*.jpg")))

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, number: int) -> tuple[np.ndarray, int]:
        return decoded(self.paths[number]), int(Path(self.paths[number]).parent.name)


def chainrule_passes(folder: str) -> Callable[[int], Iterable[int]]:
    """Return what goes through one epoch, on the way that training takes, and yields the pictures of each chunk."""
    from chainrule.data import ImageFolderSource  # noqa: PLC0415
    from chainrule.training.supply import Streamed, chunk_steps  # noqa: PLC0415

    source, steps = ImageFolderSource(folder, size=(SIZE, SIZE)), PICTURES // BATCH
    chunk = chunk_steps(source, BATCH, steps)

    def go(number: int) -> Iterable[int]:
        supply = Streamed(source, source.order.epoch(0, number), BATCH, chunk, steps, np.zeros(2, np.uint32), lambda targets: None)
        for position in range(0, steps, chunk):
            yield supply.at(position).steps * BATCH
        supply.close()

    return go


def torch_passes(folder: str, workers: int) -> Callable[[int], Iterable[int]]:
    """Return the same for PyTorch's DataLoader; its workers stay from one pass to the next."""
    import torch  # noqa: PLC0415

    kept = {"persistent_workers": True} if workers else {}
    loader = torch.utils.data.DataLoader(Pictures(folder), BATCH, shuffle=True, num_workers=workers, **kept)
    return lambda number: (len(x) for x, _ in loader)


def grain_passes(folder: str, workers: int) -> Callable[[int], Iterable[int]]:
    """Return the same for Grain, with its threads alone or with processes."""
    import grain  # noqa: PLC0415
    from absl import flags  # noqa: PLC0415

    flags.FLAGS.mark_as_parsed()  # its processes ask for flags
    pictures = Pictures(folder)

    def go(number: int) -> Iterable[int]:
        data = grain.MapDataset.source(pictures).shuffle(seed=number).batch(BATCH)
        rows = data.to_iter_dataset(grain.ReadOptions(num_threads=2, prefetch_buffer_size=4))
        rows = rows.mp_prefetch(grain.MultiprocessingOptions(num_workers=workers)) if workers else rows
        return (len(x) for x, _ in rows)

    return go


def processor_seconds() -> float:
    """Return the processor time of this process and of all that it has started."""
    return sum(os.times()[:4]) + sum(_processor_seconds(child) for child in _children("self"))


def _processor_seconds(process: str) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        own = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
        return own + sum(_processor_seconds(child) for child in _children(process))
    except OSError:  # it has ended meanwhile
        return 0.0


def _children(process: str) -> list[str]:
    found: list[str] = []
    for thread in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found += (thread / "children").read_text().split()
    return found


def measure(peer: str, folder: str) -> tuple[float, float]:
    """Return the pictures per second of one peer, and its processor time for a picture in milliseconds; the first pass is left out."""
    warnings.simplefilter("ignore")
    made = {
        "Chainrule": lambda: chainrule_passes(folder),
        "PyTorch, no workers": lambda: torch_passes(folder, 0),
        "PyTorch, 2 workers": lambda: torch_passes(folder, 2),
        "Grain, threads": lambda: grain_passes(folder, 0),
        "Grain, 2 workers": lambda: grain_passes(folder, 2),
    }[peer]()
    seconds, busy = [], []
    for number in range(PASSES):
        started, worked = time.perf_counter(), processor_seconds()
        assert sum(made(number)) == PICTURES
        seconds.append(time.perf_counter() - started)
        busy.append(processor_seconds() - worked)
    return PICTURES / statistics.median(seconds[1:]), 1000 * statistics.median(busy[1:]) / PICTURES


def in_own_process(*arguments: str) -> Any:
    """Run this file for one measurement, and return what it printed."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def compare_pictures(folder: str, rounds: int) -> None:
    """Print the table of pictures per second."""
    found: dict[str, list[tuple[float, float]]] = {peer: [] for peer in PEERS}
    for _ in range(rounds):
        for peer in PEERS:
            found[peer].append(in_own_process("--peer", peer, folder))
    print(
        f"\n{PICTURES} JPEG files of {WIDTH} x {HEIGHT}, decoded, resized to {SIZE} x {SIZE}, batches of {BATCH}; median of {rounds} rounds"
    )
    print(f"{'':24}{'pictures/s':>12}{'ratio':>8}{'processor ms':>14}")
    for peer, rows in found.items():
        ratio = statistics.median(ours / theirs for (ours, _), (theirs, _) in zip(found["Chainrule"], rows, strict=True))
        speed, busy = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{peer:24}{speed:12.0f}{ratio:8.2f}{busy:14.3f}")


def resident_bytes() -> int:
    """Return the memory of this process that is not a mapping of a file."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssAnon"].split()[0]) * 1024


def train_on_table(path: str) -> dict:
    """Train on a table for some epochs; return its size, and how much memory was taken before, and at most in each half of the steps."""
    import chainrule as cr  # noqa: PLC0415
    from chainrule.events import StepsFinished  # noqa: PLC0415

    taken: list[int] = []

    class Watch(cr.callbacks.Callback):
        """Notes the memory at each dispatch."""

        def on_event(self, event) -> None:
            if isinstance(event, StepsFinished):
                taken.append(resident_bytes())

    source = cr.data.ParquetSource(path, target="y")
    model = cr.Sequential([cr.Input((COLUMNS,)), cr.layers.Dense(32, "relu"), cr.layers.Dense(1)])
    model.compile("adam", "mse")
    before, started = resident_bytes(), time.perf_counter()
    model.fit(source, batch_size=1024, epochs=EPOCHS, verbose=0, memory_limit=LIMIT, callbacks=[Watch()], probes=[])
    first, second = max(taken[: len(taken) // 2]), max(taken[len(taken) // 2 :])
    return {"size": source.nbytes, "before": before, "first": first, "second": second, "seconds": time.perf_counter() - started}


def compare_memory(folder: Path) -> None:
    """Print what training on tables of two to ten times the limit takes."""
    print(f"\nTraining from Parquet files, streamed: memory_limit {LIMIT >> 20} MiB, {EPOCHS} epochs; MiB of memory that is not a file's")
    print(f"{'examples take':>14}{'before':>9}{'1st half':>10}{'2nd half':>10}{'MiB/s':>8}")
    for times in (2, 10):
        rows, path = times * LIMIT // (4 * COLUMNS), folder / f"{times}.parquet"
        random = np.random.default_rng(times)
        columns = {f"c{i}": random.standard_normal(rows).astype(np.float32) for i in range(COLUMNS)}
        pl.DataFrame(columns | {"y": columns["c0"] - columns["c1"]}).write_parquet(path)
        del columns
        found = in_own_process("--table", str(path))
        sizes = [found[name] / 2**20 for name in ("size", "before", "first", "second")]
        print(f"{sizes[0]:14.0f}{sizes[1]:9.0f}{sizes[2]:10.0f}{sizes[3]:10.0f}{EPOCHS * sizes[0] / found['seconds']:8.0f}")


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often every peer runs")
    parser.add_argument("--peer", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--table", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        print(json.dumps(measure(*arguments.peer)))
    elif arguments.table:
        print(json.dumps(train_on_table(arguments.table)))
    else:
        print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores. Ratio: how many times as many pictures Chainrule gives in a second.")
        with tempfile.TemporaryDirectory() as folder:
            pictures = Path(folder) / "pictures"
            pictures.mkdir()
            make_pictures(pictures)
            compare_pictures(str(pictures), arguments.rounds)
            compare_memory(Path(folder))


if __name__ == "__main__":
    main()
