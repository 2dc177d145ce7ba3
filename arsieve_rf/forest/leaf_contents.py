"""What the trees' leaves hold, and the distribution that it gives at a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._kernels.leaf_quantiles import group_by_leaf, nodes_on_series, quantiles_at_rows
from .._kernels.rng import ROLE_DRAW, stream_keys
from .._kernels.traverse import nodes_at_rows
from ..resampling.base import RowSampler, SeriesSampler
from .columns import Columns
from .forest import Forest
from .parallel import map_chunks

__all__ = ["LeafContents", "Sample"]

_ROWS_TIMES_TREES_A_TASK = 200_000  # some milliseconds, and some megabytes
_MEMBERS_A_TASK = 100_000  # sorting takes longer than descending


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows that the trees of a forest were grown from.

    Attributes
    ----------
    X : ndarray of float32, shape (n, p)
    y : ndarray of float64, shape (n,)
    segments : ndarray of intp, shape (n_segments + 1,)
        Where the rows of each run of consecutive times begin.
    seed : int
        Where the trees' random streams begin; they are numbered from 0.
    """

    X: NDArray[np.float32]
    y: NDArray[np.float64]
    segments: NDArray[np.intp]
    seed: int


@dataclass(frozen=True, eq=False)
class LeafContents:
    """Targets in the leaves of a forest, once for each time that a tree drew them.

    Made for some rows: leaves that none of them reaches stay empty.

    Attributes
    ----------
    values : ndarray of float64, shape (n_values,)
        All targets in ascending order.
    ranks : ndarray of uint32, shape (n_members,)
        Positions in ``values``, leaf by leaf.
    starts : ndarray of int64, shape (n_nodes + 1,)
        Where the members of each node of the forest begin.
    """

    values: NDArray[np.float64]
    ranks: NDArray[np.uint32]
    starts: NDArray[np.int64]

    @classmethod
    def of_rows(
        cls,
        forest: Forest,
        rows: NDArray[np.float32],
        sample: Sample,
        sampler: RowSampler | None,
        n_jobs: int | None = None,
    ) -> LeafContents:
        """Observed targets in the leaves that ``rows`` (m, p) reach.

        The draws are made again from the trees' streams rather than kept. Without a ``sampler``, all rows are
        in each tree once, but those whose ``y`` is NaN.
        """
        order = np.argsort(sample.y, kind="stable")
        rank = np.empty(len(order), np.uint32)
        rank[order] = np.arange(len(order))
        parts = list(_filled(_observed_members, forest, rows, (sample, sampler), n_jobs))
        values = sample.y[order]
        return cls(values[~np.isnan(values)], rank[_joined(parts, 1)], _starts(parts))

    @classmethod
    def of_series(
        cls,
        forest: Forest,
        rows: NDArray[np.float32],
        sample: Sample,
        sampler: SeriesSampler,
        n_jobs: int | None = None,
    ) -> LeafContents:
        """Of trees that were grown on series of their own, which are drawn again."""
        arguments = sample, sampler, forest.columns
        parts = list(_filled(_simulated_members, forest, rows, arguments, n_jobs))
        targets = _joined(parts, 1)
        order = np.argsort(targets, kind="stable")
        ranks = np.empty(len(order), np.uint32)
        ranks[order] = np.arange(len(order))
        return cls(targets[order], ranks, _starts(parts))

    def quantiles(
        self,
        forest: Forest,
        rows: NDArray[np.float32],
        levels: NDArray[np.float64],
        n_jobs: int | None = None,
    ) -> NDArray[np.float64]:
        """Quantiles of the targets that share leaves with a row, shape (m, n_levels).

        A target weighs the mean over the trees of its share of the row's leaf; a tree whose leaf is empty is
        left out, and where all are, all values weigh the same. Between targets, see
        :func:`~arsieve_rf._kernels.leaf_quantiles.quantiles_at_rows`.
        """
        distinct, back = np.unique(levels, return_inverse=True)
        n_leaves = max(1, int(np.count_nonzero(forest.left < 0)))
        a_row = max(1, len(self.ranks) * len(forest) // n_leaves)
        bounds = _bounds(len(rows), max(1, _MEMBERS_A_TASK // a_row))
        nodes = forest.roots, forest.left, forest.feature, forest.threshold
        contents = self.starts, self.ranks, self.values, distinct
        tasks = [(rows[a:b], *nodes, *contents) for a, b in bounds]
        return np.concatenate(list(map_chunks(_quantiles_of_rows, tasks, n_jobs)))[:, back]


def _bounds(n: int, size: int) -> list[tuple[int, int]]:
    return [(first, min(first + size, n)) for first in range(0, n, size)]


def _quantiles_of_rows(X: NDArray, *arrays: NDArray) -> NDArray[np.float64]:
    out = np.empty((len(X), len(arrays[-1])))
    quantiles_at_rows(X, *arrays, out)
    return out


def _filled(
    function: Callable[..., Any],
    forest: Forest,
    rows: NDArray[np.float32],
    arguments: tuple[Any, ...],
    n_jobs: int | None,
) -> Iterator[tuple[NDArray, NDArray]]:
    """Sizes of the nodes, and what lies in them, of one chunk of trees after another."""
    wanted = _reached(forest, rows)
    ends = np.append(forest.roots, len(forest.left))
    tasks = []
    for a, b in _bounds(len(forest), max(1, _ROWS_TIMES_TREES_A_TASK // len(arguments[0].y))):
        nodes = slice(ends[a], ends[b])
        trees = ends[a:b] - ends[a], forest.left[nodes], forest.feature[nodes], forest.threshold[nodes]
        tasks.append((trees, wanted[nodes], a, *arguments))
    return map_chunks(function, tasks, n_jobs)


def _reached(forest: Forest, rows: NDArray[np.float32]) -> NDArray[np.uint8]:
    """1 for each leaf that one of the rows reaches."""
    reached = np.zeros(len(forest.left), np.uint8)
    for a, b in _bounds(len(rows), max(1, _ROWS_TIMES_TREES_A_TASK // len(forest))):
        reached[forest.apply(rows[a:b]) + forest.roots] = 1
    return reached


_Trees = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.signedinteger], NDArray[np.float64]]


def _observed_members(
    trees: _Trees, wanted: NDArray[np.uint8], first: int, sample: Sample, sampler: RowSampler | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sizes of the nodes, and the rows in them."""
    n_trees = len(trees[0])
    if sampler is None:
        counts = np.tile((~np.isnan(sample.y)).astype(np.int32), (n_trees, 1))
    else:
        counts = sampler.draw(stream_keys(sample.seed, first, n_trees, ROLE_DRAW))
    nodes = np.empty((len(sample.y), n_trees), np.int64)
    nodes_at_rows(sample.X, *trees, nodes)
    return _grouped(nodes, counts, trees, wanted, 0)


def _simulated_members(
    trees: _Trees,
    wanted: NDArray[np.uint8],
    first: int,
    sample: Sample,
    sampler: SeriesSampler,
    columns: Columns,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sizes of the nodes, and the targets in them."""
    n, n_trees = len(sample.y), len(trees[0])
    series = sampler.draw(stream_keys(sample.seed, first, n_trees, ROLE_DRAW))
    # segments lie one after another, each with its values before the first target
    segment = np.repeat(np.arange(len(sample.segments) - 1), np.diff(sample.segments))
    rows = np.arange(n) + segment * columns.max_lag
    fixed = np.ascontiguousarray(sample.X[:, columns.fixed])
    nodes = np.empty((n, n_trees), np.int64)
    c = columns
    nodes_on_series(series, c.lags, c.slots, c.linear, c.max_lag, rows, fixed, *trees, nodes)
    sizes, members = _grouped(nodes, np.ones((n_trees, n), np.int32), trees, wanted, n)
    return sizes, series[:, rows + c.max_lag].ravel()[members]


def _grouped(
    nodes: NDArray[np.int64], counts: NDArray[np.int32], trees: _Trees, wanted: NDArray[np.uint8], stride: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    sizes = np.empty(len(wanted), np.int64)
    members = np.empty(int(counts.sum()), np.int64)
    used = group_by_leaf(nodes, counts, trees[0], wanted, stride, sizes, members)
    return sizes, members[:used].copy()


def _joined(parts: list[tuple[NDArray, NDArray]], which: int) -> NDArray:
    return np.concatenate([part[which] for part in parts])


def _starts(parts: list[tuple[NDArray, NDArray]]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(_joined(parts, 0))])
