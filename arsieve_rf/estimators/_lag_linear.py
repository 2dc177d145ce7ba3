"""Columns that are linear functions of lags: scaled lags, rolling means, differences, to rounding."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ._lag_equality import ChanceModel
from ._lag_segments import ColumnMatch, Runs, row_numbers
from ._lag_structure import FloatArray, LinearColumn

__all__ = [
    "affine_match",
    "fewest_rows",
    "likely_lags",
    "linear_columns",
    "linear_in_rows",
    "rounding",
    "runs_by_itself",
    "scaled",
]

MAX_SPAN = 20
WINDOW = 8192  # rows in which correlations with lags are looked at
_EPS64 = float(np.finfo(np.float64).eps)
_EPS32 = float(np.finfo(np.float32).eps)


def scaled(values: NDArray[np.floating]) -> tuple[FloatArray, int]:
    """Values over a power of two, so that squares neither overflow nor vanish; and its exponent."""
    exponent = int(np.frexp(max(values.max(), -values.min()))[1])
    doubles: FloatArray = np.asarray(values, dtype=np.float64)
    return (doubles, 0) if abs(exponent) < 200 else (np.ldexp(doubles, -exponent), exponent)


def rounding(x: NDArray[np.floating], through_float32: bool, other: float = 0.0) -> float:
    """How far equal values may lie apart: the rounding of `x` and of terms as large as `other`."""
    size = float(np.max(np.abs(x))) + other
    spread = float(np.ptp(x))
    if through_float32:
        return 4.0 * _EPS32 * size + 1e-6 * spread
    return 64.0 * _EPS64 * size + 1e-9 * spread


def runs_by_itself(y: FloatArray, runs: Runs) -> bool:
    """Whether y is an affine function of its own previous value (a trend, say): then lags are all alike."""
    rows = runs.inside(np.arange(1, len(y)), 1)
    if len(rows) < 3:
        return True
    before, now = y[rows - 1] - y[rows - 1].mean(), y[rows] - y[rows].mean()
    square = float(before @ before)
    if square == 0.0:
        return True
    residual = now - (before @ now) / square * before
    return bool(np.max(np.abs(residual)) <= rounding(y, False))


def likely_lags(columns: FloatArray, y: FloatArray, how_many: int = 3) -> NDArray[np.intp]:
    """Lags at which columns correlate most with y in either sign, (n_columns, how_many), best first.

    An entry is 0 where the correlation is below one half. Only the last `WINDOW` rows are looked at, and
    lags that leave a quarter of them to compare.
    """
    x, y = columns[:, -WINDOW:], y[-WINDOW:]
    n = len(y)
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean()
    x = x / np.max(np.abs(x), axis=1, keepdims=True)
    y = y / np.max(np.abs(y))
    size = fft.next_fast_len(2 * n, real=True)
    cross = fft.irfft(fft.rfft(x, size, axis=1) * np.conj(fft.rfft(y, size)), size, axis=1)
    lags = np.arange(1, max(2, min(n - 5, 3 * n // 4)))
    rows = n - lags

    def tails(values: FloatArray) -> FloatArray:
        return np.cumsum(values[..., ::-1], axis=-1)[..., ::-1][..., lags]

    def heads(values: FloatArray) -> FloatArray:
        return np.cumsum(values)[rows - 1]

    covariance = cross[:, lags] - tails(x) * heads(y) / rows
    variance_x = tails(x * x) - tails(x) ** 2 / rows
    variance_y = heads(y * y) - heads(y) ** 2 / rows
    scale = np.sqrt(np.maximum(variance_x * variance_y, 1e-24))
    strength = np.abs(covariance) / scale
    best = np.argsort(-np.round(strength, 9), axis=1, kind="stable")[:, :how_many]
    return np.where(np.take_along_axis(strength, best, axis=1) >= 0.5, lags[best], 0)


def affine_match(
    column: int,
    x: FloatArray,
    y: FloatArray,
    lag: int,
    runs: Runs,
    through_float32: bool,
    trusted: bool = False,
) -> ColumnMatch | None:
    """The affine map from a lag of y to a column, if it holds in more than half of the rows.

    Medians find the map although rows after seams do not follow it; least squares on the rows that do
    sharpens it.
    """
    if runs.compared(lag) < 5:
        return None
    rows = runs.inside(np.arange(lag, len(y)), lag)
    later, earlier = x[rows], y[rows - lag]
    spread = float(np.ptp(later))
    if spread == 0.0:
        return None
    recent = slice(max(0, len(later) - 2048), None)
    steps_x, steps_y = np.diff(later[recent]), np.diff(earlier[recent])
    large = (np.abs(steps_y) >= np.median(np.abs(steps_y))) & (steps_y != 0)
    if not large.any():
        return None
    slope = float(np.median(steps_x[large] / steps_y[large]))
    middle = float(earlier.mean())
    level = float(np.median((later - slope * (earlier - middle))[recent]))
    off = np.abs((later - slope * (earlier - middle))[recent] - level)
    if np.median(off) > max(1e-4 * spread, rounding(later, through_float32)):
        return None
    for loose in (1e-4, 1e-7):
        follows = np.abs(later - level - slope * (earlier - middle)) <= max(
            loose * spread, rounding(later, through_float32)
        )
        if np.count_nonzero(follows) < max(5, 0.5 * len(later)):
            return None
        dx, dy = later[follows], earlier[follows]
        mean_x, mean_y = dx.mean(), dy.mean()
        square = float(np.sum((dy - mean_y) ** 2))
        if square == 0.0:
            return None
        slope = float(np.sum((dx - mean_x) * (dy - mean_y)) / square)
        level = float(mean_x - slope * (mean_y - middle))
    tolerance = rounding(later, through_float32, abs(slope) * float(np.max(np.abs(earlier))))
    if slope == 0.0 or not np.isfinite(slope) or tolerance > 1e-3 * spread:
        return None
    differing = rows[np.abs(later - level - slope * (earlier - middle)) > tolerance]
    if len(differing) > 0.5 * len(later):
        return None
    return ColumnMatch(column, lag, differing, level - slope * middle, slope, trusted, tolerance)


def convincing_affine(match: ColumnMatch, runs: Runs, chance: ChanceModel) -> bool:
    """Whether chance is ruled out, two rows being spent on the map itself."""
    return chance.is_convincing(match.lag, runs.compared(match.lag) - 2, len(match.differing))


def linear_columns(
    columns: Mapping[int, FloatArray],
    y: FloatArray,
    segments: NDArray[np.intp],
    through_float32: Callable[[int], bool],
    span: int = MAX_SPAN,
) -> list[LinearColumn]:
    """Those of the columns that are linear in lags 1 to `span` of y, in every row that has them all.

    Nothing is found where y itself or one of its lags is such a function of the others (periodic y, waves,
    polynomials): then any column of the same kind would fit.
    """
    within = row_numbers(segments)
    depths = np.bincount(within)[::-1].cumsum()[::-1]  # how many rows have t rows before them, or more
    while span >= 1 and (span >= len(depths) or depths[span] < fewest_rows(span)):
        span -= 1
    return linear_in_rows(columns, y, np.flatnonzero(within >= span), through_float32, span)


def fewest_rows(span: int) -> int:
    """How many rows it takes to tell a linear function of so many lags."""
    return 3 * (span + 1) + 2


def linear_in_rows(
    columns: Mapping[int, FloatArray],
    y: FloatArray,
    rows: NDArray[np.intp],
    through_float32: Callable[[int], bool],
    span: int,
) -> list[LinearColumn]:
    """Those of the columns that are linear in lags 1 to `span` of y at these rows, which have them all."""
    middle, scale = float(y.mean()), float(y.std())
    if span < 1 or scale <= 1e3 * _EPS64 * float(np.max(np.abs(y))):
        return []
    standard = (y - middle) / scale

    def design(how_many: int) -> tuple[NDArray[np.intp], FloatArray]:
        chosen = rows[np.unique(np.linspace(0, len(rows) - 1, how_many).astype(np.intp))]
        lagged = standard[chosen[:, None] - np.arange(1, span + 1)[None, :]]
        return chosen, np.column_stack([np.ones(len(chosen)), lagged])

    # Few rows rule nearly all columns out, before anything is fitted to more of them.
    few, small = design(span + 1 + 4 * (MAX_SPAN + 1))
    basis, sizes, _ = np.linalg.svd(small, full_matrices=False)
    if sizes[-1] < 1e-7 * sizes[0]:
        return []
    values = np.column_stack([x[few] for x in (y, *columns.values())])
    off = np.max(np.abs(values - basis @ (basis.T @ values)), axis=0)
    spreads = np.ptp(values, axis=0)
    found: list[LinearColumn] = []
    if off[0] <= 1e-7 * spreads[0]:
        return found
    for (column, x), distance, spread in zip(columns.items(), off[1:], spreads[1:], strict=True):
        if distance <= 1e-4 * spread:
            chosen, large = design(50 * (span + 1))
            entry = _sparse_fit(column, x, y, rows, chosen, large, through_float32(column))
            chance = ChanceModel(x[rows], len(columns))
            if entry is not None and chance.is_convincing(span, len(rows) - span - 1):
                found.append(entry)
    return found


def _sparse_fit(
    column: int,
    x: FloatArray,
    y: FloatArray,
    rows: NDArray[np.intp],
    chosen: NDArray[np.intp],
    design: FloatArray,
    through_float32: bool,
) -> LinearColumn | None:
    """The fit with as few lags as reproduce all rows to rounding; None if no fit does."""
    middle, scale = float(y.mean()), float(y.std())
    fitted, *_ = np.linalg.lstsq(design, x[chosen], rcond=None)
    for cutoff in (1e-3, 1e-5, 1e-7, 1e-9, 0.0):
        support = np.flatnonzero(np.abs(fitted[1:]) > cutoff * np.max(np.abs(fitted[1:])))
        if not len(support):
            continue
        used = np.concatenate([[0], support + 1])
        coef, *_ = np.linalg.lstsq(design[:, used], x[chosen], rcond=None)
        weights = np.zeros(support[-1] + 1)
        weights[support] = coef[1:] / scale
        intercept = float(coef[0] - middle * weights.sum())
        expected = np.full(len(rows), coef[0])
        for k in support + 1:
            expected += weights[k - 1] * (y[rows - k] - middle)
        tolerance = rounding(x, through_float32, float(np.abs(weights).sum() * np.max(np.abs(y))))
        if tolerance > 1e-3 * np.ptp(x[rows]):
            return None
        if np.max(np.abs(x[rows] - expected)) <= tolerance:
            return LinearColumn(column, intercept, weights, len(weights) if len(support) == 1 else None)
    return None
