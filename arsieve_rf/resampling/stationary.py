"""The stationary bootstrap: blocks of geometric length."""

from __future__ import annotations

from dataclasses import dataclass

from .._kernels.row_draws import GEOMETRIC
from .base import Observed, Strategy
from .block_length import BlockLength, check_block_length, resolve_block_length
from .row_sampler import BlockSampler

__all__ = ["StationaryBlock"]


@dataclass(frozen=True)
class StationaryBlock(Strategy):
    """Draw blocks of geometric length with mean b that start anywhere, the first row following the last.

    Starts are uniform on 0..n-1. After each row the block ends with probability 1/b; drawing stops at exactly
    m rows. The sequence of drawn rows is stationary, and every row is expected m/n times. With b = 1 this is
    the iid bootstrap.

    Parameters
    ----------
    block_length : float or "auto", default "auto"
        Mean length b in rows, a real number from 1 to n. "auto":
        :func:`~arsieve_rf.resampling.block_length.automatic_block_length` for geometric blocks, not rounded.
        Where several segments are stacked, blocks may cross the seams: the rows carry their own lags, so none
        is made up.

    Raises
    ------
    TypeError, ValueError
        If ``block_length`` is not "auto" or a number of at least 1.

    References
    ----------
    .. [1] Politis, D. N., Romano, J. P. (1994). The stationary bootstrap. Journal of the American Statistical
       Association, 89(428), 1303-1313. doi:10.1080/01621459.1994.10476870

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> data = Observed(series=(np.arange(10.0),), max_lag=0, exog=None, n_draws=10)
    >>> sampler = StationaryBlock(block_length=2.5).fit(data)
    >>> sampler.block_length_, sampler.draw_indices(np.arange(4, dtype=np.uint64)).shape
    (2.5, (4, 10))
    """

    block_length: BlockLength = "auto"

    def __post_init__(self) -> None:
        check_block_length(self.block_length, fractional=True)

    def fit(self, data: Observed) -> BlockSampler:
        """Settle the mean block length.

        Parameters
        ----------
        data : Observed
            The series.

        Returns
        -------
        BlockSampler
            Draws rows; ``block_length_`` is the mean length used.

        Raises
        ------
        ValueError
            If ``block_length`` exceeds the number of rows.
        """
        b = resolve_block_length(self.block_length, data, optimum="stationary", fractional=True)
        return BlockSampler(GEOMETRIC, data.n_rows, data.n_draws, b)
