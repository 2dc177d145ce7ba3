"""Seasonal blocks: each block starts at the phase of the place that it fills."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from .._kernels.row_draws import SEASONAL
from .base import Observed, Strategy
from .block_length import BlockLength, check_block_length, resolve_block_length
from .row_sampler import BlockSampler

__all__ = ["SeasonalBlock"]


@dataclass(frozen=True)
class SeasonalBlock(Strategy):
    """The generalised seasonal block bootstrap: blocks of b rows that keep the phase of the season.

    Positions 0, 1, ... of the sample are filled block by block. The block at position t starts at a row t'
    with t' = t modulo the period, uniform over those with t' + b <= n, so that the row at *every* position
    has the phase of that position. With b a multiple of the period all blocks start at phase 0, the seasonal
    block bootstrap [2]_; any other b is allowed as well. Where b > n - period + 1 some phases have no such
    start: the block is then shorter, from the phase's first row to the end of the series. The last block is
    cut so that a tree has exactly m rows.

    With m = n each phase is drawn as often as it was observed. With m != n positions begin at a uniformly
    drawn phase, so that short samples favour no phase. Rows near either end lie in fewer blocks, as with
    moving blocks. With b = 1 rows are drawn independently within each phase. With b = n and m = n every tree
    has every row once, and no out-of-bag rows.

    Parameters
    ----------
    block_length : int or "auto", default "auto"
        b in rows, 1 to n. "auto": :func:`~arsieve_rf.resampling.block_length.automatic_block_length` for
        overlapping blocks on the targets less their phases' means, rounded. It is not rounded up to whole
        seasons: the phase is kept for any b, and a few blocks of whole seasons would make trees nearly
        equal.
    period : int
        Rows of a season, 2 to n/2: 12 for monthly rows and yearly seasons. It must be given.

    Raises
    ------
    TypeError, ValueError
        If ``block_length`` is not "auto" or an integer of at least 1, or ``period`` not an integer of at
        least 2.

    References
    ----------
    .. [1] Dudek, A. E., Leskow, J., Paparoditis, E., Politis, D. N. (2014). A generalized block bootstrap for
       seasonal time series. Journal of Time Series Analysis, 35(2), 89-114. doi:10.1002/jtsa.12053
    .. [2] Politis, D. N. (2001). Resampling time series with seasonal components. In Frontiers in Data Mining
       and Bioinformatics: Proceedings of the 33rd Symposium on the Interface, 619-621.

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> data = Observed(series=(np.arange(24.0),), max_lag=0, exog=None, n_draws=24)
    >>> sampler = SeasonalBlock(block_length=5, period=4).fit(data)
    >>> sampler.draw_indices(np.arange(1, dtype=np.uint64))[0, :8] % 4
    array([0, 1, 2, 3, 0, 1, 2, 3], dtype=int32)
    """

    block_length: BlockLength = "auto"
    period: int | None = None

    def __post_init__(self) -> None:
        check_block_length(self.block_length)
        allowed = 'an integer between 2 and n_rows / 2 for bootstrap="seasonal"'
        message = f"period must be {allowed}; got {self.period!r}"
        if self.period is None:
            raise ValueError(message)
        if isinstance(self.period, bool | np.bool_) or not isinstance(self.period, Integral):
            raise TypeError(f"{message} of type {type(self.period).__name__}")
        if self.period < 2:
            raise ValueError(message)

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
            If ``period`` exceeds half the number of rows, or ``block_length`` the number of rows; or where
            several segments are stacked and one before the last is not a whole number of seasons, as the
            phase of the rows that follow is then unknown.
        """
        assert self.period is not None
        n, period = data.n_rows, int(self.period)
        if 2 * period > n:
            raise ValueError(
                f"period must be between 2 and n_rows / 2 = {n / 2:g} (two whole seasons); got {period}"
            )
        lengths = [len(series) - data.max_lag for series in data.series]
        if any(length % period for length in lengths[:-1]):
            raise ValueError(
                f"period={period} must divide the number of rows of every segment but the last, so that "
                f"phases go on across the seams; the segments have {lengths} rows. Use another bootstrap."
            )
        b = resolve_block_length(self.block_length, data, optimum="circular", period=period)
        return BlockSampler(SEASONAL, n, data.n_draws, b, period=period)
