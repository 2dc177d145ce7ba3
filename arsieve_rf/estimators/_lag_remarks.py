"""What a finished search has to say about names, and about columns that stay fixed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from . import _lag_messages as say
from ._lag_leaks import leaking
from ._lag_linear import scaled
from ._lag_names import interleaving, is_derived
from ._lag_running import running_statistics
from ._lag_search import LagSearch
from ._lag_statistics import window_statistics
from ._lag_strides import between_rows
from ._lag_unexplained import Unexplained

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
    every_row = any(lag == named[c] for c, lag in lags.items())
    said += _remarks_on_values(search, unmatched, every_row)
    return said


def _remarks_on_values(search: LagSearch, done: Collection[int], every_row: bool) -> list[str]:
    """Fixed columns that leak, are statistics of y by name or value, or lie between rows.

    `every_row` says that no rows lie between those of X, because the name of a lag counts rows.
    """
    said: list[str] = []
    rest = [c for c in search.open_columns() if c not in done]
    derived = {c for c in rest if search.names is not None and is_derived(search.names[c])}
    if not rest or np.all(search.y == search.y[0]):
        return [say.derived_fixed(search.labels(sorted(derived)))] if derived else said
    y, unit = scaled(search.y)
    columns = {c: scaled(search.columns[c])[0] for c in rest}
    data = Unexplained(columns, y, search.segments(), search.through_float32)
    nearest = search.nearest_lags()
    statistics = {*window_statistics(data, nearest), *running_statistics(data, nearest)}
    unknown = {c: x for c, x in columns.items() if c not in statistics}
    has_lags = bool(search.matches or search.linear)
    leaks = leaking(replace(data, columns=unknown), copies=has_lags)
    if leaks:
        said.append(say.leaking(search.labels(leaks)))
    derived = (derived | statistics).difference(leaks)
    if derived:
        said.append(say.derived_fixed(search.labels(sorted(derived))))
    rest = [c for c in unknown if c not in derived and c not in leaks]
    if rest and not every_row:
        with np.errstate(over="ignore", under="ignore"):
            columns_in_unit = np.ldexp(search.columns[rest].astype(np.float64), -unit)
        between = [rest[i] for i in between_rows(columns_in_unit, y, search.segments())]
        if between:
            said.append(say.between_rows(search.labels(between)))
    return said
