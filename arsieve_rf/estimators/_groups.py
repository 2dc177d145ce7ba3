"""Which rows of X belong to the same series."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._lag_segments import row_numbers

__all__ = ["Groups", "read_groups", "sorted_rows", "unsorted_rows"]

IntpArray = NDArray[np.intp]

_MUST = "groups must be a label for each row of X, which says what series the row belongs to"


@dataclass(frozen=True, eq=False)
class Groups:
    """Rows sorted by series, each series in the order in which its rows came.

    Attributes
    ----------
    order : ndarray of intp, shape (n,), or None
        Rows as given, series after series; None where they stay as they are.
    bounds : ndarray of intp, shape (n_groups + 1,)
        Where each series begins among the sorted rows.
    """

    order: IntpArray | None
    bounds: IntpArray

    @property
    def are_one(self) -> bool:
        """Whether all rows are one series, as they are."""
        return self.order is None and len(self.bounds) == 2

    @classmethod
    def one(cls, n: int) -> Groups:
        """All rows as they are."""
        return cls(None, np.array([0, n], dtype=np.intp))

    @classmethod
    def of_codes(cls, codes: NDArray[np.integer]) -> Groups:
        """From one number a row; series in the order of their numbers."""
        sizes = np.bincount(codes)
        bounds = np.concatenate([[0], np.cumsum(sizes[sizes > 0])]).astype(np.intp)
        return cls(np.argsort(codes, kind="stable"), bounds)

    def split(self, n_series: int) -> Groups:
        """Every ``n_series``-th row of a series as a series of its own."""
        group = np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))
        parts = Groups.of_codes(group * n_series + row_numbers(self.bounds) % n_series)
        if self.order is None or parts.order is None:
            return parts
        return Groups(self.order[parts.order], parts.bounds)


def sorted_rows(values: NDArray, order: IntpArray | None) -> NDArray:
    """Rows as given, sorted as `Groups` says."""
    return values if order is None else values[order]


def unsorted_rows(values: NDArray, order: IntpArray | None) -> NDArray:
    """Sorted rows, as they were given."""
    if order is None:
        return values
    out = np.empty_like(values)
    out[order] = values
    return out


def read_groups(groups: Any, n: int) -> Groups:
    """The user's labels of ``n`` rows; series in the order of labels, of their first rows where none is.

    Raises
    ------
    TypeError
        If ``groups`` is no array or list, or a label cannot be hashed.
    ValueError
        If it is of another shape, or a label is missing.
    """
    if groups is None:
        return Groups.one(n)
    labels = _one_dimension(groups)
    if len(labels) != n:
        raise ValueError(f"groups has {len(labels)} labels, but X has {n} rows: {_MUST}.")
    for row, label in enumerate(labels):
        if _is_missing(label):
            raise ValueError(f"groups[{row}] is {label!r}: {_MUST}; missing ones are not possible.")
    return Groups.of_codes(_codes(labels))


def _one_dimension(groups: Any) -> Sequence[Any]:
    """Labels one by one; strings and tuples in a list are labels, too."""
    if isinstance(groups, str | bytes | dict):
        raise TypeError(f"groups={groups!r} is not possible: {_MUST}.")
    shape = getattr(groups, "shape", None)
    if shape is not None and len(shape) != 1:
        raise ValueError(f"groups of shape {tuple(shape)} is not possible: {_MUST}, shape (n,).")
    if isinstance(groups, np.ndarray):
        return list(groups) if groups.dtype.kind in "mM" else groups.tolist()  # tolist makes NaT a number
    try:
        labels = list(groups)
    except TypeError:
        raise TypeError(f"groups={groups!r} is not possible: {_MUST}.") from None
    for row, label in enumerate(labels):
        if isinstance(label, list | np.ndarray):
            raise ValueError(f"groups[{row}] is {label!r}: {_MUST}, shape (n,).")
    return labels


def _is_missing(label: Any) -> bool:
    """None, NaN, NaT or pandas' NA."""
    if label is None:
        return True
    try:
        return bool(label != label)
    except TypeError:  # NA has no truth value
        return True


def _codes(labels: Sequence[Any]) -> NDArray[np.intp]:
    """A number for each label, in their order if they have one, in that of appearance otherwise."""
    try:
        distinct = list(dict.fromkeys(labels))
    except TypeError as error:
        raise TypeError(f"groups has a label that cannot be hashed ({error}): {_MUST}.") from None
    with suppress(TypeError):
        distinct.sort()
    number = {label: code for code, label in enumerate(distinct)}
    return np.fromiter((number[label] for label in labels), dtype=np.intp, count=len(labels))
