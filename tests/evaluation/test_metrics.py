from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, mean_squared_error

from arsieve_rf.evaluation import mae, mase, mse, naive_forecast, rmse, seasonal_naive_forecast, smape

PLAIN = [mse, rmse, mae, smape]
numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
pairs = st.integers(1, 20).flatmap(
    lambda n: st.tuples(st.lists(numbers, min_size=n, max_size=n), st.lists(numbers, min_size=n, max_size=n))
)


@given(pairs)
def test_agreement_with_scikit_learn(pair):
    y, f = pair
    assert mse(y, f) == pytest.approx(mean_squared_error(y, f), rel=1e-12, abs=1e-12)
    assert mae(y, f) == pytest.approx(mean_absolute_error(y, f), rel=1e-12, abs=1e-12)
    assert rmse(y, f) == pytest.approx(math.sqrt(mean_squared_error(y, f)), rel=1e-12, abs=1e-12)


@given(pairs)
def test_smape_is_the_competitions(pair):
    y, f = pair
    terms = [0.0 if a == b == 0 else 200 * abs(a - b) / (abs(a) + abs(b)) for a, b in zip(y, f, strict=True)]
    assert smape(y, f) == pytest.approx(sum(terms) / len(terms), rel=1e-12, abs=1e-12)
    assert 0.0 <= smape(y, f) <= 200.0 * (1 + 1e-15)
    assert smape(f, y) == smape(y, f)


@given(pairs)
def test_order_and_sign(pair):
    y, f = pair
    assert mae(y, f) <= rmse(y, f) * (1 + 1e-12)
    for measure in PLAIN:
        assert measure(y, y) == 0.0
        assert measure(y[::-1], f[::-1]) == pytest.approx(measure(y, f), rel=1e-12, abs=1e-300)


@given(pairs, st.integers(-1000, 990))
def test_powers_of_two_only_change_the_exponent(pair, k):
    y, f = (np.array(x) for x in pair)
    big_y, big_f = np.ldexp(y, k), np.ldexp(f, k)
    assert smape(big_y, big_f) == smape(y, f)
    assert mae(big_y, big_f) == pytest.approx(math.ldexp(mae(y, f), k), rel=1e-14)
    assert rmse(big_y, big_f) == pytest.approx(math.ldexp(rmse(y, f), k), rel=1e-14)
    assert math.isfinite(mse(big_y, big_f))


@pytest.mark.parametrize("measure", PLAIN)
@pytest.mark.parametrize("value", [0.0, 5e-324, 1.7e308])
def test_ends_of_float64(measure, value):
    assert math.isfinite(measure([value, -value], [-value, value]))


def test_pairs_of_very_different_size():
    assert smape([1e-300, 1e300], [3e-300, 3e300]) == pytest.approx(100.0)


def test_mase_of_the_naive_forecast_in_training_is_one():
    y = np.random.default_rng(0).normal(size=60).cumsum()
    for m in (1, 4, 12):
        in_sample = y[:-m]  # the naive forecast of y[m:]
        assert mase(y[m:], in_sample, y, m) == pytest.approx(1.0, rel=1e-14)


def test_mase_by_hand():
    # Scale: mean(|3-1|, |2-3|, |6-2|) = 7/3; errors 1 and 6.
    assert mase([5, 0], [4, 6], [1, 3, 2, 6]) == pytest.approx(3.5 / (7 / 3), rel=1e-15)
    assert mase([5, 0], [4, 6], [1, 3, 2, 6], m=2) == pytest.approx(3.5 / 2, rel=1e-15)


@pytest.mark.parametrize("k", [-900, 900])
def test_mase_has_no_unit(k):
    y, f, past = np.array([5.0, 0.0]), np.array([4.0, 6.0]), np.array([1.0, 3.0, 2.0, 6.0])
    assert mase(np.ldexp(y, k), np.ldexp(f, k), np.ldexp(past, k)) == mase(y, f, past)


def test_mase_faults():
    with pytest.raises(ValueError, match="not defined: y_train repeats itself every m=2 steps"):
        mase([1.0], [2.0], [1.0, 2.0, 1.0, 2.0], m=2)
    with pytest.raises(ValueError, match=r"m must be between 1 and 2 .*3 values of y_train.*, got 3"):
        mase([1.0], [2.0], [1.0, 2.0, 4.0], m=3)
    with pytest.raises(ValueError, match="m must be between 1 and 2"):
        mase([1.0], [2.0], [1.0, 2.0, 4.0], m=0)
    for m in (1.0, True, "1"):
        with pytest.raises(TypeError, match="m must be an integer"):
            mase([1.0], [2.0], [1.0, 2.0, 4.0], m=m)
    with pytest.raises(ValueError, match="y_train has 1 missing"):
        mase([1.0], [2.0], [1.0, np.nan])


@pytest.mark.parametrize("measure", PLAIN)
def test_faults(measure):
    with pytest.raises(ValueError, match="y_true has 2 values and y_pred has 1"):
        measure([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="y_pred has 1 missing"):
        measure([1.0], [np.nan])
    with pytest.raises(ValueError, match="y_true is empty"):
        measure([], [])
    with pytest.raises(ValueError, match="y_pred must be one-dimensional"):
        measure([1.0], [[1.0]])


def test_series_must_be_aligned():
    index = pd.period_range("2024-01", periods=3, freq="M")
    y = pd.Series([1.0, 2.0, 3.0], index=index)
    assert mae(y, y + 1) == 1.0
    assert mae(y, (y + 1).to_numpy()) == 1.0
    with pytest.raises(ValueError, match=r"different indexes: they start at 2024-01 and 2024-02"):
        mae(y, pd.Series([1.0, 2.0, 3.0], index=index + 1))


def test_naive_forecasts():
    index = pd.period_range("2024-01", periods=5, freq="M")
    y = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0], index=index, name="x")
    out = naive_forecast(y, 2)
    pd.testing.assert_series_equal(
        out, pd.Series([5.0, 5.0], index=pd.period_range("2024-06", periods=2, freq="M"), name="x")
    )
    assert seasonal_naive_forecast(y, 7, 3).tolist() == [3, 4, 5, 3, 4, 5, 3]
    assert seasonal_naive_forecast(y, 1, 3).tolist() == [3]
    np.testing.assert_array_equal(seasonal_naive_forecast(y, 4, 1), naive_forecast(y, 4))
    with pytest.raises(ValueError, match="m must be between 1 and 4"):
        seasonal_naive_forecast(y, 1, 5)
    with pytest.raises(ValueError, match="h must be at least 1"):
        naive_forecast(y, 0)
    with pytest.raises(TypeError, match="h must be an integer"):
        seasonal_naive_forecast(y, 1.5, 2)
