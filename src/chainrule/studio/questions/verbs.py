"""What each verb of preparation makes of a small table, and what comes of leaving one out."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Meta, Struct

from chainrule.data import At, Collection, ColumnStep, Holdout, Preparation, Splits, collect
from chainrule.errors import ChainruleError
from chainrule.layers import Dense, Input
from chainrule.losses import SparseCategoricalCrossentropy
from chainrule.models.sequential import Sequential
from chainrule.optimizers import SGD
from chainrule.studio.fields import Number
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request

# Planets and dwarf planets: equatorial diameter in km, mean distance from the Sun in astronomical units, what the atmosphere is mostly
# of, and the year of discovery, which those that antiquity knew have none of. Rounded figures, after NASA's planetary fact sheets.
BODIES: dict[str, list[Any]] = {
    "body": [
        *("Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"),
        *("Ceres", "Pluto", "Haumea", "Makemake", "Eris"),
    ],
    "diameter": [4879, 12104, 12756, 6792, 142984, 120536, 51118, 49528, 939, 2377, 1560, 1430, 2326],
    "distance": [0.39, 0.72, 1.0, 1.52, 5.2, 9.57, 19.17, 30.18, 2.77, 39.48, 43.2, 45.8, 67.8],
    "atmosphere": [
        *("none", "carbon dioxide", "nitrogen", "carbon dioxide", "hydrogen", "hydrogen", "hydrogen", "hydrogen"),
        *("none", "nitrogen", "none", "none", "none"),
    ],
    "discovered": [*[None] * 6, 1781, 1846, 1801, 1930, 2004, 2005, 2005],
    "kind": [*["rocky"] * 4, *["giant"] * 4, *["dwarf"] * 5],
}
NAME, TARGET = "body", "kind"
SHOWN = [2, 3, 5, 7, 9]
SPLIT = Holdout(validation=0, test=0.25, seed=3)
VERBS = ("clean", "encode", "scale")
STEPS = 40  # of descent


class VerbStage(Struct, frozen=True):
    """Rows of a table after a verb.

    Args:
        verb: which.
        text: what it did to each column, with what it learned.
        columns: their names.
        rows: the cells of each row, in words; "" where a value is missing.
    """

    verb: str
    text: str
    columns: list[str]
    rows: list[list[str]]


class VerbStages(Struct, frozen=True):
    """What each verb made of a small table.

    Args:
        names: of the rows that are shown.
        stages: as collected, then after each verb.
        parts: names of the rows of each part.
        weights: how much an example of each class counts.
        losses: of each step of a small network that learns from the training part; None where it is not finite.
        error: why the table, so prepared, cannot be learned from; "" where it can.
    """

    names: list[str]
    stages: list[VerbStage]
    parts: dict[str, list[str]]
    weights: dict[str, float]
    losses: list[Number]
    error: str = ""


class ShowVerbs(Request, frozen=True):
    """Show what each verb of preparation makes of a small table that the studio has of its own.

    Args:
        without: verbs that are left out.
    """

    without: Annotated[list[Literal["clean", "encode", "scale"]], Meta(max_length=3)] = []  # noqa: RUF012, msgspec copies it

    def respond(self, jobs: Jobs) -> VerbStages:
        return _shown(frozenset(self.without))


@cache
def _shown(without: frozenset[str]) -> VerbStages:
    collection = collect(BODIES).taken_as(target=TARGET, kinds={NAME: "drop"})
    clean, encode, scale = ([] if verb in without else None for verb in VERBS)
    preparation = Preparation(clean=clean, encode=encode, scale=scale, balance="weights", split=SPLIT)
    names = [BODIES[NAME][row] for row in SHOWN]
    collected = VerbStage("collect", "as they were written down", *_cells(list(_columns(collection))))
    try:
        splits = preparation.fit(collection)
    except ChainruleError as error:
        return VerbStages(names, [collected], {}, {}, [], str(error))
    return VerbStages(
        names=names,
        stages=[collected, *_stages(preparation, collection, without)],
        parts=_parts(splits),
        weights=_weights(preparation, splits),
        losses=_descent(splits),
    )


def _columns(collection: Collection) -> Iterator[tuple[list[str], Any]]:
    """Return the columns that are learned from, each with the names of its numbers."""
    for name in collection.columns:
        if name not in (NAME, TARGET):
            yield [name], collection.take(np.array(SHOWN)).values(name)


def _stages(preparation: Preparation, collection: Collection, without: frozenset[str]) -> Iterator[VerbStage]:
    """Walk the verbs, each with what its steps, as training has taught them, make of the columns."""
    assert preparation.fitted is not None
    columns = list(_columns(collection))
    for verb in VERBS:
        if verb in without:
            continue
        texts: list[str] = []
        for place, feature in enumerate(preparation.fitted.features):
            for step in feature.steps:
                if step.verb == verb:
                    columns[place] = _after(step, *columns[place])
                    texts.append(f"{feature.name}: {step.describe()}")
        yield VerbStage(verb, "; ".join(texts), *_cells(columns))


def _after(step: ColumnStep, names: list[str], values: Any) -> tuple[list[str], Any]:
    return step.feature_names(names), step.apply(values, At(names[0]))


def _cells(columns: Sequence[tuple[list[str], Any]]) -> tuple[list[str], list[list[str]]]:
    """Return the names of all columns, and the rows in words."""
    names = [name for some, _ in columns for name in some]
    parts = [[_row(values[row]) for row in range(len(SHOWN))] for _, values in columns]
    return names, [[word for part in parts for word in part[row]] for row in range(len(SHOWN))]


def _row(value: Any) -> list[str]:
    if isinstance(value, np.ndarray):
        return [f"{number:.6g}" if abs(number) >= 1000 else f"{number:.4g}" for number in value]
    return ["" if value is None else value if isinstance(value, str) else f"{value:.6g}"]


def _parts(splits: Splits) -> dict[str, list[str]]:
    given = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    return {part: [BODIES[NAME][row] for row in some.rows] for part, some in given.items() if some is not None}


def _weights(preparation: Preparation, splits: Splits) -> dict[str, float]:
    """Return how much an example of each class counts."""
    weight = splits.train.weight
    assert weight is not None
    return {name: float(weight[splits.train.y == number][0]) for number, name in enumerate(preparation.class_names or ())}


def _descent(splits: Splits) -> list[float | None]:
    """Return the loss of each step of a network with a single layer."""
    x, y = splits.train.x, splits.train.y
    model = Sequential([Input(x.shape[1:]), Dense(len(np.unique(y)))], seed=0)
    model.compile(SGD(0.1), SparseCategoricalCrossentropy(from_logits=True))
    losses = model.fit(x, y, len(x), epochs=STEPS, verbose=0).history["loss"]
    return [float(loss) if np.isfinite(loss) else None for loss in losses]
