"""Each metric against Keras 3 and scikit-learn, and what holds for every metric."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
import sklearn.metrics as sk

from chainrule import metrics
from chainrule.configuration import from_config, is_own, to_config
from chainrule.errors import ArgumentError, ShapeError
from chainrule.graph import as_tensor

Array = np.ndarray


Opinion = Callable[[Array, Array, Array], Any]


@dataclass(frozen=True)
class Case:
    """A metric with settings, its data, and two independent opinions.

    Args:
        sklearn: takes targets, outputs and weights.
        keras: the class and settings there; None where it has no such metric, or weighs places otherwise.
    """

    metric: str
    outputs: str
    targets: str
    shape: tuple[int, ...]
    sklearn: Opinion
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    keras: tuple[str, dict[str, Any]] | None = None
    tolerance: float = 1e-5

    def __str__(self) -> str:
        return "-".join([self.metric, self.targets, str(self.shape), *(f"{key}={value}" for key, value in self.settings.items())])

    def make(self) -> metrics.Metric:
        return getattr(metrics, self.metric)(**self.settings)

    def data(self) -> tuple[Array, Array, Array]:
        """Return targets, outputs and weights, two of these 0."""
        random = np.random.default_rng(50)
        z = random.normal(size=self.shape)
        classes = random.integers(0, self.shape[-1], self.shape[:-1])
        y_pred = {"real": z, "sigmoid": 1 / (1 + np.exp(-z)), "softmax": np.exp(z) / np.exp(z).sum(-1, keepdims=True)}[self.outputs]
        y_true = {
            "real": z + random.normal(size=self.shape) * 0.5,
            "bits": (z + random.normal(size=self.shape) > 0),
            "one_hot": np.eye(self.shape[-1])[classes],
            "index": classes,
            "index_or_best": np.where(random.random(classes.shape) < 0.5, classes, z.argmax(-1)),
        }[self.targets]
        weight = random.uniform(0.5, 2.0, self.shape[0])
        weight[[1, 4]] = 0
        return y_true.astype("int32" if "index" in self.targets else "float32"), y_pred.astype("float32"), weight.astype("float32")


def _columns(function: Callable[..., Any], threshold: float | None = None) -> Callable[[Array, Array, Array], Any]:
    """Return a function of scikit-learn's on flat columns, for targets with as many outputs for each example."""

    def of_columns(y_true: Array, y_pred: Array, weight: Array) -> Any:
        each = np.broadcast_to(weight.reshape(-1, *[1] * (y_pred.ndim - 1)), y_pred.shape).ravel()
        return function(y_true.ravel(), y_pred.ravel() if threshold is None else y_pred.ravel() > threshold, sample_weight=each)

    return of_columns


def _classes(function: Callable[..., Any], **options: Any) -> Callable[[Array, Array, Array], Any]:
    def of_classes(y_true: Array, y_pred: Array, weight: Array) -> Any:
        labels = y_true.argmax(-1) if y_true.shape == y_pred.shape else y_true
        each = np.broadcast_to(weight.reshape(-1, *[1] * (y_pred.ndim - 2)), y_pred.shape[:-1]).ravel()
        return function(labels.ravel(), y_pred.argmax(-1).ravel(), sample_weight=each, **options)

    return of_classes


def _of_one_class(function: Callable[..., Any], chosen: int) -> Callable[[Array, Array, Array], Any]:
    return _classes(lambda labels, given, sample_weight: function(labels == chosen, given == chosen, sample_weight=sample_weight))


def _top_k(k: int) -> Callable[[Array, Array, Array], Any]:
    def top(y_true: Array, y_pred: Array, weight: Array) -> Any:
        labels = y_true.argmax(-1) if y_true.shape == y_pred.shape else y_true
        return sk.top_k_accuracy_score(labels, y_pred, k=k, sample_weight=weight, labels=range(y_pred.shape[-1]))

    return top


def _r2(y_true: Array, y_pred: Array, weight: Array) -> Any:
    return sk.r2_score(y_true, y_pred, sample_weight=weight)


def _alike(metric: str, *data: Any, sklearn: Opinion, tolerance: float = 1e-5, **settings: Any) -> Case:
    """Return a case whose name and settings are Keras's."""
    return Case(metric, *data, sklearn, settings, (metric, settings), tolerance)


_hits, _right = _columns(sk.accuracy_score, 0.5), _classes(sk.accuracy_score)
_matrix = partial(_classes, sk.confusion_matrix)
_BITS, _REAL = ("sigmoid", "bits", (9, 1)), ("real", "real", (9, 3))
_MANY = ("sigmoid", "bits", (200, 1))
_INDEX, _ONE_HOT = ("softmax", "index_or_best", (9, 3)), ("softmax", "one_hot", (9, 3))

CASES = [
    _alike("BinaryAccuracy", *_BITS, sklearn=_hits),
    _alike("BinaryAccuracy", "sigmoid", "bits", (9, 3), threshold=0.3, sklearn=_columns(sk.accuracy_score, 0.3)),
    Case("BinaryIoU", *_BITS, _columns(partial(sk.jaccard_score, average="macro"), 0.5)),
    Case("BinaryIoU", *_BITS, _columns(sk.jaccard_score, 0.3), {"threshold": 0.3, "target_class_ids": [1]}),
    _alike("CategoricalAccuracy", *_ONE_HOT, sklearn=_right),
    Case("CategoricalAccuracy", "softmax", "one_hot", (6, 4, 3), _right),
    _alike("SparseCategoricalAccuracy", *_INDEX, sklearn=_right),
    Case("SparseCategoricalAccuracy", *_ONE_HOT, _right, {}, ("CategoricalAccuracy", {})),
    Case("SparseCategoricalAccuracy", "softmax", "index_or_best", (6, 4, 3), _right),
    _alike("TopKCategoricalAccuracy", "softmax", "one_hot", (9, 5), k=2, sklearn=_top_k(2)),
    Case("TopKCategoricalAccuracy", "softmax", "index", (9, 7), _top_k(5), {}, ("SparseTopKCategoricalAccuracy", {})),
    _alike("SparseTopKCategoricalAccuracy", "softmax", "index", (9, 7), k=3, sklearn=_top_k(3)),
    _alike("Precision", *_BITS, sklearn=_columns(sk.precision_score, 0.5)),
    _alike("Precision", "sigmoid", "bits", (9, 3), thresholds=0.3, sklearn=_columns(sk.precision_score, 0.3)),
    Case("Precision", *_INDEX, _of_one_class(sk.precision_score, 1), {"class_id": 1}),
    _alike("Recall", *_BITS, sklearn=_columns(sk.recall_score, 0.5)),
    Case("Recall", "sigmoid", "bits", (6, 4, 3), _columns(sk.recall_score, 0.7), {"thresholds": 0.7}),
    Case("Recall", *_ONE_HOT, _of_one_class(sk.recall_score, 2), {"class_id": 2}),
    Case("F1Score", *_BITS, _columns(sk.f1_score, 0.5), {}, ("F1Score", {"average": "micro", "threshold": 0.5})),
    Case(
        "F1Score",
        *("sigmoid", "bits", (9, 3)),
        _columns(sk.f1_score, 0.6),
        {"threshold": 0.6},
        ("F1Score", {"average": "micro", "threshold": 0.6}),
    ),
    Case("F1Score", *_INDEX, _of_one_class(sk.f1_score, 0), {"class_id": 0}),
    _alike("AUC", *_MANY, sklearn=_columns(sk.roc_auc_score), tolerance=5e-3),
    _alike("AUC", "real", "bits", (200, 1), from_logits=True, sklearn=_columns(sk.roc_auc_score), tolerance=5e-3),
    Case("AUC", "sigmoid", "bits", (60, 3), _columns(sk.roc_auc_score), {"num_thresholds": 4000}, tolerance=5e-4),
    Case("ConfusionMatrix", "softmax", "index_or_best", (30, 3), _matrix(labels=range(3)), {"num_classes": 3}),
    Case("ConfusionMatrix", "softmax", "one_hot", (30, 3), _matrix(labels=range(4)), {"num_classes": 4}),
    Case("ConfusionMatrix", "sigmoid", "bits", (30, 1), _columns(sk.confusion_matrix, 0.5), {"num_classes": 2}),
    _alike("MeanSquaredError", *_REAL, sklearn=_columns(sk.mean_squared_error)),
    _alike("MeanAbsoluteError", "real", "real", (9, 1), sklearn=_columns(sk.mean_absolute_error)),
    Case("MeanAbsoluteError", "real", "real", (6, 4, 3), _columns(sk.mean_absolute_error)),
    _alike("RootMeanSquaredError", *_REAL, sklearn=_columns(sk.root_mean_squared_error)),
    _alike("R2Score", "real", "real", (30, 1), sklearn=_r2),
    _alike("R2Score", "real", "real", (30, 3), sklearn=_r2),
]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def _totals(metric: metrics.Metric, y_true: Array, y_pred: Array, weight: Array) -> Array:
    return np.asarray(metric.statistics(as_tensor(y_true), as_tensor(y_pred), as_tensor(weight)).value, np.float64)


@pytest.mark.parametrize("case", [case for case in CASES if case.keras], ids=str)
def test_figures_are_those_of_keras(case: Case) -> None:
    assert case.keras is not None
    y_true, y_pred, weight = case.data()
    plain, weighted = (getattr(keras.metrics, case.keras[0])(**case.keras[1]) for _ in range(2))
    plain.update_state(y_true, y_pred)
    weighted.update_state(y_true, y_pred, weight)
    metric = case.make()
    assert metric(y_true, y_pred) == pytest.approx(float(plain.result()), rel=1e-5)
    assert metric.result(_totals(metric, y_true, y_pred, weight)) == pytest.approx(float(weighted.result()), rel=1e-5)


@every_case
def test_figures_are_those_of_scikit_learn(case: Case) -> None:
    y_true, y_pred, weight = case.data()
    whole = case.metric == "ConfusionMatrix"  # its result is counts
    weight = np.rint(weight) if whole else weight
    metric = case.make()
    wanted, weighted = case.sklearn(y_true, y_pred, np.ones_like(weight)), case.sklearn(y_true, y_pred, weight)
    np.testing.assert_allclose(metric(y_true, y_pred), wanted, rtol=case.tolerance)
    np.testing.assert_allclose(metric.result(_totals(metric, y_true, y_pred, weight)), weighted, rtol=case.tolerance)


@every_case
def test_statistics_of_parts_add_up_to_those_of_the_whole(case: Case) -> None:
    data, metric = case.data(), case.make()
    parts = [_totals(metric, *(array[rows] for array in data)) for rows in (slice(0, 2), slice(2, 5), slice(5, None))]
    whole = _totals(metric, *data)
    np.testing.assert_allclose(sum(parts), whole, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(metric.result(sum(parts)), metric.result(whole), rtol=1e-4)


@every_case
def test_rows_of_weight_0_do_not_count(case: Case) -> None:
    y_true, y_pred, weight = case.data()
    other = y_pred.copy()
    other[[1, 4]] = other[[1, 4]][..., ::-1] * 0.3
    np.testing.assert_allclose(_totals(case.make(), y_true, y_pred, weight), _totals(case.make(), y_true, other, weight), rtol=1e-6)


@every_case
def test_a_figure_of_nothing_is_nan_for_means_and_0_for_shares(case: Case) -> None:
    y_true, y_pred, weight = case.data()
    metric = case.make()
    result = metric.result(_totals(metric, y_true, y_pred, 0 * weight))
    if isinstance(metric, metrics.MeanMetric | metrics.R2Score):
        assert np.isnan(result)
    else:
        assert np.all(np.asarray(result) == 0)


@every_case
def test_arrays_of_other_dtypes_give_the_same_figure(case: Case) -> None:
    y_true, y_pred, _ = case.data()
    wide = case.make()(y_true.astype("int64" if "index" in case.targets else "float64"), y_pred.astype("float64"))
    np.testing.assert_allclose(wide, case.make()(y_true, y_pred), rtol=1e-5)
    np.testing.assert_array_equal(case.make()(y_true.tolist(), y_pred.tolist()), wide)


@every_case
def test_a_metric_is_made_again_from_its_configuration(case: Case) -> None:
    assert from_config(to_config(case.make())) == case.make()


@pytest.mark.parametrize("case", [case for case in CASES if set(case.settings) - {"num_classes"}], ids=str)
def test_every_setting_changes_the_figure(case: Case) -> None:
    y_true, y_pred, _ = case.data()
    if "class_id" in case.settings and y_true.shape != y_pred.shape:
        with pytest.raises(ArgumentError, match="need class_id"):
            getattr(metrics, case.metric)()(y_true, y_pred)
    else:
        assert getattr(metrics, case.metric)()(y_true, y_pred) != case.make()(y_true, y_pred)


def test_a_column_of_targets_is_the_same_as_a_row_of_them() -> None:
    for case in CASES:
        if case.shape[1:] == (1,):
            y_true, y_pred, _ = case.data()
            np.testing.assert_array_equal(case.make()(y_true.ravel(), y_pred), case.make()(y_true, y_pred))
    y_true, y_pred, _ = (index := next(case for case in CASES if case.targets == "index")).data()
    assert index.make()(y_true[:, None], y_pred) == index.make()(y_true, y_pred)


@pytest.mark.parametrize("name", sorted({case.metric for case in CASES} - {"ConfusionMatrix"}))
def test_targets_that_would_have_to_be_stretched_are_refused(name: str) -> None:
    with pytest.raises((ShapeError, ArgumentError)):
        getattr(metrics, name)()(np.zeros((1, 6), "float32"), np.zeros((6, 6), "float32"))


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, cls in metrics.metric_names().items()
        if name.islower() and is_own(cls) and name not in ("confusion_matrix", "exact_match")
    ],
)
def test_names_stand_for_what_they_mean_in_keras(name: str) -> None:
    metric = metrics.get(name)
    assert metric.name == name
    assert metrics.get(metric) is metric
    assert keras.metrics.get(name) is not None


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ArgumentError, match=r"Got 'precison' instead\. Did you mean 'precision'\?"):
        metrics.get("precison")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.TopKCategoricalAccuracy(k=0), "k must be a whole number from 1"),
        (lambda: metrics.AUC(num_thresholds=1), "num_thresholds must be a whole number from 2"),
        (lambda: metrics.ConfusionMatrix(0), "num_classes must be a whole number from 1"),
    ],
    ids=["k", "num_thresholds", "num_classes"],
)
def test_settings_that_mean_nothing_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()
