"""Families of runs: which was forked from which."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainrule.record.recording import Recording, list_runs


@dataclass
class Branch:
    """A run and the runs forked from it, the oldest first."""

    recording: Recording
    forks: "list[Branch]" = field(default_factory=list["Branch"])

    @property
    def parent(self) -> dict[str, Any] | None:
        """The run it was forked from by name and by when it began, the step, and the changes; None where it was not."""
        return self.recording.configuration.get("parent")


def family(folder: str | Path) -> list[Branch]:
    """Return the runs in a folder that come from no other there, each with its forks.

    Args:
        folder: the folder of runs.

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> folder = tempfile.mkdtemp()
        >>> recorder = cr.callbacks.Recorder(os.path.join(folder, "run-1"))
        >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, epochs=3, verbose=0, callbacks=[recorder])
        >>> child = cr.open_run(recorder.path).at(7).fork(learning_rate=0.001)
        >>> [(tree.recording.name, [branch.recording.name for branch in tree.forks]) for tree in family(folder)]
        [('run-1', ['run-1-fork-1'])]
    """
    branches: dict[float, Branch] = {}  # by when the run began: a name may be given again
    roots: list[Branch] = []
    for recording in list_runs(folder):  # the oldest first: no run is its own parent, nor that of an older one
        branch = Branch(recording)
        origin = branches.get(branch.parent["created"]) if branch.parent else None
        (roots if origin is None else origin.forks).append(branch)
        branches[recording.configuration["created"]] = branch
    return roots
