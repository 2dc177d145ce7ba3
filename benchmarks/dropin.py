"""The regressor in place of scikit-learn's forest, inside the forecasting libraries' own set-ups.

``make bench-dropin``: 500 trees, one thread; seconds to fit and to forecast 24 months, by the same code but
for the regressor. Monthly series: atmospheric CO2 (the last 360 values), and 4 simulated ones of 240. Claim:
at least 3 times as fast in every set-up, with the defaults of both and with leaves of the same size: ours
holds 5 rows or more by default, scikit-learn's 1. ``--only direct`` takes the set-ups with that word.
"""

from __future__ import annotations

import argparse
import logging
import os
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf.datasets import load_co2
from benchmarks.harness import machine, paired, table

STEPS, TREES, LEAF = 24, 500, 5
LENGTH, N_SERIES, LENGTH_IN_PANEL = 360, 4, 240
Run = Callable[[Any], object]


def one_series() -> pd.Series:
    """Monthly CO2."""
    y = load_co2().iloc[-LENGTH:]
    return pd.Series(y.to_numpy(), pd.date_range("1960-01-01", periods=LENGTH, freq="MS"), name="y")


def panel() -> pd.DataFrame:
    """Seasonal autoregressions, a column each."""
    rng = np.random.default_rng(0)
    values = rng.standard_normal((LENGTH_IN_PANEL + 100, N_SERIES))
    for t in range(13, len(values)):
        values[t] += 0.5 * values[t - 1] + 0.4 * values[t - 12] - 0.2 * values[t - 13]
    dates = pd.date_range("2000-01-01", periods=LENGTH_IN_PANEL, freq="MS")
    return pd.DataFrame(values[100:], dates, columns=list("abcd"))


def skforecast_setups(y: pd.Series, wide: pd.DataFrame) -> dict[str, Run]:
    """Recursive, of several series, direct."""
    from skforecast.direct import ForecasterDirect
    from skforecast.recursive import ForecasterRecursive, ForecasterRecursiveMultiSeries

    def recursive(lags: int) -> Run:
        def run(model: Any) -> object:
            forecaster = ForecasterRecursive(estimator=model, lags=lags)
            forecaster.fit(y=y)
            return forecaster.predict(steps=STEPS)

        return run

    def multi(model: Any) -> object:
        forecaster = ForecasterRecursiveMultiSeries(estimator=model, lags=12)
        forecaster.fit(series=wide)
        return forecaster.predict(steps=STEPS)

    def direct(model: Any) -> object:
        forecaster = ForecasterDirect(estimator=model, lags=12, steps=STEPS, n_jobs=1)
        forecaster.fit(y=y)
        return forecaster.predict(steps=STEPS)

    return {
        "ForecasterRecursive, 12 lags": recursive(12),
        "ForecasterRecursive, 24 lags": recursive(24),
        "ForecasterRecursiveMultiSeries, 12 lags": multi,
        "ForecasterDirect, 12 lags": direct,
    }


def mlforecast_setups(y: pd.Series, wide: pd.DataFrame) -> dict[str, Run]:
    """Lags with and without features of the date."""
    from mlforecast import MLForecast

    df = wide.rename_axis(index="ds").reset_index().melt("ds", var_name="unique_id", value_name="y")

    def setup(**features: Any) -> Run:
        return lambda model: MLForecast(models=[model], freq="MS", **features).fit(df).predict(STEPS)

    return {
        "MLForecast, 12 lags": setup(lags=list(range(1, 13))),
        "MLForecast, 3 lags, month and year": setup(lags=[1, 2, 12], date_features=["month", "year"]),
    }


def darts_setups(y: pd.Series, wide: pd.DataFrame) -> dict[str, Run]:
    """One series, and several with a global model."""
    from darts import TimeSeries
    from darts.models import SKLearnModel

    one = TimeSeries.from_series(y)
    many = [TimeSeries.from_series(wide[name]) for name in wide]

    def on_one(model: Any) -> object:
        return SKLearnModel(lags=12, model=model).fit(one).predict(STEPS)

    def on_many(model: Any) -> object:
        return SKLearnModel(lags=12, model=model).fit(many).predict(STEPS, series=many)

    return {"SKLearnModel, 12 lags": on_one, "SKLearnModel, 12 lags, 4 series": on_many}


def sktime_setups(y: pd.Series, wide: pd.DataFrame) -> dict[str, Run]:
    """Both ways of reducing forecasting to regression."""
    from sktime.forecasting.compose import make_reduction

    y = y.asfreq("MS")
    steps = np.arange(1, STEPS + 1)

    def reduced(strategy: str) -> Run:
        def run(model: Any) -> object:
            forecaster = make_reduction(model, window_length=12, strategy=strategy)
            return forecaster.fit(y, fh=steps).predict()

        return run

    return {f"make_reduction, {word}, 12 lags": reduced(word) for word in ("recursive", "direct")}


SETUPS = {
    "skforecast": skforecast_setups,
    "mlforecast": mlforecast_setups,
    "darts": darts_setups,
    "sktime": sktime_setups,
}


def compare(run: Run, leaf: int | None, n_jobs: int | None) -> list[str]:
    """Seconds of both, and their ratio."""
    options = {} if leaf is None else {"min_samples_leaf": leaf}
    ours, theirs = (
        forest(n_estimators=TREES, random_state=0, n_jobs=n_jobs, **options)
        for forest in (ARSieveForestRegressor, RandomForestRegressor)
    )
    a, b, ratio = paired(lambda: run(ours), lambda: run(theirs), repeats=3)
    return [f"{a:.2f}", f"{b:.2f}", f"{ratio:.1f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="a part of the names of libraries and set-ups")
    parser.add_argument("--jobs", type=int, help="n_jobs of both forests")
    options = parser.parse_args(arguments)
    os.environ.setdefault("NIXTLA_ID_AS_COL", "1")
    logging.disable(logging.WARNING)
    print(f"{machine()}; {', '.join(f'{name} {version(name)}' for name in SETUPS)}; n_jobs={options.jobs}")
    y, wide = one_series(), panel()
    kinds = ("defaults", f"min_samples_leaf={LEAF}")
    columns = [f"{kind}: {what}" for kind in kinds for what in ("ours, s", "scikit-learn's, s", "ratio")]
    for name, setups in SETUPS.items():
        runs = setups(y, wide)
        warnings.simplefilter("ignore")  # libraries add filters of their own when they are imported
        rows = [
            [what, *compare(run, None, options.jobs), *compare(run, LEAF, options.jobs)]
            for what, run in runs.items()
            if options.only.lower() in f"{name} {what}".lower()
        ]
        if rows:
            print()
            table([name, *columns], rows)


if __name__ == "__main__":
    main()
