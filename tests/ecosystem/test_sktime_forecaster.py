"""The forecaster in sktime beside the forecaster itself."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sktime")

from sktime.forecasting.base import ForecastingHorizon

from arsieve_rf import ARSieveForecaster
from arsieve_rf.adapters.sktime import SktimeARSieveForecaster
from tests.ecosystem.sktime_cases import SMALL, ar1, months, panel, with_columns

N = 80
HOLES = [1, 3, 12]
INDEXES = {
    "range": pd.RangeIndex(N),
    "range from 5": pd.RangeIndex(5, N + 5),
    "integers": pd.Index(np.arange(N) + 3),
    "months": months(N),
    "weeks as periods": pd.period_range("2020-01-01", periods=N, freq="W-WED"),
    "two months": pd.period_range("2000-01", periods=N, freq="2M"),
    "month starts": pd.date_range("2000-01-01", periods=N, freq="MS"),
    "month ends": pd.date_range("2000-01-01", periods=N, freq="ME"),
    "quarters": pd.date_range("2000-01-01", periods=N, freq="QS-OCT"),
    "business days": pd.date_range("2020-01-01", periods=N, freq="B"),
    "hours": pd.date_range("2020-01-01", periods=N, freq="2h"),
    "without frequency": pd.DatetimeIndex(pd.date_range("2000-01-01", periods=N, freq="MS").to_numpy()),
    "across the clock change": pd.date_range("2020-01-01", periods=N, freq="D", tz="Europe/Vienna"),
}


def series(index: pd.Index | None = None, name: str | None = "sales") -> pd.Series:
    return pd.Series(ar1(N) + 20.0, index=months(N) if index is None else index, name=name)


def at(forecasts, fh=HOLES):
    """Of the next 1, 2, ... steps those of fh."""
    return forecasts.iloc[np.array(fh) - 1]


@pytest.mark.parametrize("kind", INDEXES)
def test_forecasts_are_those_of_the_forecaster(kind):
    y = series(INDEXES[kind])
    expected = at(ARSieveForecaster(**SMALL).fit(y).predict(12))
    found = SktimeARSieveForecaster(**SMALL).fit(y).predict(HOLES)
    pd.testing.assert_series_equal(found, expected, check_freq=False, check_exact=True)
    absolute = ForecastingHorizon(expected.index, is_relative=False)
    found = SktimeARSieveForecaster(**SMALL).fit(y, fh=absolute).predict()
    pd.testing.assert_series_equal(found, expected, check_freq=False, check_exact=True)


@pytest.mark.parametrize("kind", INDEXES)
def test_updates_continue_every_index(kind):
    y = series(INDEXES[kind])
    moved, again = (SktimeARSieveForecaster(**SMALL).fit(y[:-8]) for _ in range(2))
    for part in (y[-8:-7], y[-7:]):
        moved.update(part, update_params=False)
        again.update(part)
    own = ARSieveForecaster(**SMALL).fit(y[:-8]).update(y[-8:])
    pd.testing.assert_series_equal(
        moved.predict(HOLES), at(own.predict(12)), check_freq=False, check_exact=True
    )
    own.fit(y)
    pd.testing.assert_series_equal(
        again.predict(HOLES), at(own.predict(12)), check_freq=False, check_exact=True
    )


OPTIONS = [
    {"lags": [1, 12], "strategy": "direct"},
    {"bootstrap": "ar_sieve", "order": 2, "differencing": 1, "seasonal": None},
    {"bootstrap": "moving", "block_length": 10, "max_features": 0.5, "min_samples_leaf": 3},
    {"transform": "log", "bias_adjust": True, "damping": 0.9, "drift": 0.5},
    {"calibration": "conformal", "seasonal": "additive", "seasonal_period": 4},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_parameters_reach_the_forecaster(options):
    y = series()
    own = ARSieveForecaster(**SMALL, **options).fit(y)
    forecaster = SktimeARSieveForecaster(**SMALL, **options).fit(y, fh=HOLES)
    assert (forecaster.predict() == at(own.predict(12))).all()
    bounds = own.predict_interval(12, coverage=0.8)[["lower_0.8", "upper_0.8"]]
    assert (forecaster.predict_interval(coverage=0.8).to_numpy() == at(bounds).to_numpy()).all()


def test_wrong_parameters_are_refused_by_the_forecaster():
    with pytest.raises(TypeError, match=r"^SktimeARSieveForecaster\(\) got an unexpected .*'trees'"):
        SktimeARSieveForecaster(trees=5)
    with pytest.raises(ValueError, match="strategy"):
        SktimeARSieveForecaster(strategy="both").fit(series())
    with pytest.raises(ValueError, match="n_paths"):
        SktimeARSieveForecaster(**SMALL, n_paths=0).fit(series()).predict_interval([1])


def test_intervals_and_quantiles_are_read_off_the_same_paths():
    forecaster = SktimeARSieveForecaster(**SMALL, n_paths=300).fit(series(), fh=HOLES)
    own = ARSieveForecaster(**SMALL).fit(series())
    intervals = forecaster.predict_interval(coverage=[0.9, 0.5])
    expected = at(own.predict_interval(12, coverage=[0.9, 0.5], n_paths=300)).drop(columns="mean")
    assert (intervals.to_numpy() == expected.to_numpy()).all()
    assert (intervals.index == expected.index).all()
    assert intervals.columns.tolist() == [("sales", c, end) for c in (0.9, 0.5) for end in ("lower", "upper")]
    alpha = [0.05, 0.25, 0.75, 0.95]
    quantiles = forecaster.predict_quantiles(alpha=alpha)
    assert quantiles.columns.tolist() == [("sales", a) for a in alpha]
    assert (np.diff(quantiles.to_numpy(), axis=1) > 0).all()
    order = [0, 3, 1, 2]  # lower and upper of .9, then of .5
    np.testing.assert_allclose(intervals.to_numpy(), quantiles.to_numpy()[:, order], rtol=1e-12)


def test_variances_are_those_of_the_paths():
    forecaster = SktimeARSieveForecaster(**SMALL, n_paths=200).fit(series(), fh=HOLES)
    paths = ARSieveForecaster(**SMALL).fit(series()).predict_paths(12, n_paths=200)[:, [0, 2, 11]]
    deviations = paths - paths.mean(axis=0)
    expected = deviations.T @ deviations / 199
    variances = forecaster.predict_var()
    assert variances.columns.tolist() == ["sales"]
    np.testing.assert_allclose(variances["sales"], expected.diagonal(), rtol=1e-10)
    covariances = forecaster.predict_var(cov=True)
    assert covariances.columns.tolist() == [("sales", label) for label in covariances.index]
    np.testing.assert_allclose(covariances, expected, rtol=1e-10)
    assert forecaster.predict_var([2]).shape == (1, 1)


def test_variances_of_calibrated_intervals_follow_their_quartiles():
    forecaster = SktimeARSieveForecaster(**SMALL, calibration="conformal").fit(series(), fh=[1, 2])
    low, high = forecaster.predict_quantiles(alpha=[0.25, 0.75]).to_numpy().T
    quartile_of_the_normal = 0.6744897501960817
    spread = (high - low) / (2 * quartile_of_the_normal)
    np.testing.assert_allclose(forecaster.predict_var()["sales"], spread**2, rtol=1e-10)
    with pytest.raises(ValueError, match=r"cov=True.*calibration='conformal'.*calibration=None"):
        forecaster.predict_var(cov=True)


def test_the_same_seed_gives_the_same_forecasts():
    first, second = (SktimeARSieveForecaster(**SMALL, n_jobs=j).fit(series(), fh=HOLES) for j in (1, 2))
    assert (first.predict() == second.predict()).all()
    assert (first.predict_interval() == second.predict_interval()).all(axis=None)
    other = SktimeARSieveForecaster(**{**SMALL, "random_state": 1}).fit(series(), fh=HOLES)
    assert (first.predict_interval() != other.predict_interval()).any(axis=None)


def test_in_sample_forecasts_are_refused():
    forecaster = SktimeARSieveForecaster(**SMALL)
    assert not forecaster.get_tag("capability:insample")
    for fh in ([0], [-1, 2]):
        with pytest.raises(NotImplementedError, match="in-sample"):
            forecaster.fit(series(), fh=fh)


def test_integer_steps_that_sktime_counts_otherwise_are_refused():
    with pytest.raises(ValueError, match=r"steps of 1.*0 is followed by 2.*reset_index"):
        SktimeARSieveForecaster(**SMALL).fit(series(pd.RangeIndex(0, 2 * N, 2)))


def test_missing_values_are_taken_where_the_forecaster_takes_them():
    y = series()
    y.iloc[30:34] = np.nan
    with pytest.raises(ValueError, match="missing"):
        SktimeARSieveForecaster(**SMALL).fit(y)
    expected = ARSieveForecaster(**SMALL, missing="segment").fit(y).predict(3)
    found = SktimeARSieveForecaster(**SMALL, missing="segment").fit(y, fh=[1, 2, 3]).predict()
    pd.testing.assert_series_equal(found, expected, check_exact=True)


def test_what_was_fitted_can_be_asked_for():
    fitted = SktimeARSieveForecaster(**SMALL, lags=[1, 3], bootstrap="ar_sieve", order=2).fit(series())
    parameters = fitted.get_fitted_params()
    assert parameters["lags"].tolist() == [1, 3]
    assert parameters["order"] == 2
    assert parameters["mixture"] is None
    assert parameters["forecaster"] is fitted.forecaster_
    assert "20 trees" in fitted.forecaster_.describe()
    mixture = SktimeARSieveForecaster(**SMALL).fit(series()).get_fitted_params()["mixture"]
    assert mixture["linear"] + mixture["row_trees"] == pytest.approx(1)
    assert (
        SktimeARSieveForecaster(**SMALL, bootstrap="iid").fit(series()).get_fitted_params()["order"] is None
    )


class TestColumns:
    y, X = with_columns(100)
    past, past_X, next_X = y[:88], X[:88], X[88:]

    def fitted(self, **options) -> SktimeARSieveForecaster:
        return SktimeARSieveForecaster(**SMALL, **options).fit(self.past, X=self.past_X)

    def test_forecasts_and_intervals(self):
        own = ARSieveForecaster(**SMALL).fit(self.past, self.past_X)
        found = self.fitted().predict(HOLES, X=self.next_X)
        assert (found == at(own.predict(12, self.next_X))).all()
        bounds = self.fitted().predict_interval(HOLES, X=self.next_X, coverage=0.8)
        expected = at(own.predict_interval(12, self.next_X, coverage=0.8))
        assert (bounds.to_numpy() == expected[["lower_0.8", "upper_0.8"]].to_numpy()).all()

    def test_rows_are_found_by_label(self):
        more = SktimeARSieveForecaster(**SMALL).fit(self.past, X=self.X)  # the future included
        assert (more.predict([1, 2], X=self.X) == self.fitted().predict([1, 2], X=self.next_X)).all()

    def test_rows_of_the_steps_between_are_needed(self):
        with pytest.raises(
            ValueError, match=r"all 12 steps up to the last one of fh.*lacks 9 of 12.*2007-06"
        ):
            self.fitted().predict(HOLES, X=at(self.next_X))

    def test_columns_must_come_again_and_only_again(self):
        with pytest.raises(ValueError, match="X is needed"):
            self.fitted().predict([1])
        with pytest.raises(ValueError, match="fitted without X"):
            SktimeARSieveForecaster(**SMALL).fit(self.past).predict([1], X=self.next_X)

    def test_categories_are_refused(self):
        X = self.past_X.assign(c="winter")
        with pytest.raises(TypeError, match="categorical"):
            SktimeARSieveForecaster(**SMALL).fit(self.past, X=X)

    @pytest.mark.parametrize("update_params", [True, False])
    def test_update(self, update_params):
        forecaster = self.fitted().update(self.y[88:92], X=self.X, update_params=update_params)
        if update_params:
            own = ARSieveForecaster(**SMALL).fit(self.y[:92], self.X[:92])
        else:
            own = ARSieveForecaster(**SMALL).fit(self.past, self.past_X).update(self.y[88:92], self.X[88:92])
        assert (forecaster.predict(HOLES[:2], X=self.X) == at(own.predict(8, self.X[92:]), HOLES[:2])).all()

    def test_rows_that_come_again_take_the_place_of_the_old_ones(self):
        revised = self.X[:92] + 0.5 * (self.X[:92].index >= "2007-01")[:, None]  # from row 84 on
        forecaster = self.fitted().update(self.y[84:92], X=revised[84:])
        own = ARSieveForecaster(**SMALL).fit(self.y[:92], revised)
        assert (forecaster.predict([1], X=self.X) == at(own.predict(1, self.X[92:93]), [1])).all()

    @pytest.mark.parametrize("update_params", [True, False])
    def test_update_needs_them_too(self, update_params):
        with pytest.raises(ValueError, match=r"X(_new)? (must have the rows|is needed)"):
            self.fitted().update(self.y[88:92], update_params=update_params)


@pytest.mark.parametrize("remember", [True, False])
class TestUpdate:
    y = series()

    def fitted(self, remember: bool, y: pd.Series = y, **options) -> SktimeARSieveForecaster:
        forecaster = SktimeARSieveForecaster(**SMALL, **options).set_config(remember_data=remember)
        return forecaster.fit(y[:60], fh=HOLES)

    def test_with_new_parameters_is_a_fit_to_all(self, remember):
        forecaster = self.fitted(remember).update(self.y[60:66]).update(self.y[66:70])
        assert forecaster.cutoff == self.y.index[[69]]
        assert (forecaster.predict() == at(ARSieveForecaster(**SMALL).fit(self.y[:70]).predict(12))).all()

    def test_with_old_parameters_is_an_update(self, remember):
        forecaster = self.fitted(remember)
        own = ARSieveForecaster(**SMALL).fit(self.y[:60])
        for start, end in ((60, 66), (66, 70)):
            forecaster.update(self.y[start:end], update_params=False)
            own.update(self.y[start:end])
        assert (forecaster.predict() == at(own.predict(12))).all()
        expected = at(own.predict_interval(12)).drop(columns="mean")
        assert (forecaster.predict_interval().to_numpy() == expected.to_numpy()).all()

    def test_what_was_known_may_come_again(self, remember):
        forecaster = self.fitted(remember).update(self.y[:66], update_params=False)
        own = ARSieveForecaster(**SMALL).fit(self.y[:60]).update(self.y[60:66])
        assert (forecaster.predict() == at(own.predict(12))).all()
        forecaster.update(self.y[50:66])
        assert (forecaster.predict() == at(ARSieveForecaster(**SMALL).fit(self.y[:66]).predict(12))).all()

    def test_revised_values_count_where_the_forest_is_grown_anew(self, remember):
        revised = self.y[50:66] + 1.0
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            forecaster = self.fitted(remember).update(revised)
        own = ARSieveForecaster(**SMALL).fit(pd.concat([self.y[:50], revised]))
        assert (forecaster.predict() == at(own.predict(12))).all()
        with pytest.warns(UserWarning, match="update_params=False keeps the old ones"):
            kept = self.fitted(remember).update(revised, update_params=False)
        own = ARSieveForecaster(**SMALL).fit(self.y[:60]).update(revised[10:])
        assert (kept.predict() == at(own.predict(12))).all()

    def test_what_is_known_ends_where_the_new_values_end(self, remember):
        forecaster = self.fitted(remember).update(self.y[40:50])
        assert (forecaster.predict() == at(ARSieveForecaster(**SMALL).fit(self.y[:50]).predict(12))).all()
        with pytest.raises(ValueError, match=r"ends at 2004-02, before .*2004-12.*update_params=True"):
            self.fitted(remember).update(self.y[40:50], update_params=False)

    @pytest.mark.parametrize(("update_params", "message"), [(True, "irregular"), (False, "must continue")])
    def test_values_must_follow(self, remember, update_params, message):
        with pytest.raises(ValueError, match=message):
            self.fitted(remember).update(self.y[62:66], update_params=update_params)

    @pytest.mark.parametrize(
        ("missing", "then"),
        [
            ([58, 59], slice(60, 66)),
            ([61, 63], slice(60, 66)),
            ([64, 65], slice(50, 66)),
            ([59, 60], slice(60, 66)),
        ],
        ids=["before", "among", "at the end", "across"],
    )
    def test_over_missing_values_only_a_fit_goes_on(self, remember, missing, then):
        y = self.y.copy()
        y.iloc[missing] = np.nan
        own = ARSieveForecaster(**SMALL, missing="segment").fit(y[:66])
        expected = at(own.predict(12))
        for update_params in (True, False):
            forecaster = self.fitted(remember, missing="segment", y=y)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                forecaster.update(y[then], update_params=update_params)
            told = ["fitted anew" in str(w.message) for w in caught if "missing values" in str(w.message)]
            assert told == ([] if update_params else [True])
            assert (forecaster.predict() == expected).all()

    def test_values_that_became_known(self, remember):
        with_gap = self.y.where(~np.isin(np.arange(N), [30, 58, 59]))
        forecaster = self.fitted(remember, missing="segment", y=with_gap)
        with pytest.warns(UserWarning, match="missing values.*fitted anew") as caught:
            forecaster.update(self.y[58:60], update_params=False)  # no new label at all
        assert not [w for w in caught if "keeps the old ones" in str(w.message)]
        own = ARSieveForecaster(**SMALL, missing="segment").fit(self.y.where(np.arange(N) != 30)[:60])
        assert (forecaster.predict() == at(own.predict(12))).all()
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            forecaster.update(self.y[20:64], update_params=False)  # the forest is kept: the old gap stays one
        assert (forecaster.predict() == at(own.update(self.y[60:64]).predict(12))).all()

    def test_a_value_that_is_missing_now_is_a_change(self, remember):
        forecaster = self.fitted(remember, missing="segment")
        with pytest.warns(UserWarning, match="keeps the old ones"):
            forecaster.update(self.y[50:64].where(np.arange(14) != 3), update_params=False)

    def test_missing_values_that_stay_change_nothing(self, remember):
        y = self.y.where(np.arange(N) < 58)
        forecaster = self.fitted(remember, missing="segment", y=y)
        before = forecaster.predict()
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            forecaster.update(y[40:60], update_params=False)
        assert (forecaster.predict() == before).all()


def test_panels_are_forecast_series_by_series():
    y = panel((60, 70, 50))
    found = SktimeARSieveForecaster(**SMALL).fit(y, fh=[1, 3]).predict()
    for name in ("s0", "s1", "s2"):
        own = ARSieveForecaster(**SMALL).fit(y.loc[name, "y"]).predict(3)
        assert (found.loc[name, "y"].to_numpy() == own.to_numpy()[[0, 2]]).all()
        assert (found.loc[name].index == own.index[[0, 2]]).all()


def test_hierarchies_and_columns():
    y = pd.concat({"north": panel((50, 50)), "south": panel((50, 50), 9)}, names=["region"])
    y["z"] = y["y"] ** 2
    forecaster = SktimeARSieveForecaster(**SMALL).fit(y, fh=[2])
    found, bounds = forecaster.predict(), forecaster.predict_interval(coverage=0.8)
    own = ARSieveForecaster(**SMALL).fit(y.loc[("south", "s1"), "z"])
    assert found.loc[("south", "s1"), "z"].item() == own.predict(2).iloc[1]
    expected = own.predict_interval(2, coverage=0.8).iloc[1]
    assert bounds.loc[("south", "s1"), ("z", 0.8, "upper")].item() == expected["upper_0.8"]


def test_quiet_in_the_ordinary_case():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        forecaster = SktimeARSieveForecaster(**SMALL).fit(series(), fh=HOLES)
        forecaster.predict()
        forecaster.predict_interval(coverage=[0.5, 0.9])
    with pytest.warns(UserWarning, match="n_paths=10 is too few for the coverage 0.9"):
        SktimeARSieveForecaster(**SMALL, n_paths=10).fit(series(), fh=[1]).predict_interval()
