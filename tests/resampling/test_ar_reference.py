"""AR fits against R's ``ar()`` and statsmodels."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from statsmodels.regression.linear_model import burg, yule_walker
from statsmodels.tsa.ar_model import AutoReg, ar_select_order
from statsmodels.tsa.stattools import pacf_burg

from arsieve_rf.resampling.ar import fit_ar

REFERENCE = Path(__file__).resolve().parents[2] / ".." / "shared" / "reference"
SERIES = ("ar2", "ma1", "arma11", "lynx_log10", "LakeHuron", "white_noise")


def rows(name):
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(f"reference file {name} is not here")
    with path.open(newline="") as file:
        return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(file)]


def number(text):
    return float("nan") if text == "NA" else float(text)


@pytest.fixture(scope="module")
def r_series():
    values, residuals = defaultdict(list), defaultdict(list)
    for row in rows("series_and_residuals.csv"):
        values[row["series"]].append(number(row["y"]))
        residuals[row["series"]].append(number(row["resid"]))
    return {name: (np.array(values[name]), np.array(residuals[name])) for name in values}


@pytest.fixture(scope="module")
def r_coefs():
    coefs = defaultdict(dict)
    for row in rows("ar_coefs.csv"):
        coefs[row["series"]][int(row["lag"])] = number(row["coef"])
    return {name: np.array([by_lag[k] for k in sorted(by_lag)]) for name, by_lag in coefs.items()}


def forecast(fit, y, steps):
    path = list(y - fit.mean)
    for _ in range(steps):
        path.append(sum(fit.coef[k] * path[-1 - k] for k in range(fit.order)))
    return fit.mean + path[-1]


@pytest.mark.parametrize("name", SERIES)
def test_default_equals_r(name, r_series, r_coefs):
    y, r_residuals = r_series[name]
    (summary,) = [row for row in rows("ar_summary.csv") if row["series"] == name]
    fit = fit_ar(y)
    assert fit.order == int(summary["order"])
    assert len(fit.criteria) == int(summary["order_max"]) + 1
    assert fit.n_obs == int(summary["n"])
    expected = r_coefs.get(name, np.empty(0))
    np.testing.assert_allclose(fit.coef, expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(fit.mean, number(summary["mean"]), rtol=1e-12)
    np.testing.assert_allclose(fit.sigma2, number(summary["var_pred"]), rtol=1e-9)
    defined = r_residuals[fit.order :]
    assert np.isnan(r_residuals[: fit.order]).all()
    np.testing.assert_allclose(fit.residuals, defined - defined.mean(), rtol=0, atol=1e-9)
    np.testing.assert_allclose(forecast(fit, y, 1), number(summary["forecast1"]), rtol=1e-9)
    np.testing.assert_allclose(forecast(fit, y, 5), number(summary["forecast5"]), rtol=1e-9)


@pytest.mark.parametrize("name", SERIES)
def test_criteria_equal_r(name, r_series):
    fit = fit_ar(r_series[name][0])
    table = [row for row in rows("ar_aic.csv") if row["series"] == name]
    assert [int(row["order"]) for row in table] == list(range(len(fit.criteria)))
    expected = [number(row["aic_minus_min"]) for row in table]
    np.testing.assert_allclose(fit.criteria - fit.criteria.min(), expected, rtol=0, atol=1e-9)
    partial = [number(row["pacf"]) for row in table[1:]]
    np.testing.assert_allclose(fit.partial_autocorrelations, partial, rtol=0, atol=1e-9)


@pytest.mark.parametrize("order", range(1, 6))
@pytest.mark.parametrize("name", SERIES)
def test_fixed_orders_equal_r(name, order, r_series, r_coefs):
    fit = fit_ar(r_series[name][0], order=order)
    np.testing.assert_allclose(fit.coef, r_coefs[f"{name}_fixed{order}"], rtol=0, atol=1e-9)


def example(seed, n=150):
    rng = np.random.default_rng(seed)
    y = np.zeros(n + 50)
    for t in range(3, n + 50):
        y[t] = 0.6 * y[t - 1] - 0.3 * y[t - 2] + 0.2 * y[t - 3] + rng.normal()
    return 5.0 + y[50:]


@pytest.mark.filterwarnings("ignore:yule_walker currently returns:FutureWarning")
@pytest.mark.parametrize("order", [1, 2, 5, 12])
@pytest.mark.parametrize("seed", range(3))
def test_fits_agree_with_statsmodels(seed, order):
    y = example(seed)
    coef, sigma = yule_walker(y, order, method="mle", demean=True)[:2]
    fit = fit_ar(y, order=order)
    np.testing.assert_allclose(fit.coef, coef, atol=1e-10)
    np.testing.assert_allclose(fit.sigma2, sigma**2 * y.size / (y.size - order - 1), rtol=1e-10)

    coef = burg(y, order, demean=True)[0]
    fit = fit_ar(y, order=order, method="burg")
    np.testing.assert_allclose(fit.coef, coef, atol=1e-10)
    partial = pacf_burg(y, order)[0][1:]
    np.testing.assert_allclose(fit.partial_autocorrelations, partial, atol=1e-10)
    # The variance by the recursion, as R does; statsmodels takes the mean square of the prediction errors.
    variance = y.var() * np.prod(1.0 - partial**2)
    np.testing.assert_allclose(fit.sigma2, variance * y.size / (y.size - order - 1), rtol=1e-10)

    peer = AutoReg(y, lags=order, trend="c").fit()
    fit = fit_ar(y, order=order, method="ols")
    np.testing.assert_allclose(fit.coef, peer.params[1:], atol=1e-10)
    constant = fit.mean * (1.0 - fit.coef.sum()) + fit.intercept
    np.testing.assert_allclose(constant, peer.params[0], rtol=1e-9)
    np.testing.assert_allclose(fit.residuals, peer.resid, atol=1e-10)
    np.testing.assert_allclose(fit.sigma2, peer.resid @ peer.resid / peer.df_resid, rtol=1e-9)


@pytest.mark.parametrize("criterion", ["aic", "bic", "hqic"])
@pytest.mark.parametrize("seed", range(4))
def test_ols_order_agrees_with_statsmodels(seed, criterion):
    y = example(seed)
    peer = ar_select_order(y, 12, ic=criterion, trend="c")
    fit = fit_ar(y, order=criterion, max_order=12, method="ols")
    assert fit.order == len(peer.ar_lags or [])
