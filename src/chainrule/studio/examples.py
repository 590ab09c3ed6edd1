"""Examples as they are shown: a picture, the cells of a row, a label, and what the model says."""

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from chainrule.data.kind import is_kind
from chainrule.data.steps.tokens import Sentences, Tokens
from chainrule.studio.fields import Number, PartName
from chainrule.studio.task_view import TaskView
from chainrule.studio.tensors import Picture, number, picture
from chainrule.tasks.contributions import met_in, named_contributions

MOST_CELLS = 24  # of an example without a preparation


class Example(Struct, frozen=True):
    """An example, and what the model says of it.

    Args:
        place: where it stands: "test[17]", "line 17".
        part: of the run's data; None where it is not of them.
        number: its row in the part, or in what was given.
        picture: of an image, a sound or a series.
        cells: of a table, by column, in its own words.
        text: a question and the text that it is about, a line for each sentence; "" of all else.
        target: the number of its class, or its quantity; None where it is not known.
        label: the target in words.
        answer: of the model in words; None where it was not asked.
        probability: of the answer.
        loss: of the example.
    """

    place: str
    part: PartName | None
    number: int
    picture: Picture | None = None
    cells: dict[str, str] = {}
    text: str = ""
    target: Number = None
    label: str | None = None
    answer: str | None = None
    probability: Number = None
    loss: Number = None


class Examples(Struct, frozen=True):
    """Examples.

    Args:
        run: its name.
        of: how many there are in all.
        examples: those that are shown.
    """

    run: str
    of: int
    examples: list[Example]


def shown(
    task: TaskView,
    x: NDArray[Any],
    y: NDArray[Any] | None,
    place: str,
    part: PartName | None,
    row: int,
    outputs: NDArray[Any] | None = None,
    loss: Any = None,
) -> Example:
    """Return an example as it is shown.

    Args:
        task: what the run learns.
        x: the example, as the network takes it, without the batch's axis.
        y: its target; None where it is not known.
        place: where it stands.
        part: of the run's data.
        row: there.
        outputs: the network's for it; None where it was not asked.
        loss: of the example.
    """
    target, label = (None, None) if y is None else task.task.label(y, x)
    answer, probability = answer_in_words(task, x, outputs)
    return Example(
        place=place,
        part=part,
        number=row,
        picture=picture(x) if not is_kind(task.kind, "table", "reading") else None,
        cells=cells_of(task, x),
        text=text_of(task, x),
        target=target,
        label=label,
        answer=answer,
        probability=probability,
        loss=None if loss is None else number(loss),
    )


def answer_in_words(task: TaskView, x: NDArray[Any], outputs: NDArray[Any] | None) -> tuple[str | None, float | None]:
    """Return what a network's outputs for one example say, and with what probability."""
    if outputs is None:
        return None, None
    said = task.task.answer(outputs, x)
    return said.text, None if said.probability is None else number(said.probability)


def text_of(task: TaskView, x: NDArray[Any]) -> str:
    """Return a question and the text that it is about in the words that the network reads, a line for each sentence; "" of all else."""
    learned = None if task.preparation is None else task.preparation.fitted
    if learned is None or not is_kind(task.kind, "reading"):
        return ""
    step = learned.features[0].steps[-1]
    if not isinstance(step, Tokens | Sentences):
        return ""
    return "\n".join(filter(None, step.decode(x.reshape(-1, x.shape[-1]))))


def cells_of(task: TaskView, x: NDArray[Any]) -> dict[str, str]:
    """Return what a row of a table says, in the table's own words; of a text its strongest terms, of plain numbers the first of them."""
    if task.preparation is not None and task.is_table:
        return met_in(task.preparation, np.asarray(x))
    if task.preparation is not None and is_kind(task.kind, "reading"):
        return dict(list(named_contributions(task.preparation, x, x)[1].items())[:MOST_CELLS])
    if x.ndim != 1:
        return {}
    if task.preparation is not None and is_kind(task.kind, "text"):
        weights, met = named_contributions(task.preparation, x, x)
        chosen = sorted(met, key=lambda name: -abs(weights[name])) if x.dtype.kind == "f" else list(met)
        return {name: met[name] for name in chosen[:MOST_CELLS]}
    values = np.asarray(x, np.float64)[:MOST_CELLS].tolist()
    return {name: f"{value:.4g}" for name, value in zip(names_of(task, len(x)), values, strict=False)}


def names_of(task: TaskView, size: int) -> list[str]:
    """Return the names of an example's numbers: of a text's, the words that they count, where the preparation knows them."""
    known = task.preparation.feature_names if task.preparation is not None else ()
    return list(known) if len(known) == size else [f"x[{number}]" for number in range(size)]
