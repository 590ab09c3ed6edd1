"""A kept run, to be questioned: any of its steps computed again, with every inside visible."""

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from chainrule.errors import ArgumentError
from chainrule.insight.computation import Computation
from chainrule.insight.first_nan import NonFinite, explain, first_step
from chainrule.insight.landscape import EXAMPLES, Course, course
from chainrule.insight.moment import Insides, Moment
from chainrule.insight.replay import Replay
from chainrule.record import Recording

_SHOW = "chainrule.show"  # the entry points of what shows a run


class Run(Recording):
    """A run's folder, opened for questions.

    The state at any step is that of the run to the bit: the run's own program is run again from the nearest snapshot
    before it. What is inside the step is computed from that state by a second program with more outputs.

    Args:
        path: the folder.
        source: what the run's examples were streamed from, where that is an object of your own; files are found again by themselves.
        validation_source: the same for validation; None for `source`.

    Raises:
        RecordError: no run, or a damaged one.
    """

    def __init__(self, path: str | Path, source: Any = None, validation_source: Any = None) -> None:
        super().__init__(path, source, validation_source)
        self._replay: Replay | None = None
        self._insides: Insides | None = None
        self._programs: dict[Any, Any] = {}  # that answered questions about one step, for the next

    def at(self, step: int) -> Moment:
        """Return the moment of a step, counted from 0: the state before it, what is inside it, and the state after it.

        Args:
            step: as in `figures()`: step 137 is the update after 137 others.

        Raises:
            ArgumentError: a step that the run has not made.
            RecordError: no snapshot that can be read.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> moment = cr.open_run(path).at(step=7)
            >>> moment["dense/output"].shape, moment.gradient("dense/kernel").shape
            ((2, 1), (2, 1))
        """
        self._require_made(step)
        return self._moment(step)

    def steps(self, first: int | None = None, last: int | None = None) -> Iterator[Moment]:
        """Yield the moments of steps, one after the other; each is computed when it is asked for, from the one before.

        Args:
            first: the first step; None for the first that the run has made.
            last: the last step, which is among them; None for the last that the run has made.

        Raises:
            ArgumentError: a step that the run has not made.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> [moment.step for moment in cr.open_run(path).steps(4, 6)]
            [4, 5, 6]
        """
        made = self.require_steps()
        begin, end = (made[0] if first is None else first), (made[1] if last is None else last)
        for step in (begin, end):
            self._require_made(step)
        return map(self._moment, range(begin, end + 1))

    def find(self, test: Callable[[Moment], bool], first: int | None = None, last: int | None = None) -> Moment | None:
        """Return the first moment that passes a test; None where none does.

        Args:
            test: takes a moment.
            first: the first step that is tested; None for the first that the run has made.
            last: the last one; None for the last that the run has made.

        Raises:
            ArgumentError: a step that the run has not made.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> run = cr.open_run(path)
            >>> half = run.at(0).loss / 2
            >>> moment = run.find(lambda moment: moment.loss < half)
            >>> moment.loss < half <= run.at(moment.step - 1).loss
            True
        """
        return next((moment for moment in self.steps(first, last) if test(moment)), None)

    def sharpness(self, steps: Sequence[int] | None = None, count: int = 1, examples: int = EXAMPLES) -> Course:
        """Return the largest eigenvalues of the Hessian of the training loss at some steps; see `landscape.course`.

        Args:
            steps: which; None for twelve, evenly from the first to the last.
            count: how many eigenvalues.
            examples: how many of the training examples are used at most, drawn at random.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(1, use_bias=False)])
            >>> model.compile(cr.optimizers.SGD(0.1), "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.full((8, 1), 2.0), np.ones(8), 2, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> found = cr.open_run(path).sharpness(steps=[0, 3])  # the loss is the mean of (2 w - 1)²
            >>> found.eigenvalues.tolist(), found.thresholds.round(3).tolist()
            ([[8.0], [8.0]], [20.0, 20.0])
        """
        return course(self, steps, count, examples)

    def first_nan(self) -> NonFinite | None:
        """Return where the first number came about that is not finite (NaN or an infinity); None where all that counts is finite.

        What counts is what reaches the loss or an update: what `where` leaves out, and the padding of a short last batch, do not.
        Print it to read it as a sentence.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
            >>> model.compile(cr.optimizers.SGD(1e30), "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> x, recorder = np.array([[1.0, 2.0], [3.0, 4.0]], "float32"), cr.callbacks.Recorder(path)
            >>> model.fit(x, np.ones(2), 1, epochs=5, verbose=0, shuffle=False, callbacks=[recorder])  # doctest: +ELLIPSIS
            Traceback (most recent call last):
            chainrule.errors.TrainingError: The loss is ...
            >>> found = cr.open_run(path).first_nan()
            >>> found.step, found.op, found.row, found.value
            (1, 'square', 1, inf)
        """
        made = self.require_steps()
        step = first_step(self._moment, *made, self.figures()["loss"])
        return None if step is None else explain(self._moment(step), self.configuration.get("lines", {}))

    def show(self, height: int = 760) -> Any:
        """Show the run in the studio's page: in a notebook's cell where this is its last line, else at the address that is returned.

        The studio is found among the installed packages: what is here knows nothing of pages.

        Args:
            height: of the page, in pixels.

        Returns:
            The view that `chainrule.studio.show` returns.

        Raises:
            ArgumentError: the studio is not installed.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.ones((8, 2)), np.ones(8), verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> cr.open_run(path).show()  # doctest: +ELLIPSIS
            The studio is open at http://localhost:...
        """
        found = entry_points(group=_SHOW)
        try:
            show = next(iter(found)).load()
        except (StopIteration, ModuleNotFoundError) as error:
            raise ArgumentError("The studio is not installed: pip install 'chainrule[studio]'.") from error
        return show(self, height)

    def _moment(self, step: int) -> Moment:
        if self._replay is None:
            self._replay = Replay(self)
            self._insides = Insides(self._replay.program.step)
        replay, insides = self._replay, self._insides
        assert insides is not None
        state, served = replay.before(step), replay.served(step)
        computation = Computation(replay.program.step, state, served.first, served.arrays, self._programs)
        return Moment(self, step, state, replay, insides, computation)

    def require_steps(self) -> tuple[int, int]:
        """Return the first step that the run has made and the last.

        Raises:
            ArgumentError: it has made none.
        """
        made = self.steps_made()
        if made is None:
            raise ArgumentError(f"The run {self.name} has made no step yet.")
        return made

    def _require_made(self, step: int) -> None:
        first, last = self.require_steps()
        if not first <= step <= last:
            raise ArgumentError(f"The run {self.name} has made steps {first} to {last}. Got step {step} instead.")


def open_run(path: str | Path, source: Any = None, validation_source: Any = None) -> Run:
    """Return the run kept in a folder, to be looked at and questioned. Nothing in the folder is executed.

    Args:
        path: the run's folder.
        source: what the run's examples were streamed from, where that is an object of your own; files are found again by themselves.
        validation_source: the same for validation; None for `source`.

    Raises:
        RecordError: no run, or a damaged one.
    """
    return Run(path, source, validation_source)
