"""Compiled programs on disk: found again by another process, with the same bits, in a private folder, unless that is not wanted."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import hashlib, sys
import jax
if len(sys.argv) > 1:
    jax.config.update("jax_compilation_cache_dir", sys.argv[1])
import numpy as np
import chainrule as cr
layers = [cr.layers.Dense(16, "relu"), cr.layers.Dropout(0.3), cr.layers.Dense(1)]
model = cr.Sequential([cr.Input((4,)), *layers], seed=1)
model.compile("adam", "mse")
x = np.random.default_rng(0).standard_normal((40, 4)).astype("float32")
model.fit(x, x[:, 0], 8, epochs=3, verbose=0)
state = b"".join(np.asarray(variable.value).tobytes() for variable in model.state_variables().values())
print(hashlib.sha256(state).hexdigest(), jax.config.jax_compilation_cache_dir)
"""


def run(*arguments: str, cache: str) -> tuple[str, str]:
    environment = {**os.environ, "CHAINRULE_COMPILATION_CACHE": cache, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    command = [sys.executable, "-W", "error", "-c", PROGRAM, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=True)
    digest, _, folder = done.stdout.strip().partition(" ")
    return digest, folder


@pytest.mark.slow
def test_another_process_finds_the_program_and_gives_the_same_bits(tmp_path: Path) -> None:
    without, folder = run(cache="off")
    assert folder == "None"
    written, folder = run(cache=str(tmp_path))
    place = Path(folder)
    assert place.parent == tmp_path / "programs" and stat.S_IMODE(place.stat().st_mode) == 0o700
    files = {path.name: path.stat().st_mtime_ns for path in place.iterdir() if path.name.endswith("-cache")}
    assert files
    read, _ = run(cache=str(tmp_path))
    assert without == written == read
    assert {path.name: path.stat().st_mtime_ns for path in place.iterdir() if path.name.endswith("-cache")} == files  # none was compiled


@pytest.mark.slow
def test_a_program_that_was_written_in_part_is_made_anew(tmp_path: Path) -> None:
    written, folder = run(cache=str(tmp_path))
    sizes = {path: path.stat().st_size for path in Path(folder).glob("*-cache")}
    assert sizes
    for path, size in sizes.items():
        os.truncate(path, size // 2)
    assert run(cache=str(tmp_path))[0] == written  # where warnings are errors
    assert {path for path in sizes if path.stat().st_size > sizes[path] // 2} == set(sizes)


@pytest.mark.slow
def test_a_folder_of_the_users_own_stays(tmp_path: Path) -> None:
    assert run(str(tmp_path / "own"), cache=str(tmp_path / "ours"))[1] == str(tmp_path / "own")
    assert not (tmp_path / "ours").exists()
