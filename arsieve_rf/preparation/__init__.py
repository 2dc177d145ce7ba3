"""Invertible steps between the user's series and the series that the forest sees.

Each step lives in a file of its own and keeps the contract of :class:`~arsieve_rf.preparation.base.Step`.
"""

from __future__ import annotations

from .base import Step
from .box_cox import BoxCox
from .chain import Chain
from .damping import Damping
from .differencing import Differencing
from .drift import DriftShrinkage
from .seasonal import SeasonalAdjustment
from .standardize import Standardize

__all__ = [
    "BoxCox",
    "Chain",
    "Damping",
    "Differencing",
    "DriftShrinkage",
    "SeasonalAdjustment",
    "Standardize",
    "Step",
]
