"""A metric of the user's own, one class, is treated as ours are; and what every metric declares is true."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import metrics
from chainrule.configuration import describe, from_config, is_own, subclasses, to_config
from chainrule.explain import permutation_importance
from chainrule.metrics import MeanMetric, Metric, Takes

RANDOM = np.random.default_rng(6)
X = RANDOM.normal(size=(40, 3)).astype("float32")
Y = X[:, :1] * 2


class Within(MeanMetric):
    """The part of outputs that miss their target by at most `distance`."""

    higher_is_better = True
    takes = Takes.QUANTITIES
    is_accuracy = True
    distance: float = 0.5

    def values(self, y_true: cr.Tensor, y_pred: cr.Tensor) -> cr.Tensor:
        return cr.ops.absolute(y_pred - y_true) <= self.distance


class Mine(metrics.MeanAbsoluteError):
    """A subclass of one of ours, with nothing of its own."""


def network(chosen: list[object]) -> cr.Sequential:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=0)
    model.compile(cr.optimizers.Adam(0.1), "mse", chosen)
    return model


def test_it_is_found_by_name_and_made_from_configuration() -> None:
    assert metrics.get("within") == metrics.get("Within") == Within() and Within().name == "within"
    assert from_config(to_config(Within(0.1))) == Within(0.1) and repr(Within(0.1)) == "Within(distance=0.1)"
    assert metrics.metric_names()["within"] is Within


def test_it_is_measured_watched_recorded_and_saved(tmp_path: Path) -> None:
    model = network(["within"])
    watch = [cr.callbacks.EarlyStopping("within", patience=50), cr.callbacks.Recorder(tmp_path / "run")]
    history = model.fit(X, Y, 8, 20, verbose=0, callbacks=watch).history
    assert history["within"][-1] > history["within"][0]
    assert watch[0].best == max(history["within"])  # auto asked the metric
    assert cr.open_run(tmp_path / "run").figures()["within"].shape == (100,)
    wanted = float((np.abs(model.predict(X) - Y) <= 0.5).mean())
    assert model.evaluate(X, Y, return_dict=True)["within"] == pytest.approx(wanted)
    model.save(tmp_path / "model")
    assert cr.models.load_model(tmp_path / "model").evaluate(X, Y) == model.evaluate(X, Y)
    important = permutation_importance(model, X, Y, "within")
    assert important.mean.argmax() == 0 and important.mean[0] > 0


def test_a_function_is_a_metric_too() -> None:
    def largest(y_true: cr.Tensor, y_pred: cr.Tensor) -> cr.Tensor:
        return cr.ops.reduce_max(cr.ops.absolute(y_pred - y_true), axis=-1)

    model = network([largest, "mae"])
    _, first, second = model.evaluate(X, Y)
    assert first == pytest.approx(second)
    assert model.objective.names == ("loss", "largest", "mae")


def test_a_subclass_is_treated_like_its_base() -> None:
    assert (Mine.higher_is_better, Mine.takes, Mine().name) == (False, Takes.QUANTITIES, "mean_absolute_error")
    assert network([Mine()]).evaluate(X, Y) == network(["mean_absolute_error"]).evaluate(X, Y)


OURS = [cls for cls in subclasses(Metric) if is_own(cls)]
every_metric = pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
NEEDED = {"num_classes": 2}
PERFECT = {
    Takes.CLASSES: (np.array([0, 1, 1, 0]), np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]])),
    Takes.PROBABILITIES: (np.array([[0.0], [1.0], [1.0], [0.0]]), np.array([[0.1], [0.8], [0.7], [0.4]])),
    Takes.QUANTITIES: (np.array([[1.0], [2.0], [-3.0], [0.5]]), np.array([[1.0], [2.0], [-3.0], [0.5]])),
}


def made(cls: type[Metric]) -> Metric:
    needed = {name: NEEDED[name] for name in describe(cls) if name in NEEDED}
    return cls(1, **needed) if cls.__name__.endswith("TopKCategoricalAccuracy") else cls(**needed)


@every_metric
def test_higher_is_better_is_true(cls: type[Metric]) -> None:
    metric = made(cls)
    y, right = PERFECT[metric.takes]
    wrong = right[::-1] + 3 if metric.takes is Takes.QUANTITIES else 1 - right
    if cls is metrics.CategoricalAccuracy:
        y = np.eye(2)[y]
    if cls is metrics.ExactMatch:
        y, right, wrong = y[:, None], right[:, None], wrong[:, None]
    best, worst = metric(y, right), metric(y, wrong)
    if metric.is_number:
        assert (best > worst) == metric.higher_is_better
    else:
        assert metric.higher_is_better is None and np.ndim(best) > 0
    if metric.is_accuracy:
        assert (best, worst) == (1.0, 0.0)


@every_metric
def test_a_metric_comes_back_from_its_configuration(cls: type[Metric]) -> None:
    assert from_config(to_config(made(cls))) == made(cls)
