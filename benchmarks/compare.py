"""Chainrule beside PyTorch, Keras and plain JAX: the peers in turn, several rounds, medians and ratios.

Every peer runs in a process of its own, one after the other, so that none meets the others' threads or memory; a round is
all of them once. Ratios are taken round by round, so a machine that slows down slows down both sides.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from cases import CASES, Case

HERE = Path(__file__).parent
PEERS = {
    "Chainrule": ["chainrule_fit.py"],
    "PyTorch, eager": ["torch_eager.py"],
    "PyTorch, compiled": ["torch_eager.py", "compiled"],
    "Keras on JAX": ["keras_fit.py"],
    "JAX + Optax, step by step": ["jax_optax.py"],
    "JAX + Optax, in a scan": ["jax_optax.py", "scan"],
}


def run_peer(case: Case, script: str, *options: str) -> dict:
    """Return what a peer measured of itself; what it printed in its stead, where it failed."""
    environment = os.environ | {"PYTHONPATH": str(HERE), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(HERE / "peers" / script), case.name, *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"}
    return json.loads(done.stdout.strip().splitlines()[-1])


def ceiling() -> float:
    """Return the GFLOP/s of a 2048³ float32 product in XLA: what the machine can do."""
    program = (
        "import jax, jax.numpy as jnp, time\n"
        "a = jnp.ones((2048, 2048)); f = jax.jit(lambda a: a @ a); f(a).block_until_ready()\n"
        "times = []\n"
        "for _ in range(10):\n"
        "    t = time.perf_counter(); f(a).block_until_ready(); times.append(time.perf_counter() - t)\n"
        "print(2 * 2048**3 / 1e9 / sorted(times)[5])\n"
    )
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)


def compare(case: Case, rounds: int, top: float) -> None:
    """Run all peers and print the table of a case."""
    found: dict[str, list[dict]] = {name: [] for name in PEERS}
    for _ in range(rounds):
        for name, (script, *options) in PEERS.items():
            found[name].append(run_peer(case, script, *options))
    print(f"\n{case.title}: {case.gflop * 1000:.1f} MFLOP a step, {case.steps} steps an epoch, median of {rounds} rounds")
    print(f"{'':28}{'µs/step':>10}{'ratio':>8}{'GFLOP/s':>9}{'of top':>8}{'1st step':>10}{'peak MiB':>10}")
    ours = [statistics.median(result["seconds"]) for result in found["Chainrule"]]
    for name, results in found.items():
        if any("error" in result for result in results):
            print(f"{name:28}failed: {next(result['error'] for result in results if 'error' in result)[:80]}")
            continue
        seconds = [statistics.median(result["seconds"]) for result in results]
        ratio = statistics.median(theirs / mine for theirs, mine in zip(seconds, ours, strict=True))
        middle = statistics.median(seconds)
        speed = case.gflop / middle
        first, peak = (statistics.median(result[key] for result in results) for key in ("first", "peak"))
        print(f"{name:28}{middle * 1e6:10.0f}{ratio:8.2f}{speed:9.1f}{speed / top:8.1%}{first:9.2f}s{peak:10.0f}")


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=list(CASES), help=f"of {', '.join(CASES)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=3, help="how often every peer runs")
    arguments = parser.parse_args()
    top = ceiling()
    print(
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, NumPy {np.__version__}; top: {top:.0f} GFLOP/s in a float32 product of 2048³"
    )
    print("Ratio: how many times as long a peer takes as Chainrule, beside it in the same round.")
    for name in arguments.cases:
        compare(CASES[name], arguments.rounds, top)


if __name__ == "__main__":
    main()
