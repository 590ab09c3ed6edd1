"""What is done with a target: the base of all tasks, and the registry of tasks."""

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.configuration import Configurable, find, snake_case, subclasses
from chainrule.data import Collection, Preparation, Split
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.targets.target import AnyTarget
from chainrule.errors import ArgumentError, DataError
from chainrule.layers import Dense, Layer, Reshape
from chainrule.losses import Loss
from chainrule.metrics import Metric
from chainrule.models import Model
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices
from chainrule.tasks.evaluation import Evaluation
from chainrule.tasks.predictions import Predictions, predict_rows

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examples:
    """Examples with what is true of them.

    Args:
        x: as the network takes them.
        y: their targets, as the network learns them.
        collection: the same examples as they were found, in which parts of texts are read; None where they are not at hand.
    """

    x: Any
    y: Array
    collection: Collection | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What the network says of one example.

    Args:
        text: in words.
        probability: of what is said; None where there is none.
        probabilities: of each class or label, of shape (classes,); empty where there are none.
        quantity: as a number in the target's own unit; None where it is none.
        output: the number of the output that an explanation is of.
        explained: what that output stands for, in words, where the text does not say it.
    """

    text: str
    probability: float | None = None
    probabilities: Floats = field(default_factory=lambda: np.zeros(0))
    quantity: float | None = None
    output: int = 0
    explained: str = ""


class Task(Configurable, abstract=True):
    """What is done with a target: a subclass is known from where it is defined on, and everything that is said of a task stands in it.

    Args:
        preparation: of the examples, which knows their target; None where the examples were given as arrays.
        class_names: the classes or labels in the order of their numbers; those of the preparation where they are not given.
        from_logits: whether the network ends in logits, where it could end in probabilities.

    Attributes:
        target_kind: the target that it is for, as the preparation calls it, such as "classification".
        is_default: whether it is what is done with such a target where no task is asked for by name,
            of the class alone and not of its subclasses.
        summary: what is learned, in a line.
        monitor: the figure by which training stops, and by which the best weights are known.
        chooses_class: whether an example is of one of several classes, so that there is a confusion matrix, and curves of each class.
        is_quantity: whether a number is predicted, and errors are in its unit.
        baseline: what the plainest answer is, beside which the figures stand.
        reads_whole: whether a file is of use only where every row of it can be read.
        reads_collection: whether answers are read in the examples as they were found, to be evaluated.
        mistakes_title: over the examples with the worst answers.
        loss_title: over how far off an answer is.

    Example:
        >>> get_task("regression").monitor
        'val_loss'
        >>> get_task("regresion")
        Traceback (most recent call last):
            ...
        chainrule.errors.ArgumentError: The task must be one of ... Got 'regresion' instead. Did you mean 'regression'?
    """

    target_kind: ClassVar[str]
    is_default: ClassVar[bool] = False
    summary: ClassVar[str] = ""
    monitor: ClassVar[str] = "val_loss"
    chooses_class: ClassVar[bool] = False
    is_quantity: ClassVar[bool] = False
    baseline: ClassVar[str] = "always the mean"
    mistakes_title: ClassVar[str] = "Furthest from the truth"
    loss_title: ClassVar[str] = "distance"
    reads_whole: ClassVar[bool] = False
    reads_collection: ClassVar[bool] = False

    def __init__(self, preparation: Preparation | None = None, class_names: Sequence[str] | None = None, from_logits: bool = True) -> None:
        super().__init__()
        self.preparation = preparation
        known = preparation.class_names if preparation is not None and preparation.fitted is not None else None
        self.class_names: tuple[str, ...] = tuple((known or ()) if class_names is None else class_names)
        self.from_logits = from_logits

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self.class_names)})"

    # What is learned.

    @property
    def name(self) -> str:
        """What it is called: its first alias, or its class's name in small letters."""
        return next(iter(vars(type(self)).get("aliases", ())), snake_case(type(self).__name__))

    @classmethod
    def recognises(cls, fitted: FittedPreparation) -> bool:
        """Return whether this is what is done with what was learned of a target, where no task is asked for by name."""
        return bool(vars(cls).get("is_default")) and fitted.task == cls.target_kind

    @classmethod
    def recognises_loss(cls, loss: Loss, outputs: int) -> bool:
        """Return whether this is what is done with such a loss on so many outputs, where the examples were given as arrays."""
        return False

    @classmethod
    def names_of_outputs(cls, outputs: int) -> tuple[str, ...]:
        """Return what the classes are called where nobody has named them; none where there are no classes."""
        return ()

    @property
    def target(self) -> AnyTarget | None:
        """How the target is encoded and read again; None where nothing is known of it."""
        return None if self.preparation is None or self.preparation.fitted is None else self.preparation.fitted.target

    @property
    def target_name(self) -> str:
        """The name of what is predicted."""
        return "target" if self.target is None else self.target.name

    @property
    def single(self) -> "Task":
        """The task as which one example is shown: itself, but where an example has more answers than can be shown."""
        return self

    def describe_target(self) -> str:
        """Return what the target is, in words, such as "3 classes"."""
        return "a quantity"

    # The network.

    def output_shape(self, x: Any, y: Array) -> tuple[int, ...]:
        """Return the shape of the network's output for one example.

        Args:
            x: the training examples as the network takes them, in one array or several.
            y: their targets.
        """
        return tuple(y.shape[1:]) or (1,)

    def network(self, inputs: Sequence[InputSpec], output: OutputSpec, choices: Choices) -> Body | None:
        """Return a whole network, from the only input to the output; None where it has a body for each input and the task's head."""
        return None

    def head(self, shape: tuple[int, ...]) -> list[Layer]:
        """Return the layers from the joined bodies to the output, of this shape for one example."""
        return [Dense(math.prod(shape), name="answer"), *([Reshape(shape)] if len(shape) > 1 else [])]

    @abstractmethod
    def loss(self) -> Loss | str:
        """Return what is made small in training."""

    def metrics(self) -> Sequence[Metric | str]:
        """Return what is measured in training beside the loss."""
        return []

    # New examples.

    def examples_in(self, collection: Collection) -> tuple[Split, list[str]]:
        """Return examples whose targets are known, prepared, and where each stands."""
        assert self.preparation is not None
        x = self.preparation.transform(collection)
        rows = np.arange(len(collection))
        return Split(x, self.preparation.transform_target(collection), None, rows), [collection.place(row) for row in rows.tolist()]

    def predict(self, model: Model, collection: Collection) -> Predictions:
        """Return a model's answers for new examples, of which some may be broken."""
        assert self.preparation is not None
        return predict_rows(model, self.preparation, collection, self.frame)

    def frame(self, outputs: Any, collection: Collection | None = None) -> pl.DataFrame:
        """Return a network's outputs as a table for people: a row for each example.

        Args:
            outputs: of the network.
            collection: the examples as they were found.
        """
        assert self.preparation is not None
        return self.preparation.answers(outputs, self.from_logits, data=collection)

    # How good the answers are.

    @abstractmethod
    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        """Return how good the answers are.

        Args:
            outputs: of the network, one row for each example.
            examples: with what is true of them.
            worst: how many of the worst mistakes to return.
        """

    @abstractmethod
    def losses(self, outputs: Array, examples: Examples) -> Floats:  # (examples,)
        """Return how far off each answer is."""

    # One answer.

    def probabilities(self, outputs: Array) -> Floats:  # (examples, classes)
        """Return the probability of each class or label for each example; of shape (examples, 0) where there are none."""
        return np.zeros((len(outputs), 0))

    @abstractmethod
    def numbers(self, outputs: Array) -> Floats:  # (examples,)
        """Return each answer as one number, such as a quantity in its own unit or the number of the likeliest class."""

    @abstractmethod
    def target_numbers(self, y: Array) -> Floats:  # (examples,)
        """Return each target as one number, to be compared with those of the answers."""

    def compared_numbers(self, outputs: Array, y: Array) -> Floats:  # (examples,)
        """Return each answer as one number that is equal to the target's where it is right."""
        return self.numbers(outputs)

    @abstractmethod
    def answer(self, output: Array, x: Array) -> Answer:
        """Return what the network says of one example.

        Args:
            output: of the network, without the batch's axis.
            x: the example as the network takes it, likewise.

        """

    def is_explained(self, output: Array) -> bool:
        """Return whether the network's output for one example says one thing, whose reasons can be asked for."""
        return True

    @abstractmethod
    def label(self, y: Array, x: Array) -> tuple[float | None, str]:
        """Return what is true of one example, as a number where it is one, and in words.

        Args:
            y: its target as the network learns it.
            x: the example as the network takes it.
        """

    def explained_output(self, number: int, outputs: int) -> tuple[int, float]:
        """Return the output that a class is explained by, and 1, or -1 where it speaks against the class.

        Args:
            number: of the class or output that is asked for.
            outputs: how many numbers the network gives.
        """
        return (0 if outputs == 1 else number), 1.0

    def influence_target(self, output: Array, x: Array, y: Array | None, like: Array | None = None) -> Array:
        """Return the target whose loss is asked for when it is asked which training examples taught an answer: the true one.

        Args:
            output: of the network, without the batch's axis.
            x: the example, likewise.
            y: what is true of it; None where that is not known.
            like: training targets, whose form the target has.

        Raises:
            ArgumentError: what is true must be known, and is not.
        """
        if y is None:
            raise ArgumentError(
                "To ask which examples taught an answer that is no class, the true one must be known: take one of the run's own examples."
            )
        return np.asarray(y)[None]


def all_tasks() -> list[type[Task]]:
    """Return every task, ours and the user's, in the order of their definition."""
    return subclasses(Task)


def get_task(name: str | type[Task]) -> type[Task]:
    """Return the task of a name; a class of a task is taken too.

    Raises:
        ArgumentError: there is none of this name.
    """
    return name if isinstance(name, type) else find(Task, name, "The task")


def task_for_arrays(
    loss: Loss | None, outputs: int, name: str | None = None, class_names: Sequence[str] | None = None, from_logits: bool = False
) -> Task:
    """Return what is done where examples were given as arrays: the task of the loss.

    Args:
        loss: that is trained with; None where it is not known.
        outputs: numbers that the network gives for an example.
        name: of the task; None for the one that recognises the loss, the last defined first.
        class_names: in the order of their numbers; None where nobody has named them.
        from_logits: whether the network ends in logits.

    Example:
        >>> from chainrule.losses import SparseCategoricalCrossentropy
        >>> task_for_arrays(SparseCategoricalCrossentropy(), 3)
        Classification(0, 1, 2)
    """
    if name is None:
        chosen = next((task for task in reversed(all_tasks()) if loss is not None and task.recognises_loss(loss, outputs)), None)
        chosen = chosen or get_task("classification" if class_names else "regression")
        class_names = chosen.names_of_outputs(outputs) if class_names is None else class_names
    else:
        chosen = get_task(name)
    return chosen(None, class_names or (), from_logits)


def task_for(preparation: Preparation, name: str | None = None, from_logits: bool = True) -> Task:
    """Return what is done with the target that a preparation has learned.

    Args:
        preparation: fitted, with a target.
        name: of the task; None for the one that recognises the target, the last defined first.
        from_logits: whether the network ends in logits.

    Raises:
        DataError: the target is not of the kind that the task is for, or there is none.
    """
    fitted = preparation.fitted
    if fitted is None or fitted.target is None:
        raise DataError("There is no target to learn. Name the column with --target.")
    if name is None:
        found = next((task for task in reversed(all_tasks()) if task.recognises(fitted)), None)
        if found is None:
            raise DataError(f"There is no task for the target {fitted.target.name!r}, which is one of {fitted.task}.")
        return found(preparation, from_logits=from_logits)
    chosen = get_task(name)
    if chosen.target_kind != fitted.task:
        raise DataError(
            f"The task {name!r} is for targets of {chosen.target_kind}. The target {fitted.target.name!r} is one of {fitted.task}: "
            f"{fitted.reason}."
        )
    return chosen(preparation, from_logits=from_logits)
