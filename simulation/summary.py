"""From a study's result directory to tables: accuracy with Monte Carlo errors, paired comparisons, costs.

Everything is computed cell by cell (one process, its parameters, one length), on the replications that are
there, so an unfinished study can be summarised, too. The formulas are in :mod:`simulation.montecarlo`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .cells import CellResults, Results, read_results
from .montecarlo import geometric_mean, mean_with_error, paired_ratio

__all__ = ["ALL_STEPS", "Summary", "summarize"]

ALL_STEPS = 0
"""The ``step`` of losses averaged over steps 1 to H within each replication."""

_RATIO = ["n", "ratio", "log_se", "lower", "upper"]


@dataclass(frozen=True)
class Summary:
    """A study in tables. ``method`` is a label, ``cell`` a cell's id, ``step`` 1 to H or 0: all steps.

    Attributes
    ----------
    design : dict
        The resolved design, as the runner wrote it.
    reference : str
        Label of the method that ratios and differences are taken to.
    cells : DataFrame
        cell, dgp, parameters, label, length, equation, group, planned, done: what was run; ``done`` counts
        replications.
    methods : DataFrame
        method, name, options, is_reference, is_oracle, is_forest.
    mse : DataFrame
        cell, method, step, n, mse, se.
    ratios : DataFrame
        cell, method, step, n, ratio, log_se, lower, upper: MSE over the reference's on the n replications
        where both have forecasts; a 95 % interval on the log scale.
    differences : DataFrame
        cell, method, step, n, mean, se, scale, q05, q25, median, q75, q95, wins: loss minus the reference's,
        pair by pair; ``scale`` is the reference's mean loss on these pairs, ``wins`` the share of pairs with
        a smaller loss.
    excess : DataFrame
        cell, method, step, n, excess, se, n_pairs, ratio, log_se, lower, upper: mean squared distance from
        the true conditional mean, where that is known, and its ratio to the reference's.
    pooled, pooled_excess : DataFrame
        group, length, method, step, n (cells), ratio, log_se, lower, upper, lowest, highest, n_lower,
        n_higher: geometric means of the cells' ratios; ``length`` is NA for all lengths together and
        ``group`` "all" for all groups; ``n_lower`` and ``n_higher`` count cells more than two standard
        errors from 1.
    best : DataFrame
        cell, step, method, mse, tied: the smallest MSE among the methods other than the oracle that have
        forecasts for at least half of the replications, and the labels (tuple) of the others within two
        standard errors of it, by paired differences; on the replications that all of them have.
    correlation : DataFrame
        cell, method, n, correlation, se: mean correlation between a forest's trees.
    costs : DataFrame
        cell, method, n, seconds, seconds_se, n_bytes, model_bytes, model_bytes_se, n_lags.
    failures : DataFrame
        cell, method, attempted, failed, message, count: one row a message; none where nothing failed.
    warnings : DataFrame
        cell, method, attempted, warned, message, count: the same for warnings of fits that went well.
    """

    design: dict[str, Any]
    reference: str
    cells: pd.DataFrame
    methods: pd.DataFrame
    mse: pd.DataFrame
    ratios: pd.DataFrame
    differences: pd.DataFrame
    excess: pd.DataFrame
    pooled: pd.DataFrame
    pooled_excess: pd.DataFrame
    best: pd.DataFrame
    correlation: pd.DataFrame
    costs: pd.DataFrame
    failures: pd.DataFrame
    warnings: pd.DataFrame

    @property
    def horizon(self) -> int:
        """Number of steps forecast."""
        return int(self.design["horizon"])

    @property
    def lengths(self) -> list[int]:
        """Lengths of series in the study, shortest first."""
        return sorted(int(n) for n in self.cells["length"].unique())

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name, for instance to write each as CSV."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if isinstance(value, pd.DataFrame)}


def summarize(directory: str | Path) -> Summary:
    """Summarise a study, finished or not.

    Parameters
    ----------
    directory : str or Path
        Where :func:`simulation.run_study` wrote: ``design.json`` and the shards.

    Returns
    -------
    Summary
        Tables over the replications that are there. Failed fits and fits whose forecasts are not finite count
        as failures and enter nothing else; a comparison uses the replications where both methods have
        forecasts, and says how many.

    Raises
    ------
    StudyError
        If there is no study in ``directory``.
    """
    results = read_results(directory)
    rows = _Rows(results)
    for cell in results.cells():
        rows.add(cell)
    return rows.summary()


class _Rows:
    """Collects the tables' rows, a cell at a time."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.labels = [str(label) for label in results.methods["method"]]
        self.oracles = set(results.methods.loc[results.methods["is_oracle"], "method"])
        self.reference = self.labels.index(results.reference)
        self.done: dict[str, int] = {}
        self.rows: dict[str, list[tuple[Any, ...]]] = {
            name: []
            for name in (
                "mse", "ratios", "differences", "excess", "best", "correlation", "costs", "failures",
                "warnings",
            )
        }  # fmt: skip

    def add(self, cell: CellResults) -> None:
        """Everything about one cell."""
        self.done[cell.cell] = cell.n_replications
        self.rows["failures"] += [(cell.cell, *row) for row in cell.failures()]
        self.rows["warnings"] += [(cell.cell, *row) for row in cell.warnings()]
        for m, label in enumerate(self.labels):
            self._costs(cell, m, label)
        if cell.n_replications == 0:
            return
        errors = cell.forecast - cell.actual
        distance = cell.forecast - cell.oracle
        for step in range(cell.horizon + 1):
            self._losses(cell.cell, step, _loss(errors, step))
            self._excess(cell.cell, step, _loss(distance, step))

    def _losses(self, cell: str, step: int, scaled: tuple[NDArray[np.float64], float]) -> None:
        """MSE, ratios and differences of one step from losses (method, replication)."""
        losses, unit = scaled
        base = losses[self.reference]
        for label, own in zip(self.labels, losses):
            mean = mean_with_error(own)
            if mean.n == 0:
                continue
            self.rows["mse"].append((cell, label, step, mean.n, mean.value * unit, mean.se * unit))
            ratio = paired_ratio(own, base)
            if ratio.n:
                self.rows["ratios"].append(
                    (cell, label, step, ratio.n, ratio.value, ratio.log_se, ratio.lower, ratio.upper)
                )
                self.rows["differences"].append((cell, label, step, *_difference(own, base, unit)))
        self._best(cell, step, losses, unit)

    def _best(self, cell: str, step: int, losses: NDArray[np.float64], unit: float) -> None:
        """The smallest MSE, and what cannot be told from it."""
        there = np.isfinite(losses)
        enough = 2 * there.sum(axis=1) >= losses.shape[1]
        rivals = [m for m, label in enumerate(self.labels) if enough[m] and label not in self.oracles]
        losses = losses[:, there[rivals].all(axis=0)]
        if not rivals or losses.shape[1] == 0:
            return
        means = [mean_with_error(losses[m]).value for m in rivals]
        first = rivals[int(np.argmin(means))]
        tied = []
        for m in rivals:
            gap = mean_with_error(losses[m] - losses[first])
            if m != first and gap.n and not gap.value > 2.0 * gap.se:
                tied.append(self.labels[m])
        self.rows["best"].append((cell, step, self.labels[first], min(means) * unit, tuple(tied)))

    def _excess(self, cell: str, step: int, scaled: tuple[NDArray[np.float64], float]) -> None:
        """Squared distances from the true conditional mean, and their ratio to the reference's."""
        losses, unit = scaled
        for label, own in zip(self.labels, losses):
            mean = mean_with_error(own)
            if mean.n == 0:
                continue
            ratio = paired_ratio(own, losses[self.reference])
            self.rows["excess"].append(
                (
                    cell, label, step, mean.n, mean.value * unit, mean.se * unit,
                    ratio.n, ratio.value, ratio.log_se, ratio.lower, ratio.upper,
                )
            )  # fmt: skip

    def _costs(self, cell: CellResults, m: int, label: str) -> None:
        """Time, memory, lags, and the forest's correlation."""
        seconds = mean_with_error(cell.seconds[m])
        memory = mean_with_error(cell.model_bytes[m])
        lags = mean_with_error(cell.n_lags[m])
        if seconds.n or memory.n:
            self.rows["costs"].append(
                (
                    cell.cell, label, seconds.n, seconds.value, seconds.se,
                    memory.n, memory.value, memory.se, lags.value,
                )
            )  # fmt: skip
        correlation = mean_with_error(cell.tree_correlation[m])
        if correlation.n:
            self.rows["correlation"].append(
                (cell.cell, label, correlation.n, correlation.value, correlation.se)
            )

    def summary(self) -> Summary:
        """The tables, and what is pooled over cells."""
        cells = self.results.cell_table.copy()
        cells["done"] = [self.done.get(cell, 0) for cell in cells["cell"]]
        by_step = ["cell", "method", "step"]
        ratios = self._table("ratios", by_step + _RATIO)
        excess = self._table("excess", [*by_step, "n", "excess", "se", "n_pairs", *_RATIO[1:]])
        spread = ["n", "mean", "se", "scale", "q05", "q25", "median", "q75", "q95", "wins"]
        costs = self._table(
            "costs",
            [
                "cell",
                "method",
                "n",
                "seconds",
                "seconds_se",
                "n_bytes",
                "model_bytes",
                "model_bytes_se",
                "n_lags",
            ],
        )
        correlation = self._table("correlation", ["cell", "method", "n", "correlation", "se"])
        methods = self.results.methods.copy()
        methods["is_forest"] = methods["method"].isin(set(correlation["method"])) | (
            methods["name"] == "forest"
        )
        return Summary(
            design=self.results.design,
            reference=self.results.reference,
            cells=cells,
            methods=methods,
            mse=self._table("mse", [*by_step, "n", "mse", "se"]),
            ratios=ratios,
            differences=self._table("differences", by_step + spread),
            excess=excess,
            pooled=_pool(ratios, cells, self.labels),
            pooled_excess=_pool(excess, cells, self.labels),
            best=self._table("best", ["cell", "step", "method", "mse", "tied"]),
            correlation=correlation,
            costs=costs,
            failures=self._table("failures", ["cell", "method", "attempted", "failed", "message", "count"]),
            warnings=self._table("warnings", ["cell", "method", "attempted", "warned", "message", "count"]),
        )

    def _table(self, name: str, columns: list[str]) -> pd.DataFrame:
        return pd.DataFrame.from_records(self.rows[name], columns=columns)


def _loss(errors: NDArray[np.float64], step: int) -> tuple[NDArray[np.float64], float]:
    """Squared errors (method, replication) of a step, or means over all steps, and the unit they are in."""
    part = errors if step == ALL_STEPS else errors[:, :, step - 1 : step]
    size = np.abs(part[np.isfinite(part)]).max(initial=0.0)
    unit = float(size) or 1.0
    # In units of the largest error, so that squares neither overflow nor vanish; the unit's own square is cut
    # at the largest number there is.
    with np.errstate(over="ignore", under="ignore"):
        return ((part / unit) ** 2).mean(axis=2), float(min(np.float64(unit) ** 2, np.finfo(np.float64).max))


def _difference(own: NDArray[np.float64], base: NDArray[np.float64], unit: float) -> tuple[Any, ...]:
    """Paired differences of losses: mean with its error, and quantiles for box plots."""
    pair = np.isfinite(own) & np.isfinite(base)
    gap = own[pair] - base[pair]
    mean = mean_with_error(gap)
    quantiles = np.quantile(gap, [0.05, 0.25, 0.5, 0.75, 0.95]) * unit
    scale = float(base[pair].mean()) * unit
    return (mean.n, mean.value * unit, mean.se * unit, scale, *map(float, quantiles), float((gap < 0).mean()))


def _pool(ratios: pd.DataFrame, cells: pd.DataFrame, labels: Iterable[str]) -> pd.DataFrame:
    """Geometric means of ratios over the cells of a group and length, of a group, of a length, and of all."""
    joined = ratios.merge(cells[["cell", "group", "length"]], on="cell")
    rows = []
    steps = sorted(joined["step"].unique())
    groups = [*dict.fromkeys(cells["group"]), "all"]
    lengths = [*sorted(cells["length"].unique()), pd.NA]
    for group in groups:
        in_group = joined if group == "all" else joined[joined["group"] == group]
        for length in lengths:
            there = in_group if length is pd.NA else in_group[in_group["length"] == length]
            by = dict(tuple(there.groupby(["method", "step"], sort=False)))
            rows += [
                (group, length, label, int(step), *_pooled_row(by[label, step]))
                for label in labels
                for step in steps
                if (label, step) in by
            ]
    columns = ["group", "length", "method", "step", *_RATIO, "lowest", "highest", "n_lower", "n_higher"]
    table = pd.DataFrame.from_records(rows, columns=columns)
    return table.astype({"length": "Int64"})


def _pooled_row(part: pd.DataFrame) -> tuple[Any, ...]:
    """One geometric mean, the range it covers, and how many cells are clearly off 1."""
    ratio = part["ratio"].to_numpy(np.float64)
    log_se = part["log_se"].to_numpy(np.float64)
    usable = np.isfinite(ratio) & (ratio > 0.0) & np.isfinite(log_se)
    mean = geometric_mean(ratio[usable], log_se[usable])
    log = np.log(ratio[usable])
    n_lower = int((log < -2.0 * log_se[usable]).sum())
    n_higher = int((log > 2.0 * log_se[usable]).sum())
    lowest, highest = (float(f(ratio[usable])) if mean.n else float("nan") for f in (np.min, np.max))
    return (mean.n, mean.value, mean.log_se, mean.lower, mean.upper, lowest, highest, n_lower, n_higher)
