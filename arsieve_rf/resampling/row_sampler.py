"""The sampler behind all strategies that draw blocks of observed rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._kernels.row_draws import draw_rows
from .base import RowSampler

__all__ = ["BlockSampler"]


@dataclass(frozen=True)
class BlockSampler(RowSampler):
    """Draws blocks of rows by one of the kernel's rules.

    Strategies make it in their ``fit``; it is what a forest asks for the rows of its trees.

    Attributes
    ----------
    kind : int
        Rule of :mod:`arsieve_rf._kernels.row_draws`: ``FIXED``, ``GEOMETRIC``, ``DISJOINT`` or ``SEASONAL``.
    n_rows : int
        Rows to draw from, at least 1.
    n_draws : int
        Rows drawn for a tree, at least 1.
    block_length_ : int or float
        Block length in rows, 1 to ``n_rows``; the mean length for ``GEOMETRIC``.
    n_starts : int
        ``FIXED``: a block starts at one of the first ``n_starts`` rows.
    period : int
        ``SEASONAL``: rows of a season.

    Raises
    ------
    ValueError
        If ``n_rows`` or ``n_draws`` is below 1.

    Examples
    --------
    >>> import numpy as np
    >>> from arsieve_rf._kernels.row_draws import FIXED
    >>> sampler = BlockSampler(FIXED, n_rows=6, n_draws=6, block_length_=3, n_starts=4)
    >>> indices = sampler.draw_indices(np.arange(2, dtype=np.uint64))
    >>> indices.shape, bool((np.diff(indices[:, :3]) == 1).all())
    ((2, 6), True)
    """

    kind: int
    n_rows: int
    n_draws: int
    block_length_: int | float = 1
    n_starts: int = 1
    period: int = 1

    def __post_init__(self) -> None:
        for name in ("n_rows", "n_draws"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1; got {getattr(self, name)}")

    def draw_indices(self, keys: ArrayLike) -> NDArray[np.int32]:
        """Drawn row numbers, for inspection and tests; a forest needs only :meth:`draw`.

        Parameters
        ----------
        keys : array-like of uint64, shape (n_trees,)
            Random stream of each tree.

        Returns
        -------
        ndarray of int32, shape (n_trees, n_draws)
            Row numbers 0..n_rows-1 in the order of drawing.
        """
        return self._run(keys, False, self.n_draws)

    def draw(self, keys: ArrayLike) -> NDArray[np.int32]:
        """How often each row is drawn.

        Parameters
        ----------
        keys : array-like of uint64, shape (n_trees,)
            Random stream of each tree.

        Returns
        -------
        ndarray of int32, shape (n_trees, n_rows)
            Counts; each row of the array sums to ``n_draws``.
        """
        return self._run(keys, True, self.n_rows)

    def _run(self, keys: ArrayLike, counting: bool, width: int) -> NDArray[np.int32]:
        """One kernel call for all trees; the kernel wants unsigned integers of one width."""
        streams = np.ascontiguousarray(keys, dtype=np.uint64)
        out = np.zeros((streams.size, width), dtype=np.int32)
        draw_rows(
            streams,
            self.kind,
            np.uint64(self.n_rows),
            np.uint64(self.n_draws),
            np.uint64(self.block_length_),
            np.uint64(self.n_starts),
            1.0 / self.block_length_,
            np.uint64(self.period),
            counting,
            out,
        )
        return out
