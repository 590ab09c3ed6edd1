"""One step of a run, with every value, gradient and update in it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.errors import unknown_name
from chainrule.graph import Array, Tensor
from chainrule.insight.computation import Computation, Values
from chainrule.insight.nudge import Nudge, nudge
from chainrule.insight.replay import Replay
from chainrule.insight.walk import BackwardStep, walk
from chainrule.insight.why import Why, why
from chainrule.layers import Layer
from chainrule.models import Model
from chainrule.optimizers import Optimizer
from chainrule.record import Changes, fork
from chainrule.training import Plan
from chainrule.training.callbacks import Callback
from chainrule.training.step import Step
from chainrule.xla import Program

if TYPE_CHECKING:
    from chainrule.insight.run import Run


class Insides:
    """The program that computes all that is inside a step, from the state before it."""

    def __init__(self, step: Step) -> None:
        seen = {**step.outputs, **step.insides}
        found = step.rule.gradient(step.loss, list(seen.values()))
        into_layers = {name: dx for name, dx in zip(seen, found, strict=True) if isinstance(dx, Tensor)}
        self._groups: dict[str, dict[str, Tensor]] = {
            "value": {**step.augmented, **seen},
            "gradient": {**into_layers, **step.gradients},
            "update": step.updates,
            "batch": {"loss": step.loss, "example_losses": step.example_losses, "rows": step.batch.rows, "valid": step.batch.valid}
            | {f"x{i}": x for i, x in enumerate(step.batch.x)}
            | {f"y{i}": y for i, y in enumerate(step.batch.y)},
        }
        self.parameters = list(step.updates)
        outputs = [node for group in self._groups.values() for node in group.values()]
        self._program = Program(outputs, [*step.state.values(), step.feed.index, *step.feed.fixed])

    def compute(self, state: Mapping[str, Array], position: int, fixed: Sequence[Array]) -> dict[str, Values]:
        """Return every inside by group and address."""
        arrays = iter(self._program(*state.values(), np.int32(position), *fixed))
        return {group: {name: np.asarray(next(arrays)) for name in nodes} for group, nodes in self._groups.items()}


class Moment:
    """One step of a run.

    Attributes:
        run: the run it belongs to.
        step: its number, counted from 0.
        state: weights and the optimiser's arrays before the step, by address.
        plan: what the run was to do, with its examples.
        computation: its graph, and the arrays it was computed from.
    """

    def __init__(self, run: "Run", step: int, state: Values, replay: Replay, insides: Insides, computation: Computation) -> None:
        self.run = run
        self.step = step
        self.state = state
        self.plan: Plan = replay.plan
        self.computation = computation
        self._replay = replay
        self._insides = insides

    @property
    def epoch(self) -> int:
        """The epoch that the step belongs to, counted from 0."""
        return self._replay.place(self.step)[0]

    @property
    def position(self) -> int:
        """The number of the step in its epoch, counted from 0."""
        return self._replay.place(self.step)[1]

    @cached_property
    def next_state(self) -> Values:
        """The weights and the optimiser's arrays after the step, by address."""
        return self._replay.after(self.state, self.step)

    @cached_property
    def _found(self) -> dict[str, Values]:
        return self._insides.compute(self.state, self.computation.position, self.computation.fixed)

    @property
    def real(self) -> np.ndarray[Any, Any]:
        """Which rows of the batch are examples, of shape (batch,); a short last batch is computed with padding."""
        return self._found["batch"]["valid"] > 0

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        """Return a value by its address.

        That is a layer's output ("dense/output"), a weight before the step ("dense/kernel"), or what a layer shows of its inside:
        of attention the share of each step in what each looks at ("multi_head_attention/attention_scores"), of shape
        (examples, heads, steps that look, steps that are seen).
        """
        if name in self.state:
            return self.state[name]
        return self._trim(self._look_up("value", name, [*self._found["value"], *self.state]))

    def gradient(self, name: str) -> np.ndarray[Any, Any]:
        """Return the gradient of the batch's loss with respect to a weight or a layer's output, by its address."""
        found = self._look_up("gradient", name, self._found["gradient"])
        return found if name in self.state else self._trim(found)

    def update(self, name: str) -> np.ndarray[Any, Any]:
        """Return what the optimiser adds to a weight, by its address."""
        return self._look_up("update", name, self._found["update"])

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
        return why(self, name, index, example, paths)

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
        return nudge(self, name, index, change)

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
        return walk(self, layer)

    def names(self) -> dict[str, list[str]]:
        """Return every address: of values, gradients and updates."""
        weights = [name for name in self.state if not name.startswith("optimizer/")]
        return {
            "value": [*self._found["value"], *weights],
            "gradient": list(self._found["gradient"]),
            "update": list(self._found["update"]),
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
            seed: what shuffling and dropout hang on.
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
        return float(self._found["batch"]["loss"])

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """The numbers, in the training data, of the examples of the batch."""
        return self._found["batch"]["rows"][self.real]

    @property
    def example_losses(self) -> np.ndarray[Any, Any]:
        """The loss of each example of the batch."""
        return self._found["batch"]["example_losses"][self.real]

    @property
    def x(self) -> np.ndarray[Any, Any]:
        """The inputs of the batch (the first, where there are several)."""
        return self._found["batch"]["x0"][self.real]

    @property
    def y(self) -> np.ndarray[Any, Any]:
        """The targets of the batch (the first, where there are several)."""
        return self._found["batch"]["y0"][self.real]

    @property
    def disagreement(self) -> float:
        """How far what is shown here is from what the run's own program did: the largest difference of an updated weight.

        The two programs compute the same from the same state, but may round differently in the last place.
        """
        with np.errstate(invalid="ignore"):  # of a step that was lost to infinity, this is NaN
            differences = [
                float(np.abs(self.state[name] + self.update(name) - self.next_state[name]).max(initial=0.0))
                for name in self._insides.parameters
            ]
        return max(differences, default=0.0)

    def _trim(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the rows of real examples: a short last batch is computed with padding."""
        return array[self.real] if array.ndim and len(array) == len(self.real) else array

    def _look_up(self, group: str, name: str, known: Any) -> np.ndarray[Any, Any]:
        if name not in self._found[group]:
            raise unknown_name(f"The address of a {group}", name, known)
        return self._found[group][name]
