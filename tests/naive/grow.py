"""Plain twin of the grower: every node sorts its rows anew and tries every split of every candidate."""

from __future__ import annotations

import numpy as np

from tests.naive.rng import Stream

LEAF = -1


def grow_tree(columns, targets, rows, weights, *, max_depth, min_split, min_leaf, max_features, key):
    """Nodes of one tree as a list of dicts, in the order in which the kernels number them.

    ``columns``: one float32 array a feature, indexed by row; ``weights``: integer array, or None for ones.
    """
    p = len(columns)
    weight = [1] * len(targets) if weights is None else [int(w) for w in weights]
    target = [float(y) for y in targets]
    stream = Stream(key)
    candidates = list(range(p))
    importances = [0.0] * p

    def by_feature(some_rows, f):
        return sorted(some_rows, key=lambda r: (float(columns[f][r]), r))

    def describe(ordered):
        total = squares = 0.0
        count = 0
        for r in ordered:
            total += weight[r] * target[r]
            squares += weight[r] * target[r] * target[r]
            count += weight[r]
        mean = total / count
        return {
            "left": LEAF,
            "feature": LEAF,
            "threshold": mean,
            "n_samples": count,
            "impurity": np.float32(max(squares / count - mean * mean, 0.0)),
            "mixed": any(target[r] != target[ordered[0]] for r in ordered),
        }

    def can_split(node, depth):
        enough = node["n_samples"] >= min_split and node["n_samples"] >= 2 * min_leaf
        return node["mixed"] and enough and depth < max_depth

    def candidates_of(ordered, node, f, rank):
        total, k, n = 0.0, 0, node["n_samples"]
        for i in range(len(ordered) - 1):
            r, after = ordered[i], ordered[i + 1]
            total += weight[r] * target[r]
            k += weight[r]
            if k < min_leaf or n - k < min_leaf or columns[f][r] == columns[f][after]:
                continue
            d = total - k * node["threshold"]
            yield d * d * (1.0 / k + 1.0 / (n - k)), -rank, -i

    def best_split(some_rows, node):
        drawn, want = 0, max_features
        while drawn < p:
            found = []
            while drawn < want:
                other = drawn + stream.below(p - drawn)
                candidates[drawn], candidates[other] = candidates[other], candidates[drawn]
                f = candidates[drawn]
                ordered = by_feature(some_rows, f)
                found += [(c, f, ordered) for c in candidates_of(ordered, node, f, drawn)]
                drawn += 1
            if found:
                (gain, _, minus_i), f, ordered = max(found, key=lambda item: item[0])
                node["unique"] = sum(c[0] >= gain * (1 - 1e-9) for c, _, _ in found) == 1
                return gain, f, ordered, -minus_i
            want = drawn + 1
        return None

    nodes = [describe(by_feature(rows, 0))]
    stack = [(0, list(rows), 0)] if can_split(nodes[0], 0) else []
    while stack:
        number, some_rows, depth = stack.pop()
        node = nodes[number]
        split = best_split(some_rows, node)
        if split is None:
            continue
        gain, f, ordered, at = split
        low, high = float(columns[f][ordered[at]]), float(columns[f][ordered[at + 1]])
        node.update(left=len(nodes), feature=f, threshold=low / 2.0 + high / 2.0)
        importances[f] += gain
        for side in (ordered[: at + 1], ordered[at + 1 :]):
            child = describe(side)
            if can_split(child, depth + 1):
                stack.append((len(nodes), side, depth + 1))
            nodes.append(child)
    return nodes, importances
