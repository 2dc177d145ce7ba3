"""The weight of a drift, t**2 / (t**2 + 2), beside its definition and asymptotic values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from arsieve_rf.resampling.ar_average import average_ar
from arsieve_rf.selection import drift_weight


def by_definition(x):
    """With loops; the AR coefficients are those of the average model."""
    n, mean = len(x), sum(x) / len(x)
    coef = average_ar((np.asarray(x),)).coef
    errors = []
    for t in range(n):
        past = sum(c * (x[t - k] - mean) for k, c in enumerate(coef, 1) if k <= t)
        errors.append(x[t] - mean - past)
    variance = sum(e * e for e in errors) / (n - 1)
    gain = max(1.0 - sum(coef), 0.05)
    t2 = mean**2 / (variance / gain**2 / n)
    return t2 / (t2 + 2.0)


@pytest.mark.parametrize("phi", [-0.8, 0.0, 0.5, 0.95])
@pytest.mark.parametrize("n", [5, 20, 100])
def test_the_definition(phi, n):
    x = 0.3 + lfilter([1.0], [1.0, -phi], np.random.default_rng(n).standard_normal(n))
    assert drift_weight(x) == pytest.approx(by_definition(x.tolist()), rel=1e-9)


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.5])
@pytest.mark.parametrize("t", [0.5, 1.5, 4.0])
def test_long_series_have_the_t_of_the_long_run_variance(phi, t):
    """Var(mean) = sigma2 / (1 - phi)**2 / n; the sum of the coefficients is known to 1 / sqrt(n)."""
    n = 20_000
    x = lfilter([1.0], [1.0, -phi], np.random.default_rng(0).standard_normal(n + 100))[100:]
    x += t / (1.0 - phi) / np.sqrt(n) - x.mean()
    assert drift_weight(x) == pytest.approx(t * t / (t * t + 2.0), abs=0.04)


def test_noise_without_drift_keeps_little():
    """t is near standard normal, and E t**2 / (t**2 + 2) = 0.19 for a standard normal t (by integration)."""
    z = np.linspace(-8.0, 8.0, 4001)
    density = np.exp(-z * z / 2.0) / np.sqrt(2.0 * np.pi)
    expected = np.sum(density * z**2 / (z**2 + 2.0)) * (z[1] - z[0])
    rng = np.random.default_rng(1)
    found = [drift_weight(rng.standard_normal(400)) for _ in range(300)]
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - expected) < 5.0 * error + 0.02


@pytest.mark.parametrize(
    "x", [[], [3.0], [3.0, 3.0, 3.0], [0.0] * 5, [np.nan, np.nan], [1e-300] * 9, [-1e300] * 9]
)
def test_what_does_not_vary_is_carried_on_whole(x):
    assert drift_weight(np.array(x)) == 1.0


@given(st.integers(-900, 900), st.integers(2, 40), st.integers(0, 99))
def test_units_and_sign_do_not_matter(exponent, n, seed):
    x = np.random.default_rng(seed).standard_normal(n) + 0.2
    expected = drift_weight(x)
    assert 0.0 <= expected <= 1.0
    assert drift_weight(np.ldexp(x, exponent)) == expected
    assert drift_weight(-x) == expected


def test_the_longest_run_decides():
    x = np.random.default_rng(0).standard_normal(30) + 0.3
    assert drift_weight(np.concatenate([[9.0, 8.0, np.nan], x, [np.nan, 7.0]])) == drift_weight(x)
