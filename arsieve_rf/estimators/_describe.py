"""A fitted forecaster in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..series.index import IndexInfo
from ._series_model import SeriesModel

if TYPE_CHECKING:
    from .forecaster import ARSieveForecaster

__all__ = ["describe"]


def describe(forecaster: ARSieveForecaster, model: SeriesModel, info: IndexInfo) -> str:
    """Lines about the series, its preparation, lags and forest."""
    notes = [*model.describe(), *model.notes] or ["none: the series is taken as it is."]
    sections = {
        "series": [_series(info)],
        "preparation": notes,
        "lags": [_lags(forecaster.lags_)],
        "forest": _forest(forecaster),
    }
    if forecaster.calibration is not None:
        sections["intervals"] = [f"simulated paths, stretched by past errors ({forecaster.calibration})"]
    lines = []
    for name, entries in sections.items():
        lines.append(f"{name}:")
        lines += [f"  {entry}" for entry in entries]
    return "\n".join(lines)


def _series(info: IndexInfo) -> str:
    beside = f", {info.n_exog} exogenous column(s)" if info.n_exog else ""
    name = "" if info.name is None else f"{info.name}, "
    span = "" if info.index is None else f" from {_label(info.index[0])} to {_label(info.index[-1])}"
    return f"{name}{info.n} values{span}{beside}"


def _label(label: Any) -> str:
    """A date without the midnight that pandas adds to it."""
    return str(label).removesuffix(" 00:00:00")


def _lags(lags: NDArray[np.int64]) -> str:
    if len(lags) > 2 and lags[-1] == len(lags):
        return f"1 to {len(lags)}"
    return ", ".join(map(str, lags))


def _forest(forecaster: ARSieveForecaster) -> list[str]:
    regressor = forecaster.regressor_
    strategy = "" if forecaster.strategy == "recursive" else ", a forest for each step ahead"
    lines = [f"{len(regressor.forest_)} trees, bootstrap {forecaster.bootstrap!r}{strategy}"]
    mixture = regressor.mixture_
    if mixture is not None:
        lines.append(f"linear model: weight {mixture['linear']:.2f}")
        lines.append(f"trees of its residuals: weight {mixture['residual_trees']:.2f}")
        lines.append(f"trees of the series itself: weight {mixture['row_trees']:.2f}")
        lines.append("weights chosen by out-of-bag errors")
    if forecaster.ar_ is not None:
        order = forecaster.ar_.order
        averaged = mixture is not None and forecaster.order == "aic"
        lines.append(
            f"AR models averaged over orders, of which AIC chooses {order}"
            if averaged
            else f"AR model of order {order}"
        )
    return lines
