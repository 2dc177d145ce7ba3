"""Time to predict beside scikit-learn's forest of the same size, grown on the same series.

``python -m benchmarks.bench_predict``: 500 trees, T = 500, lags of the AR order.
Claims: a recursion of 24 steps at least 300 times faster; one row under 0.5 ms; 100,000 rows not slower;
1,000 paths of 24 steps under 1 s. The peer's paths are its own recursion: a predict of 1,000 rows for each
step, and innovations drawn from its residuals.
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from arsieve_rf import ARSieveForecaster
from benchmarks.harness import SERIES_AS_IT_IS, ar2_series, lag_matrix, machine, paired, table

N_TREES, T, STEPS, P, N_PATHS = 500, 500, 24, 10, 1000


def recurse(model: RandomForestRegressor, y: np.ndarray) -> np.ndarray:
    """The same recursion through scikit-learn's predict."""
    path = list(y)
    for _ in range(STEPS):
        path.append(model.predict(np.array(path[-1 : -P - 1 : -1])[None])[0])
    return np.array(path[-STEPS:])


def paths(model: RandomForestRegressor, y: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """Paths through scikit-learn's predict."""
    rng = np.random.default_rng(0)
    path = np.tile(y[-P:], (N_PATHS, 1))
    for _ in range(STEPS):
        step = model.predict(path[:, : -P - 1 : -1]) + rng.choice(residuals, N_PATHS)
        path = np.column_stack([path, step])
    return path[:, P:]


def main() -> None:
    print(machine())
    y = ar2_series(T)
    X, target = lag_matrix(y, P)
    words = {"bootstrap": "ar_sieve", "n_estimators": N_TREES, "random_state": 0} | SERIES_AS_IT_IS
    forecaster = ARSieveForecaster(P, **words).fit(y)
    ours = forecaster.regressor_
    peer = RandomForestRegressor(N_TREES, min_samples_leaf=5, random_state=0, n_jobs=1).fit(X, target)
    e = target - peer.predict(X)
    one, many = X[-1:], np.random.default_rng(0).standard_normal((100_000, P)) * y.std()
    rows = []
    for name, mine, theirs, calls in [
        ("24-step recursion", lambda: forecaster.predict(STEPS), lambda: recurse(peer, y), 100),
        ("predict, 1 row", lambda: ours.predict(one), lambda: peer.predict(one), 100),
        ("1,000 paths of 24 steps", lambda: forecaster.predict_paths(STEPS), lambda: paths(peer, y, e), 1),
        ("predict, 100,000 rows", lambda: ours.predict(many), lambda: peer.predict(many), 1),
    ]:
        a, b, ratio = paired(mine, theirs, repeats=7, budget=30, calls=calls)
        rows.append([name, f"{a * 1e3:.3f}", f"{b * 1e3:.1f}", f"{ratio:.1f}"])
    table(["work", "ours, ms", "scikit-learn, ms", "ratio"], rows)


if __name__ == "__main__":
    main()
