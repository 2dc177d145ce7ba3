"""A prepared series, with or without gaps, as the rows and columns that a forest is grown on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._lag_structure import LagStructure

__all__ = ["Embedding", "embed", "n_rows", "observed_runs"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Embedding:
    """Rows for the regressor.

    Attributes
    ----------
    X : ndarray of float64, shape (n_rows, n_lags + n_exog)
        Lag columns, then exogenous ones.
    y : ndarray of float64, shape (n_rows,)
        Targets.
    structure : LagStructure
        What the columns are, handed over instead of found: few rows do not show the whole series.
    """

    X: FloatArray
    y: FloatArray
    structure: LagStructure


def observed_runs(series: FloatArray) -> list[slice]:
    """Runs of values that are not NaN, in the order of time."""
    padded = np.concatenate([[True], np.isnan(series), [True]])
    edges = np.flatnonzero(np.diff(padded.astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2])]


def n_rows(lengths: Sequence[int], n_before: int) -> int:
    """How many values of runs of these lengths have so many values of their run before them."""
    return sum(max(n - n_before, 0) for n in lengths)


def embed(
    series: FloatArray,
    runs: Sequence[slice],
    lags: IntArray,
    exog: FloatArray | None,
    first: int,
    before: float,
) -> Embedding:
    """Rows of all runs, each target with its lags.

    Parameters
    ----------
    series : ndarray of float64, shape (n,)
        The prepared series; NaN is missing.
    runs : sequence of slice
        From :func:`observed_runs`.
    lags : ndarray of int64, shape (n_lags,)
        Columns, in their order.
    exog : ndarray of float64, shape (n, n_exog), or None
        Columns beside the series.
    first : int
        Values at the start of each run that are no targets, because they have not all lags that trees need;
        runs that are no longer are left out.
    before : float
        What lags that reach back beyond a run are set to; a linear model around this mean ignores them.
    """
    max_lag = int(lags.max())
    padding = np.full(max(max_lag - first, 0), before)
    used = [run for run in runs if run.stop - run.start > first]
    pieces = [np.concatenate([padding, series[run]]) for run in used]
    start = first + len(padding)
    columns = [np.concatenate([piece[start - k : len(piece) - k] for piece in pieces]) for k in lags]
    X = np.column_stack(columns)
    if exog is not None:
        X = np.hstack([X, np.concatenate([exog[run][first:] for run in used])])
    kinds = (*lags.tolist(), *[None] * (X.shape[1] - len(lags)))
    rows = np.array([len(piece) - start for piece in pieces])
    # values before the largest lag of the first target are of no row
    trimmed = tuple(piece[start - max_lag :] for piece in pieces)
    structure = LagStructure(kinds, (), np.concatenate([[0], np.cumsum(rows)]), max_lag, trimmed)
    return Embedding(X, np.concatenate([piece[start:] for piece in pieces]), structure)
