"""All steps, and series that each of them takes."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arsieve_rf.preparation import BoxCox, Chain, Damping, Differencing, SeasonalAdjustment, Standardize

INVERTIBLE = {
    "differences": lambda: Differencing(2),
    "standard": Standardize,
    "multiplicative": lambda: SeasonalAdjustment(4),
    "additive": lambda: SeasonalAdjustment(3, "additive"),
    "shrunk": lambda: SeasonalAdjustment(4, shrink=True),
    "stl": lambda: SeasonalAdjustment(4, "stl"),
    "robust stl": lambda: SeasonalAdjustment(4, "stl", robust=True),
    "log": lambda: BoxCox(0),
    "root": lambda: BoxCox(0.5),
    "reciprocal": lambda: BoxCox(-1),
    "square": lambda: BoxCox(2),
    "guerrero": lambda: BoxCox(period=4),
    "undamped": lambda: Damping(1),
    "chain": lambda: Chain(
        [SeasonalAdjustment(4), BoxCox(0), Standardize(), Differencing(1), Damping(1.0), Standardize()]
    ),
}
ALL = INVERTIBLE | {"damped": lambda: Damping(0.9)}

# From 0.01 to 100, so that each step takes them and no power loses more than a few digits.
hundredths = st.integers(1, 10**4).map(lambda i: i / 100)


def positive_series(shortest: int, longest: int):
    return arrays(np.float64, st.integers(shortest, longest), elements=hundredths)
