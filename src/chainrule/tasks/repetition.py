"""Training one network many times from other first weights, with programs that are compiled once."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainrule.events import Event, StepsFinished
from chainrule.models import Model
from chainrule.training.callbacks import Callback

OnProgress: TypeAlias = Callable[[float, str], None]  # hears the share that is done, from 0 to 1, and what is being done

SWEEPS = 500


class Repetition:
    """One compiled model, begun again for each seed: its weights, the optimiser's arrays and its seed are a new model's.

    Args:
        make: returns a compiled model for a seed; the same network each time.
    """

    def __init__(self, make: Callable[[int], Model]) -> None:
        self._make = make
        self._model: Model | None = None

    def begin(self, seed: int) -> Model:
        """Return the model as `make` gives it for `seed`, with the programs of the runs before."""
        fresh = self._make(seed)
        if self._model is None:
            self._model = fresh
        else:
            arrays = {name: variable.value for name, variable in fresh.state_variables().items()}
            for name, variable in self._model.state_variables().items():
                variable.assign(arrays[name])
            self._model.seed = seed
        return self._model


class FirstStep(Callback):
    """Notes the first step at which a figure of the batch, before the step's update, is good enough.

    Args:
        figure: "loss", or the name of a metric.
        reached: says for the figures of many steps which are good enough.

    Attributes:
        step: its number, which is how many updates were needed; None while there is none.
    """

    def __init__(self, figure: str, reached: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        self._figure, self._reached = figure, reached
        self.step: int | None = None

    def on_event(self, event: Event) -> None:
        """Look at the steps of a dispatch."""
        if isinstance(event, StepsFinished) and self.step is None:
            found = np.flatnonzero(self._reached(event.figures[self._figure]))
            self.step = event.first + int(found[0]) if len(found) else None


def sweep(model: Model, x: NDArray[Any], y: NDArray[Any], sweeps: int, watch: Callback) -> None:
    """Train so many times on all patterns at once.

    An epoch is the patterns `SWEEPS` times over, one batch for each time: so many updates run in one dispatch.

    Args:
        model: compiled.
        x: inputs of all patterns.
        y: targets of all patterns.
        sweeps: a multiple of `SWEEPS`.
        watch: listens.
    """
    rows = np.tile(np.arange(len(x)), SWEEPS)
    model.fit(x[rows], y[rows], len(x), sweeps // SWEEPS, verbose=0, callbacks=[watch], shuffle=False)


class ShareDone(Callback):
    """Tells how far a fit is.

    Args:
        on_progress: is told.
        doing: what is being done.
        epochs: of the fit.
    """

    def __init__(self, on_progress: OnProgress, doing: str, epochs: int) -> None:
        self._tell, self._doing, self._epochs = on_progress, doing, epochs

    def on_event(self, event: Event) -> None:
        """Tell after each dispatch."""
        if isinstance(event, StepsFinished):
            steps = self.session.plan.settings.steps(len(self.session.plan.train))
            self._tell((event.first + event.count) / (steps * self._epochs), self._doing)
