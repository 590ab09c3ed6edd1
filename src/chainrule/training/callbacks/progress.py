"""Progress on the screen: a live line in a terminal, a plain line for each epoch elsewhere."""

import math
import sys
import time
from collections.abc import Mapping

from rich.console import Console, Group
from rich.live import Live
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

    only_watches = True

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
    """Two lines that keep up with the steps: epoch, step, rate and time left, and the figures so far.

    Finished epochs stay above them: the first, the last, and where epochs are short one of each second.
    """

    only_watches = True

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._live: Live | None = None
        self._plan: FitStarted | None = None
        self._seconds = 0.0
        self._steps = 0
        self._spoken = -math.inf
        self._unspoken = ""

    def on_event(self, event: Event) -> None:
        """Draw what has changed."""
        match event:
            case FitStarted():
                self._plan = event
                self._live = Live(Text("compiling …"), console=self._console, auto_refresh=False, transient=True)
                self._live.start(refresh=True)
            case StepsFinished() if self._live is not None:
                self._live.update(self._lines(event), refresh=True)
            case EpochFinished() if self._plan is not None:
                self._unspoken = f"epoch {event.epoch + 1}/{self._plan.epochs}  {event.seconds:.1f} s  {figures_text(event.logs)}"
                if time.perf_counter() - self._spoken >= 1:
                    self._say()
            case FitFinished() if self._live is not None:
                self._say()
                self._live.stop()
            case _:
                pass

    def _say(self) -> None:
        if self._unspoken:
            self._console.print(self._unspoken)
            self._unspoken, self._spoken = "", time.perf_counter()

    def _lines(self, event: StepsFinished) -> Group:
        assert self._plan is not None
        self._seconds += event.seconds
        self._steps += event.count
        per_step = self._seconds / self._steps
        position, whole = self.session.progress.position, self._plan.epochs * self._plan.steps_per_epoch
        done = event.epoch * self._plan.steps_per_epoch + position
        before = f"epoch {event.epoch + 1}/{self._plan.epochs}  step {position}/{self._plan.steps_per_epoch}  "
        after = f"  {1 / per_step:,.0f} steps/s  at most {_duration((whole - done) * per_step)} left"
        room = min(24, self._console.width - len(before) - len(after) - 1)
        line = Text.assemble(before, _bar(done / whole, max(room, 0)), after, no_wrap=True, overflow="ellipsis")
        return Group(line, Text(f"  {figures_text(event.running)}", no_wrap=True, overflow="ellipsis"))


def figures_text(logs: Mapping[str, float]) -> str:
    """Return figures as one line of text, those of the validation data in brackets behind those of training."""

    def shown(name: str) -> str:
        beside = logs.get(f"val_{name}")
        return f"{name} {logs[name]:.4f}" + ("" if beside is None else f" (val {beside:.4f})")

    paired = {f"val_{name}" for name in logs}
    return "  ".join(shown(name) for name in logs if name not in paired)


def _bar(share: float, width: int) -> Text:
    filled = round(share * width)
    return Text.assemble(("━" * filled, "cyan"), ("━" * (width - filled), "bright_black"))


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
