"""The AR-sieve bootstrap: every tree gets a new series, simulated from a fitted AR model.

Bühlmann (1997), "Sieve bootstrap for time series", doi:10.2307/3318584; for forests Teguemne Fokam, Jentsch,
Lang and Pauly (2024), arXiv:2410.00942.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from arsieve_rf._kernels.sieve import simulate_sieve

from .ar_checks import METHODS, as_integer, as_order, as_series, as_word
from .ar_model import ARFit, largest_root_modulus
from .ar_segments import SegmentedFit, fit_ar_segments
from .arx import fit_arx, fit_regression
from .base import Observed, SeriesSampler, Strategy

__all__ = ["INITIALS", "ARSieve", "ARSieveSampler"]

INITIALS = ("stationary", "observed", "mean")

Floats = NDArray[np.float64]

_SHRUNK_MODULUS = 0.999
_FADED = 1e-3  # share of the start values that may be left after the default burn-in
_LEAST_POOL = 10  # a segment with fewer residuals borrows those of all segments
_MOST_GROWTH = 1e9  # a path stays within this many times the series' range ...
_MOST_VALUE = 1e307  # ... and within this value, whatever the unit


@dataclass(frozen=True)
class ARSieve(Strategy):
    """Strategy: simulate each tree's series from an AR model with resampled residuals.

    y*_t = mean + intercept + sum_k coef_k (y*_{t-k} - mean) + e*_t, the innovations e*_t drawn with
    replacement from the centred residuals of the same segment (of all segments where one has fewer than 10).

    Parameters
    ----------
    order : {"aic", "aicc", "bic", "hqic"} or int, default="aic"
        See :func:`~arsieve_rf.fit_ar`.
    max_order : int, optional
        Largest candidate order.
    ar_method : {"yule_walker", "burg", "ols"}, default="yule_walker"
        Estimator of the AR model. Where columns other than lags stand beside lags it is least squares (ARX)
        in any case.
    initial : {"stationary", "observed", "mean"}, default="stationary"
        How a series starts. "stationary": from the process run from its mean through a burn-in, so that all
        values are simulated. "observed": from ``order`` consecutive observed values, at a position drawn
        uniformly; a segment shorter than that starts at its mean. "mean": from ``order`` values equal to the
        mean. Start values are the first of the series, as far as these are presample values of the lag
        matrix; further ones lie before the series, so that every target is simulated.
    burn_in : int, optional
        Length of the burn-in, only for ``initial="stationary"``. By default what reduces a start value to
        1/1000 according to the largest root modulus, at least 50 and at most max(1000, longest segment); 0
        for order 0.

    Notes
    -----
    Other columns enter the recursion as a drift beta' z_t; before the first target the drifts of the first
    targets are used in reverse order, so that a trend goes on without a jump. With no lag column at all, the
    series is the regression's fit plus sieve errors.

    A least squares or Burg fit with root modulus 1 or more is damped (coef_k times c**k) to modulus .999,
    with a warning, and so is a model whose paths could grow beyond all bounds; its drift then has mean zero.

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> from arsieve_rf.resampling.sieve import ARSieve
    >>> from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
    >>> y = np.random.default_rng(0).normal(size=100)
    >>> sampler = ARSieve(order=2).fit(Observed((y,), max_lag=2, exog=None, n_draws=98))
    >>> sampler.draw(stream_keys(np.uint64(1), 0, 5, ROLE_DRAW)).shape
    (5, 100)
    """

    draws: ClassVar[Literal["rows", "series"]] = "series"
    has_out_of_bag: ClassVar[bool] = False

    order: str | int = "aic"
    max_order: int | None = None
    ar_method: str = "yule_walker"
    initial: str = "stationary"
    burn_in: int | None = None

    def __post_init__(self) -> None:
        as_order(self.order)
        if self.max_order is not None:
            as_integer("max_order", self.max_order, 0)
        as_word("ar_method", self.ar_method, METHODS)
        as_word("initial", self.initial, INITIALS)
        if self.burn_in is not None:
            as_integer("burn_in", self.burn_in, 0)
            if self.initial != "stationary":
                raise ValueError(
                    f"burn_in={self.burn_in} is only used with initial='stationary'; got {self.initial!r}."
                )

    def fit(self, data: Observed) -> ARSieveSampler:
        """Fit the AR model once for all trees.

        Parameters
        ----------
        data : Observed
            The series by segments, and other columns.

        Returns
        -------
        ARSieveSampler
            Draws the series.
        """
        series = [as_series(s, "series", 1) for s in data.series]
        lengths = np.array([len(s) for s in series], np.int64)
        exog = data.exog if data.exog is not None and data.exog.shape[1] else None
        if exog is not None and not np.isfinite(exog).all():
            raise ValueError("exog must be finite.")
        # centre: subtracted for start values; level: added to the simulated values at the end.
        if exog is None:
            model = fit_ar_segments(series, self.order, self.max_order, self.ar_method)
            effect = np.zeros(data.n_rows)
            level = centre = np.repeat(model.means, lengths)
        elif data.max_lag > 0:
            fitted = fit_arx(series, data.max_lag, exog, self.order, self.max_order)
            model, effect = fitted.model, fitted.effect
            level = centre = np.repeat(model.means, lengths)
        else:
            fitted = fit_regression(series, exog, self.order, self.max_order, self.ar_method)
            model, effect = fitted.model, np.zeros(data.n_rows)
            level = centre = fitted.effect + np.repeat(model.means, lengths)
        observed = np.concatenate(series) - centre
        drift = effect + model.ar.intercept
        pools = _pools(model)
        spread = max(float(np.ptp(s)) for s in series)
        coef, drift = _bounded(model.ar, drift, pools[0], observed, spread, int(lengths.max()))
        burn_in = self._burn_in(coef, int(lengths.max()))
        p = coef.size
        lead = p + burn_in if self.initial == "stationary" else max(p - data.max_lag, 0)
        with_blocks = self.initial == "observed" and p > 0
        return ARSieveSampler(
            ar_=model.ar,
            coef=coef,
            burn_in_=burn_in,
            lead=lead,
            lengths=lengths,
            level=level,
            pool=pools[0],
            pool_first=pools[1],
            pool_count=pools[2],
            drift=_path_drift(drift, lengths, data.max_lag, lead),
            starts=observed,
            start_count=np.maximum(lengths - p + 1, 0) if with_blocks else np.zeros_like(lengths),
        )

    def _burn_in(self, coef: Floats, longest: int) -> int:
        """Steps before the series begins; see the class."""
        if self.initial != "stationary":
            return 0
        if self.burn_in is not None:
            return int(self.burn_in)
        if coef.size == 0:
            return 0
        modulus = largest_root_modulus(coef)
        longest = max(1000, longest)
        if modulus <= 0.0:
            return 50
        if modulus >= 1.0:
            return longest
        return int(min(max(math.ceil(math.log(_FADED) / math.log(modulus)), 50), longest))


@dataclass(frozen=True)
class ARSieveSampler(SeriesSampler):
    """Draws sieve series; the arrays are the arguments of the kernel ``simulate_sieve``.

    Attributes
    ----------
    ar_ : ARFit
        The AR model as fitted.
    coef : ndarray of float64, shape (order,)
        The coefficients that are simulated: those of ``ar_`` unless it had to be damped.
    burn_in_ : int
        Length of the burn-in, 0 without.
    """

    ar_: ARFit
    coef: Floats
    burn_in_: int
    lead: int = field(repr=False)
    lengths: NDArray[np.int64] = field(repr=False)
    level: Floats = field(repr=False)
    pool: Floats = field(repr=False)
    pool_first: NDArray[np.int64] = field(repr=False)
    pool_count: NDArray[np.int64] = field(repr=False)
    drift: Floats = field(repr=False)
    starts: Floats = field(repr=False)
    start_count: NDArray[np.int64] = field(repr=False)

    def draw(self, keys: NDArray[np.uint64]) -> Floats:
        """Draw one series a key.

        Within a stream, for each segment in turn: the position of the start block (``initial="observed"``
        only), then the innovations in the order of time, burn-in included.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n_trees,)
            One stream a tree.

        Returns
        -------
        ndarray of float64, shape (n_trees, total length of the segments)
            The series, segments one after another, presample values included.
        """
        return simulate_sieve(
            keys,
            self.coef,
            self.lead,
            self.lengths,
            self.level,
            self.pool,
            self.pool_first,
            self.pool_count,
            self.drift,
            self.starts,
            self.start_count,
        )


def _pools(model: SegmentedFit) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Residuals to draw from, and where each segment's own ones begin and how many they are."""
    residuals = model.ar.residuals
    first = np.zeros(len(model.means), np.int64)
    count = np.full(len(model.means), residuals.size, np.int64)
    pool = [residuals]
    if len(model.means) > 1:
        position = residuals.size
        for s, (begin, end) in enumerate(pairwise(model.residual_bounds)):
            if end - begin >= _LEAST_POOL:
                own = residuals[begin:end]
                pool.append(own - own.mean())
                first[s], count[s] = position, end - begin
                position += end - begin
    return np.concatenate(pool), first, count


def _path_drift(drift: Floats, lengths: NDArray[np.int64], max_lag: int, lead: int) -> Floats:
    """Drift along each path, continued backwards by reflection; empty where there is none."""
    if not drift.any():
        return np.empty(0)
    parts = np.split(drift, np.cumsum(lengths - max_lag)[:-1])
    return np.concatenate([np.pad(part, (lead + max_lag, 0), mode="symmetric") for part in parts])


def _bounded(
    ar: ARFit, drift: Floats, pool: Floats, observed: Floats, spread: float, longest: int
) -> tuple[Floats, Floats]:
    """Coefficients and drift of bounded paths, damped with a warning where the fitted ones are not."""
    coef, modulus = ar.coef, ar.max_root_modulus
    # a regression may leave rounding errors only, which the series' range puts into proportion
    scale = max(float(np.abs(observed).max()), spread)
    if modulus < 1.0 and _reach(coef, drift, pool, observed, longest) <= _limit(scale):
        return coef, drift
    damping = min(_SHRUNK_MODULUS / modulus, 1.0) if modulus > 0.0 else 1.0
    drift = drift - drift.mean()
    powers = np.arange(1, coef.size + 1)
    damped = coef * damping**powers
    while _reach(damped, drift, pool, observed, longest) > _limit(scale):
        if damping < 1e-3:
            damped, drift = np.zeros_like(coef), np.zeros_like(drift)
            break
        damping *= 0.9
        damped = coef * damping**powers
    remedy = "ar_method='yule_walker', which is always stationary"
    if ar.method == "arx":
        remedy = "a bootstrap of rows"
    warnings.warn(
        f"The fitted AR({ar.order}) model is not stationary, or so nearly so that its paths could grow "
        f"without bound (largest root modulus {modulus:.6g}, method {ar.method!r}); the sieve damps its "
        f"coefficients to root modulus {largest_root_modulus(damped):.6g}. To choose otherwise, difference "
        f"the series, or use {remedy}.",
        UserWarning,
        stacklevel=3,
    )
    return damped, drift


def _limit(scale: float) -> float:
    return min(_MOST_GROWTH * scale, _MOST_VALUE)


def _reach(coef: Floats, drift: Floats, pool: Floats, observed: Floats, longest: int) -> float:
    """Bound on the absolute values of any path, from the sum of the absolute impulse response."""
    p = coef.size
    length = p + 2 * max(longest, 1000)
    impulse = np.zeros(length)
    impulse[p] = 1.0
    one, zero = np.ones(1, np.int64), np.zeros(1, np.int64)
    # The impulse response is the sieve recursion itself, without innovations, of a drift that is 1 once.
    response = simulate_sieve(
        np.zeros(1, np.uint64),
        coef,
        0,
        np.array([length]),
        np.zeros(length),
        np.zeros(1),
        zero,
        one,
        impulse,
        np.zeros(length),
        zero,
    )
    with np.errstate(over="ignore", invalid="ignore"):
        gain = float(np.abs(response).sum())
        force = float(np.abs(pool).max() + np.abs(drift).max(initial=0.0))
        force += float(np.abs(coef).sum() * np.abs(observed).max())
        reach = gain * force
    return reach if math.isfinite(reach) else math.inf
