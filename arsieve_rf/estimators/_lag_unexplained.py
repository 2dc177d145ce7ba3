"""What the search has left: columns that may be statistics of y, or hold values of it not known yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._lag_segments import row_numbers
from ._lag_structure import FloatArray

__all__ = ["Unexplained"]


@dataclass(frozen=True, eq=False)
class Unexplained:
    """Columns that nothing has explained, beside the series that may explain them.

    Attributes
    ----------
    columns : mapping of int to ndarray of float64, shape (n,)
        By their places in X.
    y : ndarray of float64, shape (n,)
        Targets, of a size whose squares do not overflow.
    segments : ndarray of intp
        Row offsets of the runs of consecutive times.
    through_float32 : callable
        Whether a column was rounded to float32.
    """

    columns: Mapping[int, FloatArray]
    y: FloatArray
    segments: NDArray[np.intp]
    through_float32: Callable[[int], bool]

    @property
    def within(self) -> NDArray[np.intp]:
        """Number of each row in its run."""
        return row_numbers(self.segments)
