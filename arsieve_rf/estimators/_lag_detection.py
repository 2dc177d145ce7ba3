"""Which columns of X are lags of y: the public face of the search.

Names give hypotheses; equality with y some rows earlier decides; what equality leaves is tried as a linear
function of lags; rows that differ only just after a seam make segments (stacked series, gaps). The steps are
in :mod:`._lag_search`.
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import _lag_messages as say
from ._groups import Groups
from ._lag_names import interleaving
from ._lag_plain import plain_lags
from ._lag_remarks import remarks
from ._lag_search import LagSearch
from ._lag_structure import LagStructure, LinearColumn

__all__ = ["LagStructure", "LinearColumn", "detect_lags"]

_MOST_SEAMS = 0.1  # a row, in interleaved series: with more they are not equally long, and fall to pieces


def detect_lags(
    X: NDArray[np.floating],
    y: NDArray[np.floating],
    feature_names: Sequence[object] | None = None,
    lags: Literal["auto"] | Sequence[int | None] = "auto",
    groups: Groups | None = None,
) -> LagStructure:
    """Find which columns of X are lags of y, or check what the user says about them.

    Parameters
    ----------
    X : ndarray of float64 or float32, shape (n, p)
        Features, finite, before any cast to float32; any memory layout; not changed.
    y : ndarray of float64 or float32, shape (n,)
        Targets, finite, in the order of time within each series.
    feature_names : sequence of str, optional
        One name a column. ``lag_1``, ``lag1``, ``y_lag_1`` and ``lag_1__y`` are read as lags.
    lags : "auto" or sequence of (int or None)
        "auto" looks for lags; a sequence says for each column its lag, at least 1, or None for a column that
        is no lag. What is said is verified, and nothing else is looked for.
    groups : Groups, optional
        Which rows are of the same series; lags are looked for within each. Without it rows are one series or
        several stacked ones, and series interleaved by time where the names show them.

    Returns
    -------
    LagStructure
        Its `order` is not None where rows are not stacked as given.

    Raises
    ------
    TypeError
        If `lags` is no sequence or an entry of it is no integer.
    ValueError
        If `lags` is of another length or has entries below 1; if the data contradict `lags`.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([3.1, -0.4, 1.7, 2.2, -1.9, 0.6, 4.2, 0.3])
    >>> holiday = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    >>> detect_lags(np.column_stack([holiday, y[:-2], y[1:-1]]), y[2:]).lags_
    (None, 2, 1)
    """
    X, y = np.asarray(X), np.asarray(y)
    n_columns = X.shape[1]
    if feature_names is not None and len(feature_names) != n_columns:
        raise ValueError(f"feature_names has {len(feature_names)} names, but X has {n_columns} columns.")
    groups = Groups.one(len(y)) if groups is None else groups
    if isinstance(lags, str) and lags == "auto":
        plain = plain_lags(X, y, feature_names) if groups.are_one else None
        return _found(X, y, feature_names, groups) if plain is None else plain
    said = _checked_lags(lags, n_columns)
    search = LagSearch(X, y, feature_names, groups)
    search.verify(said)
    return search.structure()


def _found(
    X: NDArray[np.floating], y: NDArray[np.floating], names: Sequence[object] | None, groups: Groups
) -> LagStructure:
    """What the data show, after a second look if the names say that series are interleaved by time."""
    search = LagSearch(X, y, names, groups)
    search.find()
    found = search.lags_of_named()
    named = {column: search.claims[column].lag for column in found}
    n_series, ahead = interleaving(named, found) or (1, 0)
    if n_series == 1:
        search.warnings += remarks(search)
        return search.structure()
    message = search.labels(named), n_series, sorted(set(named.values())), sorted(set(found.values()))
    search = LagSearch(X, y, names, groups.split(n_series))
    search.find()
    expected = {column: lag + ahead for column, lag in named.items()}
    n_seams = len(search.segments()) - len(search.runs.bounds)
    if n_seams <= _MOST_SEAMS * len(y) and expected.items() <= search.lags_of_named().items():
        search.warnings.insert(0, say.interleaved(*message))
        search.warnings += remarks(search)
        return search.structure()
    nothing = LagSearch(X, y, names, groups)
    nothing.warnings.append(say.interleaved_unclear(*message))
    return nothing.structure()


def _checked_lags(lags: Any, n_columns: int) -> dict[int, int]:
    """The user's lags as plain integers, by column."""
    if isinstance(lags, str):
        raise ValueError(f"lags must be 'auto' or one entry per column of X, got {lags!r}.")
    try:
        entries = list(lags)
    except TypeError:
        raise TypeError(f"lags must be 'auto' or one entry per column of X, got {lags!r}.") from None
    if len(entries) != n_columns:
        raise ValueError(
            f"lags must have one entry per column of X, {n_columns}; got {len(entries)} entries."
        )
    said: dict[int, int] = {}
    for column, entry in enumerate(entries):
        if entry is None:
            continue
        if isinstance(entry, bool) or not isinstance(entry, numbers.Integral):
            raise TypeError(f"lags[{column}] must be an integer of at least 1 or None, got {entry!r}.")
        if entry < 1:
            raise ValueError(f"lags[{column}] must be at least 1, or None for a fixed column; got {entry}.")
        said[column] = int(entry)
    return said
