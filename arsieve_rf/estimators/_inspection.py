"""A fitted forest as scikit-learn's tools look at one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from ..forest.baseline import Baseline
from ..forest.export import LazyTrees, to_random_forest, to_stack
from ..forest.forest import Forest

__all__ = ["Inspected"]

_LIMITS = ("max_depth", "min_samples_split", "min_samples_leaf", "max_features")


class Inspected:
    """What a fitted regressor shows of its trees."""

    forest_: Forest
    baseline_: Baseline | None

    def apply(self, X: ArrayLike) -> NDArray[np.int64]:
        """Leaf that each row reaches in each tree.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Rows with the columns of `fit`.

        Returns
        -------
        ndarray of int64, shape (n, n_estimators)
            Node numbers within each tree, as in ``estimators_[b].tree_``.
        """
        rows = self._check_rows(X)
        return self.forest_.apply(rows)

    def to_sklearn(self) -> Any:
        """The same forest as a fitted :class:`sklearn.ensemble.RandomForestRegressor`.

        For tools that read scikit-learn's forests: shap's TreeExplainer, skl2onnx, ``plot_tree``. Its
        predictions equal those of this estimator to the last bit with `n_jobs=None`; with threads
        scikit-learn adds the trees in the order in which they finish.

        With `bootstrap="auto"` it is a :class:`sklearn.ensemble.StackingRegressor`, whose two ``estimators_``
        are a LinearRegression and such a forest, and whose prediction is their sum; equal but for the
        rounding of the linear part.

        Returns
        -------
        sklearn.ensemble.RandomForestRegressor or sklearn.ensemble.StackingRegressor
            A fitted copy; it shares nothing with this estimator.
        """
        check_is_fitted(self)
        export = to_random_forest if self.baseline_ is None else to_stack
        return export(self.forest_, self._tree_parameters(), getattr(self, "feature_names_in_", None))

    @property
    def estimators_(self) -> LazyTrees:
        """The trees as ``DecisionTreeRegressor``, each made when it is asked for."""
        check_is_fitted(self)
        return LazyTrees(self.forest_, self._tree_parameters())

    @property
    def feature_importances_(self) -> NDArray[np.float64]:
        """Mean normalised decrease of impurity, shape (p,); zeros where no tree has a split."""
        check_is_fitted(self)
        return self.forest_.feature_importances()

    def _tree_parameters(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _LIMITS}

    def _check_rows(self, X: ArrayLike) -> NDArray[np.float32]:
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float32, order="C", reset=False)
