"""Does ``bootstrap="auto"`` lose against the best single method on simulated processes?

``python -m benchmarks.auto [--reps 500] [--lengths 100 800] [--trees 500] [--jobs 2] [--only WORD ...]``

One step ahead, on the processes of the study (``simulation``): linear ones, then non-linear ones. Strategies
are forests of the forecaster without preparation, all with the lags that AIC chooses, so that only the
bootstrap differs; "default" is the forecaster as it comes, preparation included. A mean squared error is the
mean squared difference between forecast and true conditional mean, which these processes tell, plus the
innovation variance (estimated once a process from 2,000 values): what the errors of the forecasts themselves
would come to on average. Figures are ratios to the better of the AR model (AIC) and the IID forest, with
standard errors over replications. The last line is ARIMA(1,1,0), against the AR model of the differences.

Seeds: the series of replication r of a process and length comes from (index of the process, length, r), the
same for all methods; forests have seed r.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np
from joblib import Parallel, delayed

from arsieve_rf import ARSieveForecaster, fit_ar
from arsieve_rf.evaluation import ar_forecast
from benchmarks.harness import machine, table
from simulation.dgps.registry import make_dgp

PROCESSES = {
    "AR(1) .2": ("ar", {"coef": [0.2]}),
    "AR(1) .5": ("ar", {"coef": [0.5]}),
    "AR(1) .8": ("ar", {"coef": [0.8]}),
    "AR(1) -.5": ("ar", {"coef": [-0.5]}),
    "AR(2) 1, -.5": ("ar", {"coef": [1.0, -0.5]}),
    "MA(1) .5": ("ma", {"coef": [0.5]}),
    "MA(1) -.8": ("ma", {"coef": [-0.8]}),
    "ARMA .5 .5": ("arma", {"ar": [0.5], "ma": [0.5]}),
    "ARFIMA .3": ("arfima", {"d": 0.3}),
    "ARFIMA .3, .5": ("arfima", {"ar": [0.5], "d": 0.3}),
    "seasonal AR": ("seasonal_ar", {"period": 12, "coef": [], "seasonal_coef": [0.5]}),
    "SETAR .9/-.4": ("setar", {"lower": [0.9], "upper": [-0.4]}),
    "exponential AR": ("expar", {"coef": [-0.6], "near": [1.5]}),
    "bilinear": ("bilinear", {"coef": 0.4, "bilinear": 0.4}),
    "threshold jump": ("threshold_jump", {"below": 2.0, "above": -2.0}),
    "2 sin(y)": ("sine", {"amplitude": 2.0}),
    "noisy logistic map": ("logistic", {"rate": 3.9, "sigma": 0.05}),
    "ARIMA(1,1,0)": ("arima", {"ar": [0.5], "d": 1}),
}
INTEGRATED = "ARIMA(1,1,0)"
STRATEGIES = ("auto", "ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping")


def forecasts(name: str, n: int, r: int, trees: int) -> dict[str, float]:
    """Difference between each method's one-step forecast and the true conditional mean."""
    family, parameters = PROCESSES[name]
    rng = np.random.default_rng([list(PROCESSES).index(name), n, r])
    path = make_dgp(family, parameters).simulate(n, 1, rng)
    y, mean = path.y, path.mean[0]
    d = int(name == INTEGRATED)
    changes = np.diff(y, d)
    out = {"AR": (y[-1] if d else 0.0) + ar_forecast(fit_ar(changes), changes, 1)[0]}
    common = {"n_estimators": trees, "random_state": r, "n_jobs": 1}
    bare = {"differencing": d, "seasonal": None, "transform": None, "drift": 1.0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for word in STRATEGIES:
            forecaster = ARSieveForecaster(bootstrap=word, **bare, **common)
            out[word] = forecaster.fit(y).predict(1)[0]
        out["default"] = ARSieveForecaster(**common).fit(y).predict(1)[0]
    return {method: float(value - mean) for method, value in out.items()}


def innovation_variance(name: str) -> float:
    """Variance of a value around its conditional mean."""
    family, parameters = PROCESSES[name]
    dgp = make_dgp(family, parameters)
    rng = np.random.default_rng(2_000)
    paths = [dgp.simulate(20, 1, rng) for _ in range(2_000)]
    return float(np.mean([(path.future[0] - path.mean[0]) ** 2 for path in paths]))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reps", type=int, default=500)
    parser.add_argument("--lengths", type=int, nargs="+", default=[100, 800])
    parser.add_argument("--trees", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", default=list(PROCESSES), choices=list(PROCESSES))
    a = parser.parse_args(arguments)
    print(machine())
    methods = ["AR", *STRATEGIES, "default"]
    for n in a.lengths:
        tasks = [(name, n, r, a.trees) for name in a.only for r in range(a.reps)]
        results = Parallel(n_jobs=a.jobs)(delayed(forecasts)(*task) for task in tasks)
        print(f"\nT = {n}, {a.reps} replications, {a.trees} trees\n")
        rows = []
        for k, name in enumerate(a.only):
            found = results[k * a.reps : (k + 1) * a.reps]
            squares = {m: np.array([f[m] for f in found]) ** 2 for m in methods}
            rows.append([name, *_ratios(squares, innovation_variance(name), methods)])
        table(["MSE over the better of AR and IID", *methods, "auto over best strategy"], rows)


def _ratios(squares: dict[str, np.ndarray], noise: float, methods: list[str]) -> list[str]:
    """Each method's MSE over that of the better one of AR and IID, and auto's over the best strategy's."""
    mse = {m: noise + squares[m].mean() for m in methods}
    better = min(("AR", "iid"), key=mse.__getitem__)
    best = min(STRATEGIES[1:], key=mse.__getitem__)
    cells = [_ratio(squares[m], squares[better], noise) for m in methods]
    return [*cells, f"{_ratio(squares['auto'], squares[best], noise)} ({best})"]


def _ratio(ours: np.ndarray, peer: np.ndarray, noise: float) -> str:
    """Ratio of two mean squared errors on the same series, with its standard error (delta method)."""
    top, bottom = noise + ours.mean(), noise + peer.mean()
    ratio = top / bottom
    spread = np.std(ours - ratio * peer, ddof=1) / np.sqrt(len(ours)) / bottom
    return f"{ratio:.3f} ({spread:.3f})"


if __name__ == "__main__":
    main()
