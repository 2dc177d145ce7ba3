from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.ar_model import AutoReg

from arsieve_rf.evaluation import ar_forecast
from arsieve_rf.resampling.ar import fit_ar


@pytest.fixture(scope="module")
def y():
    rng = np.random.default_rng(7)
    e = rng.normal(size=300)
    out = np.zeros(300)
    for t in range(2, 300):
        out[t] = 1.2 * out[t - 1] - 0.5 * out[t - 2] + e[t]
    return out + 40.0


@pytest.mark.parametrize("order", [1, 2, 5])
def test_ols_forecasts_equal_those_of_statsmodels(y, order):
    fit = fit_ar(y, order=order, method="ols")
    reference = AutoReg(y, order).fit().forecast(12)
    np.testing.assert_allclose(ar_forecast(fit, y, 12), reference, rtol=1e-9)


def test_yule_walker_forecasts_converge_to_the_mean(y):
    fit = fit_ar(y)
    assert ar_forecast(fit, y, 2000)[-1] == pytest.approx(fit.mean, abs=1e-9)


def test_recursion_is_consistent(y):
    # A forecast of h steps is the forecast of one step, appended, then forecast for h - 1 more.
    fit = fit_ar(y, order=3)
    whole = ar_forecast(fit, y, 5)
    np.testing.assert_allclose(ar_forecast(fit, np.append(y, whole[:1]), 4), whole[1:], rtol=1e-13)


def test_other_series_than_the_fitted_one_and_its_index(y):
    fit = fit_ar(y, order=2)
    index = pd.RangeIndex(2000, 2006, 2)
    out = ar_forecast(fit, pd.Series([41.0, 39.0, 44.0], index=index, name="x"), 2)
    by_hand = fit.mean + fit.coef @ (np.array([44.0, 39.0]) - fit.mean)
    assert out.iloc[0] == pytest.approx(by_hand, rel=1e-13)
    assert out.index.tolist() == [2006, 2008]
    assert out.name == "x"


def test_order_zero_is_the_mean(y):
    np.testing.assert_array_equal(ar_forecast(fit_ar(y, order=0), y, 3), np.full(3, y.mean()))


def test_faults(y):
    fit = fit_ar(y, order=2)
    with pytest.raises(ValueError, match=r"y has 1 values; a model of order 2"):
        ar_forecast(fit, [1.0], 3)
    with pytest.raises(ValueError, match="h must be at least 1"):
        ar_forecast(fit, y, 0)
    explosive = replace(fit, coef=np.array([10.0, 0.0]))
    with pytest.raises(ValueError, match=r"leave the range of float64 after 30\d steps, got h=1000"):
        ar_forecast(explosive, y, 1000)
