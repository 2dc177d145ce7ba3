"""Searches with optuna: a study over the forecaster with `backtest`, and one over the regressor."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("optuna")

import optuna
from sklearn.base import clone
from sklearn.model_selection import TimeSeriesSplit, cross_val_score

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor, backtest
from tests.ecosystem.dropin_cases import Ours, embedded, zero_mean

optuna.logging.set_verbosity(optuna.logging.WARNING)


def study(objective, n_trials=12, **options):
    made = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0), **options)
    made.optimize(objective, n_trials=n_trials)
    return made


def suggested(trial):
    """A conditional space: what a bootstrap does not read is not drawn."""
    bootstrap = trial.suggest_categorical("bootstrap", ["ar_sieve", "moving", "stationary", "iid"])
    options = {"bootstrap": bootstrap, "min_samples_leaf": trial.suggest_int("min_samples_leaf", 1, 10)}
    if bootstrap == "ar_sieve":
        options["order"] = trial.suggest_categorical("order", ["aic", "bic", 1, 4])
    if bootstrap in ("moving", "stationary"):
        options["block_length"] = trial.suggest_int("block_length", 2, 20, log=True)
    return options


def test_a_study_over_the_forecaster():
    y = pd.Series(zero_mean(90), pd.period_range("2000-01", periods=90, freq="M"))
    base = ARSieveForecaster(n_estimators=5, random_state=0)

    def objective(trial):
        candidate = clone(base).set_params(lags=trial.suggest_int("lags", 1, 6), **suggested(trial))
        table = backtest(candidate, y, h=2, n_windows=3)
        return (table["y"] - table["yhat"]).abs().mean()

    with Ours() as warned:
        found = study(objective)
    assert warned.texts == []
    assert all(trial.state.is_finished() and np.isfinite(trial.value) for trial in found.trials)
    assert len({trial.params["bootstrap"] for trial in found.trials}) > 1
    table = backtest(clone(base).set_params(**found.best_params), y, h=2, n_windows=3)
    assert found.best_value == (table["y"] - table["yhat"]).abs().mean()
    assert study(objective).best_params == found.best_params
    assert base.get_params() == ARSieveForecaster(n_estimators=5, random_state=0).get_params()


def test_a_study_over_the_regressor():
    X, y = embedded(zero_mean(), [1, 2, 3, 4])

    def score(options):
        how_many = options.pop("n_lags")
        model = ARSieveForestRegressor(5, random_state=0, **options)
        return cross_val_score(model, X[:, :how_many], y, cv=TimeSeriesSplit(3), scoring="r2").mean()

    with Ours() as warned:
        found = study(
            lambda trial: score({"n_lags": trial.suggest_int("n_lags", 1, 4), **suggested(trial)}),
            direction="maximize",
        )
    assert warned.texts == []
    assert found.best_value == max(trial.value for trial in found.trials)
    assert found.best_value == score(dict(found.best_params))
