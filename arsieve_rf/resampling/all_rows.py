"""No bootstrap: every tree is trained on all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .base import Observed, RowSampler, Strategy

__all__ = ["AllRows", "AllRowsSampler"]


@dataclass(frozen=True)
class AllRowsSampler(RowSampler):
    """Gives every tree each row once; there are no out-of-bag rows and the keys play no part.

    Attributes
    ----------
    n_rows : int
        Rows of the lag matrix.

    Examples
    --------
    >>> AllRowsSampler(3).draw_indices([7, 8])
    array([[0, 1, 2],
           [0, 1, 2]], dtype=int32)
    """

    n_rows: int

    def draw_indices(self, keys: ArrayLike) -> NDArray[np.int32]:
        """All row numbers in order, int32, shape (len(keys), n_rows)."""
        return np.tile(np.arange(self.n_rows, dtype=np.int32), (np.size(keys), 1))

    def draw(self, keys: ArrayLike) -> NDArray[np.int32]:
        """Ones, int32, shape (len(keys), n_rows)."""
        return np.ones((np.size(keys), self.n_rows), dtype=np.int32)


@dataclass(frozen=True)
class AllRows(Strategy):
    """Train every tree on every row once; only the choice of candidate features then differs between trees.

    The number of draws is not used: an estimator refuses ``max_samples`` with it.

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> data = Observed(series=(np.arange(4.0),), max_lag=0, exog=None, n_draws=4)
    >>> AllRows().fit(data).draw(np.arange(1, dtype=np.uint64))
    array([[1, 1, 1, 1]], dtype=int32)
    """

    has_out_of_bag: ClassVar[bool] = False
    uses_time_order: ClassVar[bool] = False

    def fit(self, data: Observed) -> AllRowsSampler:
        """Make the sampler.

        Parameters
        ----------
        data : Observed
            The series; only the number of rows is used.

        Returns
        -------
        AllRowsSampler
            Gives every row once.
        """
        return AllRowsSampler(data.n_rows)
