"""Progress on the screen: a live line in a terminal, a plain line for each epoch elsewhere."""

import sys
import time
from collections.abc import Mapping

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from chainrule.errors import ArgumentError
from chainrule.events import EpochFinished, Event, FitFinished, FitStarted, StepsFinished
from chainrule.training.callbacks.callback import Callback


def progress_callback(verbose: str | int) -> list[Callback]:
    """Return what shows progress: nothing for 0, a live line for 1, plain lines for 2; "auto" looks at the terminal."""
    if verbose not in ("auto", 0, 1, 2):
        raise ArgumentError(f"fit: verbose must be 'auto', 0, 1 or 2. Got {verbose!r} instead.")
    if verbose == 0:
        return []
    live = verbose == 1 or (verbose == "auto" and sys.stdout.isatty())
    return [LiveProgress() if live else PlainProgress()]


class PlainProgress(Callback):
    """One line for each epoch; in epochs longer than ten seconds also one every ten."""

    def __init__(self) -> None:
        self._spoken = time.perf_counter()
        self._plan: FitStarted | None = None

    def on_event(self, event: Event) -> None:
        """Print a line when there is something to say."""
        match event:
            case FitStarted():
                self._plan = event
                self._spoken = time.perf_counter()
            case StepsFinished() if time.perf_counter() - self._spoken > 10 and self._plan is not None:
                place = f"epoch {event.epoch + 1}/{self._plan.epochs}  step {self.session.progress.position}/{self._plan.steps_per_epoch}"
                self._say(f"{place}  {figures_text(event.running)}")
            case EpochFinished() if self._plan is not None:
                self._say(f"epoch {event.epoch + 1}/{self._plan.epochs}  {event.seconds:.1f} s  {figures_text(event.logs)}")
            case _:
                pass

    def _say(self, line: str) -> None:
        print(line, flush=True)
        self._spoken = time.perf_counter()


class LiveProgress(Callback):
    """A line that keeps up with the steps: epoch, step, figures, rate and time left; a finished epoch stays above it."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._live: Live | None = None
        self._plan: FitStarted | None = None
        self._seconds = 0.0
        self._steps = 0

    def on_event(self, event: Event) -> None:
        """Draw what has changed."""
        match event:
            case FitStarted():
                self._plan = event
                self._live = Live(Text("compiling …"), console=self._console, auto_refresh=False, transient=True)
                self._live.start(refresh=True)
            case StepsFinished() if self._live is not None:
                self._live.update(self._line(event), refresh=True)
            case EpochFinished() if self._plan is not None:
                self._console.print(f"epoch {event.epoch + 1}/{self._plan.epochs}  {event.seconds:.1f} s  {figures_text(event.logs)}")
            case FitFinished() if self._live is not None:
                self._live.stop()
            case _:
                pass

    def _line(self, event: StepsFinished) -> Table:
        assert self._plan is not None
        self._seconds += event.seconds
        self._steps += event.count
        per_step = self._seconds / self._steps
        position, whole = self.session.progress.position, self._plan.epochs * self._plan.steps_per_epoch
        done = event.epoch * self._plan.steps_per_epoch + position
        line = Table.grid(padding=(0, 2))
        line.add_row(
            f"epoch {event.epoch + 1}/{self._plan.epochs}",
            f"step {position}/{self._plan.steps_per_epoch}",
            _bar(done / whole),
            figures_text(event.running),
            f"{1 / per_step:,.0f} steps/s",
            f"at most {_duration((whole - done) * per_step)} left",
        )
        return line


def figures_text(logs: Mapping[str, float]) -> str:
    """Return figures as one line of text."""
    return "  ".join(f"{name} {value:.4f}" for name, value in logs.items())


def _bar(share: float, width: int = 24) -> Text:
    filled = round(share * width)
    return Text.assemble(("━" * filled, "cyan"), ("━" * (width - filled), "bright_black"))


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
