"""What a worker does: simulate the series of one shard, and let every method forecast them."""

from __future__ import annotations

import re
import threading
import time
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from .dgps.base import DGP, Path
from .dgps.registry import make_dgp
from .methods.base import Forecast, Method
from .methods.registry import make_method
from .seeds import data_seed, method_seed
from .store import shard_name
from .tables import encode

__all__ = ["Shard", "ShardResult", "Task", "run_shard", "time_task"]

_MESSAGE_LENGTH = 500
# Warm-up and the capture of warnings are one a process: threads of a worker take turns.
_ONE_AT_A_TIME = threading.Lock()
_warm: set[tuple[Any, ...]] = set()


@dataclass(frozen=True)
class Task:
    """A shard to be computed: plain data, so that any process on any machine can.

    Attributes
    ----------
    cell : str
        Id of the cell.
    dgp : str
        The process's word.
    parameters : dict
        Its parameters.
    length, first, count, horizon, seed : int
        Length of the series; first replication and how many; steps; the study's seed.
    methods : tuple of (str, str, dict)
        Label, word and options of each method.
    """

    cell: str
    dgp: str
    parameters: dict[str, Any]
    length: int
    first: int
    count: int
    horizon: int
    seed: int
    methods: tuple[tuple[str, str, dict[str, Any]], ...]

    @property
    def shard(self) -> str:
        """Path of the shard in the store."""
        return shard_name(self.cell, self.first, self.count)


@dataclass
class ShardResult:
    """A computed shard.

    Attributes
    ----------
    shard : str
        Path of the shard in the store.
    tables : dict of str to bytes
        Contents of its files.
    n_failed, n_fits : int
        Fits that failed, and all.
    seconds, working : float
        Wall seconds of the whole shard, and those spent in drawing, fitting and predicting.
    """

    shard: str
    tables: dict[str, bytes]
    n_failed: int
    n_fits: int
    seconds: float
    working: float


@dataclass
class Shard:
    """Rows of one shard while they are gathered."""

    task: Task
    forecasts: list[tuple[Any, ...]] = field(default_factory=list)
    fits: list[tuple[Any, ...]] = field(default_factory=list)
    costs: list[tuple[Any, ...]] = field(default_factory=list)
    working: float = 0.0

    def run(self) -> None:
        """All replications, all methods."""
        task = self.task
        dgp = make_dgp(task.dgp, task.parameters)
        methods = [
            (label, name, options, make_method(name, options)) for label, name, options in task.methods
        ]
        for replication in range(task.first, task.first + task.count):
            key = (task.dgp, task.parameters, task.length, replication)
            path, error = self._draw(dgp, data_seed(*key, seed=task.seed))
            for label, name, options, method in methods:
                if path is None:
                    self._fail(replication, label, f"the series could not be simulated: {error}", 0.0)
                elif not (method.needs_oracle and path.mean is None):
                    seed = method_seed(*key, name, options, seed=task.seed)
                    self._forecast(replication, label, method, path, seed)

    def _draw(self, dgp: DGP, seed: int) -> tuple[Path | None, str]:
        start = time.perf_counter()
        try:
            return dgp.simulate(self.task.length, self.task.horizon, np.random.default_rng(seed)), ""
        except MemoryError:
            raise
        except Exception as error:
            return None, _describe(error)
        finally:
            self.working += time.perf_counter() - start

    def _forecast(self, replication: int, label: str, method: Method, path: Path, seed: int) -> None:
        # A method that wrote into the series would change it for those after it.
        visible = path if method.needs_oracle else Path(path.y.copy(), np.empty(0), None)
        start, cpu = time.perf_counter(), time.process_time()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("ignore")
                warnings.simplefilter("always", UserWarning)
                warnings.simplefilter("always", RuntimeWarning)
                forecast = method.forecast(visible, self.task.horizon, seed)
            seconds = time.process_time() - cpu
            values = _checked(forecast, self.task.horizon, method.needs_oracle)
        except MemoryError:  # the machine's failure, not the method's: must not become a result
            raise
        except Exception as error:
            self._fail(replication, label, _describe(error), time.process_time() - cpu)
            return
        finally:
            self.working += time.perf_counter() - start
        message = "; ".join(dict.fromkeys(_one_line(warning.message) for warning in caught)) or None
        mean = np.full(self.task.horizon, np.nan) if path.mean is None else path.mean
        key = (self.task.cell, replication, label)
        self.forecasts += [
            (*key, step, value, actual, oracle)
            for step, (value, actual, oracle) in enumerate(
                zip(values.tolist(), path.future.tolist(), mean.tolist()), start=1
            )
        ]
        found = (int(forecast.n_lags), float(forecast.tree_correlation), int(forecast.model_bytes))
        self.fits.append((*key, "ok", message, *found))
        self.costs.append((*key, seconds))

    def _fail(self, replication: int, label: str, message: str, seconds: float) -> None:
        key = (self.task.cell, replication, label)
        self.fits.append((*key, "failed", message, 0, float("nan"), 0))
        self.costs.append((*key, seconds))


def run_shard(task: Task) -> ShardResult:
    """Compute one shard.

    Everything runs on one thread, BLAS included, since its results may depend on their number.

    Parameters
    ----------
    task : Task

    Returns
    -------
    ShardResult
        A method that raises an Exception (MemoryError apart) or gives no finite forecasts makes a row with
        status "failed" and the message; warnings of methods are kept as the message of rows that are "ok".

    Examples
    --------
    >>> from simulation.jobs import Task, run_shard
    >>> result = run_shard(Task("c", "ar", {"coef": [0.5]}, 50, 0, 3, 2, 0, (("mean", "mean", {}),)))
    >>> result.shard, result.n_fits, result.n_failed, sorted(result.tables)
    ('c/r00000-00002', 3, 0, ['costs', 'fits', 'forecasts'])
    """
    with _ONE_AT_A_TIME, threadpool_limits(1), joblib.parallel_config("threading", n_jobs=1):
        _warm_up(task)
        start = time.perf_counter()
        shard = Shard(task)
        shard.run()
        tables = {name: encode(name, getattr(shard, name)) for name in ("forecasts", "fits", "costs")}
        n_failed = sum(row[3] == "failed" for row in shard.fits)
        seconds = time.perf_counter() - start
    return ShardResult(task.shard, tables, n_failed, len(shard.fits), seconds, shard.working)


def time_task(task: Task, budget: float) -> float:
    """Working seconds of one replication in a shard, a mean over as many as fit into the budget (8 at most).

    Parameters
    ----------
    task : Task
        Its replications are not looked at.
    budget : float
        Seconds.

    Returns
    -------
    float

    Examples
    --------
    >>> from simulation.jobs import Task, time_task
    >>> time_task(Task("c", "ar", {"coef": [0.5]}, 50, 0, 3, 2, 0, (("mean", "mean", {}),)), 0.1) > 0
    True
    """
    once = run_shard(replace(task, first=0, count=1)).working
    count = int(np.clip(budget / max(once, 1e-6), 1, 8))
    if count == 1:
        return once
    return run_shard(replace(task, first=0, count=count)).working / count


def _warm_up(task: Task) -> None:
    """Let each method load its machine code before its time is taken, once a process."""
    kinds = tuple(sorted((name, repr(sorted(options.items()))) for _, name, options in task.methods))
    if kinds in _warm:
        return
    _warm.add(kinds)
    shard = Shard(replace(task, dgp="ar", parameters={"coef": [0.5]}, length=60, first=0, count=1))
    shard.run()


def _checked(forecast: Forecast, horizon: int, may_be_unknown: bool) -> np.ndarray:
    """The values, if they are what a forecast must be."""
    if not isinstance(forecast, Forecast):
        raise TypeError(f"forecast must return a Forecast, got {type(forecast).__name__}")
    values = np.asarray(forecast.values, np.float64)
    if values.shape != (horizon,):
        raise ValueError(f"the forecast has shape {values.shape}, expected ({horizon},)")
    unknown = np.isnan(values) if may_be_unknown else np.zeros(horizon, bool)
    if not np.isfinite(values[~unknown]).all():
        step = 1 + int(np.argmax(~np.isfinite(values) & ~unknown))
        raise ValueError(f"the forecast is {values[step - 1]} at step {step}")
    return values


def _one_line(text: object) -> str:
    """Without line breaks and addresses, which differ from run to run; not longer than a paragraph."""
    line = re.sub(r"\b0x[0-9a-f]+\b", "0x...", " ".join(str(text).split()))
    return line if len(line) <= _MESSAGE_LENGTH else line[: _MESSAGE_LENGTH - 3] + "..."


def _describe(error: Exception) -> str:
    """Type and text of an error."""
    return _one_line(f"{type(error).__name__}: {error}")
