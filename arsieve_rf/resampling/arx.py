"""AR models with other regressors: the drift that columns which are no lags give to a sieve series.

Where some columns are lags of the series, y_t = c + sum_k phi_k y_{t-k} + beta' z_t + e_t is fitted by least
squares (ARX) and beta' z_t is a drift inside the recursion. Where none is, y is regressed on z and the
errors follow an AR model; the regression's fit is added to simulated errors.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ar_segments import CentredSegments, SegmentedFit, fit_ar_segments, fit_least_squares

__all__ = ["ARXFit", "fit_arx", "fit_regression", "principal_scores"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ARXFit:
    """An ARX model or a regression with AR errors.

    Attributes
    ----------
    model : SegmentedFit
        The AR part: of the series (ARX) or of the regression's errors.
    effect : ndarray of float64, shape (n_rows,)
        Contribution beta' z_t of the other columns at each target, in the unit of the series; for the
        regression with AR errors the whole fit but for the mean of the errors.
    """

    model: SegmentedFit
    effect: Floats


def fit_arx(
    series: Sequence[Floats], max_lag: int, exog: Floats, order: str | int, max_order: int | None
) -> ARXFit:
    """Least squares on lags and ``exog`` (n_rows, n_exog), a row for each time from ``max_lag`` on."""
    lengths = [len(s) for s in series]
    scores = principal_scores(exog, _most_directions(exog.shape[0]))
    regressors = np.zeros((sum(lengths), scores.shape[1]))
    regressors[_target_mask(lengths, max_lag)] = scores
    centred = CentredSegments.of(series)
    model, beta = fit_least_squares(centred, order, max_order, regressors, max_lag)
    return ARXFit(model, scores @ beta)


def fit_regression(
    series: Sequence[Floats], exog: Floats, order: str | int, max_order: int | None, method: str
) -> ARXFit:
    """Least squares of the centred series on ``exog``, then an AR fit of the errors by ``method``."""
    centred = CentredSegments.of(series)
    scores = principal_scores(exog, _most_directions(exog.shape[0]))
    design = np.column_stack([np.ones(len(scores)), scores])
    effect = design @ np.linalg.lstsq(design, centred.values, rcond=None)[0]
    errors = centred.to_unit(centred.values - effect)
    parts = np.split(errors, centred.bounds[1:-1])
    means = np.repeat(centred.means, centred.lengths)
    return ARXFit(fit_ar_segments(parts, order, max_order, method), centred.to_unit(effect) + means)


def principal_scores(exog: Floats, most: int) -> Floats:
    """Uncorrelated unit-variance columns that span ``exog`` standardised, at most ``most`` of them.

    Constant and redundant columns vanish here, so that the least squares that follow are well conditioned.
    Where there are more independent columns than ``most``, those of largest variance stay, and a warning
    says so.
    """
    n, n_columns = exog.shape
    spread = exog.max(axis=0) > exog.min(axis=0)
    columns = exog[:, spread]
    if columns.shape[1] == 0:
        return np.empty((n, 0))
    # Powers of two twice, as for the series: neither a huge mean nor a huge or tiny spread does harm.
    columns = np.ldexp(columns, -np.frexp(np.abs(columns).max(axis=0))[1])
    columns = columns - columns.mean(axis=0)
    columns = np.ldexp(columns, -np.frexp(np.abs(columns).max(axis=0))[1])
    columns = columns / np.sqrt((columns**2).mean(axis=0))
    left, singular, _ = np.linalg.svd(columns, full_matrices=False)
    rank = int((singular > singular[0] * max(columns.shape) * np.finfo(float).eps).sum())
    if rank > most:
        warnings.warn(
            f"{n_columns} columns of X that are not lags leave too few of the {n} rows to tell signal from "
            f"noise: the sieve keeps the {most} directions of largest variance among them. Give fewer such "
            "columns, or choose a bootstrap of rows, to avoid this.",
            UserWarning,
            stacklevel=2,
        )
    return left[:, : min(rank, most)] * np.sqrt(n)


def _most_directions(n_rows: int) -> int:
    """Half of the rows is left for the residuals."""
    return max((n_rows - 1) // 2, 0)


def _target_mask(lengths: Sequence[int], max_lag: int) -> NDArray[np.bool_]:
    """Which values of the joined segments are targets, not presample values."""
    return np.concatenate([np.arange(n) >= max_lag for n in lengths])
