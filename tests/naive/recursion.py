"""Plain twin of :mod:`arsieve_rf._kernels.recursion`: one row, one tree after another."""

from __future__ import annotations

import numpy as np


def recurse_mean(forest, history, h, fixed):
    columns, base = forest.columns, forest.baseline
    path = [float(value) for value in history]
    for step in range(h):
        row = []
        for lag, slot in zip(columns.lags, columns.slots):
            if lag > 0:
                row.append(path[-lag])
            elif slot < len(columns.linear):
                intercept, *weights = columns.linear[slot]
                row.append(intercept + sum(w * path[-k] for k, w in enumerate(weights, 1) if w != 0.0))
            else:
                row.append(float(fixed[step, slot - len(columns.linear)]))
        single = [np.float32(value) for value in row]
        value = sum(_value(forest.tree(b), single) for b in range(len(forest))) / len(forest)
        if base is not None:
            value += base.intercept + sum(w * v for w, v in zip(base.weights, row))
        path.append(value)
    return np.array(path[len(history) :])


def _value(tree, row):
    node = 0
    while tree.left[node] >= 0:
        node = tree.left[node] + int(row[tree.feature[node]] > tree.threshold[node])
    return float(tree.threshold[node])
