"""`chainrule show`."""

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def show(run: RunName, runs: Runs = RUNS) -> None:
    """Show a saved run: what it was told, where it ran, its network, its epochs, its loss as a curve, its figures."""
    from chainrule.cli.run_views import show_epochs, show_head, show_network, show_test  # noqa: PLC0415
    from chainrule.record import Recording  # noqa: PLC0415

    recording = Recording(find_run(run, runs))
    show_head(recording)
    show_network(recording)
    show_epochs(recording)
    show_test(recording)
