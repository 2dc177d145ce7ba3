"""A study's directory with invented results, written through the study's own store."""

from __future__ import annotations

from simulation.seeds import cell_id
from simulation.store import Store, shard_name
from simulation.tables import encode

AR = ("ar", {"coef": [0.5]}, "AR(1) .5", True, True)
MA = ("ma", {"coef": [0.5]}, "MA(1) .5", True, True)
WALK = ("arima", {"ar": [0.5]}, "ARIMA(1,1,0)", True, False)
SHIFT = ("level_shift", {"coef": [0.5], "size": 3.0}, "Level shift", True, False)
SINE = ("sine", {}, "2 sin y", False, True)

METHODS = (
    {"label": "AR-sieve forest", "name": "forest", "options": {"bootstrap": "ar_sieve"}},
    {"label": "IID forest", "name": "forest", "options": {"bootstrap": "iid"}},
    {"label": "naive", "name": "naive", "options": {}},
    {"label": "oracle", "name": "oracle", "options": {}},
)


def make_design(cells, *, methods=METHODS, horizon=2, replications=40, **more):
    """The resolved design of cells given as (process, length)."""
    return {
        "name": "synthetic",
        "title": "Synthetic study",
        "horizon": horizon,
        "reference": "IID forest",
        "digest": "0" * 64,
        "methods": [dict(method) for method in methods],
        "cells": [
            {
                "id": cell_id(dgp, parameters, length), "dgp": dgp, "parameters": parameters, "label": label,
                "length": length, "replications": replications, "block": 25, "linear": linear,
                "stationary": stationary, "equation": "y_t = ...",
            }
            for (dgp, parameters, label, linear, stationary), length in cells
        ],
        **more,
    }  # fmt: skip


class Shard:
    """Rows of one block of replications."""

    def __init__(self, cell):
        self.cell = cell
        self.forecasts, self.fits, self.costs = [], [], []

    def ok(
        self, replication, method, forecast, actual, oracle, *,
        message=None, lags=2, correlation=float("nan"), size=1000, seconds=1.0,
    ):  # fmt: skip
        """One good fit, with sequences over the steps."""
        for step, values in enumerate(zip(forecast, actual, oracle, strict=True), start=1):
            self.forecasts.append((self.cell, replication, method, step, *map(float, values)))
        self.fits.append((self.cell, replication, method, "ok", message, lags, correlation, size))
        self.costs.append((self.cell, replication, method, float(seconds)))

    def failed(self, replication, method, message):
        """One failure."""
        self.fits.append((self.cell, replication, method, "failed", message, 0, float("nan"), 0))
        self.costs.append((self.cell, replication, method, 0.1))

    def write(self, store, first, count):
        """Store it, as the runner does."""
        tables = {name: encode(name, getattr(self, name)) for name in ("forecasts", "fits", "costs")}
        store.add(shard_name(self.cell, first, count), tables)


def begin(folder, design):
    """A store with a design and no results."""
    store = Store(folder)
    store.begin(design, {})
    return store


def fill(
    store, cell, rng, *, n, scales, horizon, oracle=True, start=0, correlations=None, seconds=None, sizes=None
):
    """Invent ``n`` replications whose forecasts miss the true mean by N(0, scale**2); oracle's scale is 0."""
    shard = Shard(cell)
    for replication in range(start, start + n):
        mean = rng.standard_normal(horizon)
        actual = mean + rng.standard_normal(horizon)
        shared = rng.standard_normal(horizon)  # what all methods have in common
        for method, scale in scales.items():
            if method == "oracle" and not oracle:
                continue
            miss = scale * (0.8 * shared + 0.6 * rng.standard_normal(horizon))
            shard.ok(
                replication, method, mean + miss, actual, mean if oracle else mean * float("nan"),
                correlation=(correlations or {}).get(method, float("nan")),
                lags=2 if method not in ("naive", "oracle", "mean", "Naive", "Oracle", "Mean") else 0,
                seconds=(seconds or {}).get(method, 0.001) * rng.uniform(0.8, 1.2),
                size=(sizes or {}).get(method, 1000),
            )  # fmt: skip
    shard.write(store, start, n)
