"""Do prediction intervals cover what they promise, on simulated processes?

``python -m benchmarks.coverage [--reps 1000] [--lengths 100 400] [--trees 500] [--futures 200] [--jobs 2]
[--only WORD ...] [--options JSON] [--constants JSON] [--steps 6]``

The default forecaster on six processes with standard normal innovations, h = 1..6. A replication is one
series and, from where it ends, many futures of the true process: coverage is the share of futures within the
interval, so that its standard error (over replications) is that of the interval, not of single futures.
Beside it stands the Gaussian interval of an AR model (Yule-Walker, order by AIC), which for the linear
processes is exact but for the estimates; for ARIMA(1,1,0) it is that of the differences. Interval scores
(Winkler) are means over futures and steps, relative to the AR model's.

Claims: coverage of 80 % and 95 % intervals within 2 points of nominal at h = 1 and 3 at every h for T = 400,
within 3 and 5 for T = 100; on the linear Gaussian processes a score of at most 1.10 times the AR model's.

``--constants '{"_SEARCH": 0}'`` changes constants of ``arsieve_rf.estimators._uncertainty``, to see what
each is for.

Seeds: replication r of a process and length draws from (index of the process, length, r); the forecaster has
seed r.
"""

from __future__ import annotations

import argparse
import json
import warnings

import numpy as np
from joblib import Parallel, delayed
from scipy.signal import lfilter
from scipy.stats import norm

from arsieve_rf import ARSieveForecaster, fit_ar
from arsieve_rf.estimators import _uncertainty
from arsieve_rf.evaluation import ar_forecast
from benchmarks.harness import machine, table

BURN_IN = 300
LEVELS = (0.8, 0.95)


def setar(e: np.ndarray) -> np.ndarray:
    y = e.copy()
    for t in range(1, e.shape[1]):
        y[:, t] += np.where(y[:, t - 1] <= 0.0, 0.9, -0.4) * y[:, t - 1]
    return y


def garch(e: np.ndarray) -> np.ndarray:
    y, variance = np.empty_like(e), np.ones(len(e))
    for t in range(e.shape[1]):
        y[:, t] = np.sqrt(variance) * e[:, t]
        variance = 0.1 + 0.1 * y[:, t] ** 2 + 0.8 * variance
    return y


PROCESSES = {
    "AR(1) .8": lambda e: lfilter([1.0], [1.0, -0.8], e),
    "AR(2) 1, -.5": lambda e: lfilter([1.0], [1.0, -1.0, 0.5], e),
    "ARMA .5 .5": lambda e: lfilter([1.0, 0.5], [1.0, -0.5], e),
    "SETAR .9/-.4": setar,
    "GARCH .1 .8": garch,
    "ARIMA(1,1,0)": lambda e: np.cumsum(lfilter([1.0], [1.0, -0.5], e), axis=1),
}


def draw(name: str, n: int, r: int, n_futures: int, h: int) -> tuple[np.ndarray, np.ndarray]:
    """A series (n,) and futures (n_futures, h) of it."""
    rng = np.random.default_rng([list(PROCESSES).index(name), n, r])
    past = np.broadcast_to(rng.standard_normal(BURN_IN + n), (n_futures, BURN_IN + n))
    y = PROCESSES[name](np.hstack([past, rng.standard_normal((n_futures, h))]))
    return y[0, BURN_IN : BURN_IN + n].copy(), y[:, BURN_IN + n :]


def ar_intervals(y: np.ndarray, d: int, h: int) -> dict[float, tuple[np.ndarray, np.ndarray]]:
    """Gaussian intervals of an AR model, coefficients taken for true."""
    z = np.diff(y, d)
    ar = fit_ar(z)
    mean = np.asarray(ar_forecast(ar, z, h))
    response = lfilter([1.0], np.concatenate([[1.0], -ar.coef]), np.eye(1, h)[0])
    if d:
        mean, response = y[-1] + np.cumsum(mean), np.cumsum(response)
    sd = np.sqrt(ar.sigma2 * np.cumsum(response**2))
    return {c: (mean - norm.ppf(0.5 + c / 2) * sd, mean + norm.ppf(0.5 + c / 2) * sd) for c in LEVELS}


def measure(name: str, n: int, r: int, a: argparse.Namespace) -> np.ndarray:
    """Shape (method, coverage and score, level, step)."""
    vars(_uncertainty).update(a.constants)
    y, futures = draw(name, n, r, a.futures, a.steps)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few past errors where calibration is asked for
        forecaster = ARSieveForecaster(n_estimators=a.trees, random_state=r).set_params(**a.options).fit(y)
        frame = forecaster.predict_interval(a.steps, coverage=LEVELS)
    ours = {c: (frame[f"lower_{c:g}"].to_numpy(), frame[f"upper_{c:g}"].to_numpy()) for c in LEVELS}
    out = np.empty((2, 2, len(LEVELS), a.steps))
    for i, intervals in enumerate((ours, ar_intervals(y, int(name == "ARIMA(1,1,0)"), a.steps))):
        for j, c in enumerate(LEVELS):
            lower, upper = intervals[c]
            missed = np.maximum(lower - futures, 0.0) + np.maximum(futures - upper, 0.0)
            out[i, 0, j] = np.mean(missed == 0.0, axis=0)
            out[i, 1, j] = upper - lower + 2.0 / (1.0 - c) * missed.mean(axis=0)
    return out


def line(name: str, results: np.ndarray) -> list[str]:
    """A row of the table; ``results`` (reps, method, coverage and score, level, step)."""
    mean = results.mean(axis=0)
    errors = results[:, 0, 0].std(axis=0, ddof=1) / np.sqrt(len(results))
    cells = [name]
    for j in range(len(LEVELS)):
        for i in range(2):
            cells.append(" ".join(f"{100 * value:.1f}" for value in mean[i, 0, j]))
        cells.append(f"{100 * errors[j].max():.1f}")
        cells.append(f"{mean[0, 1, j].mean() / mean[1, 1, j].mean():.3f}")
    return cells


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reps", type=int, default=1000)
    parser.add_argument("--lengths", type=int, nargs="+", default=[100, 400])
    parser.add_argument("--trees", type=int, default=500)
    parser.add_argument("--futures", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", help="words that the names of processes contain")
    parser.add_argument("--options", type=json.loads, default={}, help="forecaster's parameters as JSON")
    parser.add_argument("--constants", type=json.loads, default={}, help="constants of paths as JSON")
    parser.add_argument("--steps", type=int, default=6)
    a = parser.parse_args(arguments)
    if unknown := set(a.constants) - set(vars(_uncertainty)):
        parser.error(f"--constants: there is no {', '.join(unknown)}")
    names = [name for name in PROCESSES if not a.only or any(word in name for word in a.only)]
    print(machine())
    print(f"{a.reps} replications, {a.futures} futures each, {a.trees} trees, {a.options} {a.constants}")
    for n in a.lengths:
        print(
            f"\nCoverage in percent at h = 1..{a.steps}; largest standard error; score over the AR model's\n"
        )
        head = [f"{end} {c:.0%}" for c in LEVELS for end in ("ours", "AR model", "s.e.", "score")]
        rows = []
        with Parallel(n_jobs=a.jobs) as parallel:
            for name in names:
                results = parallel(delayed(measure)(name, n, r, a) for r in range(a.reps))
                rows.append(line(name, np.array(results)))
        table([f"T = {n}", *head], rows)


if __name__ == "__main__":
    main()
