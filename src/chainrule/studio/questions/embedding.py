"""A layer's outputs laid out in two dimensions, or three."""

from typing import Literal

import numpy as np
from msgspec import Struct

from chainrule import explain
from chainrule.studio.fields import Array, Count, Name, PartName, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request


class EmbeddedExamples(Struct, frozen=True):
    """Examples as a layer sees them, in two or three dimensions.

    Args:
        run: its name.
        layer: its path.
        part: of the run's data.
        places: float32 of shape (examples, dimensions).
        numbers: int32, their rows in the part.
        targets: float32, the class or quantity of each.
        answers: float32, what the model says of each.
        classes: in the order of their numbers.
        variance_shares: of the variance, along each axis; none where the axes have no such meaning.
    """

    run: str
    layer: str
    part: PartName
    places: Array
    numbers: Array
    targets: Array
    answers: Array
    classes: list[str]
    variance_shares: list[float]


class ReadEmbedding(Request, frozen=True):
    """Lay a layer's outputs out in two dimensions, or three.

    Args:
        run: its name.
        layer: its path; None for the last but one.
        part: of its data.
        limit: how many examples at most.
        step: before which step; None for the end.
        method: along the directions in which they differ most, or so that neighbours stay together.
        dimensions: of the layout.
    """

    run: Name
    layer: Name | None = None
    part: PartName = "test"
    limit: Count = 2000
    step: Step | None = None
    method: Literal["pca", "tsne"] = "pca"
    dimensions: Literal[2, 3] = 2

    def respond(self, jobs: Jobs) -> EmbeddedExamples:
        opened = jobs.library.open(self.run)
        task, rows, model = opened.task, opened.rows(self.part), opened.model(self.step)
        chosen = np.linspace(0, len(rows.x) - 1, min(self.limit, len(rows.x))).round().astype(np.int64)
        names = [layer.default_name for layer in model.layers]
        layer = self.layer or names[max(len(names) - 2, 0)]
        found = explain.embedding(model, rows.x[chosen], layer, self.method, dimensions=self.dimensions)
        outputs = opened.outputs(self.part, self.step)[chosen]
        y = rows.y[chosen]
        return EmbeddedExamples(
            run=self.run,
            layer=layer,
            part=self.part,
            places=found.places,
            numbers=np.asarray(rows.numbers[chosen], np.int32),
            targets=task.task.target_numbers(y),
            answers=task.task.compared_numbers(outputs, y),
            classes=task.classes,
            variance_shares=[] if found.shares is None else np.asarray(found.shares).tolist(),
        )
