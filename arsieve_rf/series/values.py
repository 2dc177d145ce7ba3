"""Turn what users pass as numbers into float64 arrays, or say exactly what is wrong with it.

Two kinds of mistakes are told apart throughout: an object that is no array at all is a TypeError; an array
with the wrong shape or contents is a ValueError.
"""

from __future__ import annotations

import numbers
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["check_finite", "float_array", "is_frame", "is_series", "series_to_float"]

FloatArray = NDArray[np.float64]


def is_series(obj: Any) -> bool:
    """Whether this is a pandas Series, without importing pandas: who holds one has imported it."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(obj, pandas.Series)


def is_frame(obj: Any) -> bool:
    """Whether this is a pandas DataFrame, without importing pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(obj, pandas.DataFrame)


def float_array(values: Any, name: str, *, allow_bool: bool = False) -> FloatArray:
    """New float64 array of the same shape; missing values of any kind become NaN."""
    if values is None or isinstance(values, str | bytes | dict | set | frozenset):
        raise TypeError(f"{name} must be an array or a sequence of numbers, got {_article(values)}")
    if not isinstance(values, Iterable) and not hasattr(values, "__array__"):
        raise TypeError(f"{name} must be an array or a sequence of numbers, got {values!r}")
    if np.ma.isMaskedArray(values) and values.dtype.kind in "iuf":
        return np.ma.filled(values.astype(np.float64), np.nan)
    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:  # nested sequences of different lengths
        raise ValueError(f"{name} cannot be read as a numeric array: {error}") from None
    kind = array.dtype.kind
    if kind in "iuf" or (kind == "b" and allow_bool):
        with np.errstate(over="ignore"):  # longdouble beyond float64 becomes inf, which is reported as such
            return array.astype(np.float64)
    if kind == "O" and array.ndim > 0:
        flat = [_float_of(item, name, i, allow_bool) for i, item in enumerate(array.ravel())]
        return np.array(flat, np.float64).reshape(array.shape)
    raise ValueError(f"{name} must hold real numbers, got {_kind_advice(name, array.dtype)}")


def series_to_float(series: Any, name: str, *, allow_bool: bool = False) -> FloatArray:
    """Float64 copy of a pandas Series; missing values of any dtype become NaN."""
    from pandas.api.types import is_bool_dtype, is_extension_array_dtype, is_numeric_dtype

    dtype = series.dtype
    if not is_extension_array_dtype(dtype):
        return float_array(series.to_numpy(), name, allow_bool=allow_bool)
    if is_numeric_dtype(dtype) and (allow_bool or not is_bool_dtype(dtype)):
        return np.array(series.to_numpy(dtype=np.float64, na_value=np.nan))
    raise ValueError(f"{name} must hold real numbers, got {_kind_advice(name, dtype)}")


def check_finite(values: FloatArray, name: str, labels: Any = None, *, missing: bool | None = None) -> None:
    """Refuse infinite values, and missing ones unless ``missing``: how many, and where the first one is.

    ``missing=False`` says that they could have been allowed, and how; None that they cannot.
    """
    bad = np.isinf(values) if missing else ~np.isfinite(values)
    if not bad.any():
        return
    n_missing = 0 if missing else int(np.isnan(values).sum())
    n_infinite = int(bad.sum()) - n_missing
    counts = [f"{n} {word}" for n, word in ((n_missing, "missing (NaN)"), (n_infinite, "infinite")) if n]
    first = int(np.argwhere(bad)[0][0])
    label = "" if labels is None else f" ({labels[first]})"
    noun = "value" if n_missing + n_infinite == 1 else "values"
    advice = "fill or remove them first, for example with interpolate() of pandas"
    if missing is False and n_missing and not n_infinite:
        advice += ", or leave them as gaps with missing='segment'"
    raise ValueError(
        f"{name} has {' and '.join(counts)} {noun}, the first at position {first}{label}; {advice}"
    )


def _float_of(item: Any, name: str, position: int, allow_bool: bool) -> float:
    """One item of an object array."""
    if item is None or type(item).__name__ in ("NAType", "NaTType"):
        return float("nan")
    is_bool = isinstance(item, bool | np.bool_)
    if isinstance(item, numbers.Real | Decimal) and (allow_bool or not is_bool):
        try:
            return float(item)
        except (OverflowError, ValueError):
            pass
    raise ValueError(
        f"{name} must hold real numbers that fit in float64, got {item!r} ({type(item).__name__}) "
        f"at position {position}"
    )


def _article(values: Any) -> str:
    """'None', or 'a str', 'a dict'."""
    return "None" if values is None else f"a {type(values).__name__}"


def _kind_advice(name: str, dtype: Any) -> str:
    """The dtype, and what to do about it."""
    kind = getattr(dtype, "kind", "O")
    if kind == "b":
        return f"booleans; if 0 and 1 are meant, convert: {name}.astype(float)"
    if kind == "c":
        return f"complex numbers (dtype {dtype}); take {name}.real or np.abs({name})"
    if kind in "mM":
        return f"times (dtype {dtype}); times belong in the index"
    if str(dtype) == "category":
        return "categories; encode them as numbers, for example with pandas.get_dummies"
    return (
        f"dtype {dtype}; convert numbers written as text with pandas.to_numeric, encode categories with "
        "pandas.get_dummies"
    )
