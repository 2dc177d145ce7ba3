"""What is known about the columns of X: which are lags of y, and the series that they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LagStructure", "LinearColumn"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearColumn:
    """A column that is ``intercept + sum_k weights[k - 1] * lag_k``, to rounding.

    Attributes
    ----------
    column : int
        Position in X.
    intercept : float
        In units of the column.
    weights : ndarray of float64, shape (K,)
        Weights on lags 1 to K; the last one is not zero.
    lag : int or None
        The lag of a pure affine lag (a scaled one, say), None for anything else (a rolling mean, say).
    """

    column: int
    intercept: float
    weights: FloatArray
    lag: int | None

    @classmethod
    def scaled_lag(cls, column: int, intercept: float, slope: float, lag: int) -> LinearColumn:
        """A column that is ``intercept + slope * y[t - lag]``."""
        weights = np.zeros(lag)
        weights[-1] = slope
        return cls(column, intercept, weights, lag)

    @property
    def span(self) -> int:
        """Largest lag that the column needs."""
        return len(self.weights)


@dataclass(frozen=True, eq=False)
class LagStructure:
    """Which columns of X are functions of earlier values of y.

    Every column is one of three: a lag by equality (an entry in `lags`), a linear function of lags (an entry
    in `linear`), or fixed (neither), which the bootstrap leaves as it is.

    Attributes
    ----------
    lags : tuple of (int or None)
        One entry a column of X: ``k >= 1`` where the column equals y `k` rows earlier, else None.
    linear : tuple of LinearColumn
        Columns to be rebuilt from a series by their weights, in the order of X.
    segments : ndarray of intp, shape (n_segments + 1,)
        Row offsets ``0, ..., n`` of the runs of consecutive times: one run, unless several series are
        stacked or rows are missing.
    max_lag : int
        Largest lag that any lag or linear column needs; 0 where there is none.
    series : tuple of ndarray of float64
        One array a segment: `max_lag` values before its first target, then its targets. Values before the
        first target come from the columns. A value that no column shows (a segment shorter than `max_lag`)
        is interpolated between its neighbours; no row of X depends on it.
    warnings : tuple of str
        What the user should be told, in the order of finding.
    order : ndarray of intp, shape (n,), or None
        The order of rows, series after series, in which `segments` and `series` count them; None if it is the
        one in which they were given.

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.estimators._lag_detection import detect_lags
    >>> y = np.array([3.1, -0.4, 1.7, 2.2, -1.9, 0.6, 4.2, 0.3])
    >>> X = np.column_stack([y[1:-1], y[:-2]])
    >>> found = detect_lags(X, y[2:])
    >>> found.lags
    (1, 2)
    >>> bool(np.all(found.series[0] == y))
    True
    """

    lags: tuple[int | None, ...]
    linear: tuple[LinearColumn, ...]
    segments: NDArray[np.intp]
    max_lag: int
    series: tuple[FloatArray, ...]
    warnings: tuple[str, ...] = ()
    order: NDArray[np.intp] | None = None

    @property
    def n_columns(self) -> int:
        """Number of columns of X."""
        return len(self.lags)

    @property
    def lags_(self) -> tuple[int | None, ...]:
        """Per column its lag, by equality or affinely, or None."""
        found = list(self.lags)
        for entry in self.linear:
            found[entry.column] = entry.lag
        return tuple(found)

    @property
    def fixed(self) -> tuple[int, ...]:
        """Positions of the columns that are no function of the series."""
        linear = {entry.column for entry in self.linear}
        return tuple(c for c, lag in enumerate(self.lags) if lag is None and c not in linear)

    @property
    def presample(self) -> tuple[FloatArray, ...]:
        """Per segment the `max_lag` values before its first target."""
        return tuple(values[: self.max_lag] for values in self.series)

    def rebuild(self, series: Sequence[FloatArray], X: NDArray[np.floating]) -> FloatArray:
        """X with its lag and linear columns computed anew from other series.

        Parameters
        ----------
        series : sequence of ndarray of float64
            One array a segment, each as long as the one in `series`.
        X : ndarray, shape (n, n_columns)
            Supplies the fixed columns, rows in this `order`; it is not changed.

        Returns
        -------
        ndarray of float64, shape (n, n_columns)
        """
        out = np.array(X, dtype=np.float64, order="F")
        for start, stop, values in zip(self.segments[:-1], self.segments[1:], series, strict=True):
            rows = int(stop - start)
            for column, lag in enumerate(self.lags):
                if lag is not None:
                    out[start:stop, column] = values[self.max_lag - lag :][:rows]
            for entry in self.linear:
                rebuilt = np.full(rows, entry.intercept)
                for k in np.flatnonzero(entry.weights) + 1:
                    rebuilt += entry.weights[k - 1] * values[self.max_lag - k :][:rows]
                out[start:stop, entry.column] = rebuilt
        return out
