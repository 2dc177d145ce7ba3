"""Histograms of a node: by feature and bin the sum of its targets and the weight of its rows."""

from __future__ import annotations

import numpy as np

from .jit import inlined, kernel

__all__ = ["best_bin", "fill_histogram", "take_away"]


@kernel
def fill_histogram(rows, start, end, codes, offsets, step, pairs, histogram):
    """Sums over the rows ``rows[start:end]`` into ``histogram`` float64 (p, n_bins, 2).

    The bin of row r in feature j is ``codes[offsets[j] + r * step]``; ``pairs`` float64 (n, 2) holds weight
    times target, and weight. Four features at a time share the loads of rows and pairs.
    """
    p = len(offsets)
    histogram[:] = 0.0
    j = 0
    while j + 4 <= p:
        a, b, c, d = offsets[j], offsets[j + 1], offsets[j + 2], offsets[j + 3]
        ja, jb, jc, jd = np.uint64(j), np.uint64(j + 1), np.uint64(j + 2), np.uint64(j + 3)
        for i in range(start, end):
            row = rows[i]
            s, w = pairs[row, 0], pairs[row, 1]
            place = np.uint64(row) * step
            ka, kb, kc, kd = codes[a + place], codes[b + place], codes[c + place], codes[d + place]
            histogram[ja, ka, 0] += s
            histogram[ja, ka, 1] += w
            histogram[jb, kb, 0] += s
            histogram[jb, kb, 1] += w
            histogram[jc, kc, 0] += s
            histogram[jc, kc, 1] += w
            histogram[jd, kd, 0] += s
            histogram[jd, kd, 1] += w
        j += 4
    while j < p:
        a, ja = offsets[j], np.uint64(j)
        for i in range(start, end):
            row = rows[i]
            ka = codes[a + np.uint64(row) * step]
            histogram[ja, ka, 0] += pairs[row, 0]
            histogram[ja, ka, 1] += pairs[row, 1]
        j += 1


@kernel
def take_away(whole, part):
    """Subtract ``part`` from ``whole``: what is left is the histogram of the other child."""
    a, b = whole.ravel(), part.ravel()
    for i in range(len(a)):
        a[i] -= b[i]


@inlined
def best_bin(histogram, j, count, mean, min_leaf, rank, gain, best, at):
    """Best border of feature ``j``; returns the better of it and (gain, best, at), where best is a rank."""
    total = 0.0
    k = 0.0
    most = count - min_leaf
    for b in range(histogram.shape[1] - 1):
        w = histogram[j, b, 1]
        total += histogram[j, b, 0]
        k += w
        if w > 0.0 and k >= min_leaf and k <= most:
            d = total - k * mean
            g = d * d * (count / (k * (count - k)))
            if g > gain:
                gain, best, at = g, rank, b
    return gain, best, at
