"""The AR model of the prepared series in the units of the differenced one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..preparation import Chain, Standardize
from ..resampling.ar_model import ARFit

__all__ = ["in_units_of"]


def in_units_of(preparation: Chain, fit: ARFit | None, max_lag: int) -> ARFit | None:
    """An AR model of the prepared series as a model of the differenced one: a shift and a power of two."""
    if fit is None:
        return None
    first, *rest = [step for step in preparation.steps if isinstance(step, Standardize)]
    exponent = first.exponent + sum(step.exponent for step in rest)
    mean = float(np.ldexp(fit.mean, exponent))
    mean += float(np.ldexp(rest[0].mean, first.exponent)) if rest else first.mean
    with np.errstate(over="ignore"):
        sigma2 = min(float(np.ldexp(fit.sigma2, 2 * exponent)), float(np.finfo(np.float64).max))
    return replace(
        fit,
        mean=mean,
        intercept=float(np.ldexp(fit.intercept, exponent)),
        residuals=np.ldexp(fit.residuals, exponent),
        sigma2=sigma2,
        criteria=fit.criteria + _rows_compared(fit, max_lag) * 2.0 * exponent * np.log(2.0),
    )


def _rows_compared(fit: ARFit, max_lag: int) -> int:
    """The n of the criteria: least squares compares orders on the rows that the largest one leaves."""
    if fit.method not in ("ols", "arx"):
        return fit.n_obs
    return fit.n_obs - max(len(fit.criteria) - 1, max_lag if fit.method == "arx" else 0)
