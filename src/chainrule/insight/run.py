"""A saved run, to be questioned: any of its steps computed again, with every value, gradient and update in it."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import ArgumentError, unknown_name
from chainrule.graph import Tensor
from chainrule.insight.computation import Computation, NamedArrays, inside_nodes
from chainrule.insight.decomposition import Why
from chainrule.insight.first_nan import NonFinite, explain, first_step
from chainrule.insight.nudge import Nudge, nudge
from chainrule.insight.replay import Replay
from chainrule.insight.walk import BackwardStep, walk
from chainrule.insight.why import why
from chainrule.layers import Layer
from chainrule.models import Model
from chainrule.optimizers import Optimizer
from chainrule.record import Changes, Recording, fork
from chainrule.training import Plan
from chainrule.training.callbacks import Callback

_SHOW = "chainrule.show"  # the entry points of what shows a run


class Moment:
    """One step of a run.

    Attributes:
        run: the run it belongs to.
        step: its number, counted from 0.
        state: weights and the optimiser's arrays before the step, by address.
        plan: what the run was to do, with its examples.
        computation: its graph, and the arrays it was computed from.
    """

    def __init__(self, run: "Run", replay: Replay, computation: Computation, state: NamedArrays) -> None:
        self.run = run
        self.step = computation.number
        self.state = state
        self.plan: Plan = replay.plan
        self.computation = computation
        self._replay = replay

    @property
    def epoch(self) -> int:
        """The epoch that the step belongs to, counted from 0."""
        return self._replay.place(self.step)[0]

    @property
    def position(self) -> int:
        """The number of the step in its epoch, counted from 0."""
        return self._replay.place(self.step)[1]

    @cached_property
    def next_state(self) -> NamedArrays:
        """The weights and the optimiser's arrays after the step, by address."""
        return self._replay.after(self.state, self.step)

    @property
    def _insides(self) -> dict[str, NamedArrays]:
        return self.computation.insides

    @property
    def real(self) -> np.ndarray[Any, Any]:
        """Which rows of the batch are examples, of shape (batch,); a short last batch is computed with padding."""
        return self.computation.real

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        """Return a value by its address.

        That is a layer's output ("dense/output"), a weight before the step ("dense/kernel"), or what a layer shows of its inside:
        of attention the attention weight of each step for each other ("multi_head_attention/attention_scores"), of shape
        (examples, heads, query steps, key steps).
        """
        if name in self.state:
            return self.state[name]
        return self._trim(self._look_up("value", name, [*self._insides["value"], *self.state]))

    def gradient(self, name: str) -> np.ndarray[Any, Any]:
        """Return the gradient of the batch's loss with respect to a weight or a layer's output, by its address."""
        found = self._look_up("gradient", name, self._insides["gradient"])
        return found if name in self.state else self._trim(found)

    def update(self, name: str) -> np.ndarray[Any, Any]:
        """Return what the optimiser adds to a weight, by its address."""
        return self._look_up("update", name, self._insides["update"])

    def why(self, name: str, index: Sequence[int] | int, example: int | None = None, paths: int = 5) -> Why:
        """Return why one number of a weight has its gradient: what each example, and each path of the chain rule, contributes.

        The loss of a batch is Σ shareᵢ · lossᵢ + penalties, so its gradient is Σ shareᵢ · d lossᵢ / d w + d penalties / d w; and
        d lossᵢ / d w is the sum, over all paths from w through the units of the layers to lossᵢ, of the product of the local
        derivatives along the path.

        Args:
            name: the weight's address, such as "dense/kernel".
            index: the number's position in it, such as (3, 7).
            example: the example whose paths are listed, by its place in the batch; None for that with the largest contribution.
            paths: how many paths are listed.

        Raises:
            ArgumentError: an address, an index or an example that there is not.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1, kernel_initializer="ones")])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> x, y = np.array([[1.0, 2.0], [3.0, 0.0]], "float32"), np.array([2.0, 2.0], "float32")
            >>> history = model.fit(x, y, shuffle=False, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> answer = cr.open_run(path).at(0).why("dense/kernel", (0, 0))  # Σ ½ · 2 (output - target) · input
            >>> answer.contributions.tolist(), answer.gradient
            ([1.0, 3.0], 4.0)
        """
        return why(self.computation, name, index, example, paths)

    def nudge(self, name: str, index: Sequence[int] | int, change: float) -> Nudge:
        """Return what the loss, each example's loss and the outputs would be if one number of a weight were changed.

        They are computed again, exactly; beside them stands what the gradient predicts: gradient · change.

        Args:
            name: the weight's address, such as "dense/kernel".
            index: the number's position in it, such as (3, 7).
            change: what is added to it.

        Raises:
            ArgumentError: an address or an index that there is not.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1, kernel_initializer="ones")])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> x, y = np.array([[1.0, 2.0], [3.0, 0.0]], "float32"), np.array([2.0, 2.0], "float32")
            >>> history = model.fit(x, y, shuffle=False, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> what_if = cr.open_run(path).at(0).nudge("dense/kernel", (0, 0), -0.5)
            >>> what_if.loss_before, what_if.loss, what_if.predicted_loss
            (1.0, 0.25, -1.0)
        """
        return nudge(self.computation, name, index, change)

    def walk(self, layer: str | None = None) -> list[BackwardStep]:
        """Return the backward pass node by node, from the loss to the weights.

        At each operation: its formula and the rule of its derivative, its value, the gradient that arrives, and what it passes on
        to its inputs, as figures and, where they are small, as arrays. The padding of a short last batch is walked along with the
        examples; its gradients are 0.

        Args:
            layer: the layer to stay in; None for all of the way.

        Raises:
            ArgumentError: a layer on no path from the loss to a weight.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1, "tanh")])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.ones((8, 2)), np.ones(8), verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> for step in cr.open_run(path).at(0).walk("dense"):
            ...     print(step.op, step.rules)
            tanh {'x': 'dy · (1 − (y · y))'}
            add {'a': 'dy', 'b': 'reshape(reduce_sum(dy, axis=(0,)))'}
            matmul {'b': 'matmul(transpose(a, axes=(1, 0)), dy)'}
        """
        return walk(self.computation, layer)

    def names(self) -> dict[str, list[str]]:
        """Return every address: of values, gradients and updates."""
        weights = [name for name in self.state if not name.startswith("optimizer/")]
        return {
            "value": [*self._insides["value"], *weights],
            "gradient": list(self._insides["gradient"]),
            "update": list(self._insides["update"]),
        }

    def model(self, after: bool = False) -> Model:
        """Return the run's model as it was before the step, or `after` it: to predict, evaluate or explain with, or to train on."""
        model = Model.from_config(self.run.configuration["model"])
        state = self.next_state if after else self.state
        for name, variable in model.state_variables().items():
            variable.assign(state[name])
        return model

    def fork(
        self,
        path: str | Path | None = None,
        learning_rate: float | None = None,
        optimizer: str | Optimizer | None = None,
        data: Any = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        seed: int | None = None,
        callbacks: Sequence[Callback] = (),
        verbose: str | int = 0,
        augment: Sequence[Layer] | None = None,
    ) -> "Run":
        """Go on from the state before this step as a new run, which knows its parent, and return it when it is over.

        Where nothing is changed, the new run's steps are those of the parent, to the bit: weights, figures, shuffling, dropout, and
        what callbacks such as `EarlyStopping` remember. Other data, batches or seeds begin the epoch under way anew.

        Args:
            path: the new run's folder; None takes a free one beside the parent's.
            learning_rate: a plain rate, also in place of a schedule.
            optimizer: a name or an optimiser; the weights stay, its own arrays begin as 0.
            data: (x, y) or (x, y, sample_weight) to learn from, or a source.
            epochs: the epoch at which to stop, counted from the first of the parent.
            batch_size: examples in a batch.
            seed: what shuffling and dropout depend on.
            callbacks: those of your own that the parent had, in their order, then others.
            verbose: as for `fit`.
            augment: layers that vary each batch from there on; an empty list for none.

        Raises:
            ArgumentError: a folder that exists, or nothing left to do.
            RecordError: callbacks of your own that the parent had and that are not given, or that now change training otherwise.

        Example:
            >>> import os, tempfile, numpy as np, chainrule as cr
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
            >>> model.compile("sgd", "mse")
            >>> path = os.path.join(tempfile.mkdtemp(), "run")
            >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
            >>> child = cr.open_run(path).at(step=7).fork(learning_rate=0.001)
            >>> child.name, child.figures()["step"].tolist(), child.configuration["parent"]["changes"]
            ('run-fork-1', [7, 8, 9, 10, 11], {'learning_rate': 0.001})
        """
        changes = Changes(learning_rate, optimizer, data, epochs, batch_size, seed, augment)
        own = self.run.own if data is None else {"train": None, "validation": self.run.own["validation"]}
        made = fork(self.run, self.step, changes, path, callbacks, verbose, self.state)
        return type(self.run)(made, own["train"], own["validation"])

    @property
    def loss(self) -> float:
        """The batch's loss, penalties included."""
        return float(self._insides["batch"]["loss"])

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """The numbers, in the training data, of the examples of the batch."""
        return self.computation.rows

    @property
    def example_losses(self) -> np.ndarray[Any, Any]:
        """The loss of each example of the batch."""
        return self.computation.example_losses

    @property
    def x(self) -> np.ndarray[Any, Any]:
        """The inputs of the batch (the first, where there are several)."""
        return self._insides["batch"]["x0"][self.real]

    @property
    def y(self) -> np.ndarray[Any, Any]:
        """The targets of the batch (the first, where there are several)."""
        return self._insides["batch"]["y0"][self.real]

    @property
    def disagreement(self) -> float:
        """How far what is shown here is from what the run's own program did: the largest difference of an updated weight.

        The two programs compute the same from the same state, but may round differently in the last place.
        """
        with np.errstate(invalid="ignore"):  # of a step that was lost to infinity, this is NaN
            differences = [
                float(np.abs(self.state[name] + self.update(name) - self.next_state[name]).max(initial=0.0))
                for name in self._insides["update"]
            ]
        return max(differences, default=0.0)

    def _trim(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the rows of real examples: a short last batch is computed with padding."""
        return array[self.real] if array.ndim and len(array) == len(self.real) else array

    def _look_up(self, group: str, name: str, known: Any) -> np.ndarray[Any, Any]:
        if name not in self._insides[group]:
            raise unknown_name(f"The address of a {group}", name, known)
        return self._insides[group][name]


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
        self._inside_nodes: dict[str, dict[str, Tensor]] = {}
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
        step = first_step(lambda step: self._moment(step).state, lambda step: self._moment(step).next_state, *made, self.figures()["loss"])
        return None if step is None else explain(self._moment(step).computation, self._moment(step).next_state)

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
            self._inside_nodes = inside_nodes(self._replay.program.step)
        replay = self._replay
        state, served = replay.before(step), replay.served(step)
        lines = self.configuration.get("lines", {})
        graph = replay.program.step
        computation = Computation(graph, state, served.first, served.arrays, self._programs, self._inside_nodes, step, lines)
        return Moment(self, replay, computation, state)

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
    """Return the run saved in a folder, to be looked at and questioned. Nothing in the folder is executed.

    Args:
        path: the run's folder.
        source: what the run's examples were streamed from, where that is an object of your own; files are found again by themselves.
        validation_source: the same for validation; None for `source`.

    Raises:
        RecordError: no run, or a damaged one.
    """
    return Run(path, source, validation_source)
