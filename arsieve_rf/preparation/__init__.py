"""Invertible steps between the user's series and the series that the forest sees.

Each step lives in a file of its own and keeps the contract of :class:`~arsieve_rf.preparation.base.Step`.
"""

from __future__ import annotations

from .base import Step
from .chain import Chain
from .differencing import Differencing
from .standardize import Standardize

__all__ = ["Chain", "Differencing", "Standardize", "Step"]
