"""Columns of a panel's result, and how a fitted forecaster fills them for one series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..resampling.ar_checks import as_integer
from ..series.index import listed
from ._levels import read_coverage

__all__ = ["Wanted", "read_wanted"]


@dataclass(frozen=True)
class Wanted:
    """What is asked of the forecaster of each series.

    Attributes
    ----------
    coverage : tuple of float
        Of the intervals; empty for means alone.
    n_paths : int or None
        Paths that they are made from; None for the forecaster's default.
    """

    coverage: tuple[float, ...] = ()
    n_paths: int | None = None

    @property
    def columns(self) -> list[str]:
        """Names, as ``predict_interval`` has them."""
        return ["mean", *(f"{end}_{c:g}" for c in self.coverage for end in ("lower", "upper"))]

    @property
    def method(self) -> str:
        """What the forecaster must have beside ``fit``."""
        return "predict_interval" if self.coverage else "predict"

    def ask(self, forecaster: Any, h: int, X: Any) -> NDArray[np.float64]:
        """The forecasts of a fitted forecaster, shape (h, n_columns)."""
        exog = () if X is None else (X,)
        if not self.coverage:
            mean = np.asarray(forecaster.predict(h, *exog), dtype=np.float64)
            if mean.shape != (h,):
                raise ValueError(f"predict({h}) of the forecaster gave shape {mean.shape}, not ({h},)")
            return mean[:, np.newaxis]
        options = {} if self.n_paths is None else {"n_paths": self.n_paths}
        frame = forecaster.predict_interval(h, *exog, coverage=list(self.coverage), **options)
        self._check(frame, h)
        return frame[self.columns].to_numpy(dtype=np.float64)

    def _check(self, frame: Any, h: int) -> None:
        """Refuse what is not a frame of these columns and rows."""
        given = f"predict_interval({h}) of the forecaster gave"
        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"{given} a {type(frame).__name__}, not a DataFrame")
        if set(frame.columns) != set(self.columns) or len(frame) != h:
            raise ValueError(
                f"{given} {len(frame)} rows and the columns {listed(frame.columns)}, not {h} rows and "
                f"{listed(self.columns)}"
            )


def read_wanted(coverage: Any, n_paths: Any) -> Wanted:
    """The parameters, checked."""
    if coverage is None:
        if n_paths is not None:
            raise ValueError(f"n_paths={n_paths!r} is not used without coverage: leave it None.")
        return Wanted()
    return Wanted(
        tuple(read_coverage(coverage)), None if n_paths is None else as_integer("n_paths", n_paths, 1)
    )
