"""skops.io reads and writes our estimators; what must be trusted is arsieve_rf's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForestRegressor
from tests.persistence.cases import BOOTSTRAPS, N, forecaster, same, same_forecasts, values

sio = pytest.importorskip("skops.io")

INDEXES = {
    "dates": pd.date_range("2015-01-31", periods=N, freq="ME", name="month"),
    "zoned": pd.date_range("2024-03-25", periods=N, freq="D", tz="Europe/Berlin"),
    "steps": pd.date_range("2010-01-01", periods=N, freq=pd.DateOffset(months=2)),
    "trading days": pd.date_range("2024-03-08", periods=N, freq=pd.offsets.CDay(holidays=["2024-07-04"])),
    "business hours": pd.date_range("2024-03-08 09:00", periods=N, freq="bh"),
    "periods": pd.period_range("1990Q1", periods=N, freq="Q-NOV", name="quarter"),
    "range": pd.RangeIndex(10, 10 + 3 * N, 3, name="k"),
    "int16": pd.Index(np.arange(5, 5 + N, dtype=np.int16)),
}


def through_skops(estimator):
    """Back from a file, after a look at what must be trusted."""
    content = sio.dumps(estimator)
    types = sio.get_untrusted_types(data=content)
    assert types
    assert all(name.startswith("arsieve_rf.") for name in types), types
    return sio.loads(content, trusted=types)


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS, ids=str)
def test_forecasters(bootstrap):
    X = np.cos(np.arange(N))[:, None]
    options = {"period": 12} if bootstrap == "seasonal" else {}
    fitted = forecaster(bootstrap=bootstrap, **options).fit(values(), X)
    again = through_skops(fitted)
    same_forecasts(fitted, again, X[:3])
    new = values(N + 2)[N:]
    same_forecasts(fitted.update(new, X[:2]), again.update(new, X[:2]), X[:3])


@pytest.mark.parametrize("kind", INDEXES)
@pytest.mark.parametrize("calibration", [None, "conformal"])
def test_forecasters_of_indexed_series(kind, calibration):
    fitted = forecaster(calibration=calibration, seasonal=None)
    fitted.fit(pd.Series(values(), index=INDEXES[kind], name="sales"))
    same_forecasts(fitted, through_skops(fitted))


@pytest.mark.parametrize(
    "options",
    [
        {"strategy": "direct"},
        {"seasonal": "stl", "seasonal_period": 12, "transform": "log"},
        {"seasonal": "additive", "seasonal_period": 12, "transform": "box_cox", "differencing": 2},
    ],
    ids=str,
)
def test_forecasters_of_all_kinds(options):
    fitted = forecaster(**options).fit(values())
    fitted.predict(2)
    same_forecasts(fitted, through_skops(fitted))


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid", None], ids=str)
def test_regressors(bootstrap):
    y = values()
    X = pd.DataFrame({f"lag_{k}": y[3 - k : N - k] for k in (1, 2, 3)})
    fitted = ARSieveForestRegressor(12, bootstrap=bootstrap, random_state=0).fit(X, y[3:])
    again = through_skops(fitted)
    same(fitted.predict(X), again.predict(X))
    same(fitted.predict_quantiles(X, [0.1, 0.9]), again.predict_quantiles(X, [0.1, 0.9]))


def test_without_trust_nothing_is_made():
    content = sio.dumps(forecaster(seasonal=None).fit(values()))
    with pytest.raises(sio.exceptions.UntrustedTypesFoundException, match="ARSieveForecaster"):
        sio.loads(content)


def test_exports_need_the_trees_of_scikit_learn_to_be_trusted():
    y = values()
    X = np.column_stack([y[3 - k : N - k] for k in (1, 2, 3)])
    exported = ARSieveForestRegressor(5, random_state=0).fit(X, y[3:]).to_sklearn()
    content = sio.dumps(exported)
    types = sio.get_untrusted_types(data=content)
    assert set(types) <= {"sklearn.tree._tree.Tree"}
    same(sio.loads(content, trusted=types).predict(X), exported.predict(X))
