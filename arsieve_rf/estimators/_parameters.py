"""User's words become numbers: every parameter of the forest is checked here, before any work starts."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

import numpy as np

from ..forest.training import GrowthLimits
from ..resampling.ar_checks import as_integer

__all__ = ["check_flag", "check_run", "check_workers", "growth_limits", "n_draws", "n_trees"]

_NO_LIMIT = 2**31 - 1
_MOST_BINS = 256  # a code has one byte
# python -m benchmarks.bins: from this many rows on bins save about a fifth of the sieve's time or more
_AUTO_BINS, _ROWS_WORTH_BINS = 128, 20_000


def _is_integer(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def _is_real(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _refuse(name: str, value: Any, allowed: str) -> Exception:
    kind = ValueError if _is_real(value) or isinstance(value, str) else TypeError
    return kind(f"{name}={value!r} is not possible: it must be {allowed}.")


def check_flag(name: str, value: Any) -> bool:
    """``value`` as a bool; only real booleans are taken."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name}={value!r} is not possible: it must be True or False.")
    return bool(value)


def check_run(n_jobs: Any, verbose: Any) -> None:
    """Refuse what is no number of workers, or no amount of progress, of a function that shares out work."""
    if n_jobs is not None and as_integer("n_jobs", n_jobs, -(2**31)) == 0:
        raise ValueError("n_jobs=0 is not possible: it must be None or an integer other than 0.")
    _check_verbose(verbose)


def _check_verbose(verbose: Any) -> None:
    if not isinstance(verbose, bool | np.bool_):
        as_integer("verbose", verbose, 0)


def check_workers(n_jobs: Any) -> None:
    """Refuse what is no number of workers of a forest."""
    if n_jobs is not None and (not _is_integer(n_jobs) or n_jobs == 0):
        raise _refuse("n_jobs", n_jobs, "None or an integer other than 0 (-1 for all processors)")


def n_trees(n_estimators: Any, n_jobs: Any, verbose: Any) -> int:
    """Number of trees; ``n_jobs`` and ``verbose`` are checked beside it."""
    check_workers(n_jobs)
    _check_verbose(verbose)
    return as_integer("n_estimators", n_estimators, 1)


def growth_limits(
    n_rows: int,
    n_features: int,
    *,
    max_depth: Any,
    min_samples_split: Any,
    min_samples_leaf: Any,
    max_features: Any,
    max_bins: Any,
) -> GrowthLimits:
    """Whole numbers from scikit-learn's words."""
    return GrowthLimits(
        _NO_LIMIT if max_depth is None else min(as_integer("max_depth", max_depth, 1), _NO_LIMIT),
        _least("min_samples_split", min_samples_split, n_rows, 2, whole_allowed=True),
        _least("min_samples_leaf", min_samples_leaf, n_rows, 1, whole_allowed=False),
        _n_candidates(max_features, n_features),
        _n_bins(max_bins, n_rows),
    )


def _n_bins(value: Any, n_rows: int) -> int:
    """Number of bins of large nodes, 0 for an exact search of all nodes."""
    if value is None:
        return 0
    if isinstance(value, str) and value == "auto":
        return _AUTO_BINS if n_rows >= _ROWS_WORTH_BINS else 0
    if _is_integer(value) and 2 <= value <= _MOST_BINS:
        return int(value)
    raise _refuse("max_bins", value, f"'auto', None or an integer from 2 to {_MOST_BINS}")


def _least(name: str, value: Any, n_rows: int, lowest: int, *, whole_allowed: bool) -> int:
    """A number of samples, or a share of them rounded up."""
    if _is_integer(value) and value >= lowest:
        return min(int(value), _NO_LIMIT)
    if _is_real(value) and not _is_integer(value) and 0.0 < value < 1.0 + whole_allowed * 1e-15:
        return max(lowest, math.ceil(value * n_rows))
    end = "]" if whole_allowed else ")"
    raise _refuse(
        name, value, f"an integer of at least {lowest} or a float in (0, 1{end}, a share of the rows"
    )


def _n_candidates(max_features: Any, n_features: int) -> int:
    """How many features are tried at a node."""
    if max_features is None:
        return n_features
    if isinstance(max_features, str) and max_features in ("sqrt", "log2"):
        wanted = math.sqrt(n_features) if max_features == "sqrt" else math.log2(n_features)
        return max(1, int(wanted))
    if _is_integer(max_features) and 1 <= max_features <= n_features:
        return int(max_features)
    if _is_real(max_features) and not _is_integer(max_features) and 0.0 < max_features <= 1.0:
        return max(1, int(max_features * n_features))
    raise _refuse(
        "max_features",
        max_features,
        f"'sqrt', 'log2', None, an integer from 1 to {n_features} (the number of columns) "
        "or a float in (0, 1], a share of the columns",
    )


def n_draws(max_samples: Any, n_rows: int, bootstrap: Any, draws_rows: bool) -> int:
    """How many rows are drawn for a tree."""
    if max_samples is None:
        return n_rows
    if not draws_rows:
        raise ValueError(
            f"max_samples={max_samples!r} cannot be used with bootstrap={bootstrap!r}, whose trees are not "
            "trained on drawn rows: leave it None."
        )
    if _is_integer(max_samples) and 1 <= max_samples <= n_rows:
        return int(max_samples)
    if _is_real(max_samples) and not _is_integer(max_samples) and 0.0 < max_samples <= 1.0:
        return max(1, round(max_samples * n_rows))
    raise _refuse(
        "max_samples",
        max_samples,
        f"None, an integer from 1 to {n_rows} (the number of rows) or a float in (0, 1], a share of the rows",
    )
