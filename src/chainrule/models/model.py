"""A model: a network that can be compiled, trained, evaluated, asked and saved, with Keras's words and meanings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chainrule import losses, optimizers, rules
from chainrule.configuration import from_config, to_config
from chainrule.counting import counted
from chainrule.data.preparation.preparation import Preparation
from chainrule.data.splits import PreparesExamples, Split
from chainrule.data.stream import is_source
from chainrule.errors import ArgumentError, ShapeError, did_you_mean
from chainrule.graph import Array, Variable
from chainrule.layers import Layer, Symbol, Trace, tracing
from chainrule.losses import LossLike
from chainrule.metrics import get as get_metric
from chainrule.models._arguments import as_batch_size, as_callbacks, as_list, refuse_unknown, without_functions
from chainrule.models._file import FORMAT, write_model_file
from chainrule.networks import Network, network_from_data, network_to_data, summary_text
from chainrule.optimizers import OptimizerLike
from chainrule.rules import Rule
from chainrule.training.callbacks.callback import Callback
from chainrule.training.callbacks.progress import progress_callback
from chainrule.training.history import History
from chainrule.training.listener import Memory
from chainrule.training.objective import Objective, make_objective
from chainrule.training.plan import (
    Examples,
    Plan,
    Settings,
    as_examples,
    as_validation,
    describe_memory,
    split_examples,
    with_class_weights,
)
from chainrule.training.prediction import Predictor
from chainrule.training.probes import Probe, choose_probes
from chainrule.training.programs import TrainingProgram
from chainrule.training.session import Progress, Session, StopRequest
from chainrule.training.supply import input_parts
from chainrule.training.trainer import Trainer

_seed = 0


def set_random_seed(seed: int) -> None:
    """Set the seed of models made from now on: their first weights, shuffling and dropout depend on it."""
    global _seed
    _seed = seed


class Model:
    """A network between inputs and outputs, that can be trained.

    Args:
        inputs: a symbol made by `Input`, or a list of them.
        outputs: a symbol made by calling layers, or a list of them.
        seed: what first weights, shuffling and dropout depend on; None takes that of `set_random_seed`, 0 at first.
        name: the model's name; inside another model, that of the layer which it then is.

    Example:
        >>> import chainrule as cr
        >>> x = cr.Input((4,))
        >>> y = cr.layers.Dense(1)(cr.layers.Dense(8, activation="relu")(x))
        >>> cr.Model(x, y).count_params()
        49
    """

    def __init__(self, inputs: Any, outputs: Any, *, seed: int | None = None, name: str | None = None) -> None:
        self.name = name or "model"
        self._layer_name = name
        self.seed = _seed if seed is None else seed
        self._trainer: Trainer | None = None
        self.compile_arguments: dict[str, Any] | None = None
        self._network: Network | None = None
        self._predictor: Predictor | None = None
        self._stop = StopRequest()  # of the fit under way, or the last one
        self.preparation: PreparesExamples | None = None  # of the examples it last learned from, where they were prepared
        if inputs is not None:
            self.use(Network(as_list(inputs), as_list(outputs)))

    def __repr__(self) -> str:
        if self._network is None:
            return f"{type(self).__name__}({self.name!r}, input not known yet)"
        return f"{type(self).__name__}({self.name!r}, {counted(len(self.layers), 'layer')}, {self.count_params():,} parameters)"

    @property
    def network(self) -> Network:
        """The layers from inputs to outputs."""
        if self._network is None:
            raise ArgumentError(f"{self.name} does not know its input yet: begin it with an Input, or call fit() or build() first.")
        return self._network

    def use(self, network: Network) -> None:
        """Take a network as the model's own, and draw the first values of its weights."""
        network.name = network.name or self._layer_name
        network.initialize(self.seed, "")
        self._network, self._trainer, self._predictor = network, None, Predictor(network)

    # What it is.

    @property
    def layers(self) -> list[Layer]:
        """The layers, in order."""
        return self.network.layers

    def get_layer(self, name: str) -> Layer:
        """Return the layer of this name."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [str(layer.name) for layer in self.layers]
        raise ArgumentError(f"{self.name} has no layer {name!r}.{did_you_mean(name, names)} Its layers are {', '.join(names)}.")

    def named_weights(self) -> dict[str, Variable]:
        """Return every weight by its address, such as "dense/kernel"."""
        return dict(self.network.named_weights(""))

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """Return every weight's array, in the order of the layers."""
        return [np.asarray(variable.value).copy() for variable in self.named_weights().values()]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Give every weight an array, in the order of `get_weights`."""
        variables = self.named_weights()
        if len(weights) != len(variables):
            raise ArgumentError(f"{self.name} has {len(variables)} weights. Got {len(weights)} arrays.")
        for (name, variable), array in zip(variables.items(), weights, strict=True):
            if tuple(array.shape) != variable.shape:
                raise ShapeError(f"Weight {name} has shape {variable.shape}. Got an array of shape {tuple(array.shape)}.")
        for variable, array in zip(variables.values(), weights, strict=True):
            variable.assign(np.array(array, variable.dtype))

    def count_params(self) -> int:
        """Return how many numbers the weights hold."""
        return sum(variable.size for variable in self.named_weights().values())

    def summary(self) -> None:
        """Print the layers, their shapes and parameters."""
        print(summary_text(self.network, f"Model: {self.name}"))

    def __call__(self, inputs: Any, training: bool = False) -> Any:
        """Return the outputs as graph for tensors, as symbols for symbols."""
        if isinstance(as_list(inputs)[0], Symbol):
            return self.network(inputs)
        with tracing(Trace(training=training)):
            return self.network.call(inputs)

    @property
    def trainable(self) -> bool:
        """Whether any layer may learn; setting it freezes or frees all layers. Call `compile` afterwards."""
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self.network.trainable = value

    # How it learns.

    def compile(
        self,
        optimizer: OptimizerLike = "rmsprop",
        loss: LossLike | Sequence[LossLike] | None = None,
        metrics: Sequence[Any] | None = None,
        loss_weights: Sequence[float] | None = None,
        rule: str | Rule = "backpropagation",
        **unknown: Any,
    ) -> None:
        """Choose how to train.

        Args:
            optimizer: a name or an optimiser.
            loss: a name, a loss, or a function of targets and outputs; a list with one for each output where there are several.
            metrics: a list of names, metrics, or functions of targets and outputs; "accuracy" is the one that fits the loss.
            loss_weights: how much each output's loss counts.
            rule: the learning rule, a name or a `rules.Rule`: how gradients are passed back.
        """
        refuse_unknown(Model.compile, unknown)
        if metrics is not None and not isinstance(metrics, list | tuple):
            raise ArgumentError(f"compile: metrics must be a list, such as ['accuracy']. Got {metrics!r} instead.")
        if loss is None:
            raise ArgumentError("compile: a loss is needed, such as loss='sparse_categorical_crossentropy'.")
        self.compile_arguments = {
            "optimizer": optimizers.get(optimizer),
            "loss": without_functions(loss, losses.get),
            "metrics": without_functions(list(metrics or []), get_metric),
            "loss_weights": loss_weights,
            "rule": rules.get(rule),
        }
        self._trainer = None
        if self._network is not None:
            self._compile()

    def _compile(self) -> Trainer:
        if self._trainer is None:
            arguments = self.compile_arguments
            if arguments is None:
                raise ArgumentError(f"{self.name} is not compiled: call compile(optimizer=..., loss=...) first.")
            shapes = [symbol.example_shape for symbol in self.network.outputs]
            objective = make_objective(arguments["loss"], arguments["loss_weights"], arguments["metrics"], shapes)
            self._trainer = Trainer(self.network, arguments["optimizer"], objective, arguments["rule"])
        return self._trainer

    @property
    def rule(self) -> Rule:
        """The learning rule that `compile` was given."""
        return self._compile().rule

    @property
    def objective(self) -> Objective:
        """The losses and metrics of the outputs, as `compile` was asked for them."""
        return self._compile().objective

    def state_variables(self) -> dict[str, Variable]:
        """Return every variable of training by its address: weights, the optimiser's arrays, step and learning rate."""
        return self._compile().state

    def fit(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
        probes: Sequence[Probe] | None = None,
        memory_limit: int | None = None,
        augment: Sequence[Layer] | None = None,
        **unknown: Any,
    ) -> History:
        """Train for a number of epochs.

        Args:
            x: inputs, one row for each example; a list of arrays for several inputs. Or a source of examples (`data.Source`, a PyTorch
                data set, ...), which is streamed where it does not fit in memory. Or a prepared part, `splits.train`, which brings its
                targets, weights, augmentation and batch size; the model keeps its preparation.
            y: targets, one row for each example; a list of arrays for several outputs; None where x gives them.
            batch_size: examples in a batch; None for 32, or what x says.
            epochs: the epoch at which to stop, counted from the first (so with `initial_epoch=2`, 5 means 3 more).
            verbose: "auto" shows progress; 0 is silent; 1 draws a bar; 2 prints one line for each epoch.
            callbacks: who else listens.
            validation_split: the share of examples kept apart for validation; drawn at random by the model's seed (Keras
                takes the last rows, which in sorted data are of one kind).
            validation_data: (x, y) or (x, y, sample_weight) to validate on, a source, or a prepared part.
            shuffle: whether each epoch takes the examples in another order.
            class_weight: for each class, how much its examples count.
            sample_weight: how much each example counts.
            initial_epoch: the epoch to begin at.
            steps_per_epoch: updates in an epoch; None for one pass.
            validation_batch_size: examples in a batch of validation; None takes `batch_size`.
            validation_freq: validate after every so many epochs.
            probes: what to look at inside the steps, beside the default set (means, spreads, norms, dead and saturated shares,
                for a `Recorder` to keep); an empty list looks at nothing at all.
            memory_limit: the bytes that the examples of a source may take to be read into memory, rather than streamed; None for a
                quarter of the machine's memory.
            augment: layers that vary each training batch at random before the network, one after the other, such as
                [layers.RandomFlip("horizontal"), layers.MixUp()]; never in validation, evaluation or prediction. None for what a
                prepared part brings.

        Returns:
            The figures of each epoch.

        Raises:
            DataError: data that cannot be meant: other lengths, NaN, labels out of range, shapes that do not fit.
            TrainingError: weights that cannot learn, or a loss that is not finite.

        Example:
            >>> import numpy as np, chainrule as cr
            >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
            >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(8, "tanh"), cr.layers.Dense(1, "sigmoid")], seed=1)
            >>> model.compile(cr.optimizers.Adam(0.1), "binary_crossentropy", ["accuracy"])
            >>> model.fit(x, np.array([0, 1, 1, 0]), epochs=100, verbose=0).history["accuracy"][-1]
            1.0
        """
        refuse_unknown(Model.fit, unknown)
        if isinstance(x, Split):
            self.preparation, batch_size = x.preparation, batch_size or x.batch_size
            augment = x.augment if augment is None else augment
        train = as_examples(x, y, sample_weight, memory_limit)
        if verbose and is_source(x.x if isinstance(x, Split) else x):
            print(describe_memory(train, memory_limit))
        size = as_batch_size("fit", batch_size)
        settings = Settings(size, epochs, self.seed, shuffle, steps_per_epoch, validation_batch_size or size, validation_freq)
        validation = None if validation_data is None else as_validation(validation_data, memory_limit)
        if validation_split and validation is None:
            train, validation = split_examples(train, validation_split, self.seed)
        if class_weight is not None:
            train = with_class_weights(train, class_weight)
        listeners = [*as_callbacks(callbacks), *progress_callback(verbose)]
        looking = any(listener.wants_readings for listener in listeners)
        chosen = choose_probes(probes, looking, settings.planned(len(train)))
        return self.run(Plan(train, validation, settings, chosen, tuple(augment or ())), listeners, Progress(epoch=initial_epoch))

    def run(
        self,
        plan: Plan,
        callbacks: Sequence[Callback] = (),
        progress: Progress | None = None,
        remembered: Sequence[Memory] = (),
    ) -> History:
        """Carry out a plan; `fit` without its conveniences.

        Args:
            plan: what to do.
            callbacks: who listens.
            progress: where to go on from; the beginning when None.
            remembered: for each of the first callbacks, what its `state` returned when the fit was interrupted.
        """
        session = self.begin(plan, callbacks, progress, remembered)
        session.run()
        done = session.progress.epoch
        epochs = list(range(done - len(session.progress.history.get("loss", [])), done))
        return History(session.progress.history, epochs, session.stop_reason or "")

    def begin(
        self, plan: Plan, callbacks: Sequence[Callback] = (), progress: Progress | None = None, remembered: Sequence[Memory] = ()
    ) -> Session:
        """Return the session of a plan, ready to run; the arguments are those of `run`."""
        listeners = sorted(callbacks, key=lambda callback: callback.runs_last)
        self._stop = StopRequest()
        session = self.session(plan, listeners, progress)
        for callback in listeners:
            callback.attach(self, session)
        for callback, (data, arrays) in zip(callbacks, remembered, strict=False):
            callback.restore(data, arrays)
        return session

    @property
    def stop_training(self) -> bool:
        """Whether the fit under way, or the last one, was asked to stop; a callback may set it to True, as in Keras."""
        return self._stop.reason is not None

    @stop_training.setter
    def stop_training(self, value: bool) -> None:
        if value:
            self._stop.reason = "a callback set stop_training"

    def session(self, plan: Plan, callbacks: Sequence[Callback] = (), progress: Progress | None = None) -> Session:
        """Return the session that carries out a plan, its data checked, its programs made."""
        self._ensure_network(plan.train)
        return self._compile().session(plan, callbacks, progress, self._stop)

    def training_program(self, plan: Plan) -> TrainingProgram:
        """Return the program that trains on examples of the plan's shapes; made once for each."""
        return self._compile().training_program(plan)

    def train_on_batch(
        self,
        x: Any,
        y: Any,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Make one update from one batch; return the loss and metrics that the batch gave before it, as `evaluate` does."""
        examples = as_examples(x, y, sample_weight)
        if class_weight is not None:
            examples = with_class_weights(examples, class_weight)
        plan = Plan(examples, settings=Settings(batch_size=len(examples), seed=self.seed, shuffle=False))
        session = self.session(plan)
        session.run()
        return _figures({name: values[-1] for name, values in session.progress.history.items()}, return_dict)

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = 0,
        sample_weight: Any = None,
        return_dict: bool = False,
        memory_limit: int | None = None,
    ) -> Any:
        """Return the loss on examples, and the metrics where there are any: a number, or a list of them; as in Keras.

        Args:
            x: inputs, a source of examples, or a prepared part, as for `fit`.
            y: targets, as for `fit`; None where x gives them.
            batch_size: examples in a batch; None for 32.
            verbose: taken because Keras takes it; nothing is shown.
            sample_weight: how much each example counts in the loss.
            return_dict: whether to return a dict by name instead.
            memory_limit: as for `fit`.
        """
        examples = as_examples(x, y, sample_weight, memory_limit)
        self._ensure_network(examples)
        trainer = self._compile()
        trainer.check(examples)
        state = {name: variable.value for name, variable in self.named_weights().items()}
        program = trainer.evaluation_program(examples, as_batch_size("evaluate", batch_size))
        figures = trainer.objective.figures(program.totals(state, examples))
        return _figures(figures, return_dict)

    def predict(self, x: Any, batch_size: int | None = None, verbose: str | int = 0) -> Any:
        """Return the outputs for inputs, one row for each; a list of arrays where there are several outputs.

        Args:
            x: inputs, a source of examples, or a prepared part, as for `fit`; a source is read a chunk at a time.
            batch_size: examples in a batch; None for 32.
            verbose: taken because Keras takes it; nothing is shown.
        """
        size = as_batch_size("predict", batch_size)
        assert self.network is not None and self._predictor is not None
        parts = [self._predictor(inputs, size) for inputs in input_parts(x, size)]
        outputs = [np.concatenate(column) if len(column) > 1 else column[0] for column in map(list, zip(*parts, strict=True))]
        return outputs if len(outputs) > 1 else outputs[0]

    def answer(self, data: Any) -> pl.DataFrame:
        """Return answers for raw examples, prepared as those of training were and read back from the outputs.

        Args:
            data: as for `Preparation.transform`: a table, columns by name, one row as a dict, a file's path, values of the only column.

        Returns:
            A row for each example: the class with its probability and those of all classes, or the quantity in its own unit.

        Raises:
            ArgumentError: a model that has not learned from a prepared part.
            DataError: examples that training's columns do not fit.

        Example:
            >>> import chainrule as cr
            >>> rows = {"height": [1.0, 2.0, 8.0, 9.0] * 10, "kind": ["elm", "elm", "oak", "oak"] * 10}
            >>> splits = cr.data.Preparation(target="kind").fit(rows)
            >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(2)], seed=0)
            >>> model.compile(cr.optimizers.Adam(0.1), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
            >>> history = model.fit(splits.train, epochs=20, verbose=0)
            >>> model.answer({"height": 8.5})["predicted kind"].to_list()
            ['oak']
        """
        if self.preparation is None:
            raise ArgumentError(f"{self.name} keeps no preparation: fit it on a prepared part, such as splits.train of Preparation.fit.")
        from_logits = self.compile_arguments is not None and self.objective.aims[0].loss.from_logits
        return self.preparation.answers(self.predict(self.preparation.transform(data), 256), from_logits, data)

    # How it is saved.

    def save(self, path: str | Path) -> None:
        """Write the model to one file: network, weights, and how it is trained. Written whole or not at all."""
        variables = self.named_weights() if self.compile_arguments is None else self.state_variables()
        write_model_file(Path(path), self.get_config(), {name: variable.value for name, variable in variables.items()})

    def get_config(self) -> dict[str, Any]:
        """Return the network, the way it is trained and the preparation as JSON-ready data; weights are not among them."""
        arguments = self.compile_arguments
        prepared = {} if self.preparation is None else {"preparation": self.preparation.to_config()}
        return prepared | {
            "format": FORMAT,
            "name": self.name,
            "seed": self.seed,
            "network": network_to_data(self.network),
            "compile": None if arguments is None else to_config(arguments),
        }

    @staticmethod
    def from_config(config: Mapping[str, Any]) -> "Model":
        """Return a model of the same network, compiled the same way, with first weights.

        Args:
            config: what `get_config` returned.
        """
        model = Model(None, None, seed=config["seed"])
        model.name = config["name"]
        model.use(network_from_data(config["network"]))
        if config["compile"] is not None:
            model.compile(**from_config(config["compile"]))
        if "preparation" in config:
            model.preparation = Preparation.from_config(config["preparation"])
        return model

    # How it is put together.

    def _ensure_network(self, examples: Examples) -> None:
        if self._network is None:
            self.build(tuple(examples.x[0].shape[1:]), examples.x[0].dtype)

    def build(self, shape: tuple[int, ...], dtype: Any = "float32") -> None:
        """Make the weights for examples of `shape` (without the batch axis)."""
        raise ArgumentError(f"{self.name} is built from its inputs already.")


def _figures(figures: dict[str, Any], return_dict: bool) -> Any:
    """Return figures by name, or as Keras does without: one alone as a number, several as a list."""
    values = list(figures.values())
    return figures if return_dict else values if len(values) > 1 else values[0]
