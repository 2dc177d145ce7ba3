"""Series, and a slow twin of calibration: past forecasts by public means, exact order statistics."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest
from scipy.signal import lfilter

from arsieve_rf import ARSieveForecaster

AS_IT_IS = {"differencing": 0, "seasonal": None, "transform": None}
both = pytest.mark.parametrize("calibration", ["conformal", "adaptive"])
COVERAGES = (0.25, 0.5, 0.8, 0.96)


def ar1(n, seed=0, coef=0.5):
    e = np.random.default_rng(seed).standard_normal(n + 100)
    return lfilter([1.0], [1.0, -coef], e)[100:]


def positive(n, seed=0):
    """Squares, for which square roots are chosen, but for one of the last values."""
    t = np.arange(n)
    y = (1.0 + 0.2 * t + np.random.default_rng(seed).normal(0.0, 0.3, n)) ** 2
    y[-3] = -1.0
    return y


def forecaster(**options):
    return ARSieveForecaster(**{"lags": 1, "n_estimators": 5, "random_state": 0} | AS_IT_IS | options)


def part(X, start, stop):
    return None if X is None else X[start:stop]


def series_of(options, n=50):
    """Options without the case's own, a series, and columns that move it."""
    options = dict(options)
    y, X = 40.0 + ar1(n + 3), None
    if options.pop("X", False):
        X = np.random.default_rng(5).standard_normal((n + 3, 2))
        y += X @ [2.0, -1.0]
    return options, y, X


def ends(frame, coverage):
    return frame[[f"lower_{coverage:g}", f"upper_{coverage:g}"]].to_numpy().T


def quiet(call, *args, **options):
    """The answer, and the texts of warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        out = call(*args, **options)
    return out, [str(warning.message) for warning in caught]


class Twin:
    """Past errors and calibrated intervals, written from the description.

    Attributes
    ----------
    n_refused : int
        How many updates of past forecasters were refused.
    """

    def __init__(self, y, n_fitted, h, X=None, *, calibration, **options):
        self.y, self.X, self.h, self.options = y, X, h, options
        self.memory = Fraction(99, 100) if calibration == "adaptive" else Fraction(1)
        self.seed = options.get("random_state", 0)
        self.n_refused = 0
        self.bands = {}  # lower, median and upper quantile of each step, by origin
        self._forecast_training(n_fitted)
        self.now = self._fit(n_fitted)
        for origin in range(n_fitted, len(y)):
            if origin > n_fitted:
                self._move(self.now, origin)
            self._forecast(self.now, origin)
        if len(y) > n_fitted:
            self._move(self.now, len(y))

    def _fit(self, n):
        return forecaster(**self.options).fit(self.y[:n], part(self.X, 0, n))

    def _move(self, model, origin):
        model.update(self.y[origin - 1 : origin], part(self.X, origin - 1, origin))

    def _forecast_training(self, n):
        first = max(n // 2, 8)
        fits = {first + k * (n - first) // 4 for k in range(4)}
        model = None
        for origin in range(first, n):
            try:
                if model is None or origin in fits:
                    model = self._fit(origin)
                else:
                    self._move(model, origin)
            except ValueError:
                self.n_refused += 1
                model = self._fit(origin)
            self._forecast(model, origin)

    def _forecast(self, model, origin):
        X = part(self.X, origin, origin + self.h)
        seed = int(np.random.SeedSequence([self.seed, origin]).generate_state(1)[0])
        h = self.h if X is None else len(X)
        self.bands[origin] = band(model.predict_paths(h, X, n_paths=200, random_state=seed))

    def errors(self, step):
        """Of step 1, 2, ..., oldest first."""
        out = []
        for origin, (lower, middle, upper) in self.bands.items():
            if step <= len(middle) and origin + step <= len(self.y):
                error = self.y[origin + step - 1] - middle[step - 1]
                side = upper if error > 0 else lower
                out.append(abs(error) / abs(side[step - 1] - middle[step - 1]))
        return out

    def reach(self, step, coverage):
        """Smallest error with the share of all weights at or below it; None if no error has."""
        errors = self.errors(step)
        weights = [self.memory**age for age in range(len(errors), 0, -1)]
        wanted = Fraction(str(coverage)) * (sum(weights) + 1)
        below = Fraction(0)
        for error, weight in sorted(zip(errors, weights)):
            below += weight
            if below >= wanted:
                return error
        return None

    def interval(self, coverage, X=None, n_paths=1000):
        """Lower and upper ends, and whether any step has too few errors."""
        paths = self.now.predict_paths(self.h, X, n_paths=n_paths)
        out, too_few = np.empty((2, self.h)), False
        for k, (lower, middle, upper) in enumerate(band(paths).T):
            reach = self.reach(k + 1, coverage)
            if reach is not None:
                out[:, k] = middle - reach * (middle - lower), middle + reach * (upper - middle)
                continue
            too_few = True
            largest = max(self.errors(k + 1))
            ends = np.quantile(paths[:, k], [0.5 - coverage / 2, 0.5 + coverage / 2], method="weibull")
            out[0, k] = min(ends[0], middle - largest * (middle - lower))
            out[1, k] = max(ends[1], middle + largest * (upper - middle))
        return out, too_few


def band(paths):
    """Quantiles by the (m + 1) rule, which numpy names after Weibull."""
    return np.quantile(paths, [0.1, 0.5, 0.9], axis=0, method="weibull")
