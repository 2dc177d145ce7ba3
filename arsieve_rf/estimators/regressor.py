"""The forest as a scikit-learn regressor."""

from __future__ import annotations

import warnings
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ..forest.columns import Columns
from ..forest.export import LazyTrees, to_random_forest
from ..forest.grow import grow_forest
from ..forest.out_of_bag import out_of_bag_mean
from ..forest.training import TrainingSet
from ..resampling.all_rows import AllRows
from ..resampling.base import Observed, RowSampler, Strategy
from ..resampling.registry import is_auto, make_strategy
from ..resampling.seeding import seed_from
from ._lag_detection import LagStructure, detect_lags
from ._linear_baseline import LinearModel, linear_baseline
from ._mixture import fit_mixture
from ._parameters import check_flag, growth_limits, n_draws, n_trees

__all__ = ["ARSieveForestRegressor"]

_FLOAT32_MAX = float(np.finfo(np.float32).max)
# simulated series may leave the observed range; so far from the end of float32 they stay inside it
_LARGEST_LAG_VALUE = 1e36
# the sum over all trees must stay inside float64, and so must simulated targets
_LARGEST_TARGET = 1e300


class ARSieveForestRegressor(RegressorMixin, BaseEstimator):
    """Random forest whose trees are trained on AR-sieve bootstrap series.

    A classical forest gives each tree a resample of the *rows* of (X, y). This one finds the columns of X
    that are lags of y, recovers the series behind them, fits an autoregressive model, and gives each tree a
    *new series* simulated from resampled residuals, embedded in the same lags: features and targets are both
    new. The classical row and block bootstraps are available beside it (`bootstrap`).

    Parameters
    ----------
    n_estimators : int, default=500
        Number of trees, at least 1. The first k trees do not depend on how many follow.
    bootstrap : {"ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "seasonal", "auto"}, \
None or strategy, default="ar_sieve"
        What a tree is trained on: a simulated series ("ar_sieve"); rows drawn one by one ("iid"), or in
        blocks of consecutive rows (the others); all rows once (None); or an object of
        :mod:`arsieve_rf.resampling`. "auto" is a mixture: the linear model that the sieve would simulate from,
        plus trees of its residuals, plus trees of y itself, weighed by their out-of-bag errors.
    order : {"aic", "aicc", "bic", "hqic"} or int, default="aic"
        Order of the AR model, or the criterion that chooses it. "ar_sieve" only.
    max_order : int, optional
        Largest order tried; ``floor(10 log10 n)`` by default. "ar_sieve" only.
    ar_method : {"yule_walker", "burg", "ols"}, default="yule_walker"
        How the AR model is fitted; with exogenous columns it is always least squares. "ar_sieve" only.
    initial : {"stationary", "mean", "observed"}, default="stationary"
        Start of a simulated series: after a burn-in, at the mean (as in the paper's reference
        implementation), or at a random stretch of the observed series. "ar_sieve" only.
    block_length : int, float or "auto", default="auto"
        Length of blocks in rows, 1 to the number of rows (for "stationary" the mean length, which may be a
        fraction). "auto": Politis and White's rule on y. Block strategies only.
    period : int, optional
        Rows in a season, needed by "seasonal".
    lags : "auto" or sequence of (int or None), default="auto"
        For each column of X the lag of y that it holds, None for a column that is no lag; "auto" finds them
        from names and values.
    max_depth : int, optional
        Largest depth of a tree, at least 1.
    min_samples_split : int or float, default=2
        Smallest number (at least 2) or share of rows in a node that is split. A row counts as often as the
        bootstrap drew it.
    min_samples_leaf : int or float, default=5
        Smallest number (at least 1) or share of rows in a leaf, counted likewise.
    max_features : {"sqrt", "log2"}, int, float or None, default=1.0
        Columns tried at a node: a number, a share, or all (None).
    max_samples : int or float, optional
        Number or share of rows drawn for a tree; as many as there are by default. Not with "ar_sieve", None.
    oob_score : bool, default=False
        Whether to compute the R² of out-of-bag predictions. Refused with "ar_sieve" and None, whose trees
        leave no row out.
    n_jobs : int, optional
        Number of threads, -1 for all processors; the result is the same for any number. None is 1 unless in
        a :func:`joblib.parallel_config` context, which can also choose processes or a cluster.
    random_state : int, RandomState instance or None, default=None
        An int gives the same forest at every call, on every machine of the same kind.
    verbose : int, default=0
        1 shows progress on stderr.

    Attributes
    ----------
    lags_ : list of (int or None)
        Per column of X the lag that was found or given. None throughout where `lags="auto"` and the
        bootstrap does not look at the order of rows.
    ar_ : ARFit or None
        The fitted AR model of "ar_sieve"; None for others.
    baseline_ : Baseline or None
        Linear part of the predictions: ``intercept`` and one of ``weights`` a column; only with "auto".
    mixture_ : dict or None
        Weights of "linear", "residual_trees" and "row_trees"; only with "auto".
    residuals_ : ndarray of float64, shape (n,), or None
        y minus the mixture's prediction with trees out of bag, NaN where every tree drew a row; only with "auto".
    segments_ : ndarray of intp, shape (n_segments + 1,)
        Row offsets of the runs of consecutive times found in X: several where series are stacked.
    sampler_ : object
        The fitted bootstrap strategy; block strategies tell their ``block_length_``.
    forest_ : Forest
        The trees as flat arrays.
    estimators_ : sequence of DecisionTreeRegressor
        The trees as scikit-learn objects, each made when it is asked for.
    feature_importances_ : ndarray of float64, shape (n_features,)
        Mean normalised decrease of impurity.
    oob_score_, oob_prediction_ : float, ndarray of float64 of shape (n,)
        Only with `oob_score=True`; NaN in rows that every tree drew.
    n_features_in_, feature_names_in_ : int, ndarray
        As in scikit-learn.

    Notes
    -----
    Columns that are not functions of the series stay as they are while the series is drawn anew; they enter
    the AR model as regressors (ARX), so that their signal is kept. Where no column is a lag, y is regressed
    on X linearly and the errors are resampled by an AR sieve, which keeps linear effects only: a warning
    says so.

    References
    ----------
    C. Teguemne Fokam, C. Jentsch, M. Lang, M. Pauly (2024). "AR-Sieve Bootstrap for the Random Forest and a
    simulation-based comparison with rangerts time series prediction". arXiv:2410.00942.

    L. Breiman (2001). "Random Forests". Machine Learning 45, 5-32. doi:10.1023/A:1010933404324

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf import ARSieveForestRegressor
    >>> rng = np.random.default_rng(0)
    >>> y = np.zeros(203)
    >>> for t in range(1, 203):
    ...     y[t] = 0.7 * y[t - 1] + rng.normal()
    >>> X = np.column_stack([y[3 - k : -k] for k in (1, 2, 3)])
    >>> forest = ARSieveForestRegressor(n_estimators=50, random_state=0).fit(X, y[3:])
    >>> forest.lags_
    [1, 2, 3]
    >>> forest.predict(X[-2:]).shape
    (2,)
    """

    def __init__(
        self,
        n_estimators: int = 500,
        *,
        bootstrap: Any = "ar_sieve",
        order: Any = "aic",
        max_order: int | None = None,
        ar_method: str = "yule_walker",
        initial: str = "stationary",
        block_length: Any = "auto",
        period: int | None = None,
        lags: Any = "auto",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 5,
        max_features: Any = 1.0,
        max_samples: int | float | None = None,
        oob_score: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
    ):
        self.n_estimators = n_estimators
        self.bootstrap = bootstrap
        self.order = order
        self.max_order = max_order
        self.ar_method = ar_method
        self.initial = initial
        self.block_length = block_length
        self.period = period
        self.lags = lags
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.max_samples = max_samples
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: ArrayLike, y: ArrayLike) -> ARSieveForestRegressor:
        """Grow the forest.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Features in the order of time, at least 2 rows; used as float32, as in scikit-learn's forests.
        y : array-like of shape (n,)
            Targets, within ±1e300; within ±1e36 where columns are lags of y.

        Returns
        -------
        ARSieveForestRegressor
            The fitted estimator.

        Raises
        ------
        ValueError, TypeError
            If a parameter or the data are not as said above, or if rows of several series are interleaved.

        Warns
        -----
        UserWarning
            Where columns could not be made out or the AR model had to be changed; the text names the remedy.
        """
        return self._fit(X, y)

    def _fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        structure: LagStructure | None = None,
        tree_columns: NDArray[np.int64] | None = None,
        linear: LinearModel | None = None,
    ) -> ARSieveForestRegressor:
        """As `fit`, for a caller that knows more.

        ``structure`` says what the columns are; for "auto", ``tree_columns`` says which of them trees see, and
        ``linear`` is the linear model.
        """
        count = n_trees(self.n_estimators, self.n_jobs, self.verbose)
        wants_oob = check_flag("oob_score", self.oob_score)
        seed = seed_from(self.random_state)
        strategy = make_strategy(
            self.bootstrap,
            order=self.order,
            max_order=self.max_order,
            ar_method=self.ar_method,
            initial=self.initial,
            block_length=self.block_length,
            period=self.period,
        )
        checked = validate_data(
            self, X, y, dtype=[np.float64, np.float32], y_numeric=True, ensure_min_samples=2
        )
        features: NDArray = checked[0]
        targets = np.ascontiguousarray(checked[1], dtype=np.float64)
        limits = growth_limits(
            len(targets),
            features.shape[1] if tree_columns is None else len(tree_columns),
            max_depth=self.max_depth,
            min_samples_split=self.min_samples_split,
            min_samples_leaf=self.min_samples_leaf,
            max_features=self.max_features,
        )
        draws_rows = strategy.draws == "rows" and not isinstance(strategy, AllRows)
        draws = n_draws(self.max_samples, len(targets), self.bootstrap, draws_rows)
        if wants_oob and not strategy.has_out_of_bag:
            raise ValueError(
                f"oob_score=True cannot be used with bootstrap={self.bootstrap!r}: its trees leave no "
                "observed row out, so an out-of-bag score would be an in-sample one. Use a hold-out at the "
                "end of the series."
            )

        if structure is None:
            structure = self._find_lags(features, targets, strategy)
        training = _training_set(features, targets, structure, draws)
        self.lags_ = list(structure.lags_)
        self.segments_ = structure.segments
        self.ar_ = self.baseline_ = self.mixture_ = self.residuals_ = None
        if is_auto(self.bootstrap):
            if linear is None:
                options = (self.order, self.max_order, self.ar_method)
                linear = linear_baseline(features, targets, structure, *options)
            mixture = fit_mixture(
                training, linear, features, tree_columns, count, limits, seed, self.n_jobs, int(self.verbose)
            )
            self.sampler_, self.forest_ = mixture.sampler, mixture.forest
            self.baseline_, self.mixture_ = mixture.forest.baseline, mixture.weights
            self.residuals_ = targets - mixture.out_of_bag
            if wants_oob:
                self._score_out_of_bag(training, mixture.out_of_bag)
            return self
        sampler = strategy.fit(training.observed)
        self.ar_ = getattr(sampler, "ar_", None)
        self.sampler_ = sampler
        self.forest_ = grow_forest(training, sampler, count, limits, seed, self.n_jobs, int(self.verbose))
        if wants_oob:
            predictions = out_of_bag_mean(self.forest_, training, cast(RowSampler, sampler), seed)
            self._score_out_of_bag(training, predictions)
        return self

    def _find_lags(self, X: NDArray, y: NDArray, strategy: Strategy) -> LagStructure:
        lags = self.lags
        uses_time_order = strategy.uses_time_order or is_auto(self.bootstrap)
        if not uses_time_order and isinstance(lags, str) and lags == "auto":
            lags = [None] * X.shape[1]  # nothing to find, and shuffled rows are no fault here
        names = getattr(self, "feature_names_in_", None)
        structure = detect_lags(X, y, names, lags)
        for message in structure.warnings:
            warnings.warn(message, UserWarning, stacklevel=4)
        if strategy.draws == "series" and structure.max_lag == 0:
            warnings.warn(
                "no column of X is a lag of y: the sieve regresses y on X linearly and resamples the "
                "errors, which keeps linear effects only. Add lags of y as columns, say which they are by "
                "lags=[...], or choose bootstrap='iid'.",
                UserWarning,
                stacklevel=4,
            )
        return structure

    def _score_out_of_bag(self, training: TrainingSet, predictions: NDArray[np.float64]) -> None:
        from sklearn.metrics import r2_score  # slow to import, and seldom needed

        seen = np.isfinite(predictions)
        if not seen.all():
            warnings.warn(
                f"{np.sum(~seen)} of {len(seen)} rows were drawn by every tree and have no out-of-bag "
                "prediction; more trees (n_estimators) give each row one.",
                UserWarning,
                stacklevel=4,
            )
        self.oob_prediction_ = predictions
        unit = training.scale  # whose division rounds nothing and keeps squares inside float64
        pair = training.y[seen] / unit, predictions[seen] / unit
        self.oob_score_ = r2_score(*pair) if seen.sum() > 1 else np.nan

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Mean of the trees, plus the linear part with `bootstrap="auto"`.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Rows with the columns of `fit`.

        Returns
        -------
        ndarray of float64, shape (n,)
            Predictions in the units of y.
        """
        rows = self._check_rows(X)
        if self.forest_.baseline is None:
            return self.forest_.mean(rows, self.n_jobs)
        exact = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return self.forest_.mean(rows, self.n_jobs, exact)

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

        For tools that read scikit-learn's forests: shap's TreeExplainer, skl2onnx, ``plot_tree``. Not with
        `bootstrap="auto"`, whose linear part they cannot hold. Its
        predictions equal those of this estimator to the last bit with `n_jobs=None`; with threads
        scikit-learn adds the trees in the order in which they finish.

        Returns
        -------
        sklearn.ensemble.RandomForestRegressor
            A fitted copy; it shares nothing with this estimator.
        """
        check_is_fitted(self)
        if self.baseline_ is not None:
            raise ValueError(
                f"bootstrap={self.bootstrap!r} adds a linear model to its trees, which scikit-learn's forests cannot "
                "hold: fit with another bootstrap, 'ar_sieve' for instance, to export."
            )
        return to_random_forest(
            self.forest_, self._tree_parameters(), getattr(self, "feature_names_in_", None)
        )

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
        names = ("max_depth", "min_samples_split", "min_samples_leaf", "max_features")
        return {name: getattr(self, name) for name in names}

    def _check_rows(self, X: ArrayLike) -> NDArray[np.float32]:
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float32, order="C", reset=False)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "forest_")


def _training_set(X: NDArray, y: NDArray, structure: LagStructure, draws: int) -> TrainingSet:
    largest = float(np.abs(X).max())
    if largest > _FLOAT32_MAX:
        raise ValueError(
            f"X contains {largest:g}, too large for float32 (at most {_FLOAT32_MAX:.3g}): change the unit."
        )
    limit = _LARGEST_LAG_VALUE if structure.max_lag else _LARGEST_TARGET
    if float(np.abs(y).max()) > limit:
        reason = "with lags of y among the columns " if structure.max_lag else ""
        raise ValueError(
            f"y contains {np.abs(y).max():g}; {reason}it must lie within ±{limit:g}: change its unit."
        )
    _warn_if_float32_loses(X, y, structure)
    weights = {entry.column: np.append(entry.intercept, entry.weights) for entry in structure.linear}
    columns = Columns.of(list(structure.lags), weights)
    fixed = X[:, columns.fixed].astype(np.float64) if len(columns.fixed) else None
    observed = Observed(structure.series, structure.max_lag, fixed, draws)
    return TrainingSet(np.ascontiguousarray(X, dtype=np.float32), y, columns, observed)


def _warn_if_float32_loses(X: NDArray, y: NDArray, structure: LagStructure) -> None:
    """A series that varies little around a large level, or hardly at all, loses its digits in float32."""
    if structure.max_lag == 0:
        return
    single = np.finfo(np.float32)
    largest = float(np.abs(y).max())
    spread = float(np.std(y / largest)) * largest if largest > 0.0 else 0.0  # whose squares may underflow
    step = max(largest * float(single.eps), float(single.smallest_subnormal))
    if spread > 0.0 and step > 0.01 * spread:
        warnings.warn(
            f"y varies by {spread:.3g} around {np.mean(y):.6g}: as float32 features its lags keep steps of "
            f"{step:.2g} only. Subtract a constant from y and its lags, or change their unit, first.",
            UserWarning,
            stacklevel=5,
        )
