"""Forecasting: the next rows of one series or several."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import polars as pl

from chainrule.counting import counted
from chainrule.data import Collection, Split
from chainrule.data.frame import LeftOut
from chainrule.data.targets.forecasts import ForecastTarget
from chainrule.errors import DataError
from chainrule.losses import Loss
from chainrule.metrics import Metric
from chainrule.models import Model
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices
from chainrule.tasks.evaluation import Evaluation, evaluate_arrays, evaluate_quantities
from chainrule.tasks.networks import series
from chainrule.tasks.predictions import BATCH, Predictions
from chainrule.tasks.regression import Regression
from chainrule.tasks.task import Answer, Array, Examples, Floats, Task


class Forecasting(Task):
    """The next rows of a series, from the rows before them. Figures are of the scaled values, as they are learned."""

    target_kind: ClassVar[str] = "forecasting"
    is_default: ClassVar[bool] = True
    summary: ClassVar[str] = "the next rows of a series"
    is_quantity: ClassVar[bool] = True
    reads_whole: ClassVar[bool] = True

    @property
    def single(self) -> Task:
        return LastAhead(self.preparation, self.class_names, self.from_logits)

    def describe_target(self) -> str:
        names = self.target.names if isinstance(self.target, ForecastTarget) else ()
        return counted(len(names), "quantity", "quantities") if len(names) > 1 else "a quantity"

    def network(self, inputs: Sequence[InputSpec], output: OutputSpec, choices: Choices) -> Body | None:
        return series.forecast(inputs[0], output, choices)

    def loss(self) -> Loss | str:
        return "mse"

    def metrics(self) -> Sequence[Metric | str]:
        return ["mae"]

    def examples_in(self, collection: Collection) -> tuple[Split, list[str]]:
        assert self.preparation is not None
        part = self.preparation.windows(collection)
        return part, [collection.place(row) for row in part.rows.tolist()]

    def predict(self, model: Model, collection: Collection) -> Predictions:
        """Return what comes after the last row of a series, or of each series that a column tells apart."""
        preparation = self.preparation
        assert preparation is not None and preparation.fitted is not None
        windows = preparation.fitted.windows
        group = None if windows is None else windows.group
        if group is None or group not in collection.frame.columns or collection.frame[group].n_unique() == 1:
            return Predictions(self.frame(model.predict(preparation.transform(collection), BATCH)), list(preparation.notes), [])
        past, names, broken, notes = list[Array](), list[object](), list[LeftOut](), dict[str, None]()
        for rows in collection.frame.with_row_index("row").partition_by(group, maintain_order=True):
            name = rows[group][0]
            try:
                past.append(np.asarray(preparation.transform(collection.take(rows["row"].to_numpy()))))
            except DataError as error:
                broken.append(LeftOut.of(f"{group} {name}", error))
            else:
                names.append(name)
                notes |= dict.fromkeys(preparation.notes)
        if not past:
            raise broken[0].error()
        found = self.frame(model.predict(np.concatenate(past), BATCH))
        each = [name for name in names for _ in range(len(found) // len(names))]
        column = pl.Series(group, each, collection.frame[group].dtype)
        return Predictions(found.drop("example", strict=False).insert_column(0, column), list(notes), broken)

    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        return evaluate_arrays(np.asarray(outputs, np.float64), examples.y, worst)

    def losses(self, outputs: Array, examples: Examples) -> Floats:
        return self.single.losses(outputs, examples)

    def numbers(self, outputs: Array) -> Floats:
        return self.single.numbers(outputs)

    def target_numbers(self, y: Array) -> Floats:
        return self.single.numbers(y)

    def answer(self, output: Array, x: Array) -> Answer:
        return self.single.answer(output, x)

    def is_explained(self, output: Array) -> bool:
        return False

    def label(self, y: Array, x: Array) -> tuple[float | None, str]:
        return self.single.label(y, x)


class LastAhead(Regression, abstract=True):  # in no list: it is no task to be asked for
    """A forecast as one example of it is shown: the last row ahead of the last column."""

    target_kind: ClassVar[str] = "forecasting"
    is_default: ClassVar[bool] = False

    @property
    def target_name(self) -> str:
        target = self.target
        return f"{target.names[-1]}, {target.horizon} rows ahead" if isinstance(target, ForecastTarget) else super().target_name

    def numbers(self, outputs: Array) -> Floats:
        assert self.preparation is not None
        return np.asarray(self.preparation.inverse_target(np.asarray(outputs, np.float64)))[:, -1, -1]

    def evaluate(self, outputs: Array, examples: Examples, worst: int = 8) -> Evaluation:
        return evaluate_quantities(self.numbers(outputs), self.numbers(examples.y), worst)

    def answer(self, output: Array, x: Array) -> Answer:
        value = float(self.numbers(np.asarray(output)[None])[0])
        return Answer(f"{value:.6g}", quantity=value, output=np.asarray(output).size - 1)
