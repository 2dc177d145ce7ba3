"""Moving blocks: blocks of consecutive rows that overlap and stay within the series."""

from __future__ import annotations

from dataclasses import dataclass

from .._kernels.row_draws import FIXED
from .base import Observed, Strategy
from .block_length import BlockLength, check_block_length, resolve_block_length
from .row_sampler import BlockSampler

__all__ = ["MovingBlock"]


@dataclass(frozen=True)
class MovingBlock(Strategy):
    """Draw blocks of b consecutive rows whose starts are uniform on 0..n-b.

    ceil(m/b) blocks are drawn, the last one is cut so that a tree has exactly m rows. A row near either end
    lies in fewer blocks: a whole block covers row i with probability
    min(i + 1, n - i, b, n - b + 1) / (n - b + 1). With b = 1 this is the iid bootstrap; with b = n and m = n
    every tree has every row once, and no out-of-bag rows.

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
    .. [1] Künsch, H. R. (1989). The jackknife and the bootstrap for general stationary observations. Annals
       of Statistics, 17(3), 1217-1241. doi:10.1214/aos/1176347265

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> data = Observed(series=(np.arange(10.0),), max_lag=0, exog=None, n_draws=10)
    >>> sampler = MovingBlock(block_length=4).fit(data)
    >>> indices = sampler.draw_indices(np.arange(1, dtype=np.uint64))[0]
    >>> np.diff(indices).tolist()[:3], int(indices[:8].max()) <= 9
    ([1, 1, 1], True)
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
        return BlockSampler(FIXED, data.n_rows, data.n_draws, b, n_starts=data.n_rows - int(b) + 1)
