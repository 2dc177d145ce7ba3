"""Do one-step intervals go on covering when innovations become larger or smaller after the fit?

``python -m benchmarks.changing [--reps 100] [--trees 500] [--paths 1000] [--jobs 2] [--only WORD ...]
[--options JSON]``

AR(1) with coefficient .5 and normal innovations, T = 200, then 200 values more, which are given to `update`
one by one; the variance of the innovations stays, doubles or halves with the first of these. Before each of
them the forecaster says a 90 % interval, for each `calibration`. Coverage is the probability of the interval
under the true process, given all values before, so that its standard error (over replications) is that of the
interval, not of single values. Beside the widths stands that of the true process: an interval of exactly
this width around the true mean covers 90 %. Figures are means over the first 50 and the last 100 steps.

Seeds: replication r of a change draws from (index of the change, r); the forecaster has seed r, so that all
calibrations see the same series and the same forest.
"""

from __future__ import annotations

import argparse
import json
import warnings

import numpy as np
from joblib import Parallel, delayed
from scipy.signal import lfilter
from scipy.stats import norm

from arsieve_rf import ARSieveForecaster
from benchmarks.harness import machine, table

COEF = 0.5
BURN_IN = 100
N_FIT = 200
N_UPDATES = 200
LEVEL = 0.9
CHANGES = {"stays": 1.0, "doubles": 2.0, "halves": 0.5}  # of the variance
CALIBRATIONS = (None, "conformal", "adaptive")
STRETCHES = {"first 50": slice(0, 50), "last 100": slice(N_UPDATES - 100, N_UPDATES)}


def draw(change: str, r: int) -> np.ndarray:
    """A series of N_FIT + N_UPDATES values."""
    e = np.random.default_rng([list(CHANGES).index(change), r]).standard_normal(BURN_IN + N_FIT + N_UPDATES)
    e[BURN_IN + N_FIT :] *= np.sqrt(CHANGES[change])
    return lfilter([1.0], [1.0, -COEF], e)[BURN_IN:]


def measure(
    change: str, calibration: str | None, r: int, trees: int, n_paths: int, options: dict
) -> np.ndarray:
    """Coverage and width of each step's interval, shape (2, N_UPDATES)."""
    y, sd = draw(change, r), np.sqrt(CHANGES[change])
    forecaster = ARSieveForecaster(n_estimators=trees, random_state=r, calibration=calibration)
    forecaster.set_params(**options).fit(y[:N_FIT])
    out = np.empty((2, N_UPDATES))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few past errors, should the options leave few
        for step in range(N_UPDATES):
            t = N_FIT + step
            frame = forecaster.predict_interval(1, coverage=LEVEL, n_paths=n_paths)
            ends = frame[[f"lower_{LEVEL:g}", f"upper_{LEVEL:g}"]].to_numpy()[0]
            out[0, step] = np.diff(norm.cdf(ends, COEF * y[t - 1], sd))[0]
            out[1, step] = ends[1] - ends[0]
            forecaster.update(y[t : t + 1])
    return out


def line(change: str, calibration: str | None, results: np.ndarray) -> list[str]:
    """A row of the table; ``results`` (reps, coverage and width, step)."""
    cells = [change, repr(calibration)]
    for stretch in STRETCHES.values():
        means = results[:, :, stretch].mean(axis=2)
        errors = means.std(axis=0, ddof=1) / np.sqrt(len(means))
        cells.append(f"{100 * means[:, 0].mean():.1f} ({100 * errors[0]:.1f})")
        cells.append(f"{means[:, 1].mean():.2f} ({errors[1]:.2f})")
    cells.append(f"{2.0 * norm.ppf(0.5 + LEVEL / 2) * np.sqrt(CHANGES[change]):.2f}")
    return cells


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reps", type=int, default=100)
    parser.add_argument("--trees", type=int, default=500)
    parser.add_argument("--paths", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=CHANGES, default=list(CHANGES))
    parser.add_argument("--options", type=json.loads, default={}, help="forecaster's parameters as JSON")
    a = parser.parse_args(arguments)
    print(machine())
    print(f"{a.reps} replications, {a.trees} trees, {a.paths} paths, options {a.options}")
    print(f"\nCoverage of {LEVEL:.0%} intervals in percent, and their width; standard errors in brackets\n")
    rows = []
    with Parallel(n_jobs=a.jobs) as parallel:
        for change in a.only:
            for calibration in CALIBRATIONS:
                one = delayed(measure)
                results = parallel(
                    one(change, calibration, r, a.trees, a.paths, a.options) for r in range(a.reps)
                )
                rows.append(line(change, calibration, np.array(results)))
    head = [f"{what}, {stretch}" for stretch in STRETCHES for what in ("coverage", "width")]
    table(["variance", "calibration", *head, "true width"], rows)


if __name__ == "__main__":
    main()
