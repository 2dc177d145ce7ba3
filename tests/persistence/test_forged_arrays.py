"""Kernels check nothing, so a file must not be able to send them outside their arrays."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf import ARSieveForecaster
from tests.persistence.cases import N, forecaster, values
from tests.persistence.forging import change_array, change_document, records_of


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A file of each kind of forecaster, with all that kernels take from it."""
    folder = tmp_path_factory.mktemp("files")
    X = np.cos(np.arange(N))[:, None]
    for bootstrap in ("auto", "ar_sieve", "moving", "stationary", None):
        fitted = forecaster(bootstrap=bootstrap, lags=2, order=2, differencing=1, seasonal=None).fit(
            values(), X
        )
        fitted.predict_interval(2, X[:2])
        fitted.save(folder / str(bootstrap))
    return folder


@pytest.fixture
def copy_of(files, tmp_path):
    def copied(bootstrap):
        path = tmp_path / "f"
        path.write_bytes((files / str(bootstrap)).read_bytes())
        return path

    return copied


def put(place, value):
    def change(array):
        array[place] = value

    return change


ARRAYS = [
    ("auto", "Forest", "left", put(0, 0)),  # a node that is its own child: a descent without end
    ("auto", "Forest", "left", put(0, 10**6)),
    ("auto", "Forest", "left", put(0, 2**31 - 1)),  # the node after it has a negative number
    ("auto", "Forest", "left", lambda a: put(np.flatnonzero(a >= 0)[1], 1)(a)),
    ("auto", "Forest", "left", lambda a: a.astype(np.int64)),
    ("auto", "Forest", "left", lambda a: a[:-1]),
    ("auto", "Forest", "feature", put(0, 3)),
    ("auto", "Forest", "feature", put(0, -1)),
    ("auto", "Forest", "feature", lambda a: a[:-1]),
    ("auto", "Forest", "feature", lambda a: a.astype(np.int32)),  # there are not so many columns
    ("auto", "Forest", "threshold", lambda a: a[:-1]),
    ("auto", "Forest", "threshold", lambda a: a.astype(np.float32)),
    ("auto", "Forest", "n_samples", lambda a: a[:-1]),
    ("auto", "Forest", "impurity", lambda a: a[:-1]),
    ("auto", "Forest", "roots", put(0, 1)),
    ("auto", "Forest", "roots", put(-1, 10**7)),
    ("auto", "Forest", "roots", put(1, -5)),
    ("auto", "Forest", "roots", lambda a: a[:0]),
    ("auto", "Baseline", "weights", lambda a: a[:-1]),
    ("auto", "Columns", "lags", put(0, 10**6)),
    ("auto", "Columns", "lags", put(0, -1)),
    ("auto", "Columns", "lags", lambda a: a[:-1]),
    ("auto", "Columns", "slots", put(-1, 1)),
    ("auto", "Columns", "slots", put(-1, -1)),
    ("auto", "Columns", "fixed", put(0, 3)),
    ("auto", "Columns", "fixed", put(0, -1)),
    ("auto", "Columns", "fixed", lambda a: np.append(a, 0)),  # more than there are exogenous columns
    ("auto", "Columns", "linear", lambda a: np.zeros((0, 9))),
    ("auto", "Sample", "X", lambda a: a[:-1]),
    ("auto", "Sample", "X", lambda a: a[:, :-1]),
    ("auto", "Sample", "y", lambda a: a[:-1]),
    ("auto", "Sample", "y", put(3, np.nan)),  # counts as no value, and would leave ranks beyond the last one
    ("auto", "Sample", "segments", put(-1, 10**6)),
    ("ar_sieve", "Sample", "segments", lambda a: np.array([a[0], 5, 3, a[-1]])),
    ("auto", "Uncertainty", "pool", lambda a: a[:0]),
    ("auto", "Uncertainty", "pool", lambda a: a[:, :0]),
    ("auto", "Uncertainty", "bandwidths", lambda a: a[:0]),
    ("auto", "Uncertainty", "tilt_lags", put(0, 10**6)),
    ("auto", "Uncertainty", "tilt_lags", put(0, 0)),
    ("auto", "Uncertainty", "factor", lambda a: a[:-1]),
    ("auto", "SeriesModel", "history", lambda a: a[:0]),
    ("auto", "SeriesModel", "_exog_tail", lambda a: np.zeros((len(a) + 1, 1))),
    ("auto", "SeriesModel", "_exog_tail", lambda a: np.zeros((len(a), 2))),
    ("auto", "SeriesModel", "_exog_waiting", lambda a: np.zeros((1, 1))),
    ("auto", "ARSieveForestRegressor", "residuals_", lambda a: a[:-1]),
    ("ar_sieve", "ARSieveSampler", "lengths", put(0, 10**6)),
    ("ar_sieve", "ARSieveSampler", "lengths", lambda a: a[:0]),
    ("ar_sieve", "ARSieveSampler", "level", lambda a: a[:-1]),
    ("ar_sieve", "ARSieveSampler", "starts", lambda a: a[:-1]),
    ("ar_sieve", "ARSieveSampler", "drift", lambda a: np.ones(3)),
    ("ar_sieve", "ARSieveSampler", "pool", lambda a: a[:-1]),
    ("ar_sieve", "ARSieveSampler", "pool_first", put(0, -1)),
    ("ar_sieve", "ARSieveSampler", "pool_first", put(0, 2**62)),
    ("ar_sieve", "ARSieveSampler", "pool_count", put(0, 0)),
    ("ar_sieve", "ARSieveSampler", "pool_count", put(0, 2**63 - 1)),
    ("ar_sieve", "ARSieveSampler", "pool_count", lambda a: a[:0]),
    ("ar_sieve", "ARSieveSampler", "start_count", put(0, 10**6)),
    ("ar_sieve", "ARSieveSampler", "start_count", lambda a: a[:0]),
]

NUMBERS = [
    ("auto", "Columns", "max_lag", 10**9),
    ("auto", "Columns", "max_lag", 0),
    ("auto", "Columns", "max_lag", -1),
    ("auto", "Columns", "max_lag", 2.0),
    ("auto", "Forest", "baseline", 1.0),
    ("auto", "Forest", "columns", None),
    ("auto", "Baseline", "intercept", "a"),
    ("auto", "Sample", "seed", -1),
    ("auto", "ARSieveForestRegressor", "n_features_in_", 2),
    ("auto", "ARSieveForestRegressor", "forest_", 5),
    ("auto", "ARSieveForestRegressor", "sampler_", None),
    ("auto", "SeriesModel", "_n_ahead", -1),
    ("auto", "SeriesModel", "_order", 1000),
    ("auto", "SeriesModel", "_exog_tail", None),
    ("auto", "IndexInfo", "n_exog", 2),
    ("ar_sieve", "ARSieveSampler", "lead", -1),
    ("ar_sieve", "ARSieveSampler", "lead", 2**40),
    ("moving", "BlockSampler", "kind", 7),
    ("moving", "BlockSampler", "n_rows", 10**6),
    ("moving", "BlockSampler", "n_rows", 0),
    ("moving", "BlockSampler", "n_draws", 0),
    ("moving", "BlockSampler", "n_draws", 2**40),
    ("moving", "BlockSampler", "n_starts", 10**6),
    ("moving", "BlockSampler", "n_starts", 0),
    ("moving", "BlockSampler", "period", 0),
    ("moving", "BlockSampler", "block_length_", 0),
    ("moving", "BlockSampler", "block_length_", 10**6),
    ("moving", "BlockSampler", "block_length_", "a"),
    ("stationary", "BlockSampler", "block_length_", 0.0),
    ("None", "AllRowsSampler", "n_rows", 10**6),
    ("None", "AllRowsSampler", "n_rows", "a"),
]


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "moving", "stationary", "None"])
def test_the_files_are_whole(bootstrap, copy_of):
    assert np.isfinite(ARSieveForecaster.load(copy_of(bootstrap)).predict(2, [[1.0], [1.0]])).all()


@pytest.mark.parametrize(
    ("bootstrap", "owner", "field", "change"),
    ARRAYS,
    ids=[f"{owner}.{field}-{i}" for i, (_, owner, field, _) in enumerate(ARRAYS)],
)
def test_forged_arrays_are_refused(bootstrap, owner, field, change, copy_of):
    path = copy_of(bootstrap)
    change_array(path, owner, field, change)
    with pytest.raises(ValueError, match="is damaged"):
        ARSieveForecaster.load(path)


@pytest.mark.parametrize(("bootstrap", "owner", "field", "value"), NUMBERS)
def test_forged_numbers_are_refused(bootstrap, owner, field, value, copy_of):
    path = copy_of(bootstrap)
    change_document(path, lambda document: records_of(document, owner)[0].update({field: value}))
    with pytest.raises(ValueError, match="is damaged"):
        ARSieveForecaster.load(path)


def test_forged_preparation_steps_do_not_reach_kernels(copy_of):
    """Steps are Python and NumPy, which check; what they give may have another length than it should."""
    path = copy_of("auto")
    change_array(path, "Differencing", "_tail", lambda a: np.concatenate([a, a]))
    forged = ARSieveForecaster.load(path)
    with pytest.raises(ValueError, match="fixed columns of shape"):
        forged.update([1.0, 2.0], [[1.0], [1.0]])
