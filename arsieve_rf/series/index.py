"""Read series and exogenous columns from users; give results back with the index continued.

pandas is imported by nobody here unless the user passes pandas objects.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from .frequency import step_of
from .labels import as_plain, from_plain
from .values import FloatArray, check_finite, float_array, is_frame, is_series, series_to_float

__all__ = [
    "IndexInfo",
    "check_horizon",
    "listed",
    "read_exog",
    "read_future_exog",
    "read_new",
    "read_series",
    "span",
]


@dataclass(frozen=True, eq=False)
class IndexInfo:
    """What must be remembered of the user's objects to give the same kind back.

    Attributes
    ----------
    kind : {"array", "range", "datetime", "period"}
        "array" where the series came without an index.
    n : int
        Observations so far.
    index : pandas.Index or None
        Labels of all observations.
    step : int or pandas offset, or None
        From one label to the next.
    name : hashable
        Name of the series.
    n_exog : int
        Number of exogenous columns, 0 without.
    exog_names : tuple or None
        Their names, where they came in a DataFrame.
    """

    kind: Literal["array", "range", "datetime", "period"]
    n: int
    index: Any = None
    step: Any = None
    name: Hashable = None
    n_exog: int = 0
    exog_names: tuple[Hashable, ...] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What pickle and skops keep; skops cannot keep pandas' offsets."""
        return {**vars(self), "index": as_plain(self.index), "step": as_plain(self.step)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update({name: from_plain(part) for name, part in state.items()})

    def future(self, h: int) -> Any:
        """Labels of the ``h`` steps after the last observation (h >= 0).

        An index of the same kind, name and frequency; positions ``n .. n + h - 1`` for kind "array".
        """
        if self.kind == "array":
            return np.arange(self.n, self.n + h)
        try:
            return self._future(h).rename(self.index.name)
        except (ValueError, OverflowError) as error:
            raise ValueError(
                f"h={h} steps after {self.index[-1]} leave the range of the index: {error}"
            ) from None

    def _future(self, h: int) -> Any:
        """The labels without the name."""
        import pandas as pd

        last = self.index[-1]
        if self.kind == "datetime":
            dates = pd.date_range(last, periods=h + 1, freq=self.step)[1:]
            return dates.as_unit(self.index.unit)
        if self.kind == "period":
            return pd.period_range(last, periods=h + 1, freq=self.step)[1:]
        first = int(last) + self.step
        labels = range(first, first + h * self.step, self.step)
        if isinstance(self.index, pd.RangeIndex):
            return pd.RangeIndex(labels)
        return pd.Index(np.array(labels, dtype=np.int64)).astype(self.index.dtype)

    def wrap(self, values: FloatArray) -> Any:
        """Forecasts, shape (h,), as the user's kind of object: ndarray or Series with the future index."""
        if self.kind == "array":
            return values
        import pandas as pd

        return pd.Series(values, index=self.future(len(values)), name=self.name)

    def label(self, values: FloatArray) -> Any:
        """The observations, shape (n,), as the user's kind of object."""
        if self.kind == "array":
            return values
        import pandas as pd

        return pd.Series(values, index=self.index, name=self.name)

    def extended(self, k: int) -> IndexInfo:
        """The same after ``k`` more observations."""
        index = None if self.index is None else self.index.append(self.future(k))
        return replace(self, n=self.n + k, index=index)


def read_series(y: Any, name: str = "y", *, missing: bool | None = None) -> tuple[FloatArray, IndexInfo]:
    """Values and index of one series.

    Parameters
    ----------
    y : array-like of shape (n,) or pandas Series
        Finite real numbers, n >= 1. Integers, floats, pandas' nullable and pyarrow numbers without missing
        values, and objects that are numbers are taken; booleans, complex numbers and strings are not.
        The index of a Series must be regular and increasing: a DatetimeIndex whose frequency is set or can be
        inferred (from three dates on), a PeriodIndex, a RangeIndex or equally spaced integers.
    name : str
        Name of the parameter, for messages.
    missing : bool, optional
        Whether NaN is taken as a missing value. Where it is not, False says that the caller could.

    Returns
    -------
    values : ndarray of float64, shape (n,)
        A new, contiguous array.
    info : IndexInfo
        What is needed to continue the index.

    Raises
    ------
    TypeError
        If ``y`` is not array-like at all.
    ValueError
        If its shape, its contents or its index are not as said above.

    Examples
    --------
    >>> values, info = read_series([3, 1, 2])
    >>> values, info.kind, info.future(2)
    (array([3., 1., 2.]), 'array', array([3, 4]))
    >>> import pandas as pd
    >>> dates = pd.date_range("2024-01-01", periods=3, freq="MS")
    >>> info = read_series(pd.Series([3, 1, 2], index=dates, name="sales"))[1]
    >>> info.wrap([5.0, 6.0])
    2024-04-01    5.0
    2024-05-01    6.0
    Freq: MS, Name: sales, dtype: float64
    """
    values = _read_vector(y, name, missing)
    if not is_series(y):
        return values, IndexInfo("array", len(values))
    kind, step = step_of(y.index, name)
    return values, IndexInfo(kind, len(values), y.index, step, y.name)  # type: ignore[arg-type]


def read_new(y_new: Any, info: IndexInfo, name: str = "y_new") -> tuple[FloatArray, IndexInfo]:
    """Observations that follow those of ``info``; the index, where both have one, must continue.

    Returns the values, float64 (k,), and the moved-on info.
    """
    values = _read_vector(y_new, name)
    if is_series(y_new) and info.kind != "array":
        _check_labels(y_new.index, info.future(len(values)), name, "continue the series")
    return values, info.extended(len(values))


def read_exog(X: Any, n_rows: int, info: IndexInfo, name: str = "X") -> tuple[FloatArray | None, IndexInfo]:
    """Exogenous columns beside the observations.

    Parameters
    ----------
    X : None, array-like of shape (n_rows, k) or pandas DataFrame
        Finite real numbers or booleans, k >= 1. Where y and X are both pandas objects, their indexes must be
        equal.
    n_rows : int
        Number of observations.
    info : IndexInfo
        Of the series.
    name : str
        Name of the parameter, for messages.

    Returns
    -------
    values : ndarray of float64, shape (n_rows, k), C order, or None
        The columns.
    info : IndexInfo
        The same, which now remembers the columns.
    """
    if X is None:
        return None, replace(info, n_exog=0, exog_names=None)
    values = _read_matrix(X, name)
    if len(values) != n_rows:
        raise ValueError(f"{name} has {len(values)} rows, y has {n_rows} values; they must be equally many")
    names = None
    if is_frame(X):
        names = tuple(X.columns)
        if info.kind != "array":
            _check_labels(X.index, info.index, name, "equal the index of y")
    return values, replace(info, n_exog=values.shape[1], exog_names=names)


def read_future_exog(X: Any, h: int, info: IndexInfo, name: str = "X") -> FloatArray | None:
    """Exogenous columns for the ``h`` steps after the observations.

    A DataFrame is brought into the order of the fitted columns; its index, where the series has one, must be
    the continued index. Returns float64 (h, k) in C order, or None for a model without exogenous columns.
    """
    if info.n_exog == 0:
        if X is not None:
            raise ValueError(f"{name} is given, but the model was fitted without X")
        return None
    columns = "" if info.exog_names is None else f" {listed(info.exog_names)}"
    if X is None:
        raise ValueError(
            f"{name} is needed: the model was fitted with {info.n_exog} exogenous column(s){columns}; "
            f"pass their values for the {h} future step(s)"
        )
    if is_frame(X) and info.exog_names is not None:
        X = _in_fitted_order(X, info.exog_names, name)
    values = _read_matrix(X, name)
    if values.shape[1] != info.n_exog:
        raise ValueError(
            f"{name} has {values.shape[1]} columns, the model was fitted with {info.n_exog}{columns}"
        )
    if len(values) != h:
        raise ValueError(f"{name} has {len(values)} rows; one for each of the {h} future steps is needed")
    if is_frame(X) and info.kind != "array":
        _check_labels(X.index, info.future(h), name, "be that of the future steps")
    return values


def check_horizon(h: Any, name: str = "h") -> int:
    """Number of steps as an int >= 1; TypeError for what is no integer, ValueError below 1."""
    try:
        if isinstance(h, bool | np.bool_):
            raise TypeError
        steps = operator.index(h)
    except TypeError:
        raise TypeError(f"{name} must be an integer of at least 1, got {h!r} ({type(h).__name__})") from None
    if steps < 1:
        raise ValueError(f"{name} must be at least 1, got {steps}")
    return steps


def _read_vector(y: Any, name: str, missing: bool | None = None) -> FloatArray:
    """Checked values of one series."""
    if is_frame(y):
        raise ValueError(
            f"{name} must be one series, got a DataFrame with columns {listed(y.columns)}; "
            f"pick one: {name}[{y.columns[0]!r}]"
            if len(y.columns)
            else f"{name} must be one series, got a DataFrame without columns"
        )
    values = series_to_float(y, name) if is_series(y) else float_array(y, name)
    if values.ndim != 1:
        advice = f"; pass {name}.ravel()" if values.ndim == 2 and 1 in values.shape else ""
        raise ValueError(f"{name} must be one-dimensional, got shape {values.shape}{advice}")
    if len(values) == 0:
        raise ValueError(f"{name} is empty; at least one value is needed")
    check_finite(values, name, y.index if is_series(y) else None, missing=missing)
    return values


def _read_matrix(X: Any, name: str) -> FloatArray:
    """Checked values of exogenous columns."""
    if is_series(X):
        raise ValueError(f"{name} must be two-dimensional, got a Series; pass {name}.to_frame()")
    if is_frame(X):
        values = _read_frame(X, name)
    else:
        values = float_array(X, name, allow_bool=True)
        if values.ndim != 2:
            advice = f"; for one column pass {name}.reshape(-1, 1)" if values.ndim == 1 else ""
            raise ValueError(f"{name} must have shape (rows, columns), got {values.shape}{advice}")
    if values.shape[1] == 0:
        raise ValueError(f"{name} has no columns; pass {name}=None for a model without exogenous columns")
    check_finite(values, name, X.index if is_frame(X) else None)
    return np.ascontiguousarray(values)


def _read_frame(X: Any, name: str) -> FloatArray:
    """Columns of a DataFrame, each checked under its own name."""
    if not X.columns.is_unique:
        repeated = X.columns[X.columns.duplicated()][0]
        raise ValueError(f"{name} has more than one column {repeated!r}; column names must be unique")
    values = np.empty(X.shape)
    for j, column in enumerate(X.columns):
        label = f"{name}[{column!r}]"
        values[:, j] = series_to_float(X.iloc[:, j], label, allow_bool=True)
        check_finite(values[:, j], label, X.index)
    return values


def _in_fitted_order(X: Any, names: tuple[Hashable, ...], name: str) -> Any:
    """The columns by name; missing and unknown ones are refused."""
    if not X.columns.is_unique:
        _read_frame(X, name)  # raises with the repeated name
    missing = [column for column in names if column not in X.columns]
    unknown = [column for column in X.columns if column not in names]
    if missing or unknown:
        parts = (("lacks", missing), ("also has", unknown))
        faults = " and ".join(f"{verb} {listed(columns)}" for verb, columns in parts if columns)
        raise ValueError(f"{name} must have the fitted columns {listed(names)}; it {faults}")
    return X[list(names)]


def _check_labels(index: Any, expected: Any, name: str, duty: str) -> None:
    """Refuse labels other than the expected ones; show both ends and the first difference."""
    if len(index) == len(expected) and index.equals(expected):
        return
    detail = ""
    if len(index) == len(expected) and type(index) is type(expected):
        differing = np.flatnonzero(np.asarray(index != expected))
        if len(differing) and differing[0] > 0:
            at = int(differing[0])
            detail = f"; the first difference is {index[at]} where {expected[at]} is expected (position {at})"
    raise ValueError(
        f"the index of {name} must {duty}: expected {span(expected)}, got {span(index)}{detail}. "
        f"Set the right index, or pass {name}.to_numpy() if the order of the rows is right"
    )


def span(index: Any) -> str:
    """First and last label, and the kind."""
    return f"{index[0]} to {index[-1]} ({len(index)} labels, {type(index).__name__} of {index.dtype})"


def listed(names: Sequence[Hashable] | Any, limit: int = 10) -> str:
    """Names in brackets, cut where they are many."""
    shown = [repr(column) for column in list(names)[:limit]]
    return "[" + ", ".join(shown) + (", ..." if len(names) > limit else "") + "]"
