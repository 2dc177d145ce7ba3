"""From what users call ``random_state`` to the one integer that all streams of a forest are keyed by."""

from __future__ import annotations

import secrets
from numbers import Integral

import numpy as np

__all__ = ["seed_from"]

_BITS = 62


def seed_from(random_state: int | np.random.RandomState | np.random.Generator | None) -> int:
    """Seed of a set of streams, an integer in 0..2**62-1.

    Parameters
    ----------
    random_state : int, numpy.random.RandomState, numpy.random.Generator or None
        An integer in 0..2**62-1 is the seed itself. A RandomState or Generator gives its next number, so that
        two calls with the same object give two seeds. None takes fresh entropy from the operating system:
        NumPy's global state is neither read nor changed.

    Returns
    -------
    int
        The seed.

    Raises
    ------
    TypeError
        If ``random_state`` is of another type.
    ValueError
        If it is an integer outside 0..2**62-1.

    Examples
    --------
    >>> from arsieve_rf.resampling.seeding import seed_from
    >>> seed_from(7)
    7
    """
    if random_state is None:
        return secrets.randbits(_BITS)
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(0, 1 << _BITS, dtype=np.int64))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(0, 1 << _BITS, dtype=np.int64))
    if isinstance(random_state, Integral) and not isinstance(random_state, bool):
        seed = int(random_state)
        if not 0 <= seed < 1 << _BITS:
            raise ValueError(f"random_state={seed} must be between 0 and 2**62 - 1.")
        return seed
    raise TypeError(
        f"random_state must be an int, a numpy RandomState or Generator, or None; got {random_state!r}."
    )
