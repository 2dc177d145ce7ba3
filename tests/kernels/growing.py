"""Calls of the growing kernels with arrays laid out as the forest floor lays them out."""

from __future__ import annotations

import numpy as np

from arsieve_rf._kernels.bins import column_codes
from arsieve_rf._kernels.grow import grow_on_rows, grow_on_series
from arsieve_rf._kernels.grow_binned import grow_on_rows_binned, grow_on_series_binned

FIELDS = ("left", "feature", "threshold", "n_samples", "impurity")
NO_LIMIT = 2**31 - 1


def _run(kernel, arguments, n_trees, n_rows):
    capacity = n_trees * (2 * n_rows + 1)
    out = {
        "left": np.empty(capacity, np.int32),
        "feature": np.empty(capacity, np.int16),
        "threshold": np.empty(capacity),
        "n_samples": np.empty(capacity, np.int32),
        "impurity": np.empty(capacity, np.float32),
    }
    n_nodes = np.empty(n_trees, np.int64)
    kernel(*arguments, *out.values(), n_nodes)
    ends = np.cumsum(n_nodes)
    return [{k: v[e - n : e] for k, v in out.items()} for n, e in zip(n_nodes, ends)]


def _bins(values, orders, n_bins, by_row):
    codes, edges = np.zeros(len(values), np.uint8), np.zeros((len(orders), n_bins))
    n = len(values) // max(1, len(orders))
    column_codes(values, orders, codes, *((1, len(orders)) if by_row else (n, 1)), edges)
    return codes, edges


def rows_trees(
    X,
    y,
    weights,
    keys,
    *,
    max_depth=NO_LIMIT,
    min_split=2,
    min_leaf=1,
    max_features=None,
    center=0.0,
    scale=1.0,
    bins=None,
):
    """``bins``: their number, and the most rows of a node that is searched exactly."""
    X = np.asarray(X, np.float32)
    p = X.shape[1]
    orders = np.argsort(X, axis=0, kind="stable").T.astype(np.uint32).copy()
    weights = np.atleast_2d(np.asarray(weights, np.int32))
    limits = (
        keys, max_depth, min_split, min_leaf, p if max_features is None else max_features, center, scale
    )  # fmt: skip
    values, targets = X.T.ravel().copy(), np.asarray(y, float)
    if bins is None:
        kernel, arguments = grow_on_rows, (values, orders, targets, weights, *limits)
    else:
        own = _bins(values, orders, bins[0], True)
        kernel, arguments = grow_on_rows_binned, (values, orders, *own, targets, weights, bins[1], *limits)
    return _run(kernel, arguments, len(weights), int(weights.sum(axis=1).max()))


def series_trees(
    series, lags, keys, *, slots=None, linear=None, max_lag=None, valid=None, fixed=None, max_depth=NO_LIMIT,
    min_split=2, min_leaf=1, max_features=None, center=0.0, scale=1.0, bins=None,
):  # fmt: skip
    """``bins``: their number, and the most rows of a node that is searched exactly."""
    series = np.atleast_2d(np.asarray(series, float))
    lags = np.asarray(lags, np.int64)
    p = len(lags)
    max_lag = int(lags.max(initial=0)) if max_lag is None else max_lag
    n_rows = series.shape[1] - max_lag
    valid = np.ones(n_rows, np.uint8) if valid is None else valid
    fixed = np.empty((n_rows, 0), np.float32) if fixed is None else np.asarray(fixed, np.float32)
    rows = np.flatnonzero(valid)
    orders = np.zeros((fixed.shape[1], n_rows), np.uint32)
    for j in range(fixed.shape[1]):
        orders[j, : len(rows)] = rows[np.argsort(fixed[rows, j], kind="stable")]
    arguments = (
        series, lags, np.zeros(p, np.int64) if slots is None else np.asarray(slots, np.int64),
        np.empty((0, 1)) if linear is None else np.asarray(linear, float), max_lag, valid,
        fixed.T.ravel().copy(), orders,
    )  # fmt: skip
    kernel = grow_on_series
    if bins is not None:
        own = _bins(arguments[-2], orders[:, : len(rows)], bins[0], False)
        kernel, arguments = grow_on_series_binned, (*arguments, *own, bins[1])
    limits = (
        keys, max_depth, min_split, min_leaf, p if max_features is None else max_features, center, scale
    )  # fmt: skip
    return _run(kernel, (*arguments, *limits), len(series), n_rows)
