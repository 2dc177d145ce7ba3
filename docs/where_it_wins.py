"""Where the sieve forest wins and where it does not.

``python docs/where_it_wins.py [--reps 1000] [--length 200]``, about ten minutes on one core.

Simulated processes with standard normal innovations, one step ahead. A figure is the mean squared error of a
method divided by that of the classical (IID) forest on the same series, with the standard error of that ratio
over the replications in parentheses. All forests have 200 trees and as many lags as the AR model has by AIC.
Nothing is prepared but what a column says, so that columns compare bootstraps; only the default forecaster
chooses for itself. The series of a process and a replication is the same at every run.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

import numpy as np

from arsieve_rf import ARSieveForecaster, fit_ar
from arsieve_rf.evaluation import ar_forecast

BURN_IN = 200
Step = Callable[[np.ndarray, int, np.ndarray], float]

# Each gives the conditional mean of y_t from the values and innovations before it.
PROCESSES: dict[str, Step] = {
    "AR(1), .5": lambda y, t, e: 0.5 * y[t - 1],
    "AR(1), .9": lambda y, t, e: 0.9 * y[t - 1],
    "AR(2), 1 and -.5": lambda y, t, e: y[t - 1] - 0.5 * y[t - 2],
    "MA(1), -.8": lambda y, t, e: -0.8 * e[t - 1],
    "ARMA(1,1), .5 and .5": lambda y, t, e: 0.5 * y[t - 1] + 0.5 * e[t - 1],
    "SETAR, .9 below 0, -.4 above": lambda y, t, e: (0.9 if y[t - 1] <= 0 else -0.4) * y[t - 1],
    "jump: 2 within ±1, else -1": lambda y, t, e: 2.0 if abs(y[t - 1]) < 1.0 else -1.0,
    "2 sin y": lambda y, t, e: 2.0 * math.sin(y[t - 1]),
    "random walk, drift .2": lambda y, t, e: y[t - 1] + 0.2,
    "ARIMA(1,1,0), .5": lambda y, t, e: 1.5 * y[t - 1] - 0.5 * y[t - 2],
}


def simulate(step: Step, n: int, rng: np.random.Generator) -> np.ndarray:
    """Series of n + 1 values; the last one is to be forecast."""
    e = rng.standard_normal(n + 1 + BURN_IN)
    y = np.zeros(len(e))
    for t in range(2, len(e)):
        y[t] = step(y, t, e) + e[t]
    return y[BURN_IN:]


def forecasts(y: np.ndarray, seed: int) -> list[float]:
    """One step ahead by each method, the classical forest first."""

    def forest(bootstrap: str, differencing: int = 0) -> float:
        bare = {"differencing": differencing, "seasonal": None, "transform": None, "drift": 1.0}
        return one_step(bootstrap=bootstrap, **bare)

    def one_step(**words: object) -> float:
        return ARSieveForecaster(n_estimators=200, random_state=seed, **words).fit(y).predict(1)[0]

    return [
        forest("iid"),
        forest("ar_sieve"),
        forest("ar_sieve", differencing=1),
        forest("iid", differencing=1),
        forest("moving"),
        ar_forecast(fit_ar(y), y, 1)[0],
        one_step(),
    ]


METHODS = (
    "AR-sieve forest",
    "AR-sieve forest on differences",
    "IID forest on differences",
    "moving blocks",
    "AR model",
    "default forecaster",
)


def ratios(step: Step, n: int, reps: int, number: int) -> list[str]:
    """Mean squared errors over that of the classical forest, with standard errors (delta method)."""
    errors = np.empty((reps, 1 + len(METHODS)))
    for r in range(reps):
        y = simulate(step, n, np.random.default_rng([number, r]))
        errors[r] = (np.array(forecasts(y[:-1], r)) - y[-1]) ** 2
    base = errors[:, 0].mean()
    ratio = errors.mean(axis=0) / base
    spread = np.std(errors - ratio * errors[:, :1], axis=0) / base / math.sqrt(reps)
    return [f"{a:.2f} ({s:.2f})" for a, s in zip(ratio[1:], spread[1:])]


def main(words: list[str] | None = None) -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=1000)
    parser.add_argument("--length", type=int, default=200)
    options = parser.parse_args(words)
    print("| process | " + " | ".join(METHODS) + " |")
    print("|---" * (1 + len(METHODS)) + "|")
    for number, (name, step) in enumerate(PROCESSES.items()):
        print(
            f"| {name} | " + " | ".join(ratios(step, options.length, options.reps, number)) + " |", flush=True
        )


if __name__ == "__main__":
    main()
