"""Circular blocks: moving blocks on the series closed to a ring."""

from __future__ import annotations

from dataclasses import dataclass

from .._kernels.row_draws import FIXED
from .base import Observed, Strategy
from .block_length import BlockLength, check_block_length, resolve_block_length
from .row_sampler import BlockSampler

__all__ = ["CircularBlock"]


@dataclass(frozen=True)
class CircularBlock(Strategy):
    """Draw blocks of b consecutive rows whose starts are uniform on 0..n-1, the first row following the last.

    ceil(m/b) blocks are drawn, the last one is cut so that a tree has exactly m rows; every row is expected
    m/n times. With b = 1 this is the iid bootstrap; with b = n and m = n every tree has every row once (in a
    random rotation), and no out-of-bag rows.

    Parameters
    ----------
    block_length : int or "auto", default "auto"
        b in rows, 1 to n. "auto": :func:`~arsieve_rf.resampling.block_length.automatic_block_length` for
        overlapping blocks, rounded. Where several segments are stacked, blocks may cross the seams: the rows
        carry their own lags, so none is made up.

    Raises
    ------
    TypeError, ValueError
        If ``block_length`` is not "auto" or an integer of at least 1.

    References
    ----------
    .. [1] Politis, D. N., Romano, J. P. (1992). A circular block-resampling procedure for stationary data. In
       LePage, R., Billard, L. (eds), Exploring the Limits of Bootstrap, 263-270. Wiley.

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> data = Observed(series=(np.arange(10.0),), max_lag=0, exog=None, n_draws=10)
    >>> CircularBlock(block_length=10).fit(data).draw(np.arange(1, dtype=np.uint64))
    array([[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], dtype=int32)
    """

    block_length: BlockLength = "auto"

    def __post_init__(self) -> None:
        check_block_length(self.block_length)

    def fit(self, data: Observed) -> BlockSampler:
        """Settle the block length.

        Parameters
        ----------
        data : Observed
            The series.

        Returns
        -------
        BlockSampler
            Draws rows; ``block_length_`` is the length used.

        Raises
        ------
        ValueError
            If ``block_length`` exceeds the number of rows.
        """
        b = resolve_block_length(self.block_length, data, optimum="circular")
        return BlockSampler(FIXED, data.n_rows, data.n_draws, b, n_starts=data.n_rows)
