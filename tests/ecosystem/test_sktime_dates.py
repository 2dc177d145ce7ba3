"""Dates as horizons in sktime, whose own reckoning goes by the face of the clock."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sktime")

from sktime.forecasting.base import ForecastingHorizon

from arsieve_rf import ARSieveForecaster
from arsieve_rf.adapters.sktime import SktimeARSieveForecaster
from tests.ecosystem.sktime_cases import SMALL, ar1


# clocks change after 50 and 51 hours
@pytest.mark.parametrize("first", ["2024-03-29", "2024-10-25"])
@pytest.mark.parametrize("n", [44, 60])
def test_dates_are_those_of_the_steps_where_clocks_change(first, n):
    index = pd.date_range(first, periods=84, freq="h", tz="Europe/Berlin")
    y = pd.Series(ar1(84), index)
    asked = index[[n, n + 2, n + 7, n + 20]]
    expected = ARSieveForecaster(**SMALL).fit(y[:n]).predict(21).loc[asked]
    forecaster = SktimeARSieveForecaster(**SMALL).fit(y[:n])
    for zone in ("Europe/Berlin", "UTC"):
        fh = ForecastingHorizon(asked.tz_convert(zone), is_relative=False)
        ahead = forecaster._ahead(fh, None)  # before it sktime refuses zones east of y's as in sample
        assert ahead.labels.equals(asked)
    found = forecaster.predict(ForecastingHorizon(asked, is_relative=False))
    pd.testing.assert_series_equal(found, expected, check_freq=False, check_exact=True)
    bounds = forecaster.predict_interval(ForecastingHorizon(asked, is_relative=False))
    assert bounds.index.equals(asked)


def test_dates_that_are_no_steps_are_refused():
    index = pd.date_range("2024-03-29", periods=60, freq="h", tz="Europe/Berlin")
    forecaster = SktimeARSieveForecaster(**SMALL).fit(pd.Series(ar1(60), index))
    later = index[[-1]] + pd.Timedelta("90min")
    with pytest.raises(ValueError, match=r"fh has the date 2024-03-31 13:30.*no step.*13:00.*14:00.*'h'"):
        forecaster.predict(ForecastingHorizon(later, is_relative=False))
    with pytest.raises(ValueError, match=r"fh has dates of the time zone None, y of Europe/Berlin"):
        forecaster.predict(ForecastingHorizon(index[[-1]].tz_localize(None) + index.freq, is_relative=False))


@pytest.mark.parametrize("freq", ["bh", pd.offsets.CDay(holidays=["2024-05-06"]), "MS", "2D"], ids=str)
def test_dates_of_any_frequency(freq):
    """sktime knows no periods of business hours, nor of days with holidays."""
    index = pd.date_range("2024-03-01 09:00", periods=60, freq=freq)
    forecaster = SktimeARSieveForecaster(**SMALL).fit(pd.Series(np.arange(40.0), index[:40]))
    horizon = ForecastingHorizon(index[[40, 43, 58]], is_relative=False)
    assert forecaster._ahead(horizon, None).asked.tolist() == [0, 3, 18]
