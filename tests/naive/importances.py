"""Plain twin of the importances: what each split takes off the sum of squares, told from the nodes."""

from __future__ import annotations


def shares_of_decrease(trees, p):
    """``trees``: for each its columns left, feature, n_samples and impurity."""
    shares = [0.0] * p
    for left, feature, n_samples, impurity in trees:
        squares = [int(n) * float(i) for n, i in zip(n_samples, impurity)]
        own, total = [0.0] * p, 0.0
        for node, child in enumerate(left):
            if child >= 0:
                decrease = max(squares[node] - squares[child] - squares[child + 1], 0.0)
                own[feature[node]] += decrease
                total += decrease
        if total > 0.0:
            shares = [share + mine / total for share, mine in zip(shares, own)]
    return shares
