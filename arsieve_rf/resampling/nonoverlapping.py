"""Non-overlapping blocks: the rows parted once into blocks, which are drawn whole."""

from __future__ import annotations

from dataclasses import dataclass

from .._kernels.row_draws import DISJOINT
from .base import Observed, Strategy
from .block_length import BlockLength, check_block_length, resolve_block_length
from .row_sampler import BlockSampler

__all__ = ["NonoverlappingBlock"]


@dataclass(frozen=True)
class NonoverlappingBlock(Strategy):
    """Part the rows into blocks of b, counted from the last row, and draw blocks uniformly.

    The n mod b rows left over at the start are a shorter block, drawn like the others. Where b divides both n
    and m, whole blocks fill the m rows: Carlstein's bootstrap. Elsewhere a block must be cut, and if it were
    always the last one drawn, the last rows of the blocks (the newest row of the series among them) would
    be drawn less often, and the shorter block's rows more often, than others. So there the first
    block is entered at a row drawn uniformly from *all* rows: the chain "next row of the block; after its
    last row, the first of a uniformly drawn block" has the uniform distribution over rows as its
    stationary one, and started in it, every drawn row is uniform. Hence every row is expected m/n times,
    always.
    With b = 1 this is the iid bootstrap; with b = n and m = n every tree has every row once, and no
    out-of-bag rows.

    Parameters
    ----------
    block_length : int or "auto", default "auto"
        b in rows, 1 to n. "auto": :func:`~arsieve_rf.resampling.block_length.automatic_block_length`,
        rounded; the optimum for non-overlapping blocks is (2/3)^(1/3) times the circular one [2]_, the
        same as for geometric blocks. Where several segments are stacked, blocks may cross the seams: the
        rows carry their own lags, so none is made up.

    Raises
    ------
    TypeError, ValueError
        If ``block_length`` is not "auto" or an integer of at least 1.

    References
    ----------
    .. [1] Carlstein, E. (1986). The use of subseries values for estimating the variance of a general
       statistic from a stationary sequence. Annals of Statistics, 14(3), 1171-1179.
       doi:10.1214/aos/1176350057
    .. [2] Lahiri, S. N. (1999). Theoretical comparisons of block bootstrap methods. Annals of Statistics,
       27(1), 386-404. doi:10.1214/aos/1018031117

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf.resampling.base import Observed
    >>> data = Observed(series=(np.arange(6.0),), max_lag=0, exog=None, n_draws=6)
    >>> sampler = NonoverlappingBlock(block_length=3).fit(data)
    >>> sorted({tuple(row) for row in sampler.draw(np.arange(50, dtype=np.uint64)).tolist()})
    [(0, 0, 0, 2, 2, 2), (1, 1, 1, 1, 1, 1), (2, 2, 2, 0, 0, 0)]
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
        b = resolve_block_length(self.block_length, data, optimum="stationary")
        return BlockSampler(DISJOINT, data.n_rows, data.n_draws, b)
