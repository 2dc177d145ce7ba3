"""What kernels rely on without checking, checked for objects that come from a file.

A forged file can hold wrong numbers, which no one can tell; it must not make a kernel read or write outside
its arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from .._kernels.row_draws import DISJOINT, FIXED, GEOMETRIC, SEASONAL
from ..forest.baseline import Baseline
from ..forest.columns import Columns
from ..forest.forest import Forest
from ..forest.leaf_contents import Sample
from ..forest.paths import Uncertainty
from ..resampling.all_rows import AllRowsSampler
from ..resampling.row_sampler import BlockSampler
from ..resampling.sieve import ARSieveSampler

if TYPE_CHECKING:
    from ._series_model import SeriesModel
    from .forecaster import ARSieveForecaster
    from .regressor import ARSieveForestRegressor

__all__ = [
    "all_rows_sampler",
    "baseline",
    "block_sampler",
    "columns",
    "forecaster",
    "forest",
    "regressor",
    "sample",
    "series_model",
    "sieve_sampler",
    "uncertainty",
]

_LARGEST_COUNT = 2**31 - 1


def _need(holds: Any, what: str) -> None:
    if not holds:
        raise ValueError(f"{what} is not as it was saved")


def _arrays(owner: Any, ndim: int, **dtypes: DTypeLike) -> None:
    for name, dtype in dtypes.items():
        array = getattr(owner, name)
        right = isinstance(array, np.ndarray) and array.dtype == dtype and array.ndim == ndim
        _need(right, f"{type(owner).__name__}.{name}")


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int | np.integer) and bool(least <= value <= most)


def _within(array: np.ndarray, least: int, most: int) -> bool:
    return array.size == 0 or bool(array.min() >= least and array.max() <= most)


def columns(c: Columns) -> None:
    """Lags within reach, slots of the others within the linear and the fixed columns."""
    _arrays(c, 1, lags=np.int64, slots=np.int64, fixed=np.int64)
    _arrays(c, 2, linear=np.float64)
    p, n_slots = len(c.lags), len(c.linear) + len(c.fixed)
    _need(p >= 1 and len(c.slots) == p and _whole(c.max_lag, 0, _LARGEST_COUNT), "Columns.max_lag")
    _need(_within(c.lags, 0, c.max_lag), "Columns.lags")
    _need(_within(c.slots[c.lags == 0], 0, n_slots - 1), "Columns.slots")
    _need(1 <= c.linear.shape[1] <= c.max_lag + 1, "Columns.linear")
    _need(_within(c.fixed, 0, p - 1), "Columns.fixed")


def baseline(b: Baseline) -> None:
    """A number and a vector."""
    _arrays(b, 1, weights=np.float64)
    _need(isinstance(b.intercept, float), "Baseline.intercept")


def forest(f: Forest) -> None:
    """Trees whose children come after their parents, so that every descent ends at a leaf of its tree."""
    _need(isinstance(f.columns, Columns), "Forest.columns")
    _arrays(f, 1, left=np.int32, feature=f.columns.number_dtype, threshold=np.float64, n_samples=np.int32)
    _arrays(f, 1, impurity=np.float32, roots=np.int64)
    n_nodes, p = len(f.left), len(f.columns.lags)
    for name in ("feature", "threshold", "n_samples", "impurity"):
        _need(len(getattr(f, name)) == n_nodes, f"Forest.{name}")
    sizes = np.diff(f.roots, append=n_nodes)
    _need(len(f) >= 1 and f.roots[0] == 0 and (sizes >= 1).all(), "Forest.roots")
    inner = f.left >= 0
    number = np.arange(n_nodes) - np.repeat(f.roots, sizes)
    _need((f.left[inner] > number[inner]).all(), "Forest.left")
    _need((f.left[inner] < np.repeat(sizes, sizes)[inner] - 1).all(), "Forest.left")
    _need(_within(f.feature[inner], 0, p - 1), "Forest.feature")
    if f.baseline is not None:
        _need(isinstance(f.baseline, Baseline) and len(f.baseline.weights) == p, "Forest.baseline")


def sample(s: Sample) -> None:
    """Rows, targets and segments that cover them."""
    _arrays(s, 2, X=np.float32)
    _arrays(s, 1, y=np.float64, segments=np.intp)
    _need(len(s.X) == len(s.y) and np.isfinite(s.y).all(), "Sample.y")
    ends = s.segments
    _need(len(ends) >= 2 and ends[0] == 0 and ends[-1] == len(s.y) and (np.diff(ends) >= 0).all(), "Sample")
    _need(_whole(s.seed, 0, 2**62 - 1), "Sample.seed")


def uncertainty(u: Uncertainty) -> None:
    """Shapes that belong together, lags that have coefficients."""
    _arrays(u, 2, pool=np.float64, factor=np.float64)
    _arrays(u, 1, bandwidths=np.float64, tilt_lags=np.int64, coef=np.float64)
    _need(min(u.pool.shape) >= 1 and len(u.bandwidths) == u.pool.shape[1], "Uncertainty.pool")
    _need(u.factor.shape == (len(u.tilt_lags),) * 2, "Uncertainty.factor")
    _need(_within(u.tilt_lags, 1, len(u.coef)), "Uncertainty.tilt_lags")


def block_sampler(s: BlockSampler) -> None:
    """Rows and blocks within the series."""
    _need(s.kind in (FIXED, GEOMETRIC, DISJOINT, SEASONAL), "BlockSampler.kind")
    _need(_whole(s.n_rows, 1, _LARGEST_COUNT), "BlockSampler.n_rows")
    _need(_whole(s.n_draws, 1, _LARGEST_COUNT), "BlockSampler.n_draws")
    for name in ("n_starts", "period"):
        _need(_whole(getattr(s, name), 1, s.n_rows), f"BlockSampler.{name}")
    if s.kind == GEOMETRIC:
        _need(s.block_length_ >= 1, "BlockSampler.block_length_")
    else:
        _need(_whole(s.block_length_, 1, s.n_rows), "BlockSampler.block_length_")


def all_rows_sampler(s: AllRowsSampler) -> None:
    """As many rows as there may be."""
    _need(_whole(s.n_rows, 1, _LARGEST_COUNT), "AllRowsSampler.n_rows")


def sieve_sampler(s: ARSieveSampler) -> None:
    """What ``simulate_sieve`` says of its arguments."""
    _arrays(s, 1, coef=np.float64, level=np.float64, pool=np.float64, drift=np.float64, starts=np.float64)
    _arrays(s, 1, lengths=np.int64, pool_first=np.int64, pool_count=np.int64, start_count=np.int64)
    n_segments, order = len(s.lengths), len(s.coef)
    _need(_whole(s.lead, 0, _LARGEST_COUNT), "ARSieveSampler.lead")
    _need(n_segments and _within(s.lengths, max(1, order - s.lead), _LARGEST_COUNT), "ARSieveSampler.lengths")
    total = int(s.lengths.sum())
    for name in ("level", "starts"):
        _need(len(getattr(s, name)) == total, f"ARSieveSampler.{name}")
    _need(len(s.drift) in (0, total + n_segments * s.lead), "ARSieveSampler.drift")
    for name in ("pool_first", "pool_count", "start_count"):
        _need(len(getattr(s, name)) == n_segments, f"ARSieveSampler.{name}")
    inside = (s.pool_first >= 0) & (s.pool_count >= 1) & (s.pool_count <= len(s.pool) - s.pool_first)
    _need(inside.all(), "ARSieveSampler.pool")
    _need((s.start_count <= np.maximum(s.lengths - order + 1, 0)).all(), "ARSieveSampler.start_count")


def regressor(r: ARSieveForestRegressor) -> None:
    """A forest, a sample and a sampler of the same columns and rows."""
    _need(isinstance(r.forest_, Forest) and isinstance(r._sample, Sample), "ARSieveForestRegressor.forest_")
    c, n = r.forest_.columns, len(r._sample.y)
    p = len(c.lags)
    _need(r.n_features_in_ == p and r._sample.X.shape[1] == p, "ARSieveForestRegressor.n_features_in_")
    if r.residuals_ is not None:
        _arrays(r, 1, residuals_=np.float64)
        _need(len(r.residuals_) == n, "ARSieveForestRegressor.residuals_")
    if isinstance(r.sampler_, ARSieveSampler):
        lengths = np.diff(r._sample.segments) + c.max_lag
        _need(np.array_equal(r.sampler_.lengths, lengths), "ARSieveSampler.lengths")
    else:
        known = isinstance(r.sampler_, BlockSampler | AllRowsSampler)
        _need(known and getattr(r.sampler_, "n_rows", None) == n, "ARSieveForestRegressor.sampler_")


def series_model(m: SeriesModel) -> None:
    """A history as long as anything looks back, and the exogenous columns that the forest was grown on."""
    history, c = m.history, m.regressor(1).forest_.columns
    _need(isinstance(history, np.ndarray) and history.dtype == np.float64, "SeriesModel.history")
    _need(history.ndim == 1 and len(history) >= c.max_lag, "SeriesModel.history")
    for u in m._uncertainties.values():
        _need(isinstance(u, Uncertainty) and _within(u.tilt_lags, 1, len(history)), "Uncertainty.tilt_lags")
    _need(_whole(m._n_ahead, 0, _LARGEST_COUNT) and _whole(m._order, 0, 2), "SeriesModel._n_ahead")
    tail, waiting = m._exog_tail, m._exog_waiting
    _need((tail is None) == (waiting is None) == (len(c.fixed) == 0), "SeriesModel._exog_tail")
    if tail is not None and waiting is not None:
        _need(tail.shape == (m._order, len(c.fixed)), "SeriesModel._exog_tail")
        _need(waiting.shape == (m._n_ahead, len(c.fixed)), "SeriesModel._exog_waiting")


def forecaster(f: ARSieveForecaster) -> None:
    """A model that was fitted with as many exogenous columns as users are asked for."""
    fixed = f._model.regressor(1).forest_.columns.fixed
    _need(f.regressor_ is f._model.regressor(1), "ARSieveForecaster.regressor_")
    _need(f._info.n_exog == len(fixed), "ARSieveForecaster._info")
