"""A forecaster that was saved and loaded is the forecaster that was fitted."""

from __future__ import annotations

import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor
from arsieve_rf.resampling.moving import MovingBlock
from arsieve_rf.resampling.sieve import ARSieve
from tests.persistence.cases import BOOTSTRAPS, N, forecaster, same, same_forecasts, values

INDEXES = {
    "months": pd.date_range("2015-01-31", periods=N, freq="ME", name="month"),
    "zoned": pd.date_range("2024-03-25", periods=N, freq="D", tz="Europe/Berlin"),
    "offset": pd.date_range("2024-01-01", periods=N, freq="h", tz="+05:30"),
    "seconds": pd.date_range("2024-01-01", periods=N, freq="15min").as_unit("s"),
    "inferred": pd.DatetimeIndex(list(pd.date_range("2024-01-01", periods=N, freq="W-WED"))),
    "two months": pd.date_range("2010-01-01", periods=N, freq=pd.DateOffset(months=2)),
    "business days": pd.date_range("2024-03-08", periods=N, freq="B"),
    "trading days": pd.date_range("2024-03-08", periods=N, freq=pd.offsets.CDay(holidays=["2024-07-04"])),
    "business hours": pd.date_range("2024-03-08 09:00", periods=N, freq="bh"),
    "last trading days": pd.date_range("2018-01-31", periods=N, freq="CBME"),
    "business quarters": pd.date_range("2000-01-01", periods=N, freq="BQS-FEB"),
    "quarters": pd.period_range("1990Q1", periods=N, freq="Q-NOV", name=("a", 1)),
    "years": pd.period_range("1900", periods=N, freq="Y"),
    "range": pd.RangeIndex(10, 10 + 3 * N, 3, name="k"),
    "int16": pd.Index(np.arange(5, 5 + N, dtype=np.int16)),
    "nullable": pd.Index(np.arange(N), dtype="Int64"),
}


def through_a_file(estimator, folder):
    estimator.save(folder / "file.arsieve")
    return type(estimator).load(folder / "file.arsieve")


def moved_on(fitted, again, X=None, h=3):
    """Both are updated, and still equal."""
    new = values(N + 2)[N:]
    fitted.update(new, None if X is None else X[:2])
    again.update(new, None if X is None else X[:2])
    same_forecasts(fitted, again, X, h)


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS, ids=str)
@pytest.mark.parametrize("with_exog", [False, True], ids=["alone", "exog"])
def test_every_bootstrap(bootstrap, with_exog, tmp_path):
    X = np.cos(np.arange(N))[:, None] if with_exog else None
    future = None if X is None else np.ones((3, 1))
    options = {"period": 12} if bootstrap == "seasonal" else {}
    fitted = forecaster(bootstrap=bootstrap, **options).fit(values(), X)
    again = through_a_file(fitted, tmp_path)
    same_forecasts(fitted, again, future)
    moved_on(fitted, again, future)


@pytest.mark.parametrize("kind", INDEXES)
def test_every_index(kind, tmp_path):
    y = pd.Series(values(), index=INDEXES[kind], name=("sales", 3))
    fitted = forecaster(seasonal=None).fit(y)
    again = through_a_file(fitted, tmp_path)
    same_forecasts(fitted, again)
    assert again.predict(2).name == ("sales", 3)
    assert again.predict(2).index.name == INDEXES[kind].name
    last = fitted.predict(4)
    fitted.update(last[:2])
    again.update(last[:2])
    same_forecasts(fitted, again)
    with pytest.raises(ValueError, match="must continue the series"):
        again.update(last[3:])


@pytest.mark.parametrize(
    "name", ["y", 7, 2.5, None, pd.Timestamp("2024-01-01", tz="UTC"), np.int64(3)], ids=str
)
def test_names_of_series(name, tmp_path):
    fitted = forecaster(seasonal=None).fit(pd.Series(values(), name=name))
    again = through_a_file(fitted, tmp_path).predict(1)
    assert again.name == name
    assert type(again.name) is type(name)


PREPARED = {
    "stl": {"seasonal": "stl", "seasonal_period": 12, "transform": "log", "differencing": 1},
    "factors": {"seasonal": "multiplicative", "seasonal_period": 12, "differencing": 2, "drift": 0.5},
    "guerrero": {
        "transform": "box_cox",
        "seasonal": "additive",
        "seasonal_period": [12],
        "bias_adjust": True,
    },
    "lags": {"seasonal": "lags", "seasonal_period": 12, "lags": [1, 3]},
    "plain": {"lags": range(1, 4), "seasonal": None, "transform": 0.5, "differencing": 0, "damping": 0.9},
}


@pytest.mark.parametrize("words", PREPARED)
def test_every_preparation(words, tmp_path):
    fitted = forecaster(**PREPARED[words]).fit(values())
    again = through_a_file(fitted, tmp_path)
    same_forecasts(fitted, again)
    moved_on(fitted, again)
    # the parts are one object in several places, as before
    assert again.regressor_ is again._model.regressor(1)
    assert again.preparation_ is again._model.chain
    assert repr(again.preparation_) == repr(fitted.preparation_)


@pytest.mark.parametrize("place", ["inside", "end"])
def test_gaps(place, tmp_path):
    y = values()
    y[[20, 21, 40] if place == "inside" else [-1, -2]] = np.nan
    X = pd.DataFrame({"a": np.cos(np.arange(N)), "b": np.arange(N) % 5.0})
    future = X.iloc[:3].reset_index(drop=True)
    fitted = forecaster(missing="segment").fit(y, X)
    again = through_a_file(fitted, tmp_path)
    same_forecasts(fitted, again, future[["b", "a"]])
    if place == "inside":
        moved_on(fitted, again, future)
    with pytest.raises(ValueError, match=r"fitted columns \['a', 'b'\]"):
        again.predict(3, future.rename(columns={"a": "c"}))


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve"])
def test_direct_forests_are_kept(bootstrap, tmp_path):
    fitted = forecaster(strategy="direct", bootstrap=bootstrap, seasonal=None).fit(values())
    fitted.predict(3)
    again = through_a_file(fitted, tmp_path)
    assert sorted(again._model._regressors) == [1, 2, 3]
    same_forecasts(fitted, again, h=5)  # two of them grown after loading
    moved_on(fitted, again, h=5)


@pytest.mark.parametrize("calibration", ["conformal", "adaptive"])
@pytest.mark.parametrize("asked", ["before", "after"])
def test_calibration(calibration, asked, tmp_path):
    X = np.cos(np.arange(N))[:, None]
    fitted = forecaster(calibration=calibration, seasonal=None).fit(values(), X)
    if asked == "before":
        fitted.predict_interval(2, X[:2], coverage=0.5)
    again = through_a_file(fitted, tmp_path)
    same_forecasts(fitted, again, X[:3])
    moved_on(fitted, again, X[:3])
    same_forecasts(through_a_file(fitted, tmp_path), again, X[:3])


def test_a_calibrated_forecaster_shares_its_forests_after_loading(tmp_path):
    fitted = forecaster(calibration="conformal", seasonal=None).fit(values())
    fitted.predict_interval(2, coverage=0.5)
    again = through_a_file(fitted, tmp_path)
    assert again._calibration._at_fit._regressors is again._model._regressors
    assert again._calibration._past[0].model is None


@pytest.mark.parametrize(
    "random_state",
    [5, None, np.int64(2**40), np.random.RandomState(1), np.random.default_rng(1)]
    + [np.random.Generator(np.random.MT19937(1)), np.random.Generator(np.random.SFC64(1))],
    ids=lambda state: type(getattr(state, "bit_generator", state)).__name__,
)
def test_random_states(random_state, tmp_path):
    fitted = forecaster(random_state=random_state, seasonal=None).fit(values())
    again = through_a_file(fitted, tmp_path)
    same_forecasts(fitted, again) if isinstance(random_state, int | None) else None
    same(fitted.predict_paths(3), again.predict_paths(3))
    # a new fit draws on from the same state
    if random_state is not None:
        same(fitted.fit(values()).predict(3), again.fit(values()).predict(3))


@pytest.mark.parametrize("strategy", [MovingBlock(6), ARSieve(order=2, initial="observed")], ids=repr)
def test_strategy_objects_of_the_library(strategy, tmp_path):
    fitted = forecaster(bootstrap=strategy, seasonal=None).fit(values())
    again = through_a_file(fitted, tmp_path)
    assert again.bootstrap == strategy
    same_forecasts(fitted, again)


@pytest.mark.parametrize("bootstrap", ["auto", "ar_sieve", "iid", None], ids=str)
def test_regressors(bootstrap, tmp_path):
    y = values()
    X = pd.DataFrame({f"lag_{k}": y[3 - k : N - k] for k in (1, 2, 3)})
    options = {"oob_score": True} if bootstrap == "iid" else {}
    fitted = ARSieveForestRegressor(40, bootstrap=bootstrap, random_state=0, **options).fit(X, y[3:])
    again = through_a_file(fitted, tmp_path)
    same(fitted.predict(X), again.predict(X))
    same(fitted.predict_quantiles(X, [0.1, 0.9]), again.predict_quantiles(X, [0.1, 0.9]))
    same(fitted.apply(X), again.apply(X))
    same(fitted.feature_names_in_, again.feature_names_in_)
    same(fitted.feature_importances_, again.feature_importances_)
    assert fitted.lags_ == again.lags_
    assert vars(fitted).keys() == vars(again).keys()
    if bootstrap == "iid":
        assert fitted.oob_score_ == again.oob_score_
    if bootstrap != "auto":
        same(fitted.to_sklearn().predict(X), again.to_sklearn().predict(X))


def test_lag_names_after_loading(tmp_path):
    y = values()
    X = pd.DataFrame({f"lag_{k}": y[3 - k : N - k] for k in (1, 2, 3)})
    fitted = ARSieveForestRegressor(5, random_state=0).fit(X, y[3:])
    again = through_a_file(fitted, tmp_path)
    with pytest.raises(ValueError, match="feature names"):
        again.predict(X[["lag_2", "lag_1", "lag_3"]])


def test_loaded_arrays_belong_to_the_estimator_and_can_be_written(tmp_path):
    again = through_a_file(forecaster().fit(values()), tmp_path)
    array = again.regressor_.forest_.threshold
    assert array.flags.writeable
    assert array.flags.owndata or array.base.flags.owndata


def test_a_loaded_forecaster_can_be_pickled_cloned_and_saved_again(tmp_path):
    fitted = forecaster().fit(values())
    again = through_a_file(fitted, tmp_path)
    same_forecasts(fitted, pickle.loads(pickle.dumps(again)))
    again.save(tmp_path / "again.arsieve")
    # the same object, the same bytes: no dates, no order of hashes
    assert (tmp_path / "again.arsieve").read_bytes() == (tmp_path / "file.arsieve").read_bytes()


def test_another_process_reads_it_and_loads_nothing_that_it_does_not_need(tmp_path):
    fitted = forecaster(seasonal=None).fit(values())
    fitted.save(tmp_path / "f.arsieve")
    code = (
        "from arsieve_rf import ARSieveForecaster\n"
        f"print(ARSieveForecaster.load({str(tmp_path / 'f.arsieve')!r}).predict(3).tolist())\n"
        "import sys\n"
        "assert not {'matplotlib', 'statsmodels', 'arch'} & {name.partition('.')[0] for name in sys.modules}"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(fitted.predict(3).tolist())


def test_the_file_is_an_archive_that_numpy_reads(tmp_path):
    fitted = forecaster().fit(values())
    fitted.save(tmp_path / "f.zip")
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert names[0] == "arsieve_rf.json"
    with np.load(tmp_path / "f.zip", allow_pickle=False) as arrays:
        found = [arrays[name] for name in arrays.files if name != "arsieve_rf.json"]
    assert any(np.array_equal(array, fitted.regressor_.forest_.threshold) for array in found)


def test_paths_as_text_and_links(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fitted = forecaster().fit(values())
    fitted.save("here.arsieve")
    Path("link").symlink_to("here.arsieve")
    fitted.fit(values()[:60])
    fitted.save("link")
    assert Path("link").is_symlink()
    same_forecasts(ARSieveForecaster.load("here.arsieve"), fitted)
