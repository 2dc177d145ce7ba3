"""How the defaults were chosen: excess error of the sieve forest over the true conditional mean.

``python -m benchmarks.defaults [--reps 200] [--length 100] [--bootstrap ar_sieve]``. Series of nine
simulated processes (seed of a series: process and replication; the same for all settings), one step ahead,
200 trees, lags by AIC. A figure is the mean over processes of the mean squared difference between forecast
and conditional mean, relative to the first setting on the same series, with the standard error of that ratio
over replications. No real series is used.
"""

from __future__ import annotations

import argparse
import itertools

import numpy as np

from arsieve_rf import ARSieveForecaster
from benchmarks.harness import SERIES_AS_IT_IS, machine, table

BURN_IN = 200


def arma(n, rng, ar=(), ma=()):
    """Series of length n and the conditional mean of the value after it."""
    total = n + BURN_IN + 1
    e, y, mu = rng.standard_normal(total), np.zeros(total), np.zeros(total)
    for t in range(5, total):
        mu[t] = sum(a * y[t - k] for k, a in enumerate(ar, 1)) + sum(
            b * e[t - k] for k, b in enumerate(ma, 1)
        )
        y[t] = mu[t] + e[t]
    return y[BURN_IN:-1], mu[-1]


def setar(n, rng):
    """Threshold autoregression, .9 below zero and -.4 above."""
    total = n + BURN_IN + 1
    e, y, mu = rng.standard_normal(total), np.zeros(total), np.zeros(total)
    for t in range(1, total):
        mu[t] = (0.9 if y[t - 1] <= 0 else -0.4) * y[t - 1]
        y[t] = mu[t] + e[t]
    return y[BURN_IN:-1], mu[-1]


PROCESSES = {
    "AR .2": lambda n, rng: arma(n, rng, (0.2,)),
    "AR .5": lambda n, rng: arma(n, rng, (0.5,)),
    "AR .8": lambda n, rng: arma(n, rng, (0.8,)),
    "AR -.5": lambda n, rng: arma(n, rng, (-0.5,)),
    "AR 1 -.5": lambda n, rng: arma(n, rng, (1.0, -0.5)),
    "MA .5": lambda n, rng: arma(n, rng, (), (0.5,)),
    "MA -.8": lambda n, rng: arma(n, rng, (), (-0.8,)),
    "ARMA .5 .5": lambda n, rng: arma(n, rng, (0.5,), (0.5,)),
    "SETAR .9 -.4": setar,
}

SETTINGS = {
    "leaf and features": [
        {"min_samples_leaf": leaf, "max_features": share}
        for leaf, share in itertools.product((5, 1, 2, 10, 20), (1.0, 1 / 3, "sqrt"))
    ],
    "start of a series": [{"initial": start} for start in ("stationary", "observed", "mean")],
    "criterion": [{"order": order} for order in ("aic", "aicc", "bic", "hqic")],
}


def errors(settings, length, reps, bootstrap):
    """Squared differences to the conditional mean, shape (processes, settings, reps)."""
    out = np.empty((len(PROCESSES), len(settings), reps))
    for i, simulate in enumerate(PROCESSES.values()):
        for r in range(reps):
            y, mu = simulate(length, np.random.default_rng([i, r + 1]))
            for j, setting in enumerate(settings):
                words = {"n_estimators": 200, "bootstrap": bootstrap, "random_state": r} | SERIES_AS_IT_IS
                model = ARSieveForecaster(**words | setting)
                out[i, j, r] = (model.fit(y).predict(1)[0] - mu) ** 2
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=200)
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--bootstrap", default="ar_sieve")
    options = parser.parse_args()
    print(machine())
    for title, settings in SETTINGS.items():
        e = errors(settings, options.length, options.reps, options.bootstrap)
        mean = e.mean(axis=2)
        ratio = mean / mean[:, :1]
        # delta method for a ratio of paired means, process by process
        spread = np.std(e - ratio[:, :, None] * e[:, :1], axis=2, ddof=1) / mean[:, :1] / np.sqrt(e.shape[2])
        rows = [
            [
                ", ".join(f"{k}={v if isinstance(v, str | int) else round(v, 2)}" for k, v in words.items()),
                f"{ratio[:, j].mean():.3f}",
                f"{np.sqrt(np.mean(spread[:, j] ** 2) / len(ratio)):.3f}",
                *[f"{v:.2f}" for v in ratio[:, j]],
            ]
            for j, words in enumerate(settings)
        ]
        print(f"\n{title}: T={options.length}, {options.reps} replications, bootstrap={options.bootstrap}")
        table(["setting", "mean ratio", "s.e.", *PROCESSES], rows)


if __name__ == "__main__":
    main()
