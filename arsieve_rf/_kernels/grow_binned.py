"""Growing forests on many rows: the top of each tree by bins, the rest exactly.

The top groups the rows by the nodes where it ends. Rows are then numbered by their place in these groups, so
that a node's targets are neighbours in memory, and one pass over the order of each feature shares its rows
out to the groups: the lists of the exact search are sorted without sorting.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from .bins import quantile_codes
from .grow import lay_out, leaves_to_units, reciprocals_to
from .jit import inlined, kernel
from .top import grow_top, n_histograms
from .tree import END, START, grow_nodes

__all__ = ["grow_on_rows_binned", "grow_on_series_binned"]

_NOWHERE = np.uint64(0xFFFFFFFFFFFFFFFF)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


# rows of a tree, in ascending order before its top is grown, by groups after it; where each row goes; where
# groups begin; targets, weighted ones and weights by the rows' new numbers; room for the search
Room = namedtuple(
    "Room",
    "rows places firsts cursors pairs targets sums weights lists scratch is_left candidates active stack "
    "stack_mean large large_mean histograms",
)


@inlined
def _room(n, p, n_bins, smallest, weighted):
    waiting = n_histograms(n, smallest)
    return Room(
        np.empty(n, np.uint32),
        np.empty(n, np.uint64),
        np.empty(n, np.uint64),
        np.empty(n, np.uint64),
        np.ones((n, 2)),
        np.empty(n),
        np.empty(n if weighted else 0),
        np.empty(n if weighted else 0, np.uint32),
        np.empty(2 * p * n, np.uint32),
        np.empty(n, np.uint32),
        np.empty(n, np.uint8),
        np.empty(p, np.int64),
        np.empty(p, np.uint64),
        np.empty((n + 1, 6), np.uint64),
        np.empty(n + 1),
        np.empty((waiting, 6), np.uint64),
        np.empty(waiting),
        np.empty((waiting, p, n_bins, 2)),
    )


@kernel
def _group(room, n_root, n_groups, targets, sums, weights, weighted):
    """Number the rows anew, by groups: the nodes on the stack, in their order there.

    A row's place has its group in the upper half and its new number in the lower one; rows in no group have
    ``_NOWHERE``.
    """
    room.places[:] = _NOWHERE
    for g in range(n_groups):
        room.firsts[g] = room.stack[g, START]
        for i in range(room.stack[g, START], room.stack[g, END]):
            room.places[room.rows[i]] = (np.uint64(g) << _HALF) | np.uint64(i)
    for i in range(n_root):
        row = room.rows[i]
        room.targets[i] = targets[row]
        if weighted:
            room.sums[i] = sums[row]
            room.weights[i] = weights[row]


@kernel
def _share_out(order, shift, room, n_groups, base):
    """Write the rows ``order - shift``, by their new numbers, to the lists of their groups."""
    n = len(room.places)
    for g in range(n_groups):
        room.cursors[g] = base + room.firsts[g]
    for i in range(len(order)):
        r = np.int64(order[i]) - shift
        if 0 <= r < n:
            place = room.places[r]
            if place != _NOWHERE:
                g = place >> _HALF
                at = room.cursors[g]
                room.cursors[g] = at + np.uint64(1)
                room.lists[at] = np.uint32(place & _LOW)


@kernel
def grow_on_series_binned(
    series, lags, slots, linear, max_lag, valid, fixed_values, fixed_orders, fixed_codes, fixed_edges,
    smallest, keys, max_depth, min_split, min_leaf, max_features, center, scale,
    left, feature, threshold, n_samples, impurity, n_nodes,
):  # fmt: skip
    """As :func:`~.grow.grow_on_series`, with nodes of more than ``smallest`` rows split at borders of bins.

    All lag columns share the bins of the series; a linear column has its own, and so has a fixed one:
    ``fixed_codes`` uint8 (n_fixed * n_rows,), ``fixed_edges`` float64 (n_fixed, n_bins).
    """
    n_trees, length = series.shape
    n_rows = length - max_lag
    n_bins = fixed_edges.shape[1]
    p = len(lags)
    n_linear, n_fixed = len(linear), len(fixed_orders)
    offsets = np.empty(p, np.uint64)
    books = np.empty(p, np.int64)
    for j in range(p):
        offsets[j] = np.uint64(max_lag - lags[j] if lags[j] > 0 else length + slots[j] * n_rows)
        books[j] = 0 if lags[j] > 0 else 1 + slots[j]
    drawn = length + n_linear * n_rows
    values = np.empty(drawn + len(fixed_values), np.float32)
    values[drawn:] = fixed_values
    codes = np.empty(drawn + len(fixed_values), np.uint8)
    codes[drawn:] = fixed_codes
    edges = np.empty((1 + n_linear + n_fixed, n_bins))
    edges[1 + n_linear :] = fixed_edges
    order = np.empty(length, np.uint32)
    column_orders = np.empty((n_linear, n_rows), np.uint32)
    sort_scratch = np.empty(3 * length, np.uint32)
    room = _room(n_rows, p, n_bins, smallest, False)
    reciprocals = reciprocals_to(n_rows)
    deepest, fewest, leaf = np.uint64(max_depth), np.uint64(min_split), np.uint64(min_leaf)
    scaled = np.empty(n_rows)
    used = 0
    for tree in range(n_trees):
        lay_out(series[tree], max_lag, linear, values, order, column_orders, sort_scratch)
        quantile_codes(values[:length], order, n_bins, codes[:length], edges[0])
        for k in range(n_linear):
            first = length + k * n_rows
            column = values[first : first + n_rows]
            quantile_codes(column, column_orders[k], n_bins, codes[first : first + n_rows], edges[1 + k])
        n_root = np.uint64(0)
        for r in range(n_rows):
            scaled[r] = (series[tree, r + max_lag] - center) / scale
            room.pairs[r, 0] = scaled[r]
            room.rows[n_root] = np.uint32(r)
            n_root += np.uint64(valid[r] > 0)
        grown, top, state = grow_top(
            room.rows, n_root, codes, offsets, np.uint64(1), books, edges,
            scaled, scaled, room.weights, False, room.pairs,
            np.uint64(smallest), deepest, fewest, leaf, max_features, keys[tree],
            room.is_left, room.scratch, room.candidates, room.histograms,
            room.large, room.large_mean, room.stack, room.stack_mean,
            left[used:], feature[used:], threshold[used:], n_samples[used:], impurity[used:],
        )  # fmt: skip
        _group(room, n_root, top, scaled, scaled, room.weights, False)
        for j in range(p):
            base = np.uint64(j * n_rows)
            if lags[j] > 0:
                _share_out(order, max_lag - lags[j], room, top, base)
            elif slots[j] < n_linear:
                _share_out(column_orders[slots[j]], 0, room, top, base)
            else:
                _share_out(fixed_orders[slots[j] - n_linear, :n_root], 0, room, top, base)
        grown = grow_nodes(
            room.lists, np.uint64(n_rows), values, offsets, room.rows,
            room.targets, room.targets, room.weights, False, reciprocals,
            deepest, fewest, leaf, max_features, state,
            room.is_left, room.candidates, room.active, room.stack, room.stack_mean, top, grown,
            left[used:], feature[used:], threshold[used:], n_samples[used:], impurity[used:],
        )  # fmt: skip
        leaves_to_units(left, threshold, used, grown, center, scale)
        n_nodes[tree] = grown
        used += grown
    return used


@kernel
def grow_on_rows_binned(
    values, orders, codes, edges, targets, weights, smallest, keys, max_depth, min_split, min_leaf,
    max_features, center, scale, left, feature, threshold, n_samples, impurity, n_nodes,
):  # fmt: skip
    """As :func:`~.grow.grow_on_rows`, with nodes of more than ``smallest`` rows split at borders of bins.

    ``codes`` uint8 (n * p,), one row after another, and ``edges`` float64 (p, n_bins) are of the columns.
    """
    n_trees, n = weights.shape
    p, n_bins = edges.shape
    books = np.arange(p)
    offsets = np.empty(p, np.uint64)
    for j in range(p):
        offsets[j] = np.uint64(j * n)
    room = _room(n, p, n_bins, smallest, True)
    deepest, fewest, leaf = np.uint64(max_depth), np.uint64(min_split), np.uint64(min_leaf)
    reciprocals = np.empty(0)
    scaled, sums = np.empty(n), np.empty(n)
    weight = np.empty(n, np.uint32)
    for i in range(n):
        scaled[i] = (targets[i] - center) / scale
    used = 0
    for tree in range(n_trees):
        total = 0
        n_root = np.uint64(0)
        for i in range(n):
            w = weights[tree, i]
            weight[i] = np.uint32(w)
            sums[i] = w * scaled[i]
            room.pairs[i, 0], room.pairs[i, 1] = sums[i], w
            room.rows[n_root] = np.uint32(i)
            n_root += np.uint64(w > 0)
            total += w
        if total + 1 > len(reciprocals):
            reciprocals = reciprocals_to(total)
        grown, top, state = grow_top(
            room.rows, n_root, codes, np.arange(p).astype(np.uint64), np.uint64(p), books, edges,
            scaled, sums, weight, True, room.pairs,
            np.uint64(smallest), deepest, fewest, leaf, max_features, keys[tree],
            room.is_left, room.scratch, room.candidates, room.histograms,
            room.large, room.large_mean, room.stack, room.stack_mean,
            left[used:], feature[used:], threshold[used:], n_samples[used:], impurity[used:],
        )  # fmt: skip
        _group(room, n_root, top, scaled, sums, weight, True)
        for j in range(p):
            _share_out(orders[j], 0, room, top, offsets[j])
        grown = grow_nodes(
            room.lists, np.uint64(n), values, offsets, room.rows,
            room.targets, room.sums, room.weights, True, reciprocals,
            deepest, fewest, leaf, max_features, state,
            room.is_left, room.candidates, room.active, room.stack, room.stack_mean, top, grown,
            left[used:], feature[used:], threshold[used:], n_samples[used:], impurity[used:],
        )  # fmt: skip
        leaves_to_units(left, threshold, used, grown, center, scale)
        n_nodes[tree] = grown
        used += grown
    return used
