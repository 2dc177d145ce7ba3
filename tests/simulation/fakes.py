"""Tiny processes and methods for the runner's tests, reached as ``tests.simulation.fakes:Name``."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from simulation.dgps.base import DGP, Path
from simulation.methods.base import Forecast, Method

HERE = "tests.simulation.fakes"


@dataclass(frozen=True)
class Noise(DGP):
    """White noise; ``breaks`` lets the replications fail whose first value is negative."""

    name: ClassVar[str] = "noise"
    summary: ClassVar[str] = "y_t = e_t"
    linear: ClassVar[bool] = True
    stationary: ClassVar[bool] = True
    breaks: bool = False
    knows_mean: bool = True

    def problems(self):
        return []

    def simulate(self, n, horizon, rng):
        y = rng.standard_normal(n)
        if self.breaks and y[0] < 0:
            raise ArithmeticError("negative start")
        return Path(y, rng.standard_normal(horizon), np.zeros(horizon) if self.knows_mean else None)


@dataclass(frozen=True)
class Seedy(Method):
    """Forecasts a number drawn from its seed, plus the sum of the series."""

    name: ClassVar[str] = "seedy"
    tag: int = 0

    def problems(self):
        return []

    def forecast(self, path, horizon, seed):
        rng = np.random.default_rng(seed)
        return Forecast(path.y.sum() + rng.standard_normal(horizon), n_lags=3)


@dataclass(frozen=True)
class Moody(Method):
    """Does what ``how`` says on series that start below zero, forecasts 0 on others."""

    name: ClassVar[str] = "moody"
    how: str = "raise"

    def problems(self):
        return []

    def forecast(self, path, horizon, seed):
        values = np.zeros(horizon)
        if path.y[0] < 0:
            if self.how == "raise":
                raise RuntimeError(f"first\nvalue {path.y[0]:.6f} of {object()!r}")
            if self.how == "nan":
                values[-1] = np.nan
            if self.how == "shape":
                values = np.zeros(horizon + 1)
            if self.how == "type":
                return values
            if self.how == "warn":
                warnings.warn("low start", UserWarning, stacklevel=1)
                warnings.warn("not for users", DeprecationWarning, stacklevel=1)
            if self.how == "memory":
                raise MemoryError
            if self.how == "peek" and (path.mean is not None or len(path.future)):
                values = path.future
            if self.how == "write":
                path.y[:] = 0.0
        return Forecast(values)


@dataclass(frozen=True)
class Slow(Method):
    """Sleeps, then forecasts from its seed."""

    name: ClassVar[str] = "slow"
    seconds: float = 0.05

    def problems(self):
        return []

    def forecast(self, path, horizon, seed):
        time.sleep(self.seconds)
        return Forecast(np.random.default_rng(seed).standard_normal(horizon))


def design(methods, dgps=None, **study):
    """A design as a dictionary."""
    plain = {"name": "test", "horizon": 2, "replications": 6, "block": 2, "lengths": [20]}
    return {
        "study": plain | study,
        "dgps": dgps or [{"name": f"{HERE}:Noise"}],
        "methods": [
            method if isinstance(method, dict) else {"name": method, "label": method} for method in methods
        ],
    }


def fake(name, label=None, **options):
    """A [[methods]] entry."""
    return {"name": f"{HERE}:{name}", "label": label or name, "options": options}


def contents(folder, tables=("forecasts", "fits")):
    """Bytes of the shards' files that must not depend on how they were made."""
    shards = folder / "shards"
    return {
        str(path.relative_to(shards)): path.read_bytes()
        for table in tables
        for path in shards.glob(f"[!.]*/*/{table}.parquet")
    }
