"""Plain twin of :mod:`arsieve_rf._kernels.leaf_quantiles`: one tree, one row, exact fractions for weights."""

from __future__ import annotations

from fractions import Fraction

import numpy as np


def leaf_of(tree, row):
    """Number of the leaf that a row of float32 values reaches."""
    node = 0
    while tree.left[node] >= 0:
        node = int(tree.left[node]) + int(row[tree.feature[node]] > tree.threshold[node])
    return node


def simulated_rows(columns, series, times, fixed):
    """Rows of the lag matrix of one series whose targets lie at ``times``."""
    rows = []
    for i, t in enumerate(times):
        row = []
        for lag, slot in zip(columns.lags, columns.slots):
            if lag > 0:
                row.append(series[t - lag])
            elif slot < len(columns.linear):
                value, *weights = columns.linear[slot]
                for k, w in enumerate(weights, 1):
                    value += w * series[t - k] if w != 0.0 else 0.0
                row.append(value)
            else:
                row.append(fixed[i][slot - len(columns.linear)])
        rows.append([np.float32(value) for value in row])
    return rows


def contents(forest, rows_of, counts_of):
    """Numbers of the rows in each leaf, as often as they were drawn: {(tree, leaf): [row, row, ...]}."""
    found = {}
    for b in range(len(forest)):
        for i, row in enumerate(rows_of(b)):
            for _ in range(counts_of(b)[i]):
                found.setdefault((b, leaf_of(forest.tree(b), row)), []).append(i)
    return found


def weights_at(forest, row, found, name=lambda b, i: i):
    """Weight of each member at a row, the mean over trees with a member of 1 / members; and their number."""
    leaves = [(b, found.get((b, leaf_of(forest.tree(b), row)), [])) for b in range(len(forest))]
    leaves = [(b, members) for b, members in leaves if members]
    weights = {}
    for b, members in leaves:
        for i in members:
            share = Fraction(1, len(members) * len(leaves))
            weights[name(b, i)] = weights.get(name(b, i), 0) + share
    return weights, sum(len(members) for _, members in leaves)


def weighted_quantile(weighted, number, level):
    """Quantile of ``[(value, weight), ...]`` in ascending order, weights of sum 1, read in N-ths of it."""
    mass = 1 + Fraction(level) * (number - 1)
    cumulated, below = Fraction(0), None
    for value, weight in weighted:
        if cumulated + weight * number > mass:
            part = min(mass - cumulated, 1)
            return value if below is None else below + float(part) * (value - below)
        cumulated += weight * number
        below = value
    return below


def quantiles_at(values, weights, number, levels):
    """Quantiles of ``values[key]`` with ``weights[key]``; equal values in the order of their keys."""
    ordered = [(float(values[k]), weights[k]) for k in sorted(weights, key=lambda k: (values[k], k))]
    return [weighted_quantile(ordered, number, level) for level in levels]
