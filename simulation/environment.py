"""On what a study ran: versions and machine, for the record."""

from __future__ import annotations

from arsieve_rf.report import environment
from arsieve_rf.report.environment import machine

__all__ = ["machine", "versions"]

_PACKAGES = (
    "arsieve-rf", "numpy", "scipy", "numba", "scikit-learn", "statsmodels", "pandas", "pyarrow", "joblib"
)  # fmt: skip


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> from simulation.environment import versions
    >>> sorted(versions())[:3]
    ['arsieve-rf', 'joblib', 'numba']
    """
    return environment.versions(_PACKAGES)
