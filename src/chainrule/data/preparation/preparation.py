"""The pipeline of the nine verbs: from collected examples to tensors, with what the training rows taught."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.arguments import Flag, Whole
from chainrule.configuration import from_config, to_config
from chainrule.counting import counted
from chainrule.data.balance import Balance
from chainrule.data.checks import Issue
from chainrule.data.collection import Collection
from chainrule.data.columns import TargetTask, refuse_mixed
from chainrule.data.frame import require_column
from chainrule.data.kind import Kind
from chainrule.data.preparation.answers import answers, span_answers
from chainrule.data.preparation.cleaning import Change, CleanRows, clean_answers, clean_rows, clean_training
from chainrule.data.preparation.files import PLAIN, damage_reported, plain_settings, read_preparation, write_preparation
from chainrule.data.preparation.fitted import FittedPreparation, fit_columns, fit_preparation
from chainrule.data.preparation.issues import find_issues
from chainrule.data.preparation.new_examples import as_raw, left_aside
from chainrule.data.preparation.pipeline import Pipeline
from chainrule.data.preparation.report import PreparedData, Report, decisions, make_report, unused_steps
from chainrule.data.preparation.series import cut, cut_all, fit_windows, in_order, last_window, too_short
from chainrule.data.preparation.streamed import found_again, sample, streamed_splits
from chainrule.data.readers import collect
from chainrule.data.selector import Columns, as_selector
from chainrule.data.split.holdout import PARTS, Holdout, PartName, Parts
from chainrule.data.splits import Arrays, Split, Splits, balanced
from chainrule.data.steps.questions import with_reading
from chainrule.data.steps.step import Step
from chainrule.data.steps.windows import Windows
from chainrule.data.targets.columns import require_known
from chainrule.data.targets.spans import AnswerTarget
from chainrule.data.targets.target import AnyTarget, encoded
from chainrule.errors import ArgumentError


class Preparation:
    """From raw data to the tensors that a network takes, learned from the training part alone.

    Each argument is one of the verbs; what is left out is chosen by the kind of each column, and said in `facts`. Steps asked
    for take the place of the default ones of their verb, for the columns whose kind they are for, or which `step.on(...)` names.

    Args:
        clean: rows to leave out (before the split, looking at no part) and missing values to fill.
        transform: images resized, sounds to spectrograms, dates to numbers, ...
        augment: layers that change each training batch at random, on the device; never at evaluation or prediction.
        encode: categories, words and labels as numbers.
        scale: numbers to the size that networks learn well from.
        split: how parts are made; None for `Holdout()`.
        balance: "weights", "oversample" or "undersample", for the training part alone; None leaves it.
        batch: examples in a batch; None for the default of `fit`.
        target: the column to predict; None for the collection's own.
        task: "classification", "regression", or "span" for answers that are a part of the text that a question is about; None to have
            it decided by what the target holds.
        kinds: what single columns are, where their values should not decide.
        checks: whether `fit` looks for leaks between the parts and for columns that give the target away.
        memory: bytes that the prepared training part may take; None for a quarter of the machine's. Files whose examples would take
            more are read and prepared while they are used, and a sample of them teaches the steps.
        columns: those that are learned from, by name, pattern or `columns(...)`; none for all.

    Attributes:
        fitted: what the training rows taught; None before `fit`.
        facts: what was decided, and why, for people to read.
        changes: which rows each step left out.
        notes: what the last `transform` met that training had not.
        issues: what the checks found: leaks, copies, columns that give the target away.
        data: the examples that `fit` was given, and their parts; not kept when saved.

    Example:
        >>> rows = {"height": [1.0, 2.0, 3.0, 4.0] * 10, "kind": ["oak", "oak", "elm", "elm"] * 10}
        >>> preparation = Preparation(target="kind", split=Holdout(validation=0.1, test=0.1, seed=7))
        >>> splits = preparation.fit(rows)
        >>> splits.train.x.shape, sorted(splits.test.y.tolist()), preparation.class_names
        ((32, 1), [0, 0, 1, 1], ('elm', 'oak'))
    """

    def __init__(
        self,
        *,
        clean: Sequence[Step] | None = None,
        transform: Sequence[Step] | Step | None = None,
        augment: Sequence[Any] = (),
        encode: Sequence[Step] | Step | None = None,
        scale: Sequence[Step] | Step | None = None,
        split: Holdout | None = None,
        balance: Balance | None = None,
        batch: int | None = None,
        target: str | None = None,
        task: TargetTask | None = None,
        kinds: Mapping[str, str | type[Kind]] | None = None,
        checks: bool = True,
        memory: int | None = None,
        columns: str | Columns = (),
    ) -> None:
        if task not in {None, "classification", "regression", "span"}:
            raise ArgumentError(f"task must be 'classification', 'regression', 'span' or None. Got {task!r} instead.")
        Flag().take("Preparation: checks", checks)
        for name, value, least in (("batch", batch, 1), ("memory", memory, 0)):
            if value is not None:
                Whole(least).take(f"Preparation: {name}", value)
        if split is not None and not isinstance(split, Holdout):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"Preparation: split must be a Holdout. Got {split!r} instead.")
        self.steps = Pipeline.of(clean=clean, transform=transform, encode=encode, scale=scale)
        self.augment = tuple(augment)
        self.split = split or Holdout()
        self.balance: Balance | None = balance
        self.batch = batch
        self.target = target
        self.task: TargetTask | None = task
        self.kinds = {column: kind if isinstance(kind, str) else kind.name for column, kind in (kinds or {}).items()}
        self.checks = checks
        self.memory = memory
        self.columns: Columns = (columns,) if isinstance(columns, str) else columns
        self.issues: list[Issue] = []
        self.data: PreparedData | None = None
        self.fitted: FittedPreparation | None = None
        self.facts: list[str] = []
        self.changes: list[Change] = []
        self.notes: list[str] = []

    # Learning.

    def fit(self, data: Any) -> Splits:
        """Collect, clean and split the data, learn every step from the training part, and return all parts as tensors.

        Args:
            data: a `Collection`, or anything that `collect` takes.

        Raises:
            DataError: data that cannot be learned from, with the column and the row.
            ArgumentError: settings that do not fit the data.
        """
        self.issues, self.data = [], None
        given = self._collected(data)
        rows = clean_rows(given, self.steps.row_steps(given))
        if self.steps.windows is not None:
            return self._fit_series(rows, self.steps.windows)
        before = rows.origin
        rows = clean_training(rows, self.split.parts(rows.collection), self.steps.training_steps)
        training = rows.collection.take(rows.training)
        some = sample(training, lambda few: fit_columns(few, self.steps, self.columns, self.kinds)[2], self.memory, self.split.seed)
        few = None if some is None else training.take(some)
        self.fitted, arrays = fit_preparation(training, self.steps, self.task, self.columns, self.kinds, few)
        if self.fitted.spans is not None and some is None:
            rows, kept = clean_answers(rows, self.fitted.spans)
            arrays = {name: array[kept] for name, array in arrays.items()}
        self._decide(rows, rows.collection.facts)
        self.issues = find_issues(rows.collection, rows.parts, self.fitted, rows.origin) if self.checks else []
        if some is not None:
            self.facts.append(f"the examples do not fit into memory: they are read while they are used; {len(some):,} taught the steps")
            again = found_again(given, self.split, self.fitted, self.balance, before, rows.origin)
            return streamed_splits(rows.collection, self.fitted, rows.parts, rows.origin, self.balance, self, again)
        train, validation, test = (self._part(rows, part, arrays if part == "train" else None) for part in PARTS)
        assert train is not None
        return self._finished(rows.collection, rows.parts, train, validation, test)

    def training_rows(self, data: Any) -> NDArray[np.int64]:
        """Return the numbers of the rows that `fit` would learn from, ascending, before steps that leave out training rows alone.

        Args:
            data: as for `fit`.

        Raises:
            DataError: data that cannot be divided.

        Example:
            >>> Preparation(split=Holdout(validation=0.2, test=0.2, seed=7)).training_rows({"height": [1.0, 2.0, 3.0, 4.0, 5.0]}).tolist()
            [0, 1, 4]
        """
        given = self._collected(data)
        rows = clean_rows(given, self.steps.row_steps(given))
        if self.steps.windows is not None:
            series = in_order(rows.collection, self.steps.column_steps)
            return np.sort(rows.origin[series.rows[self.split.parts(series.collection, series=True) == "train"]])
        return rows.origin[self.split.parts(rows.collection) == "train"]

    def _fit_series(self, rows: CleanRows, windows: Windows) -> Splits:
        """Learn every step from the training rows of a series, and return windows of all parts."""
        for step in (*self.steps.training_steps, self.steps.flat_step):
            if step is not None:
                raise ArgumentError(f"{type(step).__name__} is not for windows of a series: leave it out.")
        series = in_order(rows.collection, self.steps.column_steps)
        parts = self.split.parts(series.collection, series=True)
        training = parts == "train"
        fitted, _ = fit_preparation(series.collection.take(training), self.steps, self.task, self.columns, self.kinds)
        self.fitted = fit_windows(fitted, windows, rows.collection.target, series, training)
        self._decide(replace(rows, collection=series.collection), (*rows.collection.facts, *series.facts))
        notes = list[str]()
        found = {part: cut(self.fitted, series, parts == part, notes) for part in PARTS}
        self.facts += [*notes, *too_short(self.fitted, series, training, found["train"].rows)]
        train, validation, test = (
            Split(some.x, some.y, None, rows.origin[series.rows[some.rows]], batch_size=self.batch, preparation=self)
            for some in found.values()
        )
        return self._finished(series.collection, parts, train, validation if len(validation) else None, test if len(test) else None)

    def _decide(self, rows: CleanRows, facts: Sequence[str]) -> None:
        """Keep what was found in the data and decided of it."""
        fitted = self._require_fitted()
        self.changes = list(rows.changes)
        self.facts = [*facts, *decisions(fitted, rows.changes, self.split, rows.collection)]
        self.facts += unused_steps(self.steps.column_steps, fitted, rows.collection)

    def _part(self, rows: CleanRows, part: PartName, arrays: Mapping[str, NDArray[Any]] | None) -> Split | None:
        """Return one part as tensors; None where it has no rows."""
        numbers = np.flatnonzero(rows.parts == part)
        if not len(numbers):
            return None
        fitted, notes = self._require_fitted(), list[str]()
        chosen = rows.collection.take(numbers)
        x = fitted.transform(chosen, notes) if arrays is None else fitted.gather(arrays)
        self.facts += [f"{part}: {note}" for note in notes]
        y = None if fitted.target is None else encoded(fitted.target, chosen)
        return Split(x, y, None, rows.origin[numbers], batch_size=self.batch, preparation=self)

    def _finished(self, collection: Collection, parts: Parts, train: Split, validation: Split | None, test: Split | None) -> Splits:
        """Return the parts, training augmented and balanced, and keep them for the report."""
        fitted = self._require_fitted()
        train = balanced(replace(train, augment=self.augment), self.balance, fitted.task, self.split.seed)
        classes = None if fitted.target is None else fitted.target.class_names
        made = Splits(train, validation, test, collection.name, classes, fitted.feature_names)
        self.data = PreparedData(collection, parts, made)
        return made

    def _collected(self, data: Any) -> Collection:
        collection = data if isinstance(data, Collection) else collect(data)
        asked = {"target": self.target, "group": self.split.group}
        changes = {name: column for name, column in asked.items() if column is not None}
        collection = collection.taken_as(kinds=self.kinds, **changes)
        for name in collection.features:
            values = collection.values(name)
            if name not in collection.kinds and isinstance(values, pl.Series) and values.dtype == pl.String:
                refuse_mixed(values, collection.place)  # in all rows: a mistake in the test part is one too
        collection = with_reading(collection, self.task)
        self.steps.require_columns(collection)
        as_selector(self.columns).require(collection.columns, "Preparation: the column")
        return collection

    def report(self) -> Report:
        """Return what was done to the data of the last `fit`, in words, numbers and pictures: `print` it, or `save` it as a page.

        Raises:
            ArgumentError: before `fit`, after loading from a file, or for examples that do not fit into memory.

        Example:
            >>> rows = {"height": [1.0, 2.0, 3.0, 4.0] * 10, "kind": ["oak", "oak", "elm", "elm"] * 10}
            >>> preparation = Preparation(target="kind")
            >>> splits = preparation.fit(rows)
            >>> preparation.report().columns[0].steps[-1]
            'to mean 0 and standard deviation 1 (mean 2.53571, deviation 1.08503)'
        """
        if self.data is None:
            raise ArgumentError("report: this preparation keeps no data: call fit(data) first.")
        dropped = [f"{counted(len(change.rows), 'row')}: {change.reason}" for change in self.changes]
        data = self.data
        fitted = self._require_fitted()
        checked = self.checks and fitted.windows is None
        return make_report(data.collection, data.parts, fitted, data.splits, self.facts, dropped, self.issues, checked)

    # Applying.

    def transform(self, data: Any) -> Arrays:
        """Return new examples as the network takes them; `notes` then tells what training had not met.

        Args:
            data: rows with the columns of training (a table, a dict of columns, a dict that is one row), a file, or, where
                training had a single column, its values: texts, paths, arrays. Of a series, the rows up to now: what is returned
                is the last window, from which the next rows are predicted.

        Raises:
            DataError: a column that is missing, values that cannot be what training had.
        """
        fitted = self._require_fitted()
        collection = as_raw(data, fitted)
        self.notes = left_aside(collection, fitted)
        if fitted.windows is not None:
            return last_window(fitted, collection, self.notes)
        return fitted.transform(collection, self.notes)

    def windows(self, data: Any) -> Split:
        """Return all windows of new rows of a series, with what came next in them, to evaluate a forecast with.

        Args:
            data: rows with the columns of training.

        Raises:
            DataError: too few rows for one window, or rows that cannot be what training had.
        """
        fitted, self.notes = self._require_fitted(), []
        found = cut_all(fitted, as_raw(data, fitted), self.notes)
        return Split(found.x, found.y, None, found.rows, preparation=self)

    def transform_target(self, data: Any) -> NDArray[Any]:
        """Return the targets of examples, of shape (rows, ...), as the network is to give them.

        Raises:
            DataError: a target that is missing, or a class that training did not have.
        """
        target = self._target()
        collection = data if isinstance(data, Collection) else collect(data)
        require_column("The target", target.name, collection.columns)
        values = collection.values(target.name)
        if isinstance(values, pl.Series):
            require_known(values, collection.place)
        return encoded(target, collection)

    def inverse_target(self, y: ArrayLike) -> NDArray[Any]:
        """Return class names for class numbers, or a quantity in its own unit for standardised numbers."""
        return self._target().decode(y)

    def answers(self, outputs: Any, from_logits: bool = True, data: Any = None) -> pl.DataFrame:
        """Return a network's outputs as people read them: a row for each example, with probabilities where there are classes.

        Args:
            outputs: of the network, one row for each example.
            from_logits: whether those for classes and labels are logits, not probabilities.
            data: the examples, as for `transform`: answers that are parts of their texts are read in them.
        """
        target = self._target()
        if isinstance(target, AnswerTarget):
            if data is None:
                raise ArgumentError("answers: these are parts of texts: give the examples too, answers(outputs, data=...).")
            read = as_raw(data, self._require_fitted()).frame[target.reading.name]
            return span_answers(target, np.asarray(outputs), read, from_logits)
        return answers(target, outputs, from_logits)

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The classes in the order of their numbers; None where the target is no class."""
        target = self._require_fitted().target
        return None if target is None else target.class_names

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The name of each number that a row of a table becomes."""
        return self._require_fitted().feature_names

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """The inputs of a network for these examples: the shape of an example by name."""
        return self._require_fitted().inputs

    def _require_fitted(self) -> FittedPreparation:
        if self.fitted is None:
            raise ArgumentError("This preparation has not learned from training rows yet: call fit(data) first.")
        return self.fitted

    def _target(self) -> AnyTarget:
        target = self._require_fitted().target
        if target is None:
            raise ArgumentError("This preparation has no target: give one with Preparation(target=...).")
        return target

    # Keeping.

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data, from which `from_config` makes a preparation that gives the same bits."""
        fitted, settings = self.fitted, {name: to_config(getattr(self, name)) for name in PLAIN}
        return {
            "class": "Preparation",
            "steps": self.steps.to_config(),
            "augment": to_config(self.augment),
            "split": to_config(self.split),
            **settings,
            "fitted": None if fitted is None else fitted.to_config(),
            "facts": self.facts,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Preparation":
        """Return the preparation that `to_config` described; what is not in it, having been added since, is as by default.

        Raises:
            DataError: a configuration that is not a preparation's.
            ArgumentError: one that a newer Chainrule has written, with entries that are not known here.
        """
        with damage_reported():
            steps = Pipeline.from_config(config["steps"]).asked
            augment, split = from_config(list(config["augment"])), from_config(config["split"])
            preparation = cls(**steps, augment=augment, split=split, **plain_settings(config))
            preparation.fitted = None if config["fitted"] is None else FittedPreparation.from_config(config["fitted"])
            preparation.facts = list(config["facts"])
        return preparation

    def save(self, path: str | Path) -> None:
        """Write the preparation to a JSON file, whole or not at all."""
        write_preparation(self.to_config(), Path(path))

    @classmethod
    def load(cls, path: str | Path) -> "Preparation":
        """Return the preparation in a file that `save` wrote. Loading runs no code.

        Raises:
            DataError: a file that is missing, damaged, or not a preparation's.
        """
        return cls.from_config(read_preparation(Path(path)))
