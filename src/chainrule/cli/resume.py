"""`chainrule resume`."""

from chainrule.cli.options import RUNS, Quiet, RunName, Runs, find_run
from chainrule.counting import counted


def resume(run: RunName, runs: Runs = RUNS, quiet: Quiet = False) -> None:
    """Go on with a run that was interrupted or killed, to the same end as if it had not been.

    It goes on from its last snapshot, or from the one before where that is damaged.
    """
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.learning import interrupted, report_again  # noqa: PLC0415
    from chainrule.cli.screen import console, show_notes  # noqa: PLC0415
    from chainrule.record import Recording  # noqa: PLC0415
    from chainrule.record import resume as resume_run  # noqa: PLC0415

    path = find_run(run, runs)
    recording = Recording(path)
    if recording.status != "finished":
        begin, newest = recording.snapshot().progress.step, max(recording.snapshot_steps())
        damaged = f" The snapshot at step {newest} is damaged and passed over." if newest > begin else ""
        show_notes(
            [
                f"Going on from the snapshot at step {begin}.{damaged}",
                *(f"changed since: {line}" for line in recording.changed_environment()),
            ]
        )
    try:
        history = resume_run(path, verbose=0 if quiet else "auto")
    except KeyboardInterrupt:
        raise interrupted(path, runs) from None
    console().print(Text(f"  Ended after {counted(len(history.epoch), 'epoch')}: {history.stop_reason or 'all are done'}."))
    report_again(Recording(path), runs)
