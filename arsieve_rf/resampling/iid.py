"""Rows drawn independently: the bootstrap of Breiman's forest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .._kernels.row_draws import FIXED
from .base import Observed, Strategy
from .row_sampler import BlockSampler

__all__ = ["IID"]


@dataclass(frozen=True)
class IID(Strategy):
    """Draw rows independently and uniformly, with replacement.

    A row is left out of a tree with probability (1 - 1/n)^m for m draws from n rows, about 37 % for m = n.
    Dependence between rows is ignored, which is what the block strategies mend.

    References
    ----------
    .. [1] Breiman, L. (2001). Random forests. Machine Learning, 45, 5-32. doi:10.1023/A:1010933404324

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> data = Observed(series=(np.arange(10.0),), max_lag=0, exog=None, n_draws=10)
    >>> counts = IID().fit(data).draw(np.arange(3, dtype=np.uint64))
    >>> counts.shape, counts.sum(axis=1).tolist()
    ((3, 10), [10, 10, 10])
    """

    uses_time_order: ClassVar[bool] = False

    def fit(self, data: Observed) -> BlockSampler:
        """Make the sampler.

        Parameters
        ----------
        data : Observed
            The series; only the numbers of rows and of draws are used.

        Returns
        -------
        BlockSampler
            Draws rows; its ``block_length_`` is 1.
        """
        return BlockSampler(FIXED, data.n_rows, data.n_draws, n_starts=data.n_rows)
