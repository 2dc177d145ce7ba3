"""The report's tables of digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from arsieve_rf.report import digits
from arsieve_rf.report.document import Cell, Row, Table
from arsieve_rf.report.style import HIGHER, LOWER, shade_of

from ..summary import ALL_STEPS
from .lookup import Lookup, title_of_group

__all__ = [
    "correlation_table",
    "cost_table",
    "excess_table",
    "mse_table",
    "pooled_table",
    "ratio_table",
    "step_name",
]

_NOTHING = Cell("–")
_TIED = "°"


def step_name(step: int, horizon: int) -> str:
    """A step in words.

    Examples
    --------
    >>> step_name(1, 5), step_name(0, 5)
    ('step 1', 'mean over steps 1–5')
    """
    return f"mean over steps 1–{horizon}" if step == ALL_STEPS else f"step {step}"


def pooled_table(look: Lookup, step: int, table: str = "pooled") -> Table:
    """Geometric means of ratios by group and length."""
    methods = look.rivals + (look.oracles if table == "pooled" else [])
    rows = []
    several = len(look.summary.lengths) > 1
    for group in look.groups:
        rows.append(Row(title_of_group(group)))
        for length in [*look.summary.lengths, *([None] if several else [])]:
            found = [look.get(table, group, length, method, step) for method in methods]
            n = max((row.n for row in found if row is not None), default=0)
            if n:
                head = f"T = {length:,}" if length is not None else "all lengths"
                cells = [
                    _NOTHING if row is None or not row.n
                    else _ratio_cell(row, n)
                    for row in found
                ]  # fmt: skip
                rows.append(Row(f"{head} ({digits.count_of(n, 'cell')})", cells))
    what = "MSE" if table == "pooled" else "Excess MSE"
    caption = (
        f"{what} over that of {look.summary.reference}, {step_name(step, look.summary.horizon)}: "
        "geometric mean over processes, 95 % interval"
    )
    return Table(caption, ["", *methods], rows)


def ratio_table(look: Lookup, length: int, step: int) -> Table:
    """Paired ratios to the reference by process."""
    methods = look.rivals + look.oracles
    reference = look.summary.reference

    def line(cell: str) -> list[Cell]:
        rows = [look.get("ratios", cell, method, step) for method in methods]
        most = max((row.n for row in rows if row is not None), default=0)
        return [
            _NOTHING if row is None or not math.isfinite(row.ratio)
            else _ratio_cell(row, most)
            for row in rows
        ]  # fmt: skip

    caption = f"MSE over that of {reference}, T = {length:,}, {step_name(step, look.summary.horizon)}"
    return Table(caption, ["Process", *methods], _by_process(look, length, line))


def mse_table(look: Lookup, length: int, step: int) -> Table:
    """Mean squared errors with Monte Carlo standard errors by process."""

    def line(cell: str) -> list[Cell]:
        best = look.get("best", cell, step)
        rows = [look.get("mse", cell, method, step) for method in look.methods]
        most = max((row.n for row in rows if row is not None), default=0)
        cells = []
        for method, row in zip(look.methods, rows):
            if row is None:
                cells.append(_NOTHING)
                continue
            value, se = digits.with_error(row.mse, row.se)
            first = best is not None and method == best.method
            tied = _TIED if best is not None and method in best.tied else ""
            cells.append(
                Cell(
                    value + tied, se + (f" [{row.n}]" if row.n < most else ""), bold=first,
                    shade=_clear_shade(look.get("ratios", cell, method, step)),
                )
            )  # fmt: skip
        return cells

    caption = f"MSE with Monte Carlo standard error, T = {length:,}, {step_name(step, look.summary.horizon)}"
    return Table(caption, ["Process", *look.methods], _by_process(look, length, line))


def excess_table(look: Lookup, length: int, step: int) -> Table | None:
    """Excess over the oracle with standard errors; None where no true mean is known."""
    methods = [method for method in look.methods if method not in look.oracles]

    def line(cell: str) -> list[Cell]:
        rows = [look.get("excess", cell, method, step) for method in methods]
        finite = [row.excess for row in rows if row is not None]
        cells = []
        for row in rows:
            if row is None:
                cells.append(_NOTHING)
                continue
            value, se = digits.with_error(row.excess, row.se)
            cells.append(Cell(value, se, bold=row.excess == min(finite), shade=_clear_shade(row)))
        return cells if finite else []

    rows = _by_process(look, length, line)
    if not any(row.cells for row in rows):
        return None
    caption = (
        f"Excess over the oracle with standard error, T = {length:,}, {step_name(step, look.summary.horizon)}"
    )
    return Table(caption, ["Process", *methods], rows)


def correlation_table(look: Lookup) -> Table:
    """Mean tree correlation by group and length."""
    found = look.summary.correlation.merge(look.summary.cells, on="cell")
    methods = [method for method in look.methods if method in set(found["method"])]
    means = found.groupby(["group", "length", "method"])["correlation"].mean()
    rows = []
    for group in look.groups:
        rows.append(Row(title_of_group(group)))
        for length in look.summary.lengths:
            cells = [
                Cell(f"{means[group, length, method]:.3f}") if (group, length, method) in means else _NOTHING
                for method in methods
            ]
            if any(cell is not _NOTHING for cell in cells):
                rows.append(Row(f"T = {length:,}", cells))
    return Table(
        "Mean correlation between two trees of a forest, averaged over processes", ["", *methods], rows
    )


def cost_table(look: Lookup) -> Table:
    """Time and memory by length, averaged over cells."""
    found = look.summary.costs.merge(look.summary.cells, on="cell")
    means: dict[Any, Any] = (
        found.groupby(["length", "method"])[["seconds", "model_bytes", "n_lags"]].mean().to_dict("index")
    )
    rows = []
    for length in look.summary.lengths:
        rows.append(Row(f"T = {length:,}"))
        for head, column, show in _COSTS:
            cells = [
                Cell(show(means[length, method][column])) if (length, method) in means
                else _NOTHING
                for method in look.methods
            ]  # fmt: skip
            rows.append(Row(head, cells))
    caption = "Cost of one fit with its forecast, averaged over replications and processes"
    return Table(caption, ["", *look.methods], rows)


_COSTS: Sequence[tuple[str, str, Callable[[float], str]]] = (
    ("processor time", "seconds", digits.time),
    ("fitted model", "model_bytes", digits.size),
    ("lags", "n_lags", lambda n: f"{n:.1f}"),
)


def _by_process(look: Lookup, length: int, line: Callable[[str], list[Cell]]) -> list[Row]:
    """A row a process under its group's heading; groups without numbers are left out."""
    rows = []
    for group, labels in look.processes(length):
        inner = []
        for label in labels:
            cell = look.cell(label, length)
            cells = line(cell) if cell is not None else []
            if cells and any(one is not _NOTHING for one in cells):
                inner.append(Row(label, cells))
        if inner:
            rows += [Row(title_of_group(group)), *inner]
    return rows


def _ratio_cell(row: Any, most: int) -> Cell:
    """A ratio with its interval; an arrow where it is more than two standard errors from 1."""
    shade = _clear_shade(row)
    arrow = f"{LOWER} " if shade < 0.0 else f"{HIGHER} " if shade > 0.0 else ""
    note = digits.interval(row.lower, row.upper, row.log_se) + (f" [{row.n}]" if row.n < most else "")
    return Cell(arrow + digits.ratio(row.ratio, row.log_se), note, shade=shade)


def _clear_shade(row: Any) -> float:
    """Colour of a ratio; none where there is no ratio, or it is within two standard errors of 1."""
    if row is None or not row.ratio > 0.0 or not math.isfinite(row.log_se):
        return 0.0
    return shade_of(row.ratio) if abs(math.log(row.ratio)) > 2.0 * row.log_se else 0.0
