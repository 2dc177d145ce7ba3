"""Which preparation does a series need? Tests and criteria that choose steps of `arsieve_rf.preparation`.

Each question has a file of its own and is answered from the series alone, by a rule from the literature or by
the likelihood of the AR model that the sieve simulates from; no rule looks at forecasts of later values.
"""

from __future__ import annotations

from .differencing import choose_differencing
from .drift import drift_weight
from .power import choose_power
from .seasonality import choose_adjustment, detect_period, is_seasonal

__all__ = [
    "choose_adjustment",
    "choose_differencing",
    "choose_power",
    "detect_period",
    "drift_weight",
    "is_seasonal",
]
