"""Growing a forest: chunks of trees, each drawn and grown by one kernel call, shared out to workers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._kernels.grow import grow_on_rows, grow_on_series
from .._kernels.grow_binned import grow_on_rows_binned, grow_on_series_binned
from .._kernels.rng import ROLE_DRAW, ROLE_GROW, stream_keys
from ..resampling.base import RowSampler, Sampler
from .bins import Bins
from .forest import Forest
from .parallel import map_chunks, workers
from .progress import progress
from .training import GrowthLimits, TrainingSet

__all__ = ["grow_forest"]

_BYTES_A_CHUNK = 1 << 22
_CHUNKS_A_WORKER = 4
# in tree x row x column cells: below the first number a forest has grown before threads have started, below
# the second a chunk's own overhead would show
_CELLS_WORTH_THREADS = 400_000
_CELLS_WORTH_A_CHUNK = 50_000
_ROOM = 1.1  # for the nodes of all trees, in terms of what those so far would lead to


def grow_forest(
    training: TrainingSet,
    sampler: Sampler,
    n_trees: int,
    limits: GrowthLimits,
    seed: int,
    n_jobs: int | None = None,
    verbose: int = 0,
    first: int = 0,
) -> Forest:
    """Grow ``n_trees`` trees from number ``first`` on, tree b from the streams of key (seed, b, role).

    The trees do not depend on ``n_jobs``, on the backend or on how they are cut into chunks, and the first k
    trees do not depend on how many follow.
    """
    for_rows = isinstance(sampler, RowSampler)
    training.prepare(for_rows)
    bins = Bins.of(training, limits, for_rows)
    if n_trees * training.X.size < _CELLS_WORTH_THREADS:
        n_jobs = 1
    chunks = _chunks(training, n_trees, n_jobs)
    tasks = [(training, bins, sampler, limits, seed, first + start, count) for start, count in chunks]
    parts = map_chunks(_grow_chunk, tasks, n_jobs)
    sizes = [count for _, count in chunks]
    nodes, n_nodes = _join(progress(parts, sizes, label="growing trees", verbose=verbose), n_trees)
    return Forest(
        **nodes,
        roots=np.concatenate([[0], np.cumsum(n_nodes)[:-1]]).astype(np.int64),
        columns=training.columns,
        scale=training.scale,
    )


def _chunks(training: TrainingSet, n_trees: int, n_jobs: int | None) -> list[tuple[int, int]]:
    """(trees before, number of trees): small enough in memory, and several for each worker."""
    fitting = max(1, _BYTES_A_CHUNK // (8 * len(training.y)))
    n_workers = workers(n_jobs)
    n_chunks = 1
    if n_workers > 1:
        worthwhile = n_trees * training.X.size // _CELLS_WORTH_A_CHUNK
        n_chunks = min(max(worthwhile, 2 * n_workers), _CHUNKS_A_WORKER * n_workers)
    n_chunks = min(n_trees, max(n_chunks, -(-n_trees // fitting)))
    bounds = [
        k * n_trees // n_chunks for k in range(n_chunks + 1)
    ]  # as equal as can be: workers end together
    return [(first, last - first) for first, last in pairwise(bounds)]


def _join(parts: Iterable[dict[str, NDArray]], n_trees: int) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """Nodes of all chunks one after another, and how many each tree has.

    A chunk is copied as it comes and forgotten: no more than one of them lies beside the forest.
    """
    nodes: dict[str, Any] = {}
    by_tree: list[NDArray] = []
    used = trees = room = 0
    for part in parts:
        by_tree.append(part.pop("n_nodes"))
        trees += len(by_tree[-1])
        end = used + len(part["left"])
        if end > room:
            room = max(end, int(_ROOM * end * n_trees / trees))
            for name, array in part.items():
                if used:
                    nodes[name].resize(room, refcheck=False)
                else:
                    nodes[name] = np.empty(room, array.dtype)  # pages that are not reached cost no memory
        for name, array in part.items():
            nodes[name][used:end] = array
        used = end
    for array in nodes.values():
        array.resize(used, refcheck=False)
    return nodes, np.concatenate(by_tree)


def _grow_chunk(
    training: TrainingSet,
    bins: Bins | None,
    sampler: Sampler,
    limits: GrowthLimits,
    seed: int,
    first: int,
    count: int,
) -> dict[str, NDArray]:
    draws = sampler.draw(stream_keys(seed, first, count, ROLE_DRAW))
    keys = stream_keys(seed, first, count, ROLE_GROW)
    if isinstance(sampler, RowSampler):
        most = int(draws.sum(axis=1).max())
        kernel, data = _on_rows(training, bins, draws)
    else:
        most = len(training.y)
        kernel, data = _on_series(training, bins, draws)
    # untouched pages of the capacity cost no memory
    capacity = count * limits.max_nodes(most)
    nodes = {
        "left": np.empty(capacity, np.int32),
        "feature": np.empty(capacity, training.columns.number_dtype),
        "threshold": np.empty(capacity),
        "n_samples": np.empty(capacity, np.int32),
        "impurity": np.empty(capacity, np.float32),
    }
    n_nodes = np.empty(count, np.int64)
    used = kernel(
        *data,
        keys,
        limits.max_depth,
        limits.min_samples_split,
        limits.min_samples_leaf,
        limits.max_features,
        training.center,
        training.scale,
        *nodes.values(),
        n_nodes,
    )
    grown = {name: array[:used] for name, array in nodes.items()}
    return grown | {"n_nodes": n_nodes}


def _on_rows(training: TrainingSet, bins: Bins | None, weights: NDArray) -> tuple[Any, tuple[Any, ...]]:
    """Kernel and data of trees on weighted rows."""
    data = training.by_column, training.orders
    if bins is None:
        return grow_on_rows, (*data, training.y, weights)
    return grow_on_rows_binned, (*data, bins.codes, bins.edges, training.y, weights, bins.smallest)


def _on_series(training: TrainingSet, bins: Bins | None, series: NDArray) -> tuple[Any, tuple[Any, ...]]:
    """Kernel and data of trees on series of their own."""
    columns = training.columns
    data = (
        series,
        columns.lags,
        columns.slots,
        columns.linear,
        columns.max_lag,
        training.valid,
        training.fixed_values,
        training.fixed_orders,
    )
    if bins is None:
        return grow_on_series, data
    return grow_on_series_binned, (*data, bins.codes, bins.edges, bins.smallest)
