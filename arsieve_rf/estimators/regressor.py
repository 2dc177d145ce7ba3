"""The forest as a scikit-learn regressor."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ..forest.baseline import Baseline
from ..forest.forest import Forest
from ..forest.leaf_contents import Sample
from ..forest.training import GrowthLimits
from ..resampling.all_rows import AllRows
from ..resampling.base import Sampler
from ..resampling.registry import is_auto, make_strategy
from ..resampling.seeding import seed_from
from ._groups import sorted_rows, unsorted_rows
from ._growing import Grown, grow_mixture, grow_one_kind
from ._inspection import Inspected
from ._lag_structure import LagStructure
from ._linear_baseline import LinearModel, linear_baseline
from ._oob_score import check_oob_score, out_of_bag_r2
from ._parameters import growth_limits, n_draws, n_trees
from ._quantiles import check_levels, leaf_quantiles, residual_quantiles
from ._residuals import unseen_residuals
from ._saving import Saved
from ._training_data import find_lags, in_float32, training_set

__all__ = ["ARSieveForestRegressor"]

_OPTIONS = ("order", "max_order", "ar_method", "initial", "block_length", "period")


class ARSieveForestRegressor(Saved, Inspected, RegressorMixin, BaseEstimator):
    """Random forest whose trees are trained on AR-sieve bootstrap series.

    A classical forest gives each tree a resample of the *rows* of (X, y). This one finds the columns of X
    that are lags of y, recovers the series behind them, fits an autoregressive model, and gives each tree a
    *new series* simulated from resampled residuals, embedded in the same lags: features and targets are both
    new. The classical row and block bootstraps are available beside it (`bootstrap`).

    Parameters
    ----------
    n_estimators : int, default=500
        Number of trees, at least 1. The first k trees do not depend on how many follow.
    bootstrap : {"ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "seasonal", \
"auto"}, None or strategy, default="ar_sieve"
        What a tree is trained on: a simulated series ("ar_sieve"); rows drawn one by one ("iid"), or in
        blocks of consecutive rows (the others); all rows once (None); or an object of
        :mod:`arsieve_rf.resampling`. "auto" is no bootstrap of its own but a mixture, see Notes.
    order : {"aic", "aicc", "bic", "hqic"} or int, default="aic"
        Order of the AR model, or the criterion that chooses it. "ar_sieve" and "auto" only.
    max_order : int, optional
        Largest order tried; ``floor(10 log10 n)`` by default. "ar_sieve" and "auto" only.
    ar_method : {"yule_walker", "burg", "ols"}, default="yule_walker"
        How the AR model is fitted; with exogenous columns it is always least squares. "ar_sieve" and "auto"
        only.
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
    max_bins : int, "auto" or None, default="auto"
        Large nodes are split at borders of at most that many bins (2 to 256), which part each column at its
        quantiles; nodes that no border parts, and those with no more different rows than 4 a bin, or than a
        bin holds, exactly. None: all exactly. "auto": 128 bins from 20,000 rows on, None below.
    max_samples : int or float, optional
        Number or share of rows drawn for a tree; as many as there are by default. Not with "ar_sieve", None.
    oob_score : bool, default=False
        Whether to compute the R² of out-of-bag predictions. Refused with "ar_sieve" and None, whose trees
        leave no row out. With "auto" the linear part of the predictions is in sample.
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
        The fitted AR model of "ar_sieve"; with "auto" the one that `order` chooses, where the columns are
        lags 1 to p and nothing else; None for others.
    baseline_ : Baseline or None
        Linear part of the predictions: ``intercept`` and one of ``weights`` a column; only with "auto".
    mixture_ : dict or None
        Weights of "linear", "residual_trees" and "row_trees"; only with "auto".
    residuals_ : ndarray of float64, shape (n,), or None
        y minus predictions with trees out of bag and the linear part in sample, NaN where every tree drew
        the row; only with "auto".
    segments_ : ndarray of intp, shape (n_segments + 1,)
        Row offsets of the runs of consecutive times found in X: several where series are stacked. With
        `groups` they count the rows sorted stably by label, and a run ends where a group does.
    sampler_ : object
        The fitted bootstrap strategy; block strategies tell their ``block_length_``.
    forest_ : Forest
        The trees as flat arrays.
    estimators_ : sequence of DecisionTreeRegressor
        The trees as scikit-learn objects, each made when it is asked for; those of a mixture
        without its linear part.
    feature_importances_ : ndarray of float64, shape (n_features,)
        Mean normalised decrease of impurity; of a mixture's trees only, not of its linear part.
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

    "auto" predicts ``(1 - b) L(x) + a R(x) + b F(x)``. L is linear: where the columns are lags 1 to p and
    nothing else, an AR model, averaged over orders by Akaike weights if `order` is "aic"; otherwise least
    squares on all columns. R are trees of the residuals of L, F trees of y, both on rows drawn one by one;
    the weights come from out-of-bag errors and are 0 with fewer than 8 rows. A kind without weight is left
    out, the other one grown to `n_estimators`; the leaf values of ``estimators_`` have the weights in them.

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
        max_bins: Any = "auto",
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
        self.max_bins = max_bins
        self.max_samples = max_samples
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None) -> ARSieveForestRegressor:
        """Grow the forest.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Features in the order of time, at least 2 rows; used as float32, as in scikit-learn's forests.
        y : array-like of shape (n,)
            Targets, within ±1e300; within ±1e36 where columns are lags of y.
        groups : array-like of shape (n,), optional
            The series that each row belongs to: labels of any hashable kind, none missing. Rows of a series
            are in the order of time, those of different ones mixed in any way; the fit is that on the rows
            sorted stably by label. Without it rows are one series, or several stacked ones.

        Returns
        -------
        ARSieveForestRegressor
            The fitted estimator.

        Raises
        ------
        ValueError, TypeError
            If a parameter or the data are not as said above.

        Warns
        -----
        UserWarning
            Where columns could not be made out or the AR model had to be changed; the text names the remedy.
        """
        return self._fit(X, y, groups=groups)

    def _fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        structure: LagStructure | None = None,
        tree_columns: NDArray[np.int64] | None = None,
        linear: LinearModel | None = None,
        groups: ArrayLike | None = None,
    ) -> ARSieveForestRegressor:
        """As `fit`, for a caller that knows more.

        ``structure`` says what the columns are; for "auto", ``tree_columns`` (int64) says which of them trees
        see, all where None, and ``linear`` is the linear model, fitted here where None.
        """
        count = n_trees(self.n_estimators, self.n_jobs, self.verbose)
        seed = seed_from(self.random_state)
        strategy = make_strategy(self.bootstrap, **{name: getattr(self, name) for name in _OPTIONS})
        wants_oob = check_oob_score(self.oob_score, strategy, self.bootstrap)
        checked = validate_data(
            self, X, y, dtype=[np.float64, np.float32], y_numeric=True, ensure_min_samples=2
        )
        features: NDArray = checked[0]
        targets = np.ascontiguousarray(checked[1], dtype=np.float64)
        n_columns = features.shape[1] if tree_columns is None else len(tree_columns)
        limits = self._growth_limits(len(targets), n_columns)
        draws_rows = strategy.draws == "rows" and not isinstance(strategy, AllRows)
        draws = n_draws(self.max_samples, len(targets), self.bootstrap, draws_rows)
        if structure is None:
            looks_at_time = strategy.uses_time_order or is_auto(self.bootstrap)
            names = getattr(self, "feature_names_in_", None)
            structure = find_lags(features, targets, names, self.lags, groups, strategy, looks_at_time)
        self._order = structure.order
        features, targets = sorted_rows(features, self._order), sorted_rows(targets, self._order)
        training = training_set(features, targets, structure, draws)
        growth = (count, limits, seed, self.n_jobs, int(self.verbose))
        if is_auto(self.bootstrap):
            if linear is None:
                options = (self.order, self.max_order, self.ar_method)
                linear = linear_baseline(features, targets, structure, *options)
            grown = grow_mixture(training, linear, features, tree_columns, *growth)
        else:
            grown = grow_one_kind(training, strategy, *growth)
        self.lags_ = list(structure.lags_)
        self.segments_ = structure.segments
        # copies, as users may overwrite their arrays
        self._sample = Sample(training.X.copy(), targets.copy(), structure.segments, seed)
        self._keep(grown)
        if wants_oob:
            rows = grown.rows_out_of_bag(training, seed)
            self.oob_prediction_ = unsorted_rows(rows, self._order)
            self.oob_score_ = out_of_bag_r2(targets, rows, training.scale)
        return self

    def _keep(self, grown: Grown) -> None:
        """Attributes of the forest, those of rows in the order in which they were given."""
        self.forest_: Forest = grown.forest
        self.sampler_: Sampler = grown.sampler
        self.ar_ = grown.ar
        self._n_parameters = grown.n_parameters
        self.baseline_: Baseline | None = grown.forest.baseline
        self.mixture_ = grown.weights
        self.residuals_: NDArray[np.float64] | None = None
        if grown.out_of_bag is not None:
            self.residuals_ = unsorted_rows(self._sample.y - grown.out_of_bag, self._order)

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
        check_is_fitted(self)
        if self.baseline_ is None:
            return self.forest_.mean(self._check_rows(X), self.n_jobs)
        exact = self._exact_rows(X)
        return self.forest_.mean(in_float32(exact), self.n_jobs, exact)

    def predict_quantiles(self, X: ArrayLike, quantiles: ArrayLike) -> NDArray[np.float64]:
        """Quantiles of the target given a row: a quantile regression forest.

        A leaf holds the targets that its tree was grown on: observed ones as often as they were drawn, those
        of the tree's series with "ar_sieve". A target weighs the mean over the trees of its share of the leaf
        that the row reaches; the mean of the weighted targets is `predict`. Between targets, quantiles are
        linear as in :func:`numpy.quantile`. With "auto" they are `predict` plus those of ``residuals_``,
        which weigh more the more leaves their rows share with the row. But for "ar_sieve", whose trees have
        targets of their own, `min_samples_leaf` should be 20 or more: small leaves give quantiles too close.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Rows with the columns of `fit`.
        quantiles : float or array-like of shape (n_quantiles,)
            Levels within [0, 1], in any order.

        Returns
        -------
        ndarray of float64, shape (n, n_quantiles), or (n,) for a single number
            Quantiles in the units of y; they never cross.

        Raises
        ------
        ValueError, TypeError
            If ``quantiles`` or ``X`` are not as said above.

        References
        ----------
        N. Meinshausen (2006). "Quantile Regression Forests". Journal of Machine Learning Research 7, 983-999.

        Examples
        --------
        >>> import numpy as np
        >>> from arsieve_rf import ARSieveForestRegressor
        >>> X = np.repeat([[0.0], [1.0]], 100, axis=0)
        >>> y = np.concatenate([np.arange(100.0), 1000 + np.arange(100.0)])
        >>> forest = ARSieveForestRegressor(20, bootstrap=None, max_depth=1).fit(X, y)
        >>> forest.predict_quantiles([[0.0], [1.0]], [0.1, 0.5]).round(6).tolist()
        [[9.9, 49.5], [1009.9, 1049.5]]
        """
        check_is_fitted(self)
        levels = check_levels(quantiles)
        exact = self._exact_rows(X)
        rows, forest = in_float32(exact), self.forest_
        if self.residuals_ is None:
            return leaf_quantiles(forest, self.sampler_, self._sample, rows, levels, self.n_jobs)
        residuals = sorted_rows(self.residuals_, self._order)
        around = residual_quantiles(forest, residuals, self._sample, rows, levels, self.n_jobs)
        return (forest.mean(rows, self.n_jobs, exact) + around.T).T

    def _unseen_residuals(self) -> NDArray[np.float64]:
        """Targets minus predictions by trees that have not seen them, shape (n,); NaN where none is."""
        if self.residuals_ is not None:
            return self.residuals_
        limits = self._growth_limits(len(self._sample.y), self.n_features_in_)
        unseen = unseen_residuals(self.forest_, self.sampler_, self._sample, limits)
        return unsorted_rows(unseen, self._order)

    def _exact_rows(self, X: ArrayLike) -> NDArray[np.floating]:
        """Rows as they are for the linear part; trees take them in float32."""
        return validate_data(self, X, dtype=[np.float64, np.float32], reset=False)

    def _growth_limits(self, n_rows: int, n_columns: int) -> GrowthLimits:
        return growth_limits(n_rows, n_columns, max_bins=self.max_bins, **self._tree_parameters())

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "forest_")
