"""The nine verbs in order: from collected examples to tensors, with what was learned on the way kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.configuration import from_config, to_config
from chainrule.counting import counted
from chainrule.data.balance import Balance, balanced_rows, balanced_weights, require_balance
from chainrule.data.checks import Issue
from chainrule.data.collection import Collection
from chainrule.data.columns import refuse_mixed
from chainrule.data.frame import require_column
from chainrule.data.kind import Kind, get_kind, infer_kind, is_kind
from chainrule.data.preparation.answers import answers, span_answers
from chainrule.data.preparation.cleaning import cleaned, reached, trimmed
from chainrule.data.preparation.defaults import column_steps, listed, steps_for, training_steps
from chainrule.data.preparation.facts import Change, PreparedData, decided, idle
from chainrule.data.preparation.feature import Feature, columns_of_numbers, learn_feature, steps_of
from chainrule.data.preparation.files import PLAIN, plain_settings, read_preparation, told_as_damaged, write_preparation
from chainrule.data.preparation.fitted import FittedPreparation, LeftColumn
from chainrule.data.preparation.issues import find_issues
from chainrule.data.preparation.new_examples import as_raw, left_aside
from chainrule.data.preparation.report import Report, make_report
from chainrule.data.preparation.series import cut, cut_all, in_order, last_window, learned_windows, too_short, windows_among
from chainrule.data.preparation.splits import Arrays, Split, Splits
from chainrule.data.preparation.streamed import found_again, sample, streamed_sets
from chainrule.data.read.collect import collect
from chainrule.data.split.holdout import Holdout, Parts
from chainrule.data.steps.questions import reading_of, with_reading
from chainrule.data.steps.step import VERBS, ColumnStep, FlatStep, Step, Verb
from chainrule.data.steps.windows import Windows
from chainrule.data.targets.columns import Task, require_known
from chainrule.data.targets.spans import AnswerTarget
from chainrule.data.targets.target import AnyTarget, encoded, learn_target
from chainrule.errors import ArgumentError, DataError


class Preparation:
    """From raw data to the tensors that a network takes, learned from the training part alone.

    Each argument is one of the verbs; what is left out is chosen by the kind of each column, and told by `facts`. Steps asked
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
        target: the column to foretell; None for the collection's own.
        task: "classification", "regression", or "span" for answers that are a part of the text that a question is about; None to have
            it decided by what the target holds.
        kinds: what single columns are, where they should not be judged by their values.
        checks: whether `fit` looks for leaks between the parts and for columns that give the target away.
        memory: bytes that the prepared training part may take; None for a quarter of the machine's. Files whose examples would take
            more are read and prepared while they are used, and a sample of them teaches the steps.

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
        transform: Sequence[ColumnStep | Windows | FlatStep] | ColumnStep | Windows | FlatStep | None = None,
        augment: Sequence[Any] = (),
        encode: Sequence[ColumnStep] | ColumnStep | None = None,
        scale: Sequence[ColumnStep] | ColumnStep | None = None,
        split: Holdout | None = None,
        balance: Balance | None = None,
        batch: int | None = None,
        target: str | None = None,
        task: Task | None = None,
        kinds: Mapping[str, str | type[Kind]] | None = None,
        checks: bool = True,
        memory: int | None = None,
    ) -> None:
        if task not in {None, "classification", "regression", "span"}:
            raise ArgumentError(f"task must be 'classification', 'regression', 'span' or None. Got {task!r} instead.")
        if batch is not None and batch < 1:
            raise ArgumentError(f"batch must be a whole number from 1, or None. Got {batch} instead.")
        asked = {"clean": clean, "transform": transform, "encode": encode, "scale": scale}
        self.steps: dict[Verb, list[Step | Windows | FlatStep] | None] = {verb: listed(verb, asked[verb]) for verb in VERBS}
        self.augment = tuple(augment)
        self.split = split or Holdout()
        self.balance: Balance | None = balance
        self.batch = batch
        self.target = target
        self.task: Task | None = task
        self.kinds = {column: kind if isinstance(kind, str) else kind.name for column, kind in (kinds or {}).items()}
        self.checks = checks
        self.memory = memory
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
        self.changes = []
        given = self._collected(data)
        collection, clean = cleaned(given, self.steps["clean"], self.changes)
        windows = windows_among(self.steps["transform"])
        if windows is not None:
            return self._fit_series(collection, clean, windows)
        collection, origin, parts = trimmed(collection, clean, self.split.parts(collection), self.steps["clean"], self.changes)
        training = collection.take(parts == "train")
        some = sample(training, lambda few: self._learn_columns(few)[2], self.memory, self.split.seed)
        self.fitted, arrays = self._learn(training, None if some is None else training.take(some))
        if self.fitted.spans is not None and some is None:
            collection, origin, parts, kept = reached(collection, origin, parts, self.fitted.spans, self.changes)
            arrays = {name: array[kept] for name, array in arrays.items()}
        self.facts = [*collection.facts, *decided(self.fitted, self.changes, self.split, collection), *idle(self.steps, self.fitted)]
        self.issues = find_issues(collection, parts, self.fitted, origin) if self.checks else []
        if some is not None:
            self.facts.append(f"the examples do not fit into memory: they are read while they are used; {len(some):,} taught the steps")
            parted = {part: np.flatnonzero(parts == part) for part in ("train", "validation", "test")}
            again = found_again(given, self.split, self.fitted, self.balance, clean, origin)
            return streamed_sets(collection, self.fitted, parted, origin, self.balance, self, again)
        known = {"train": arrays, "validation": None, "test": None}
        splits = {part: self._part(collection, parts, part, origin, some) for part, some in known.items()}
        assert splits["train"] is not None
        made = Splits(self._balanced(splits["train"]), splits["validation"], splits["test"])
        self.data = PreparedData(collection, parts, made)
        return made

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
        collection, rows = cleaned(self._collected(data), self.steps["clean"], [])
        if windows_among(self.steps["transform"]) is not None:
            series = in_order(collection, self.steps["transform"])
            return np.sort(rows[series.rows[self.split.parts(series.collection, series=True) == "train"]])
        return rows[self.split.parts(collection) == "train"]

    def _fit_series(self, collection: Collection, origin: NDArray[np.int64], windows: Windows) -> Splits:
        """Learn every step from the training rows of a series, and return windows of all parts."""
        apart = [*training_steps(self.steps["clean"]), *(step for step in self.steps["transform"] or () if isinstance(step, FlatStep))]
        if apart:
            raise ArgumentError(f"{type(apart[0]).__name__} is not for windows of a series: leave it out.")
        series = in_order(collection, self.steps["transform"])
        parts = self.split.parts(series.collection, series=True)
        training = parts == "train"
        self.fitted = learned_windows(self._learn(series.collection.take(training))[0], windows, collection.target, series, training)
        self.facts = [*collection.facts, *series.facts, *decided(self.fitted, self.changes, self.split, series.collection)]
        self.facts += idle(self.steps, self.fitted)
        notes = list[str]()
        found = {part: cut(self.fitted, series, parts == part, notes) for part in ("train", "validation", "test")}
        self.facts += [*notes, *too_short(self.fitted, series, training, found["train"].rows)]
        splits = {
            part: Split(some.x, some.y, None, origin[series.rows[some.rows]], batch_size=self.batch, preparation=self)
            for part, some in found.items()
        }
        made = Splits(
            self._balanced(splits["train"]),
            splits["validation"] if len(splits["validation"]) else None,
            splits["test"] if len(splits["test"]) else None,
        )
        self.data = PreparedData(series.collection, parts, made)
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
        for step in (step for steps in self.steps.values() for step in steps or () if isinstance(step, ColumnStep)):
            for name in step.columns:
                require_column(f"{type(step).__name__}: the column", name, collection.columns)
        return collection

    def _learn(self, training: Collection, some: Collection | None = None) -> tuple[FittedPreparation, dict[str, NDArray[Any]]]:
        """Return what the training rows teach, and the columns of those that taught the steps: all, or some of them."""
        spans = is_kind(training.kinds.get(training.target or ""), "span")
        target, task, reason = (None, "span", "") if spans else self._learn_target(training)
        features, left, arrays = self._learn_columns(training if some is None else some)
        reading = reading_of(training) if "reading" in training.kinds.values() else None
        if spans and training.target is not None and reading is not None:
            target = AnswerTarget.of(training.target, reading, steps_of(features))
            reason = f"each {training.target!r} is a part of {reading.context!r}"
        across = next((step for step in self.steps["transform"] or () if isinstance(step, FlatStep)), None)
        combined = None if across is None else _fitted_across(across, features, arrays)
        return FittedPreparation(tuple(features), target, tuple(left), task, reason, interactions=combined, reading=reading), arrays

    def _learn_columns(self, training: Collection) -> tuple[list[Feature], list[LeftColumn], dict[str, NDArray[Any]]]:
        """Return the columns that the network takes, those that are left aside, and the former after their steps."""
        features: list[Feature] = []
        left: list[LeftColumn] = []
        arrays: dict[str, NDArray[Any]] = {}
        for name in training.columns:
            if name == training.target:
                continue
            if name == training.group:
                left.append(LeftColumn(name, "its values are not divided between parts, so the test has others than training"))
                continue
            kind, why = self._kind(training, name)
            if not get_kind(kind).is_used or get_kind(kind).left_because is not None:
                left.append(LeftColumn(name, get_kind(kind).left_because or why))
                continue
            feature, arrays[name] = learn_feature(name, kind, why, steps_for(name, kind, column_steps(self.steps)), training)
            features.append(feature)
        if not features:
            said = "; ".join(f"{column.name!r}: {column.reason}" for column in left) or "there is no other column"
            raise DataError(f"{training.name}: no column is left to learn {training.target or 'anything'} from: {said}.")
        return features, left, arrays

    def _learn_target(self, training: Collection) -> tuple[AnyTarget | None, str, str]:
        if training.target is None:
            return None, "none", "nothing is to be foretold"
        steps = steps_for(training.target, training.kinds.get(training.target, "drop"), column_steps(self.steps))
        target, reason = learn_target(training, self.task, steps)
        return target, target.task, reason

    def _kind(self, training: Collection, name: str) -> tuple[str, str]:
        if name in training.kinds:
            made = get_kind(training.kinds[name]).reason
            return training.kinds[name], made or ("as asked" if name in self.kinds else "as its source says")
        return infer_kind(name, training.values(name))

    def _part(
        self, collection: Collection, parts: Parts, part: str, origin: NDArray[np.int64], arrays: dict[str, NDArray[Any]] | None
    ) -> Split | None:
        rows = np.flatnonzero(parts == part)
        if not len(rows):
            return None
        fitted = self._require_fitted()
        chosen, notes = collection.take(rows), list[str]()
        x = fitted.transform(chosen, notes) if arrays is None else fitted.gather(arrays)
        self.facts += [f"{part}: {note}" for note in notes]
        y = None if fitted.target is None else encoded(fitted.target, chosen)
        return Split(x, y, None, origin[rows], batch_size=self.batch, preparation=self)

    def _balanced(self, train: Split) -> Split:
        require_balance(self.balance, train.y, self._require_fitted().task)
        train = replace(train, augment=self.augment)
        if self.balance is None or train.y is None:
            return train
        if self.balance == "weights":
            return replace(train, weight=balanced_weights(train.y))
        rows = balanced_rows(train.y, self.balance, self.split.seed)
        return train.take(rows)

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
                is the last window, from which the next rows are foretold.

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
        """Return all windows of new rows of a series, with what came next in them, to judge a forecast by.

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
        steps, fitted = ({verb: to_config(steps) for verb, steps in self.steps.items()}, self.fitted)
        settings = {name: getattr(self, name) for name in PLAIN}
        return {
            "class": "Preparation",
            "steps": steps,
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
        with told_as_damaged():
            steps = {verb: from_config(entries) for verb, entries in config["steps"].items()}
            augment, split = from_config(list(config["augment"])), from_config(dict(config["split"]))
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


def _fitted_across(step: FlatStep, features: Sequence[Feature], arrays: Mapping[str, NDArray[Any]]) -> FlatStep:
    flat = [feature for feature in features if feature.is_flat]
    values = np.concatenate([arrays[feature.name] for feature in flat], axis=1) if flat else np.empty((0, 0))
    return step.fit(values, columns_of_numbers(flat))
