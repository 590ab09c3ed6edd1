"""Going on with a run that was interrupted or killed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chainrule.configuration import from_config, is_own
from chainrule.errors import ArgumentError, RecordError
from chainrule.record.recorder import Recorder
from chainrule.record.recording import Recording, restore_state
from chainrule.record.snapshots import Snapshot
from chainrule.training import History, Memory
from chainrule.training.callbacks import Callback
from chainrule.training.callbacks.progress import progress_callback


def resume(
    path: str | Path,
    callbacks: Sequence[Callback] = (),
    verbose: str | int = "auto",
    source: Any = None,
    validation_source: Any = None,
) -> History:
    """Go on with a run that was interrupted or killed, from its last snapshot, to the same end bit for bit.

    Args:
        path: the run's folder.
        callbacks: those of your own that the run had, in their order, where they cannot be made again from their arguments, or are to be
            made otherwise; all others are made again by themselves.
        verbose: as for `fit`.
        source: what the examples are streamed from, where that is an object of your own; files are found again by themselves.
        validation_source: the same for validation; None for `source`.

    Returns:
        The figures of all epochs, those before the interruption included.

    Raises:
        RecordError: nothing to go on with, callbacks that do not fit, or a run that is not over.
    """
    recording = Recording(path, source, validation_source)
    if recording.status == "finished":
        raise RecordError(f"The run {recording.path} is finished: there is nothing to resume.")
    if recording.status == "running":
        raise RecordError(f"The run {recording.path} is being made by another process: wait for its end, or stop it first.")
    snapshot = recording.snapshot()
    model = recording.new_model()
    restore_state(model, snapshot)
    own, remembered, _ = callbacks_of(recording, callbacks, snapshot)
    listeners = [*own, Recorder(recording.path, resuming=True), *progress_callback(verbose)]
    return model.run(recording.plan(), listeners, snapshot.progress, remembered=remembered)


def callbacks_of(
    recording: Recording, given: Sequence[Callback], snapshot: Snapshot
) -> tuple[list[Callback], list[Memory], list[Callback]]:
    """Return a run's callbacks without those that show progress, what each remembered, and those given beside them.

    Args:
        recording: the run.
        given: those that it had which could not be written down, or are the user's own, in their order, then others.
        snapshot: where they are to go on from.
    """
    queue = list(given)
    made: list[Callback] = []
    remembered: list[Memory] = []
    for entry, memory in zip(recording.configuration["callbacks"], snapshot.callbacks, strict=True):
        given_again = bool(queue) and type(queue[0]).__name__ == entry["name"] and ("config" not in entry or not is_own(type(queue[0])))
        if given_again:
            made.append(queue.pop(0))
        else:
            made.append(_made_again(entry))
        remembered.append(memory)
    return made, remembered, queue


def _made_again(entry: Mapping[str, Any]) -> Callback:
    """Return a callback that was recorded: one of Chainrule's own, or of the user's where this process knows its class."""
    try:
        return from_config(entry["config"])
    except (KeyError, ArgumentError):
        name = entry["name"]
        raise RecordError(f"The run had a callback {name} of your own: give it again, with callbacks=[{name}(...)].") from None
