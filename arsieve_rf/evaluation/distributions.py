"""Scores of whole forecast distributions, given by draws from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..preparation.base import as_flag
from ._aligned import read_aligned, read_table
from ._scaled import ldexp, scaled

__all__ = ["crps"]


def crps(y_true: ArrayLike, paths: ArrayLike, *, fair: bool = False) -> float:
    """Continuous ranked probability score of simulated paths, in units of the series.

    The mean over steps of ``E|X - y| - E|X - X'| / 2``, where X and X' are independent draws from the
    forecast distribution. Only the distribution of each step by itself enters, not how the steps of a path
    hang together. Of a single path it is the mean absolute error.

    Parameters
    ----------
    y_true : array-like of shape (h,)
        Observed values, finite.
    paths : array-like of shape (n_paths, h)
        Draws from the forecast distribution, finite: a path a row, a step a column. A DataFrame is read by
        the order of its columns.
    fair : bool, default False
        False scores the n_paths draws as if they were the forecast distribution itself. True estimates
        without bias what infinitely many draws would score, if they are independent: pairs of a draw with
        itself are left out of ``E|X - X'|``. It needs 2 paths or more.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    TypeError
        If ``fair`` is not a bool.
    ValueError
        If ``paths`` has not one column for each value of ``y_true``, values are missing or infinite, or a
        fair score of one path is asked for.

    Notes
    -----
    With d draws of a step in ascending order, and r the rank of a draw counted from the lowest if it is below
    the observed value and from the highest if it is above, the score of the step is the sum of ``|x - y| (2r
    - 1) / d**2``, and ``|x - y| (2r - 2) / (d (d - 1))`` for the fair one. No two terms cancel, and the cost
    is that of sorting.

    References
    ----------
    Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation. Journal
    of the American Statistical Association 102, 359-378, equation 21. doi:10.1198/016214506000001437

    Ferro, C. A. T. (2014). Fair scores for ensemble forecasts. Quarterly Journal of the Royal Meteorological
    Society 140, 1917-1923. doi:10.1002/qj.2270

    Examples
    --------
    >>> from arsieve_rf.evaluation import crps
    >>> crps([2.0], [[0.0], [4.0]])
    1.0
    >>> crps([2.0], [[0.0], [4.0]], fair=True)
    0.0
    """
    leave_out_self = as_flag("fair", fair)
    (observed,) = read_aligned(y_true=y_true)
    draws = read_table(paths, "paths", ("n_paths", "h"))
    n, n_steps = draws.shape
    if n_steps != len(observed):
        raise ValueError(
            f"paths has shape {draws.shape}, y_true {len(observed)} values; paths must have a column for each"
        )
    if leave_out_self and n == 1:
        raise ValueError("fair=True needs 2 paths or more, but paths has 1 row")
    (observed, draws), exponent = scaled(observed, draws)
    gap = np.sort(draws - observed, axis=0)
    ranks = np.arange(1.0, n + 1.0)[:, None]
    from_outside = np.where(gap <= 0.0, ranks, n + 1.0 - ranks)
    weights = (from_outside - 1.0) / (n * (n - 1)) if leave_out_self else (from_outside - 0.5) / n**2
    return ldexp(2.0 * float(np.mean(np.sum(weights * np.abs(gap), axis=0))), exponent)
