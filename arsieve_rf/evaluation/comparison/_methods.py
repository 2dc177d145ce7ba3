"""The methods of a comparison: bootstraps, yardsticks, and what users put beside them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...estimators._template import fresh
from ...estimators.forecaster import ARSieveForecaster
from ...resampling.registry import make_strategy
from ._reduction import ARModel, Reduction
from ._yardsticks import Function, Naive

__all__ = ["PLAIN", "Contender", "as_bootstraps", "as_extra", "as_template", "contenders"]

YARDSTICKS = ("ar", "naive", "seasonal_naive")
PLAIN = {"bootstrap": "iid", "oob_score": False, "calibration": None}
"""Parameters of a forecaster that is asked for nothing but its preparation and its lags."""

_OPTIONS = ("order", "max_order", "ar_method", "initial", "block_length", "period")


@dataclass(frozen=True, eq=False)
class Contender:
    """One method.

    Attributes
    ----------
    name : str
        As in the results.
    kind : {"bootstrap", "yardstick", "extra"}
        Where it comes from.
    forecaster : object
        Unfitted.
    """

    name: str
    kind: str
    forecaster: Any

    @property
    def has_intervals(self) -> bool:
        """Whether it can be asked for intervals."""
        return callable(getattr(self.forecaster, "predict_interval", None))


def as_template(forecaster: Any) -> ARSieveForecaster:
    """A clone of the user's forecaster, or the default one."""
    if forecaster is None:
        return ARSieveForecaster()
    if not isinstance(forecaster, ARSieveForecaster):
        raise TypeError(
            f"forecaster must be an ARSieveForecaster or None, got {forecaster!r} of type "
            f"{type(forecaster).__name__}; other forecasters go into extra={{'name': forecaster}}"
        )
    return fresh(forecaster)


def as_bootstraps(bootstraps: Any, template: ARSieveForecaster) -> dict[str, Any]:
    """Bootstraps by name: words by themselves, None as "none", strategy objects by what they print.

    Their options are those of the template.
    """
    if isinstance(bootstraps, str) or not isinstance(bootstraps, Mapping | Sequence):
        raise TypeError(
            f"bootstraps must be a sequence of bootstraps, or a dict of them by name, got {bootstraps!r}"
        )
    if isinstance(bootstraps, Mapping):
        named = dict(bootstraps)
        _check_names(named, "bootstraps", YARDSTICKS)
    else:
        names = ["none" if b is None else b if isinstance(b, str) else repr(b) for b in bootstraps]
        repeated = [name for i, name in enumerate(names) if name in names[:i]]
        if repeated:
            raise ValueError(f"bootstraps has {repeated[0]!r} twice; pass a dict to give names of your own")
        named = dict(zip(names, bootstraps))
    if not named:
        raise ValueError("bootstraps is empty; at least one bootstrap is needed")
    options = {name: getattr(template, name) for name in _OPTIONS}
    for bootstrap in named.values():
        make_strategy(bootstrap, **options)
    return named


def as_extra(extra: Any, taken: Sequence[str], *, moves: bool) -> dict[str, Any]:
    """What users put beside, by name; forecasters can be updated if the comparison ``moves`` them on."""
    if extra is None:
        return {}
    if not isinstance(extra, Mapping):
        raise TypeError(f"extra must be a dict of forecasters by name, got {extra!r}")
    _check_names(extra, "extra", (*taken, *YARDSTICKS))
    for name, forecaster in extra.items():
        _check_shape(forecaster, f"extra[{name!r}]")
        if moves and _is_forecaster(forecaster) and not callable(getattr(forecaster, "update", None)):
            raise TypeError(
                f"extra[{name!r}] must have update where refit is not True; {forecaster!r} has none"
            )
    return dict(extra)


def _check_names(named: Mapping[Any, Any], parameter: str, taken: Sequence[str]) -> None:
    for name in named:
        if not isinstance(name, str) or not name:
            raise TypeError(f"{parameter} must have non-empty strings as keys, got {name!r}")
        if name in taken:
            raise ValueError(
                f"{parameter} has the name {name!r}, which is that of another method; choose another"
            )


def _check_shape(forecaster: Any, name: str) -> None:
    """Forecaster, regressor or function."""
    if isinstance(forecaster, type):
        raise TypeError(
            f"{name} must be an object or a function, got the class {forecaster.__name__}; call it"
        )
    has = {method: callable(getattr(forecaster, method, None)) for method in ("fit", "predict")}
    if all(has.values()) or (not any(has.values()) and callable(forecaster)):
        return
    raise TypeError(
        f"{name} must have fit and predict, or be a function of y that gives an object with forecast(h); got "
        f"{forecaster!r}"
    )


def contenders(
    template: ARSieveForecaster, bootstraps: dict[str, Any], extra: dict[str, Any], season: int
) -> list[Contender]:
    """All methods in the order of the results; ``template`` has its lags."""
    small = fresh(template).set_params(n_estimators=1, **PLAIN)
    found = [
        Contender(name, "bootstrap", fresh(template).set_params(bootstrap=bootstrap, oob_score=False))
        for name, bootstrap in bootstraps.items()
    ]
    found.append(Contender("ar", "yardstick", ARModel(small)))
    found.append(Contender("naive", "yardstick", Naive()))
    if season > 1:
        found.append(Contender("seasonal_naive", "yardstick", Naive(season)))
    found += [Contender(name, "extra", _shaped(other, small)) for name, other in extra.items()]
    return found


def _shaped(other: Any, small: ARSieveForecaster) -> Any:
    """In the shape of a forecaster."""
    if _is_forecaster(other):
        return other
    return Reduction(fresh(small), other) if callable(getattr(other, "fit", None)) else Function(other)


def _is_forecaster(other: Any) -> bool:
    """Whether its ``fit`` takes a series first, not a matrix."""
    fit = getattr(other, "fit", None)
    return callable(fit) and next(iter(inspect.signature(fit).parameters), "") != "X"
