"""Seeds by name: what a random number is for decides its seed, never when or where it is drawn.

The seed of a simulated series is a digest of (process, parameters, length, replication), that of a method
adds the method and its options. So every method of a cell sees the same series, and no result depends on the
order of the work, the number of processes, the backend, or on which other cells and methods are in the study.
The horizon does not enter: processes draw the series before what follows it. Designs that share a cell share
its series, replication by replication; a study's own ``seed`` gives other ones.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["canonical", "cell_id", "data_seed", "digest", "method_seed"]


def canonical(value: Any) -> str:
    """Write plain data so that equal values give equal text.

    Parameters
    ----------
    value : dict, list, tuple, str, bool, int, float or None
        Nested plain data, as read from TOML. Dictionaries have string keys.

    Returns
    -------
    str
        JSON with sorted keys, without spaces, non-ASCII characters escaped. Numbers of equal value have
        equal text (1 and 1.0 are both ``1``), other floats their shortest exact form.

    Raises
    ------
    ValueError
        For NaN and infinities.
    TypeError
        For other types, such as TOML's dates.

    Examples
    --------
    >>> from simulation.seeds import canonical
    >>> canonical({"b": [1.0, 0.5], "a": True})
    '{"a":true,"b":[1,0.5]}'
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    """The same with whole floats as integers; -0.0 is 0."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"numbers must be finite, got {value}")
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("names must be strings")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not allowed here: {value}")


def digest(value: Any) -> str:
    """SHA-256 of the canonical text, 64 hexadecimal digits.

    Parameters
    ----------
    value : plain data
        As for :func:`canonical`, with the same errors.

    Returns
    -------
    str

    Examples
    --------
    >>> from simulation.seeds import digest
    >>> digest({"coef": [1]}) == digest({"coef": [1.0]})
    True
    """
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def cell_id(dgp: str, parameters: Mapping[str, Any], length: int) -> str:
    """Short, stable name of a cell.

    Parameters
    ----------
    dgp : str
        The process's word.
    parameters : mapping
        Its parameters, as written in the design.
    length : int
        Length of the series.

    Returns
    -------
    str

    Examples
    --------
    >>> from simulation.seeds import cell_id
    >>> cell_id("ar", {"coef": [0.5]}, 100)
    'ar-...-T100'
    """
    word = re.sub(r"[^A-Za-z0-9_]+", "-", dgp)  # "package.module:Class" makes no good folder name
    return f"{word}-{digest([dgp, parameters])[:8]}-T{length}"


def data_seed(
    dgp: str, parameters: Mapping[str, Any], length: int, replication: int, *, seed: int = 0
) -> int:
    """Seed of one simulated series.

    Parameters
    ----------
    dgp, parameters, length
        As for :func:`cell_id`.
    replication : int
        Number of the replication, from 0.
    seed : int, default=0
        The study's own seed.

    Returns
    -------
    int
        128 bits, for :func:`numpy.random.default_rng`.

    Examples
    --------
    >>> from simulation.seeds import data_seed
    >>> data_seed("ar", {"coef": [0.5]}, 100, 0) == data_seed("ar", {"coef": [0.5]}, 100, 1)
    False
    """
    return int(digest(["data", seed, dgp, parameters, length, replication])[:32], 16)


def method_seed(
    dgp: str,
    parameters: Mapping[str, Any],
    length: int,
    replication: int,
    method: str,
    options: Mapping[str, Any],
    *,
    seed: int = 0,
) -> int:
    """Seed of one method on one simulated series.

    Parameters
    ----------
    dgp, parameters, length, replication, seed
        As for :func:`data_seed`.
    method : str
        The method's word.
    options : mapping
        Its options, as written in the design; its label does not enter.

    Returns
    -------
    int
        0 to 2**62 - 1, which :class:`arsieve_rf.ARSieveForecaster` accepts as ``random_state``.

    Examples
    --------
    >>> from simulation.seeds import method_seed
    >>> 0 <= method_seed("ar", {"coef": [0.5]}, 100, 0, "forest", {"bootstrap": "iid"}) < 2**62
    True
    """
    text = digest(["method", seed, dgp, parameters, length, replication, method, options])
    return int(text[:16], 16) >> 2
