"""Recorded runs: a folder with one SQLite file and snapshots. Opening one never runs code."""

from chainrule.record.family import Branch, family
from chainrule.record.forking import Changes, fork
from chainrule.record.recorder import Recorder
from chainrule.record.recording import Recording, list_runs, next_run_path, restore_state
from chainrule.record.resuming import resume
from chainrule.record.snapshots import Snapshot

__all__ = [
    "Branch",
    "Changes",
    "Recorder",
    "Recording",
    "Snapshot",
    "family",
    "fork",
    "list_runs",
    "next_run_path",
    "restore_state",
    "resume",
]
