"""Numbers shaped: logarithms against NumPy and SciPy, bounds against NumPy's percentiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import chainrule as cr
from chainrule.data.steps.numbers import skewness
from chainrule.errors import ArgumentError

AT = cr.data.At("x")
NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
VALUES = st.lists(NUMBERS, min_size=3, max_size=50).map(lambda values: np.array(values)[:, None])


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_the_logarithm_keeps_order_sign_and_what_is_missing(x):
    step = cr.data.Log().fit(x, AT)
    z = step.apply(x, AT)
    assert (np.sign(z) == np.sign(x)).all() if step.scale else (z == x).all()
    order = np.argsort(x[:, 0], kind="stable")
    assert (np.diff(z[order, 0]) >= 0).all()
    both = step.apply(np.concatenate([x, np.ones_like(x)], axis=1), AT)
    assert (both[:, 1] == 1).all() and np.array_equal(both[:, :1], z)


def test_only_skewed_columns_are_changed_unless_asked():
    random = np.random.default_rng(0)
    skewed, even = np.exp(random.normal(size=(500, 1)) * 2), random.normal(size=(500, 1))
    assert cr.data.Log(always=False).fit(even, AT).scale is None
    step = cr.data.Log(always=False).fit(skewed, AT)
    assert step.scale == pytest.approx(np.median(skewed))
    assert abs(skewness(step.apply(skewed, AT)[:, 0])) < 0.5 * abs(skewness(skewed[:, 0]))
    assert skewness(skewed[:, 0]) == pytest.approx(stats.skew(skewed[:, 0]))


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_outliers_are_kept_within_tukeys_fences(x):
    first, third = np.percentile(x, [25, 75])
    expected = np.clip(x, first - 1.5 * (third - first), third + 1.5 * (third - first))
    assert cr.data.ClipOutliers(1.5).fit(x, AT).apply(x, AT) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ArgumentError, match="factor must be a number from 0"):
        cr.data.ClipOutliers(-1)
