"""Forecasters as patterns: checked, unfitted, cloned wherever one is to be fitted."""

from __future__ import annotations

from typing import Any

from sklearn.base import clone

from ._panel_intervals import Wanted

__all__ = ["as_template", "fresh"]


def as_template(forecaster: Any, wanted: Wanted, *, moves: bool = False) -> Any:
    """Unfitted, as it goes to the workers; within them forests do not start threads of their own.

    It must be able to answer what is wanted; to be updated too, where it ``moves`` on.
    """
    if isinstance(forecaster, type):
        raise TypeError(f"forecaster must be an object, got the class {forecaster.__name__}; call it")
    needed = {wanted.method: " where coverage is given" if wanted.coverage else ""}
    if moves:
        needed["update"] = " where refit is not True"
    for last, reason in needed.items():
        for method in ("fit", last):
            if not callable(getattr(forecaster, method, None)):
                raise TypeError(
                    f"forecaster must have fit and {last}{reason}; {forecaster!r} has no {method}"
                )
    template = fresh(forecaster)
    parameters = template.get_params() if hasattr(template, "get_params") else {}
    unset = [name for name, value in parameters.items() if value is None]
    serial = {name: 1 for name in unset if name == "n_jobs" or name.endswith("__n_jobs")}
    return template.set_params(**serial) if serial else template


def fresh(template: Any) -> Any:
    """An unfitted clone; a copy of what scikit-learn cannot clone."""
    return clone(template, safe=False)
