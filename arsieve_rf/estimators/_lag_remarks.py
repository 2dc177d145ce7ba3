"""What a finished search has to say about names and about columns that stay fixed."""

from __future__ import annotations

import numpy as np

from . import _lag_messages as say
from ._lag_linear import scaled
from ._lag_names import interleaving, is_derived
from ._lag_search import LagSearch
from ._lag_statistics import window_statistics

__all__ = ["remarks"]


def remarks(search: LagSearch) -> list[str]:
    """Warnings about columns, in the order in which users should read them."""
    said: list[str] = []
    lags = search.lags_of_named()
    named = {c: search.claims[c].lag for c in lags}
    wrong = [c for c, lag in lags.items() if lag != named[c]]
    if wrong and interleaving(named, lags) is None:
        said.append(say.contradicted(search.labels(wrong), [lags[c] for c in wrong]))
    if search.leaked:
        said.append(say.leaked(search.labels(search.leaked)))
    found = {*search.matches, *(entry.column for entry in search.linear)}
    confirmed = {search.claims[c].variable for c in found if c in search.claims}
    unmatched = [
        c
        for c, claim in search.claims.items()
        if c not in found and (not confirmed or claim.variable in confirmed or not claim.variable)
    ]
    if unmatched and search.n >= 3:
        said.append(say.unmatched_names(search.labels(unmatched)))
    names = () if search.names is None else search.names
    derived = [c for c, name in enumerate(names) if is_derived(name) and c not in found]
    derived = sorted({*derived, *(c for c in _statistics(search) if c not in unmatched)})
    if derived:
        said.append(say.derived_fixed(search.labels(derived)))
    return said


def _statistics(search: LagSearch) -> list[int]:
    """Columns that no name gives away as statistics of y, but their values do."""
    columns = {c: scaled(search.columns[c])[0] for c in search.open_columns()}
    if not columns or search.n < 3 or np.all(search.y == search.y[0]):
        return []
    nearest = {1, *sorted(match.lag for match in search.matches.values())[:1]}
    y = scaled(search.y)[0]
    return window_statistics(columns, y, search.segments(), nearest, search._through_float32)
