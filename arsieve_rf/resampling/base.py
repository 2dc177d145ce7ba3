"""The small interface that all bootstrap strategies share.

A *strategy* is a frozen dataclass of the user's options. ``strategy.fit(data)`` does once what can be done
once (fit the AR model, choose a block length) and gives a *sampler*; ``sampler.draw(keys)`` gives the
training sets of as many trees as there are keys. There are two kinds: row samplers say how often each
observed row enters a tree, series samplers give a new series, from which features *and* targets are
embedded anew.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Observed", "RowSampler", "Sampler", "SeriesSampler", "Strategy"]


@dataclass(frozen=True)
class Observed:
    """What a strategy may look at.

    Attributes
    ----------
    series : tuple of ndarray of float64
        One array a segment (a run of consecutive times): ``max_lag`` presample values, then the targets.
        One segment unless several series are stacked or a gap was found.
    max_lag : int
        Largest lag among the columns, 0 where no column is a lag.
    exog : ndarray of float64, shape (n_rows, n_exog), or None
        Columns that are not functions of the series, one row a target, segments one after another.
    n_draws : int
        Rows that a row strategy draws for a tree (``max_samples``).
    """

    series: tuple[NDArray[np.float64], ...]
    max_lag: int
    exog: NDArray[np.float64] | None
    n_draws: int

    @property
    def n_rows(self) -> int:
        """Number of targets, all segments together."""
        return sum(len(s) - self.max_lag for s in self.series)

    @property
    def targets(self) -> NDArray[np.float64]:
        """All targets, segments one after another, shape (n_rows,)."""
        return np.concatenate([s[self.max_lag :] for s in self.series])


class RowSampler(ABC):
    """Draws rows of the observed lag matrix, with repetition."""

    @abstractmethod
    def draw_indices(self, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Drawn row numbers in the order of drawing.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n_trees,)
            Random stream of each tree.

        Returns
        -------
        ndarray of int32, shape (n_trees, n_draws)
            Row numbers 0..n_rows-1.
        """

    @abstractmethod
    def draw(self, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """How often each row was drawn.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n_trees,)
            Random stream of each tree.

        Returns
        -------
        ndarray of int32, shape (n_trees, n_rows)
            Counts; a row that a tree did not draw has 0.
        """


class SeriesSampler(ABC):
    """Draws whole series, each as long as the observed one."""

    @abstractmethod
    def draw(self, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
        """New series, one a tree.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n_trees,)
            Random stream of each tree.

        Returns
        -------
        ndarray of float64, shape (n_trees, sum of the segments' lengths)
            Presample values included, segments one after another.
        """


Sampler = RowSampler | SeriesSampler


class Strategy(ABC):
    """A bootstrap strategy with its options; :mod:`arsieve_rf.resampling.registry` lists them by name.

    Attributes
    ----------
    draws : {"rows", "series"}
        Kind of sampler that `fit` gives.
    has_out_of_bag : bool
        Whether trees leave observed rows out.
    uses_time_order : bool
        Whether the order of the rows matters.
    """

    draws: ClassVar[Literal["rows", "series"]] = "rows"
    has_out_of_bag: ClassVar[bool] = True
    uses_time_order: ClassVar[bool] = True

    @abstractmethod
    def fit(self, data: Observed) -> Sampler:
        """Fit what is shared by all trees.

        Parameters
        ----------
        data : Observed
            The series and the columns beside it.

        Returns
        -------
        RowSampler or SeriesSampler
            Draws the training sets of the trees.
        """
