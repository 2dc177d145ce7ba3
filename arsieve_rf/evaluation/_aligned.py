"""Read what a measure compares: series of the same steps, tables of the same rows and steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..preparation.base import as_real
from ..series.index import read_series
from ..series.values import check_finite, float_array, is_frame

__all__ = ["check_bounds", "check_share", "is_table", "read_aligned", "read_table", "read_tables"]

FloatArray = NDArray[np.float64]


def read_aligned(**series: Any) -> list[FloatArray]:
    """Values of series by the names of their parameters: equally long, the indexes of Series equal."""
    read = {name: read_series(values, name) for name, values in series.items()}
    first, (reference, _) = next(iter(read.items()))
    for name, (values, _) in read.items():
        if len(values) != len(reference):
            raise ValueError(
                f"{first} has {len(reference)} values and {name} has {len(values)}; they must match"
            )
    labelled = {name: info.index for name, (_, info) in read.items() if info.index is not None}
    first = next(iter(labelled), "")
    for name, index in labelled.items():
        if not labelled[first].equals(index):
            raise ValueError(
                f"{first} and {name} have different indexes: they start at {labelled[first][0]} and "
                f"{index[0]}, and end at {labelled[first][-1]} and {index[-1]}"
            )
    return [values for values, _ in read.values()]


def is_table(values: Any, name: str) -> bool:
    """Whether these are rows of several steps each, rather than one series."""
    return float_array(values, name).ndim > 1


def read_table(values: Any, name: str, axes: tuple[str, str]) -> FloatArray:
    """Finite values of a table that has at least one entry; ``axes`` says what its axes are."""
    table = float_array(values, name)
    if table.ndim != 2:
        raise ValueError(f"{name} must have shape ({', '.join(axes)}), got {table.shape}")
    if table.size == 0:
        raise ValueError(f"{name} is empty, its shape is {table.shape}; at least one value is needed")
    check_finite(table, name)
    return table


def read_tables(axes: tuple[str, str], **tables: Any) -> list[FloatArray]:
    """Values of tables by the names of their parameters: of one shape, the labels of DataFrames equal."""
    read = {name: read_table(values, name, axes) for name, values in tables.items()}
    first, reference = next(iter(read.items()))
    for name, table in read.items():
        if table.shape != reference.shape:
            raise ValueError(
                f"{first} has shape {reference.shape} and {name} has {table.shape}; they must match"
            )
    labelled = [name for name, table in tables.items() if is_frame(table)]
    for name in labelled[1:]:
        for axis in ("index", "columns"):
            if not getattr(tables[labelled[0]], axis).equals(getattr(tables[name], axis)):
                raise ValueError(f"{labelled[0]} and {name} have different {axis} labels; they must match")
    return list(read.values())


def check_bounds(lower: FloatArray, upper: FloatArray) -> None:
    """Refuse intervals whose ends are in the wrong order."""
    crossed = np.argwhere(lower > upper)
    if len(crossed) == 0:
        return
    at = tuple(int(i) for i in crossed[0])
    place = at[0] if len(at) == 1 else at
    raise ValueError(
        f"lower must not exceed upper, but does at {len(crossed)} of {lower.size} places, first at position "
        f"{place}: lower is {lower[at]:g}, upper {upper[at]:g}"
    )


def check_share(value: Any, name: str, *, ends: bool) -> float:
    """A number between 0 and 1 as a float; ``ends`` says whether 0 and 1 are allowed."""
    share = as_real(name, value)
    inside = 0.0 <= share <= 1.0 if ends else 0.0 < share < 1.0
    if not inside:
        advice = f"; pass {share / 100:g} for {share:g} %" if 1.0 < share < 100.0 else ""
        limits = "between 0 and 1" if ends else "between 0 and 1, both excluded"
        raise ValueError(f"{name} must be {limits}, got {value!r}{advice}")
    return share
