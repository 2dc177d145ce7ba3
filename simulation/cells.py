"""The results of a study as dense arrays, a cell at a time, with gaps where there is no forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .store import Store
from .tables import decode

__all__ = ["GROUPS", "CellResults", "Results", "read_results"]

GROUPS = ("linear, stationary", "unit root", "changing level", "non-linear", "not classified")
"""Kinds of processes that a summary keeps apart, in the order of its tables."""

_NOT_FINITE = "the forecast is not finite"


@dataclass(frozen=True)
class CellResults:
    """One cell. Arrays are over (method, replication) or (method, replication, step).

    Attributes
    ----------
    cell : str
        The cell's id.
    forecast : ndarray of float64, shape (methods, replications, horizon)
        NaN where a method failed or has no forecast.
    actual, oracle : ndarray of float64, shape (replications, horizon)
        What followed, and its true conditional mean (NaN where unknown).
    seconds, n_lags, tree_correlation, model_bytes : ndarray of float64, shape (methods, replications)
        NaN where there was no such fit.
    status : DataFrame
        method, replication, status, message: one row a fit, with forecasts that are not finite as failures.
    """

    cell: str
    forecast: NDArray[np.float64]
    actual: NDArray[np.float64]
    oracle: NDArray[np.float64]
    seconds: NDArray[np.float64]
    n_lags: NDArray[np.float64]
    tree_correlation: NDArray[np.float64]
    model_bytes: NDArray[np.float64]
    status: pd.DataFrame

    @property
    def horizon(self) -> int:
        """Number of steps."""
        return self.actual.shape[1]

    @property
    def n_replications(self) -> int:
        """Replications with any result."""
        return self.actual.shape[0]

    def failures(self) -> list[tuple[str, int, int, str, int]]:
        """Method, fits attempted, fits failed, message, and its count, for each message of a failed fit."""
        return self._messages("failed")

    def warnings(self) -> list[tuple[str, int, int, str, int]]:
        """The same for the warnings of fits that went well: those with a warning in the failures' place."""
        return self._messages("ok")

    def _messages(self, status: str) -> list[tuple[str, int, int, str, int]]:
        rows: list[tuple[str, int, int, str, int]] = []
        for method, fits in self.status.groupby("method", sort=False):
            messages = fits.loc[(fits["status"] == status), "message"]
            if status == "failed":
                messages = messages.fillna("no message")
            counts = Counter(str(text) for text in messages if isinstance(text, str) and text)
            ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            rows += [(str(method), len(fits), sum(counts.values()), text, count) for text, count in ordered]
        return rows


@dataclass(frozen=True)
class Results:
    """A study's directory, read.

    Attributes
    ----------
    store : Store
        The directory.
    design : dict
        What ``design.json`` says.
    methods : DataFrame
        method, name, options, is_reference, is_oracle.
    reference : str
        Label of the reference method.
    cell_table : DataFrame
        cell, dgp, parameters, label, length, equation, group, planned.
    """

    store: Store
    design: dict[str, Any]
    methods: pd.DataFrame
    reference: str
    cell_table: pd.DataFrame

    def cells(self) -> Iterator[CellResults]:
        """One after another, in the design's order; those without any result are empty."""
        files = {name: _by_cell(self.store, name) for name in ("forecasts", "fits", "costs")}
        labels = list(self.methods["method"])
        oracles = set(self.methods.loc[self.methods["is_oracle"], "method"])
        for cell in self.cell_table["cell"]:
            parts = {name: decode(name, by_cell.get(cell, [])) for name, by_cell in files.items()}
            yield _dense(cell, parts, labels, oracles, int(self.design["horizon"]))


def read_results(directory: str | Path) -> Results:
    """Open a study's directory.

    Parameters
    ----------
    directory : str or Path
        Where a study was run.

    Returns
    -------
    Results

    Raises
    ------
    StudyError
        If there is no study in it.
    """
    store = Store(directory)
    design = store.design()
    methods = pd.DataFrame(
        [
            {
                "method": str(method["label"]),
                "name": str(method["name"]),
                "options": dict(method.get("options", {})),
                "is_oracle": _needs_oracle(str(method["name"])),
            }
            for method in design["methods"]
        ]
    )
    reference = _reference(design, methods)
    methods["is_reference"] = methods["method"] == reference
    cells = pd.DataFrame(
        [
            {
                "cell": str(cell["id"]),
                "dgp": str(cell["dgp"]),
                "parameters": dict(cell.get("parameters", {})),
                "label": str(cell.get("label") or cell["dgp"]),
                "length": int(cell["length"]),
                "equation": str(cell.get("equation", "")),
                "group": _group(cell),
                "planned": int(cell["replications"]),
            }
            for cell in design["cells"]
        ]
    )
    return Results(store, design, methods, reference, cells)


def _by_cell(store: Store, table: str) -> dict[str, list[Path]]:
    """Files of a table by the cell whose folder they are in."""
    files: dict[str, list[Path]] = {}
    for path in store.files(table):
        files.setdefault(path.parts[-3], []).append(path)
    return files


def _dense(
    cell: str, parts: Mapping[str, pd.DataFrame], labels: list[str], oracles: set[str], horizon: int
) -> CellResults:
    """Arrays from one cell's rows."""
    fits, forecasts, costs = parts["fits"], parts["forecasts"], parts["costs"]
    replications = pd.Index(sorted(set(fits["replication"]) | set(forecasts["replication"])))
    shape = (len(labels), len(replications))
    code = {label: m for m, label in enumerate(labels)}

    def fill(table: pd.DataFrame, column: str) -> NDArray[np.float64]:
        """A column of fits or costs as (method, replication)."""
        out = np.full(shape, np.nan)
        known = table[table["method"].isin(code)]
        rows = known["method"].map(code).to_numpy(np.int64)
        out[rows, replications.get_indexer(known["replication"])] = known[column].to_numpy(np.float64)
        return out

    forecast = np.full((*shape, horizon), np.nan)
    actual = np.full((len(replications), horizon), np.nan)
    oracle = actual.copy()
    known = forecasts[forecasts["method"].isin(code) & forecasts["step"].between(1, horizon)]
    m = known["method"].map(code).to_numpy(np.int64)
    r = replications.get_indexer(known["replication"])
    h = known["step"].to_numpy(np.int64) - 1
    forecast[m, r, h] = known["forecast"].to_numpy(np.float64)
    actual[r, h] = known["actual"].to_numpy(np.float64)
    oracle[r, h] = known["oracle"].to_numpy(np.float64)

    status = _with_broken_forecasts(fits, known, oracles)
    bad = status[(status["status"] != "ok") & status["method"].isin(code)]
    forecast[bad["method"].map(code).to_numpy(np.int64), replications.get_indexer(bad["replication"])] = (
        np.nan
    )
    forecast[~np.isfinite(forecast)] = np.nan
    ok = fits[fits["status"] == "ok"]
    return CellResults(
        cell=cell, forecast=forecast, actual=actual, oracle=oracle,
        seconds=fill(costs.merge(ok[["replication", "method"]], on=["replication", "method"]), "fit_seconds"),
        n_lags=fill(ok, "n_lags"), tree_correlation=fill(ok, "tree_correlation"),
        model_bytes=fill(ok, "model_bytes"), status=status,
    )  # fmt: skip


def _with_broken_forecasts(fits: pd.DataFrame, forecasts: pd.DataFrame, oracles: set[str]) -> pd.DataFrame:
    """Fits that are ok but forecast NaN or inf fail, too; an oracle may know some steps only."""
    broken = forecasts[~np.isfinite(forecasts["forecast"]) & ~forecasts["method"].isin(oracles)]
    keys = pd.MultiIndex.from_frame(broken[["method", "replication"]].drop_duplicates())
    status = fits[["method", "replication", "status", "message"]].copy()
    hit = pd.MultiIndex.from_frame(status[["method", "replication"]]).isin(keys) & (status["status"] == "ok")
    status.loc[hit, ["status", "message"]] = ["failed", _NOT_FINITE]
    return status


def _reference(design: Mapping[str, Any], methods: pd.DataFrame) -> str:
    """The design's reference; else the IID forest, else the first method."""
    labels = list(methods["method"])
    if design.get("reference") in labels:
        return str(design["reference"])
    for label, name, options in zip(labels, methods["name"], methods["options"]):
        if name == "forest" and options.get("bootstrap") == "iid":
            return str(label)
    return str(labels[0])


def _needs_oracle(name: str) -> bool:
    """Whether a method forecasts with the true conditional mean."""
    from .dgps.parameters import find_class
    from .methods.base import Method
    from .methods.registry import METHODS

    try:
        return find_class(name, METHODS, Method, "method").needs_oracle
    except (ImportError, ValueError):  # a plug-in that is not installed here, which a report can do without
        return False


def _group(cell: Mapping[str, Any]) -> str:
    """Which of :data:`GROUPS` a cell's process belongs to, by what it says of itself."""
    if "linear" not in cell or "stationary" not in cell:
        return GROUPS[4]
    if not cell["linear"]:
        return GROUPS[3]
    if cell["stationary"]:
        return GROUPS[0]
    # An order of integration among its parameters marks a process with unit roots, too.
    integrated = cell["dgp"] == "arima" or "d" in cell.get("parameters", {})
    return GROUPS[1] if integrated else GROUPS[2]
