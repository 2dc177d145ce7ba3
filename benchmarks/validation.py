"""Weights of ``bootstrap="auto"`` by out-of-bag errors, or by errors at the end of the series?

``python -m benchmarks.validation [--reps 200] [--length 100] [--trees 200] [--jobs 2]``

One step ahead on the processes of ``benchmarks.auto``, with lags that AIC chooses. The parts of the mixture
are the same; the weights come from out-of-bag errors of all rows, or in the order of time: the linear model
and both kinds of trees are fitted to the first 70 % of the rows (50 %) and weighed by their errors on the
rest. Figures are mean squared errors over that of the better of the linear model and the IID forest, with
standard errors over replications; noise variance and seeds as in ``benchmarks.auto``.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np
from joblib import Parallel, delayed

from arsieve_rf import ARSieveForestRegressor, fit_ar
from arsieve_rf.estimators._mixture_weights import mixture_weights
from arsieve_rf.resampling.ar_average import average_ar
from benchmarks.auto import PROCESSES, _ratio, innovation_variance
from benchmarks.harness import lag_matrix, machine, table
from simulation.dgps.registry import make_dgp

SHARES = (0.7, 0.5)


def forest(X: np.ndarray, y: np.ndarray, trees: int, seed: int) -> ARSieveForestRegressor:
    """IID forest with out-of-bag predictions."""
    columns = [None] * X.shape[1]
    model = ARSieveForestRegressor(trees, bootstrap="iid", lags=columns, oob_score=True, random_state=seed)
    return model.fit(X, y)


def parts(y: np.ndarray, X: np.ndarray, target: np.ndarray, trees: int, seed: int, at: np.ndarray):
    """Linear model, residual trees and row trees, fitted to rows; each at further rows, and out of bag."""
    p = X.shape[1]
    fit = average_ar([y], p)
    coef = np.zeros(p)
    coef[: len(fit.coef)] = fit.coef[:p]
    line = [fit.mean + (rows - fit.mean) @ coef for rows in (X, at)]
    residuals = target - line[0]
    first, second = forest(X, residuals, trees, seed), forest(X, target, trees, seed + 1)
    here = (residuals, first.oob_prediction_, second.oob_prediction_ - line[0], fit.n_parameters)
    return here, (line[1], first.predict(at), second.predict(at))


def errors(name: str, n: int, r: int, trees: int) -> dict[str, float]:
    """Difference between each forecast and the true conditional mean."""
    rng = np.random.default_rng([list(PROCESSES).index(name), n, r])
    family, parameters = PROCESSES[name]
    path = make_dgp(family, parameters).simulate(n, 1, rng)
    p = max(fit_ar(path.y).order, 1)
    X, target = lag_matrix(path.y, p)
    last = path.y[: -p - 1 : -1][None, :]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        here, (line, first, second) = parts(path.y, X, target, trees, 2 * r, last)
        weights = {"out of bag": mixture_weights(*here)}
        for share in SHARES:
            cut = int(share * len(target))
            _, (early, f, g) = parts(path.y[: p + cut], X[:cut], target[:cut], trees, 2 * r, X[cut:])
            rest = target[cut:] - early
            weights[f"last {1 - share:.0%}"] = mixture_weights(rest, f, g - early, 0.0)
    out = {"linear": line[0], "IID": second[0]}
    for word, (a, b) in weights.items():
        out[word] = line[0] + a * first[0] + b * (second[0] - line[0])
    return {word: float(value - path.mean[0]) for word, value in out.items()}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reps", type=int, default=200)
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    a = parser.parse_args(arguments)
    print(machine())
    print(f"T = {a.length}, {a.reps} replications\n")
    names = [name for name in PROCESSES if name != "ARIMA(1,1,0)"]
    tasks = [(name, a.length, r, a.trees) for name in names for r in range(a.reps)]
    results = Parallel(n_jobs=a.jobs)(delayed(errors)(*task) for task in tasks)
    words = list(results[0])
    rows = []
    for k, name in enumerate(names):
        found = results[k * a.reps : (k + 1) * a.reps]
        squares = {word: np.array([f[word] for f in found]) ** 2 for word in words}
        noise = innovation_variance(name)
        better = min(("linear", "IID"), key=lambda word: squares[word].mean())
        rows.append([name, *(_ratio(squares[word], squares[better], noise) for word in words)])
    table(["MSE over the better of linear and IID", *words], rows)


if __name__ == "__main__":
    main()
