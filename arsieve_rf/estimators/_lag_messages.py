"""What users are told about the columns of X: one function a message."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "between_rows",
    "clashing_first_rows",
    "constant_series",
    "contradicted",
    "derived_fixed",
    "interleaved",
    "interleaved_unclear",
    "interpolated",
    "leaked",
    "leaking",
    "not_as_said",
    "unmatched_names",
]


def joined(labels: Sequence[str]) -> str:
    """Labels in a row, the first six of them."""
    rest = len(labels) - 6
    return ", ".join(labels[:6]) + (f" and {rest} more" if rest > 0 else "")


def _by_number(labels: Sequence[str], one: str, several: str) -> str:
    """The words for one column, or those for several."""
    return one if len(labels) == 1 else several


def _them(labels: Sequence[str]) -> str:
    return _by_number(labels, "it", "them")


def _these(labels: Sequence[str]) -> str:
    return _by_number(labels, "this column", "these columns")


def constant_series(labels: Sequence[str]) -> str:
    """A constant y and columns equal to it, without names."""
    return (
        f"y is constant, so nothing in the data says which lag of it {joined(labels)} may be; treated "
        "as fixed. Pass lags= to say it."
    )


def leaked(labels: Sequence[str]) -> str:
    """Columns equal to the target of the same row."""
    return (
        f"X has the target y itself, not an earlier value of it, in {joined(labels)}; "
        "treated as fixed. It will not be known when forecasting."
    )


def leaking(labels: Sequence[str]) -> str:
    """Columns that are computed from the target or from later values."""
    return (
        f"X has the target y, or later values of it, scaled or in a statistic, in {joined(labels)}; "
        "treated as fixed. Nothing of it will be known when forecasting. Compute such columns from values "
        "before the target, y.shift(1).rolling(3).mean() for example (if rows are in reverse order of time, "
        "turn them round)."
    )


def interleaved(labels: Sequence[str], n_series: int, named: Sequence[int], found: Sequence[int]) -> str:
    """Rows sorted by time before series, which were told apart."""
    return (
        f"X holds {n_series} series interleaved by time: {joined(labels)} are named as lags {sorted(named)}, "
        f"but equal y {sorted(found)} rows earlier. Every {n_series}-th row is taken for the same series. "
        "Sort the rows by series, then by time, or pass groups= with the series of each row to say so; or, "
        "if the rows are one series, lags= with the lag of each column in rows."
    )


def interleaved_unclear(
    labels: Sequence[str], n_series: int, named: Sequence[int], found: Sequence[int]
) -> str:
    """Rows that look as if sorted by time before series, but not all of them."""
    return (
        f"X seems to hold {n_series} series interleaved by time: {joined(labels)} are named as lags "
        f"{sorted(named)}, but equal y {sorted(found)} rows earlier. Within every {n_series}-th row they do "
        "not hold the lags of their names throughout (series of unequal length?), so all columns are treated "
        "as fixed. Sort the rows by series, then by time, or pass groups= with the series of each row; or, "
        "if the rows are one series, lags= with the lag of each column in rows."
    )


def contradicted(labels: Sequence[str], found: Sequence[int]) -> str:
    """Names that say another lag than the data."""
    pairs = [f"{label} equals y {lag} rows earlier" for label, lag in zip(labels, found, strict=True)]
    return (
        f"The names of some columns say another lag than the data: {joined(pairs)}. The data are "
        "believed (models for a later step ahead look like this; so do series interleaved by time: sort "
        "their rows by series, or pass groups= with the series of each row). Pass lags= to state the lags in "
        "rows."
    )


def unmatched_names(labels: Sequence[str]) -> str:
    """Names that claim lags which the data do not show."""
    claim = ("has the name of a lag, but does not hold", "have the names of lags, but do not hold")
    return (
        f"{joined(labels)} of X {_by_number(labels, *claim)} earlier values of y, as they are or scaled "
        "(rows not in the order of time, rows left out at random, series mixed, or a non-linear transform of "
        f"either?); treated as fixed, so the bootstrap cannot renew {_them(labels)}. Sort the rows by time "
        "within each series and pass groups= with the series of each row, or pass lags= with None for "
        f"{_these(labels)} if no lag of y is meant."
    )


def derived_fixed(labels: Sequence[str]) -> str:
    """Statistics of y that are not linear in its lags."""
    return (
        f"{joined(labels)} of X {_by_number(labels, 'seems', 'seem')} to be computed from earlier values of "
        "y, but not linearly from few of them, which cannot be done anew for a bootstrap series; treated as "
        f"fixed. Pass lags= with None for {_these(labels)} to accept it."
    )


def between_rows(labels: Sequence[str]) -> str:
    """Lags of a series of which every k-th row was kept."""
    return (
        f"{joined(labels)} of X {_by_number(labels, 'looks', 'look')} like values of the series between its "
        "rows, as if only every k-th row had been kept (a stride); treated as fixed, so the bootstrap cannot "
        f"renew {_them(labels)}. Keep all rows, or pass lags= with None for {_these(labels)} to accept it."
    )


def clashing_first_rows(labels: Sequence[str]) -> str:
    """Filled-in lags at the start of a series."""
    return (
        f"The first rows of {joined(labels)} contradict other columns about the values before the first "
        "target (filled in where they were unknown, or computed over fewer values?); those of the "
        "largest lags are used. Drop the rows whose lags are not all observed to avoid this."
    )


def interpolated(count: int, max_lag: int) -> str:
    """Series shorter than the largest lag."""
    return (
        f"{count} value(s) before a first target are shown by no column, because a series has fewer "
        f"rows than the largest lag, {max_lag}; they are interpolated."
    )


def not_as_said(
    column: int,
    label: str,
    lag: int,
    rows: tuple[int, int],
    values: tuple[float, float],
    differing: int,
    compared: int,
) -> str:
    """Data that contradict the user's `lags`; `rows` are a row that differs and the row of its lag."""
    row, earlier = rows
    got, expected = values
    return (
        f"lags[{column}]={lag} says that {label} holds y {lag} row(s) earlier, but {differing} of "
        f"{compared} rows differ: at row {row}, X[{row}, {column}] = {got:.6g} where y[{earlier}] = "
        f"{expected:.6g} is expected. Rows must be in the order of time, series after series or with "
        "groups= to tell them apart; give None for a column that is no lag."
    )
