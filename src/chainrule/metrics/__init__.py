"""Metrics."""

from collections.abc import Callable

from chainrule.errors import unknown_name
from chainrule.metrics.exact import ExactMatch
from chainrule.metrics.metric import Accuracy, MeanMetric, Metric, Takes
from chainrule.metrics.metrics import (
    AUC,
    BinaryAccuracy,
    CategoricalAccuracy,
    ConfusionMatrix,
    F1Score,
    MeanAbsoluteError,
    MeanSquaredError,
    Precision,
    R2Score,
    Recall,
    RootMeanSquaredError,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from chainrule.metrics.overlap import BinaryIoU

METRICS: dict[str, Callable[[], Metric]] = {
    "auc": AUC,
    "binary_accuracy": BinaryAccuracy,
    "binary_io_u": BinaryIoU,
    "categorical_accuracy": CategoricalAccuracy,
    "f1_score": F1Score,
    "mae": lambda: MeanAbsoluteError(name="mae"),
    "mean_absolute_error": MeanAbsoluteError,
    "mean_squared_error": MeanSquaredError,
    "mse": lambda: MeanSquaredError(name="mse"),
    "precision": Precision,
    "r2_score": R2Score,
    "recall": Recall,
    "root_mean_squared_error": RootMeanSquaredError,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "sparse_top_k_categorical_accuracy": SparseTopKCategoricalAccuracy,
    "top_k_categorical_accuracy": TopKCategoricalAccuracy,
}


def get(metric: str | Metric) -> Metric:
    """Return the metric of a name, or the one given."""
    if isinstance(metric, Metric):
        return metric
    if metric not in METRICS:
        raise unknown_name("A metric", metric, METRICS)
    return METRICS[metric]()


__all__ = [
    "AUC",
    "METRICS",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "ConfusionMatrix",
    "ExactMatch",
    "F1Score",
    "MeanAbsoluteError",
    "MeanMetric",
    "MeanSquaredError",
    "Metric",
    "Precision",
    "R2Score",
    "Recall",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "Takes",
    "TopKCategoricalAccuracy",
    "get",
]
