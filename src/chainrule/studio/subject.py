"""What a run learns from and for, as far as it knows: the kind of its examples, its classes, its parts."""

import re
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule import losses
from chainrule.data import ArrayPreparation, Part, TablePreparation, preparation_from_config
from chainrule.errors import ArgumentError, ChainruleError
from chainrule.losses import BinaryCrossentropy, CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy
from chainrule.recipes.learning import problem_of
from chainrule.record import Recording
from chainrule.studio.messages.shared import PartName

Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Examples of a part.

    Args:
        x: as the network takes them.
        y: their targets.
        places: where each stands: "test[17]", "line 17".
    """

    x: NDArray[Any]
    y: NDArray[Any]
    places: list[str]


class Subject:
    """What a run learns from and for.

    Args:
        recording: the run.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.notes = recording.notes
        model = recording.new_model()
        self.loss: Loss | None = losses.get(told) if (told := (model.compile_arguments or {}).get("loss")) is not None else None
        network = model.network
        self.shape = list(network.inputs[0].example_shape)
        self.dtype = network.inputs[0].dtype
        self.outputs = int(np.prod(network.outputs[0].example_shape))

    @cached_property
    def preparation(self) -> TablePreparation | ArrayPreparation | None:
        """What prepares its inputs, where it is kept."""
        kept = self.notes.get("preparation")
        return None if kept is None else preparation_from_config(kept)

    @property
    def kind(self) -> str:
        """What an example is."""
        if isinstance(self.preparation, TablePreparation):
            return "table"
        if self.notes.get("kind"):
            return str(self.notes["kind"])
        if len(self.shape) == 3 and self.shape[-1] in (1, 3):
            return "image"
        return "series" if len(self.shape) == 2 else "numbers"

    @property
    def target(self) -> str:
        """The name of what is foretold."""
        return str(self.notes.get("target", "target"))

    @cached_property
    def classes(self) -> list[str]:
        """The names of the classes, in the order of their numbers; none for a quantity."""
        known = self.notes.get("class_names")
        if known is not None:
            return [str(name) for name in known]
        if "task" in self.notes:
            return []
        if isinstance(self.loss, SparseCategoricalCrossentropy | CategoricalCrossentropy):
            return [str(number) for number in range(self.outputs)]
        return ["0", "1"] if isinstance(self.loss, BinaryCrossentropy) and self.outputs == 1 else []

    @property
    def from_logits(self) -> bool:
        """Whether the network ends in logits."""
        if isinstance(self.loss, SparseCategoricalCrossentropy | CategoricalCrossentropy | BinaryCrossentropy):
            return self.loss.from_logits
        return False

    def probabilities(self, outputs: NDArray[Any]) -> Floats:
        """Return the probability of each class for each row of the network's outputs; of shape (rows, 0) for a quantity."""
        rows = np.asarray(outputs, np.float64).reshape(len(outputs), -1)
        if not self.classes:
            return np.zeros((len(rows), 0))
        if rows.shape[1] == 1:
            one = 1 / (1 + np.exp(-rows)) if self.from_logits else rows
            return np.concatenate([1 - one, one], axis=1)
        if not self.from_logits:
            return rows
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def quantities(self, outputs: NDArray[Any]) -> Floats:
        """Return the quantity foretold by each row of the network's outputs, in the target's own unit."""
        rows = np.asarray(outputs, np.float64).reshape(len(outputs), -1)[:, 0]
        return np.asarray(self.preparation.inverse_target(rows)) if isinstance(self.preparation, TablePreparation) else rows

    def class_numbers(self, y: NDArray[Any]) -> NDArray[np.int64]:
        """Return the class of each target: its number, or where the 1 of a one-hot row stands."""
        flat = np.asarray(y).reshape(len(y), -1)
        return (flat[:, 0] if flat.shape[1] == 1 else flat.argmax(axis=1)).astype(np.int64)

    def label(self, y: NDArray[Any]) -> tuple[float, str]:
        """Return one target as a number and in words."""
        if self.classes:
            number = int(self.class_numbers(np.asarray(y)[None])[0])
            return number, self.classes[number]
        value = float(np.asarray(y).reshape(-1)[0])
        if isinstance(self.preparation, TablePreparation):
            value = float(np.asarray(self.preparation.inverse_target(np.array([value])))[0])
        return value, f"{value:.6g}"

    def rows(self, part: PartName) -> Rows:
        """Return the examples of a part.

        Raises:
            ArgumentError: a part that the run does not know.
        """
        return self._parts[part] if part in self._parts else self._read(part)

    @cached_property
    def _parts(self) -> dict[PartName, Rows]:
        return {}

    def _read(self, part: PartName) -> Rows:
        found = self._test() if part == "test" else self._planned(part)
        self._parts[part] = found
        return found

    def _planned(self, part: PartName) -> Rows:
        plan = self.recording.plan()
        examples = plan.train if part == "train" else plan.validation
        if examples is None:
            raise ArgumentError(f"The run {self.recording.name} was trained without validation data.")
        return _rows(Part(examples.x[0], examples.y[0]), part)

    def _test(self) -> Rows:
        try:
            problem = problem_of(self.recording)
        except ChainruleError as error:
            raise ArgumentError(f"The run {self.recording.name} has no test part that could be had: {error}") from error
        return Rows(problem.test.x, problem.test.y, list(problem.places))

    def number_of(self, place: str) -> int:
        """Return the number in a place: 17 of "line 17"."""
        return int(re.findall(r"\d+", place)[-1])


def _rows(part: Part, name: str) -> Rows:
    return Rows(part.x, part.y, [f"{name}[{number}]" for number in range(len(part.x))])
