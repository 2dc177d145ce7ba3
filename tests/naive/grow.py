"""Plain twin of the grower: every node sorts its rows anew and tries every split of every candidate.

With bins, nodes of many rows try the borders between bins only. Their sums by bin are those of the rows for
the smaller of two children, and what is left of the parent's for the larger one.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.naive.rng import Stream

LEAF = -1


def quantile_codes(values, n_bins):
    """Bin of each value, and the borders: between all distinct values, or what is left for bins left."""
    ordered = sorted(float(v) for v in values)
    if len(set(ordered)) <= n_bins:
        bins = [[v] for v in sorted(set(ordered))]
    else:
        bins, rest = [], ordered
        while rest:
            last = rest[-(-len(rest) // (n_bins - len(bins))) - 1]
            bins.append([v for v in rest if v <= last])
            rest = [v for v in rest if v > last]
    cuts = [a[-1] / 2.0 + b[0] / 2.0 for a, b in pairwise(bins)]
    return [sum(float(v) > cut for cut in cuts) for v in values], cuts


def grow_tree(
    columns, targets, rows, weights, *, max_depth, min_split, min_leaf, max_features, key, bins=None
):
    """Nodes of one tree as a list of dicts, in the order in which the kernels number them.

    ``columns``: one float32 array a feature, indexed by row; ``weights``: integer array, or None for ones;
    ``bins``: codes by feature and row, borders by feature, and the most rows that are searched exactly.
    """
    p = len(columns)
    weight = [1] * len(targets) if weights is None else [int(w) for w in weights]
    target = [float(y) for y in targets]
    stream = Stream(key)
    candidates = list(range(p))

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

    def sums_by_bin(some_rows):
        sums = [[[0.0, 0.0] for _ in range(len(borders[f]) + 1)] for f in range(p)]
        for f in range(p):
            for r in some_rows:
                sums[f][codes[f][r]][0] += weight[r] * target[r]
                sums[f][codes[f][r]][1] += weight[r]
        return sums

    def best_border(sums, node):
        drawn, want = 0, max_features
        while drawn < p:
            found = []
            while drawn < want:
                other = drawn + stream.below(p - drawn)
                candidates[drawn], candidates[other] = candidates[other], candidates[drawn]
                f = candidates[drawn]
                total, k, n = 0.0, 0.0, node["n_samples"]
                for at, (s, w) in enumerate(sums[f][:-1]):
                    total, k = total + s, k + w
                    if w > 0 and min_leaf <= k <= n - min_leaf:
                        d = total - k * node["threshold"]
                        found.append((d * d * (n / (k * (n - k))), -drawn, -at, f))
                drawn += 1
            if found:
                gain, _, minus_at, f = max(found)
                node["unique"] = sum(c[0] >= gain * (1 - 1e-9) for c in found) == 1
                return gain, f, -minus_at
            want = drawn + 1
        return None

    def grow_top():
        large = [(0, list(rows), 0, sums_by_bin(rows))]
        while large:
            number, some_rows, depth, sums = large.pop()
            split = best_border(sums, nodes[number])
            if split is None:
                stack.append((number, some_rows, depth))
                continue
            gain, f, at = split
            nodes[number].update(left=len(nodes), feature=f, threshold=borders[f][at], gain=gain)
            sides = [r for r in some_rows if codes[f][r] <= at], [r for r in some_rows if codes[f][r] > at]
            waiting = []
            for side in sides:
                child = describe(side)
                if can_split(child, depth + 1):
                    if len(side) > smallest:
                        waiting.append((len(nodes), side, depth + 1))
                    else:
                        stack.append((len(nodes), side, depth + 1))
                nodes.append(child)
            few = sums_by_bin(min(sides, key=len))
            rest = [[[a - c, b - d] for (a, b), (c, d) in zip(*pair)] for pair in zip(sums, few)]
            small = sides[0] if len(sides[0]) <= len(sides[1]) else sides[1]
            waiting.sort(key=lambda item: item[1] is small)  # the smaller one is split first
            large.extend((*item, few if item[1] is small else rest) for item in waiting)

    codes, borders, smallest = ([], [], len(targets)) if bins is None else bins
    root = list(rows) if len(rows) > smallest or bins else by_feature(rows, 0)
    nodes = [describe(root)]
    stack = []
    if can_split(nodes[0], 0):
        if len(rows) > smallest:
            grow_top()
        else:
            stack.append((0, list(rows), 0))
    while stack:
        number, some_rows, depth = stack.pop()
        node = nodes[number]
        split = best_split(some_rows, node)
        if split is None:
            continue
        gain, f, ordered, at = split
        low, high = float(columns[f][ordered[at]]), float(columns[f][ordered[at + 1]])
        node.update(left=len(nodes), feature=f, threshold=low / 2.0 + high / 2.0, gain=gain)
        for side in (ordered[: at + 1], ordered[at + 1 :]):
            child = describe(side)
            if can_split(child, depth + 1):
                stack.append((len(nodes), side, depth + 1))
            nodes.append(child)
    return nodes
