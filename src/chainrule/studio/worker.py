"""A training that the studio has begun, in a process of its own: `python -m chainrule.studio.worker`.

The first line of its input says what is to be done, as JSON; each line after it steers. It tells what it does in lines of JSON.
"""

import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from chainrule.errors import ChainruleError
from chainrule.record import Changes, Recorder, Recording, fork
from chainrule.studio.settings import settings_from_data
from chainrule.studio.settings_data import read_data
from chainrule.studio.settings_model import augmentations_in, model_of
from chainrule.studio.steering import INTERRUPTED, Steering
from chainrule.training.callbacks import EarlyStopping


def main(commands: TextIO, answers: TextIO) -> int:
    """Do what the first line says; return the process's exit code."""

    def tell(state: str, message: str = "") -> None:
        print(json.dumps({"state": state, "message": message}), file=answers, flush=True)

    job = json.loads(commands.readline())
    steering = Steering(tell, bool(job.get("paused")))
    threading.Thread(target=_listen, args=(commands, steering), daemon=True).start()
    try:
        with contextlib.redirect_stdout(sys.stderr):
            (_fork if job["kind"] == "fork" else _train)(job, steering)
    except ChainruleError as error:
        tell("error", str(error))
        return 1
    tell("over")
    return 0


def _listen(commands: TextIO, steering: Steering) -> None:
    """Steer by lines: "pause", "go on", "step 3", "rate 0.01", "weight {...}", "stop"; the end of the input is that of the studio."""
    for line in commands:
        word, _, rest = line.strip().partition(" ")
        match word:
            case "pause":
                steering.pause()
            case "go":
                steering.go_on()
            case "step":
                steering.step(int(rest))
            case "rate":
                steering.set_rate(float(rest))
            case "weight":
                steering.set_weight(**json.loads(rest))
            case "stop":
                steering.stop()
            case _:
                pass
    steering.stop(INTERRUPTED)


def _train(job: dict[str, Any], steering: Steering) -> None:
    settings = settings_from_data(job["settings"])
    path, uploads = Path(job["path"]), Path(job["uploads"])
    problem = read_data(settings.data, lambda name: uploads / name)
    model = model_of(settings, problem.train.x.shape[1:], problem.train.x.dtype, problem.name)
    notes = problem.to_notes() | {"settings": job["settings"], "tested": len(problem.test.y)}
    stopping = [] if settings.patience is None else [EarlyStopping(patience=settings.patience)]
    model.fit(
        problem.train.x,
        problem.train.y,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        validation_data=tuple(problem.validation),
        verbose=0,
        augment=augmentations_in(settings),
        callbacks=[*stopping, Recorder(path, notes=notes), steering],
    )
    figures = model.evaluate(*problem.test, batch_size=256, return_dict=True)
    Recording(path).add_notes(test={name: float(value) for name, value in figures.items() if np.ndim(value) == 0})


def _fork(job: dict[str, Any], steering: Steering) -> None:
    fork(Recording(job["parent"]), job["step"], Changes(**job["changes"]), job["path"], callbacks=[steering])


def _only_output() -> TextIO:
    """Return the standard output; whoever else writes there from now on, such as a library in C, writes to the standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


if __name__ == "__main__":
    sys.exit(main(sys.stdin, _only_output()))
