"""Examples as they are shown: a picture, the cells of a row, a label, and what the model says."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data.steps.sentences import Sentences
from chainrule.data.steps.tokens import Tokens
from chainrule.studio.messages import Blocks
from chainrule.studio.messages.answers.shown import Example
from chainrule.studio.messages.shared import PartName
from chainrule.studio.spans import span_target
from chainrule.studio.subject import Subject
from chainrule.studio.tensors import number, picture
from chainrule.tasks.contributions import met_in, named_contributions

MOST_CELLS = 24  # of an example without a preparation


def shown(
    subject: Subject,
    x: NDArray[Any],
    y: NDArray[Any] | None,
    place: str,
    part: PartName | None,
    row: int,
    blocks: Blocks,
    outputs: NDArray[Any] | None = None,
    loss: Any = None,
) -> Example:
    """Return an example as it is shown.

    Args:
        subject: what the run learns.
        x: the example, as the network takes it, without the batch's axis.
        y: its target; None where it is not known.
        place: where it stands.
        part: of the run's data.
        row: there.
        blocks: of the answer.
        outputs: the network's for it; None where it was not asked.
        loss: of the example.
    """
    spans = span_target(subject)
    target, label = (None, None) if y is None else subject.label(y) if spans is None else (None, spans.words(x[None], y[None])[0])
    answer, probability = answer_in_words(subject, x, outputs)
    return Example(
        place=place,
        part=part,
        number=row,
        picture=picture(x, blocks) if subject.kind not in {"table", "reading"} else None,
        cells=cells_of(subject, x),
        text=text_of(subject, x),
        target=target,
        label=label,
        answer=answer,
        probability=probability,
        loss=None if loss is None else number(loss),
    )


def answer_in_words(subject: Subject, x: NDArray[Any], outputs: NDArray[Any] | None) -> tuple[str | None, float | None]:
    """Return what a network's outputs for one example say, and with what probability."""
    if outputs is None:
        return None, None
    spans = span_target(subject)
    if spans is not None:
        places, sure = spans.likeliest(outputs[None], x[None])
        return spans.words(x[None], places)[0], number(sure[0])
    if subject.classes:
        chances = subject.probabilities(outputs[None])[0]
        if subject.has_labels:
            return subject.labels_in(chances), None
        return subject.classes[int(chances.argmax())], number(chances.max())
    return f"{subject.quantities(outputs[None])[0]:.6g}", None


def text_of(subject: Subject, x: NDArray[Any]) -> str:
    """Return a question and the text that it is about in the words that the network reads, a line for each sentence; "" of all else."""
    learned = None if subject.preparation is None else subject.preparation.fitted
    if learned is None or subject.kind != "reading":
        return ""
    step = learned.features[0].steps[-1]
    if not isinstance(step, Tokens | Sentences):
        return ""
    return "\n".join(filter(None, step.decode(x.reshape(-1, x.shape[-1]))))


def cells_of(subject: Subject, x: NDArray[Any]) -> dict[str, str]:
    """Return what a row of a table says, in the table's own words; of a text its strongest terms, of plain numbers the first of them."""
    if subject.preparation is not None and subject.is_table:
        return met_in(subject.preparation, np.asarray(x))
    if subject.preparation is not None and subject.kind == "reading":
        return dict(list(named_contributions(subject.preparation, x, x)[1].items())[:MOST_CELLS])
    if x.ndim != 1:
        return {}
    if subject.preparation is not None and subject.kind == "text":
        weights, met = named_contributions(subject.preparation, x, x)
        chosen = sorted(met, key=lambda name: -abs(weights[name])) if x.dtype.kind == "f" else list(met)
        return {name: met[name] for name in chosen[:MOST_CELLS]}
    values = np.asarray(x, np.float64)[:MOST_CELLS].tolist()
    return {name: f"{value:.4g}" for name, value in zip(names_of(subject, len(x)), values, strict=False)}


def names_of(subject: Subject, size: int) -> list[str]:
    """Return the names of an example's numbers: of a text's, the words that they count, where the preparation knows them."""
    known = subject.preparation.feature_names if subject.preparation is not None else ()
    return list(known) if len(known) == size else [f"x[{number}]" for number in range(size)]
