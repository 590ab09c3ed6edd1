"""The trainings that the studio has begun: each in a process of its own, so that looking never holds training up."""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from chainrule.errors import ArgumentError
from chainrule.record import next_run_path

MOST = 6  # at a time
LAST_LINES = 6  # of what a process complained of before it died
WAIT_SECONDS = 10.0  # for trainings to be ended, when the studio is closed

RunState: TypeAlias = Literal["preparing", "running", "paused", "finished", "interrupted", "error", "killed"]
Command = Literal["pause", "go on", "step", "stop"]


class Training:
    """One training.

    Args:
        path: of its run.
        job: what its process is told.
    """

    def __init__(self, path: Path, job: dict[str, Any]) -> None:
        self.path = path
        self.state, self.message = "preparing", ""
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115, closed when the process has ended
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chainrule.studio.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            start_new_session=True,
        )
        self._say(json.dumps(job))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether its process has ended."""
        return self.state in ("over", "error")

    def steer(self, do: Command, steps: int) -> None:
        """Tell its process what to do."""
        self._say(f"step {steps}" if do == "step" else do)

    def set_rate(self, rate: float) -> None:
        """Tell its process another learning rate."""
        self._say(f"rate {rate!r}")

    def set_weight(self, name: str, place: Sequence[int], value: float) -> None:
        """Tell its process another value of one number of a weight."""
        self._say(f"weight {json.dumps({'name': name, 'place': list(place), 'value': value})}")

    def leave(self) -> None:
        """Ask it to end, as an interrupted run that can be resumed."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait(self, seconds: float) -> None:
        """Wait for its process; end it by force where it takes longer."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):  # it has died: whoever listens to it tells of that
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None and self._process.stdin is not None
        with self._process.stdout as lines:
            for line in lines:
                with contextlib.suppress(ValueError):  # half a line, of a process that was killed while it wrote
                    told = json.loads(line)
                    self.state, self.message = told["state"], told["message"]
        self._process.wait()
        with contextlib.suppress(OSError):  # what was said last may never have been read
            self._process.stdin.close()
        if not self.is_over:
            self._complaints.seek(0)
            last = self._complaints.read().decode(errors="replace").strip().splitlines()[-LAST_LINES:]
            code = self._process.returncode
            self.state, self.message = "error", "\n".join([f"The process of the training has died, with code {code}.", *last])
        self._complaints.close()


class Trainings:
    """Those under way, and those that have ended since the studio was opened.

    Args:
        folder: of the runs.
        uploads: the folder of uploads.
    """

    def __init__(self, folder: Path, uploads: Path) -> None:
        self._folder, self._uploads = folder, uploads
        self._trainings: dict[str, Training] = {}
        self._starting = threading.Lock()

    def train(self, settings: dict[str, Any], stem: str, name: str | None, paused: bool) -> str:
        """Begin to train settings, and return the run's name."""
        return self._start(stem, name, {"kind": "train", "settings": settings, "uploads": str(self._uploads), "paused": paused})

    def fork(self, parent: Path, stem: str, step: int, changes: dict[str, Any]) -> str:
        """Begin a fork, and return the run's name."""
        return self._start(stem, None, {"kind": "fork", "parent": str(parent), "step": step, "changes": changes})

    def _start(self, stem: str, name: str | None, job: dict[str, Any]) -> str:
        with self._starting:
            if sum(not training.is_over for training in self._trainings.values()) >= MOST:
                raise ArgumentError(f"{MOST} trainings are under way already: stop one of them first.")
            path = self._free(stem) if name is None else self._folder / name
            if path.exists() or path == self._uploads or (path.name in self._trainings and not self._trainings[path.name].is_over):
                raise ArgumentError(f"There is a run {path.name} already: choose another name.")
            self._trainings[path.name] = Training(path, job | {"path": str(path)})
            return path.name

    def _free(self, stem: str) -> Path:
        path = next_run_path(self._folder, stem)
        number = int(path.name.rpartition("-")[2])
        while path.name in self._trainings or path.exists():
            number += 1
            path = self._folder / f"{stem}-{number}"
        return path

    def steer(self, name: str, do: Command, steps: int) -> None:
        """Steer a training.

        Raises:
            ArgumentError: it was not begun here, or is over.
        """
        self._steered(name).steer(do, steps)

    def set_rate(self, name: str, rate: float) -> None:
        """Set the learning rate of a training, whose optimizer must have a plain one.

        Raises:
            ArgumentError: it was not begun here, or is over.
        """
        self._steered(name).set_rate(rate)

    def set_weight(self, name: str, weight: str, place: Sequence[int], value: float) -> None:
        """Set one number of a weight of a training, which must have it.

        Raises:
            ArgumentError: it was not begun here, or is over.
        """
        self._steered(name).set_weight(weight, place, value)

    def is_steered(self, name: str) -> bool:
        """Return whether a run is being trained here."""
        return name in self._trainings and not self._trainings[name].is_over

    def _steered(self, name: str) -> Training:
        if not self.is_steered(name):
            raise ArgumentError(f"The run {name} is not being trained by this studio: it can be watched and rewound, but not steered.")
        return self._trainings[name]

    def state(self, name: str) -> tuple[str, str] | None:
        """Return what a training does and why; None of a run that was not begun here."""
        training = self._trainings.get(name)
        return None if training is None else (training.state, training.message)

    def state_of(self, name: str, kept: str) -> RunState:
        """Return what a run does: that of its training, while this studio makes it, else as the run itself has it."""
        found = self.state(name)
        return cast(RunState, found[0] if found is not None and self.is_steered(name) else kept)

    def close(self) -> None:
        """End all that are under way, as interrupted runs that can be resumed."""
        under_way = [training for training in self._trainings.values() if not training.is_over]
        for training in under_way:
            training.leave()
        for training in under_way:
            training.wait(WAIT_SECONDS)
