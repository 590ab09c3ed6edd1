"""A process that snapshots after every step is killed at random moments: its run can be read, rewound and gone on with, every time."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from small_runs import STEPS, same, train

import chainrule as cr
from chainrule.record import Recording
from chainrule.record.snapshots import read_snapshot, snapshot_path

EPOCHS, BUDGET = 60, 200_000
PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import small_runs
from chainrule.training import session
session.REPORT_SECONDS = 0.0
small_runs.train(Path(sys.argv[2]), epochs=int(sys.argv[3]), time_share=1e9, disk_budget=int(sys.argv[4]))
"""


@pytest.mark.slow
def test_killed_while_snapshotting(tmp_path: Path) -> None:
    train(tmp_path / "whole", epochs=EPOCHS)
    whole = cr.open_run(tmp_path / "whole")
    random = np.random.default_rng(int(time.time()))  # other moments in every run of this test; each must do
    for number, moment in enumerate(random.integers(1, EPOCHS * STEPS // 2, 6).tolist()):
        path = tmp_path / str(number)
        arguments = [str(Path(__file__).parents[1]), str(path), str(EPOCHS), str(BUDGET)]
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments])
        while process.poll() is None and (not (path / "run.sqlite").exists() or (Recording(path).steps_made() or (0, -1))[1] < moment):
            time.sleep(random.uniform(0, 0.005))
        if number == 0:
            assert Recording(path).status == "running"
        process.kill()
        process.wait()

        run = cr.open_run(path)
        made = run.steps_made()
        assert run.status == "killed" and made is not None and made[1] >= moment
        assert all(read_snapshot(snapshot_path(path, step)).progress.step == step for step in run.snapshot_steps())
        assert same(run.figures(), whole.figures(0, made[1]))
        for step in random.integers(0, made[1] + 1, 3).tolist():
            assert same(run.at(step).state, whole.at(step).state)
    cr.resume(path, verbose=0)
    assert same(cr.open_run(path).figures(), whole.figures()) and cr.open_run(path).status == "finished"
    assert (path / "model.safetensors").read_bytes() == (whole.path / "model.safetensors").read_bytes()
