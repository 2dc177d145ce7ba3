"""Genuine scikit-learn objects made from a forest's arrays.

scikit-learn restores a pickled tree by ``Tree.__setstate__`` on a new, empty tree; filled the same way from
our arrays it predicts the same, and every tool that reads scikit-learn forests can read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from .forest import Forest, Tree

__all__ = ["LazyTrees", "to_random_forest", "to_stack", "to_tree"]

_LEAF, _UNDEFINED = -1, -2


def _node_values(tree: Tree) -> NDArray[np.float64]:
    """Mean of each node's samples: children come after their parent, so one backward pass does it."""
    values = tree.threshold.copy()
    for node in range(len(values) - 1, -1, -1):
        child = tree.left[node]
        if child >= 0:
            n = tree.n_samples[child : child + 2]
            values[node] = (n[0] * values[child] + n[1] * values[child + 1]) / (n[0] + n[1])
    return values


def _depth(tree: Tree) -> int:
    depth = np.zeros(len(tree.left), np.int64)
    for node in np.flatnonzero(tree.left >= 0):
        depth[tree.left[node] : tree.left[node] + 2] = depth[node] + 1
    return int(depth.max())


def _in_float32(threshold: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest float32 number that is not above a threshold, for each.

    Trees see float32 rows, and those go the same way at both. A tool that keeps thresholds in float32 could
    round the other one up, beyond a row that lies at it.
    """
    nearest = threshold.astype(np.float32)
    below = np.nextafter(nearest, np.float32(-np.inf))
    return np.where(nearest > threshold, below, nearest).astype(np.float64)


def to_tree(tree: Tree, n_features: int, scale: float, parameters: dict[str, Any]) -> Any:
    """A fitted ``DecisionTreeRegressor`` that predicts as ``tree`` does."""
    from sklearn.tree import DecisionTreeRegressor

    estimator = DecisionTreeRegressor(**parameters)
    # a fit on two rows sets whatever attributes this version of scikit-learn gives a fitted tree
    estimator.fit(np.zeros((2, n_features)), np.zeros(2))
    cls, arguments, state = estimator.tree_.__reduce__()
    leaf = tree.left < 0
    nodes = np.zeros(len(tree.left), state["nodes"].dtype)
    nodes["left_child"] = np.where(leaf, _LEAF, tree.left)
    nodes["right_child"] = np.where(leaf, _LEAF, tree.left + 1)
    nodes["feature"] = np.where(leaf, _UNDEFINED, tree.feature)
    nodes["threshold"] = float(_UNDEFINED)
    nodes["threshold"][~leaf] = _in_float32(tree.threshold[~leaf])
    with np.errstate(over="ignore", under="ignore"):
        impurity = tree.impurity.astype(np.float64) * scale * scale
    nodes["impurity"] = np.clip(impurity, 0.0, np.finfo(np.float64).max)
    nodes["n_node_samples"] = tree.n_samples
    nodes["weighted_n_node_samples"] = tree.n_samples
    # only a new tree takes a state: one that has nodes already keeps its memory, whatever the new size
    estimator.tree_ = cls(*arguments)
    estimator.tree_.__setstate__(
        {
            "max_depth": _depth(tree),
            "node_count": len(nodes),
            "nodes": nodes,
            "values": np.ascontiguousarray(_node_values(tree)[:, None, None]),
        }
    )
    return estimator


def _stumps(forest: Forest) -> Forest:
    """Trees of one node, whose value is 0."""
    tops, n = forest.roots, len(forest)
    return replace(
        forest,
        left=np.full(n, -1, np.int32),
        feature=forest.feature[tops],
        threshold=np.zeros(n),
        n_samples=forest.n_samples[tops],
        impurity=np.zeros(n, np.float32),
        roots=np.arange(n),
    )


class LazyTrees(Sequence):
    """The trees of a forest as ``DecisionTreeRegressor`` objects, each made when it is asked for."""

    def __init__(self, forest: Forest, parameters: dict[str, Any]):
        self._forest = forest
        self._parameters = parameters

    def __len__(self) -> int:
        return len(self._forest)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        b = range(len(self))[index]
        forest = self._forest
        n_features = len(forest.columns.lags)
        return to_tree(forest.tree(b), n_features, forest.scale, self._parameters | {"random_state": b})

    def __repr__(self) -> str:
        return f"<{len(self)} trees, made as DecisionTreeRegressor on access>"


def to_random_forest(forest: Forest, parameters: dict[str, Any], feature_names: NDArray | None) -> Any:
    """A fitted ``RandomForestRegressor`` whose trees are the forest's."""
    from sklearn.ensemble import RandomForestRegressor

    # of trees that a mixture gives no weight; scikit-learn divides the importances of all that have splits
    # by their sum
    worthless = not forest.threshold[forest.left < 0].any()
    trees = LazyTrees(_stumps(forest) if worthless else forest, parameters)
    n_features = len(forest.columns.lags)
    out = RandomForestRegressor(n_estimators=1, **parameters)
    out.fit(np.zeros((2, n_features)), np.zeros(2))
    out.set_params(n_estimators=len(forest))
    out.estimators_ = list(trees)
    if feature_names is not None:
        out.feature_names_in_ = feature_names
    return out


def to_stack(forest: Forest, parameters: dict[str, Any], feature_names: NDArray | None) -> Any:
    """A fitted ``StackingRegressor`` that adds a ``LinearRegression``, the baseline, to the trees."""
    from sklearn.ensemble import StackingRegressor
    from sklearn.linear_model import LinearRegression

    assert forest.baseline is not None
    rows, targets = np.zeros((2, len(forest.columns.lags))), np.zeros(2)
    linear = LinearRegression().fit(rows, targets)
    linear.coef_, linear.intercept_ = forest.baseline.weights.copy(), float(forest.baseline.intercept)
    trees = to_random_forest(forest, parameters, None)
    out = StackingRegressor(
        [("linear", linear), ("trees", trees)], final_estimator=LinearRegression(), cv="prefit"
    )
    out.fit(rows, targets)
    out.final_estimator_.coef_, out.final_estimator_.intercept_ = np.ones(2), 0.0
    if feature_names is not None:
        for estimator in (linear, trees, out):
            estimator.feature_names_in_ = feature_names
    return out
