"""How much each feature's splits decrease the sum of squares, told from the nodes."""

from __future__ import annotations

import numpy as np

from .jit import kernel

__all__ = ["shares_of_decrease"]


@kernel
def shares_of_decrease(roots, left, feature, n_samples, impurity, out):
    """Each tree's decrease by feature, divided by the tree's total and summed over the trees; ``out`` (p,).

    A split decreases the sum of squares by that of the node less those of its children, n times impurity
    each. Impurities are float32: a split that gains less than they resolve may seem to lose, and counts
    nothing. Trees without a decrease are left out.
    """
    out[:] = 0.0
    own = np.empty(len(out))
    for b in range(len(roots)):
        root = roots[b]
        end = roots[b + 1] if b + 1 < len(roots) else len(left)
        own[:] = 0.0
        total = 0.0
        for i in range(root, end):
            if left[i] >= 0:
                child = root + left[i]
                decrease = np.float64(n_samples[i]) * impurity[i]
                decrease -= np.float64(n_samples[child]) * impurity[child]
                decrease -= np.float64(n_samples[child + 1]) * impurity[child + 1]
                if decrease > 0.0:
                    own[feature[i]] += decrease
                    total += decrease
        if total > 0.0:
            for f in range(len(out)):
                out[f] += own[f] / total
