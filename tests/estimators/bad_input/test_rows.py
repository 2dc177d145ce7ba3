"""Wrong rows of the regressor."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ARSieveForestRegressor
from tests.estimators.bad_input.cases import (
    EXOG,
    embedded,
    expect,
    regressor_fit,
    series,
    spoiled,
)

BAD_ROWS = [
    ("nan in X", lambda X, y: (spoiled(X, np.nan), y), ["X contains NaN"]),
    ("inf in X", lambda X, y: (spoiled(X, np.inf), y), ["X contains infinity"]),
    ("nan in y", lambda X, y: (X, spoiled(y, np.nan)), ["y contains NaN"]),
    ("inf in y", lambda X, y: (X, spoiled(y, -np.inf)), ["y contains infinity"]),
    ("words in X", lambda X, y: (np.full(X.shape, "a"), y), ["could not convert string to float"]),
    ("words in y", lambda X, y: (X, np.full(len(y), "a")), ["could not convert string to float"]),
    ("complex X", lambda X, y: (X + 1j, y), ["Complex data not supported"]),
    ("complex y", lambda X, y: (X, y + 1j), ["Complex data not supported"]),
    ("2-D y", lambda X, y: (X, np.column_stack([y, y])), ["y should be a 1d array", "(40, 2)"]),
    ("1-D X", lambda X, y: (X[:, 0], y), ["Expected 2D array, got 1D"]),
    ("lengths", lambda X, y: (X, y[:-1]), ["inconsistent numbers of samples", "[40, 39]"]),
    ("no rows", lambda X, y: (X[:0], y[:0]), ["0 sample(s)", "minimum of 2"]),
    ("one row", lambda X, y: (X[:1], y[:1]), ["1 sample", "minimum of 2"]),
    ("no columns", lambda X, y: (X[:, :0], y), ["0 feature(s)", "minimum of 1"]),
    ("no y", lambda X, y: (X, None), ["requires y to be passed"]),
    ("X beyond float32", lambda X, y: (np.column_stack([X, EXOG * 1e39]), y), ["X contains", "for float32"]),
    ("lags near the end of float32", lambda X, y: (X * 1e37, y * 1e37), ["y contains", "±1e+36", "unit"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), [c[1:] for c in BAD_ROWS], ids=[c[0] for c in BAD_ROWS])
@pytest.mark.parametrize("bootstrap", ["ar_sieve", "circular"])
@pytest.mark.filterwarnings("ignore:no column of X is a lag:UserWarning")
def test_rows_of_the_regressor(change, words, bootstrap):
    X, y = embedded()
    with expect(ValueError, *words):
        ARSieveForestRegressor(2, bootstrap=bootstrap).fit(*change(X, y))


@pytest.mark.parametrize("bootstrap", ["ar_sieve", "iid", None])
@pytest.mark.filterwarnings("ignore:no column of X is a lag:UserWarning")
def test_targets_near_the_end_of_float64(bootstrap, after_fit):
    """Sums over trees must not become infinite."""
    y = series()
    with expect(ValueError, "y contains", "±1e+300", "unit"):
        ARSieveForestRegressor(2, bootstrap=bootstrap).fit(EXOG, y / np.abs(y).max() * 1.7e308)
    y *= 1e300 / np.abs(y).max()
    assert np.isfinite(ARSieveForestRegressor(200, bootstrap=bootstrap).fit(EXOG, y).predict(EXOG)).all()


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([[1.0, 2.0, 3.0]], ["X has 3 features", "expecting 2 features"]),
        ([[1.0, np.nan]], ["X contains NaN"]),
        ([1.0, 2.0], ["Expected 2D array, got 1D"]),
        (np.empty((0, 2)), ["0 sample(s)"]),
        ([[1.0, 1e39]], ["X contains infinity or a value too large for dtype('float32')"]),
        ([["a", "b"]], ["could not convert string to float"]),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")  # before scikit-learn tells
def test_rows_at_prediction(X, words, after_fit):
    fitted = regressor_fit()
    for ask in (fitted.predict, fitted.apply):
        with expect(ValueError, *words):
            ask(X)
