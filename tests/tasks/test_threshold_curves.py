"""Precision, recall and rates at every threshold, beside scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from chainrule.tasks.threshold_curves import threshold_curves

EXAMPLES = st.lists(st.tuples(st.integers(0, 8).map(lambda eighths: eighths / 8) | st.floats(0, 1, width=32), st.booleans()), min_size=2)


@given(EXAMPLES.filter(lambda examples: len({positive for _, positive in examples}) == 2))
def test_curves_are_those_of_scikit_learn(examples: list[tuple[float, bool]]) -> None:
    scores, positive = (np.array(column) for column in zip(*examples, strict=True))
    found = threshold_curves(scores, positive)
    precision, recall, _ = metrics.precision_recall_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(found.precision, precision[::-1], rtol=1e-12)
    np.testing.assert_allclose(found.recall, recall[::-1], rtol=1e-12)
    false, true, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(found.false_positive_rate, false, rtol=1e-12)
    np.testing.assert_allclose(found.recall, true, rtol=1e-12)
    assert found.average_precision == pytest.approx(metrics.average_precision_score(positive, scores))
    assert found.area == pytest.approx(metrics.roc_auc_score(positive, scores))


def test_what_is_not_known_is_not_a_number() -> None:
    none, all_of_them = threshold_curves([0.2, 0.7], [False, False]), threshold_curves([0.2, 0.7], [True, True])
    assert np.isnan(none.average_precision) and np.isnan(none.area)
    assert all_of_them.average_precision == 1 and np.isnan(all_of_them.area)
