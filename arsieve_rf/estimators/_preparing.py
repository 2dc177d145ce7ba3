"""What the user asks for becomes a chain of fitted steps, and a report of what was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..preparation import (
    BoxCox,
    Chain,
    Damping,
    Differencing,
    DriftShrinkage,
    SeasonalAdjustment,
    Standardize,
    Step,
)
from ..selection import (
    choose_adjustment,
    choose_differencing,
    choose_power,
    detect_period,
    drift_weight,
    is_seasonal,
)
from ._embedding import n_rows, observed_runs
from ._periods import is_yearly, natural_periods
from ._wishes import Wishes

__all__ = ["Prepared", "explained_by", "prepare", "shared_preparations"]

FloatArray = NDArray[np.float64]

_CYCLES = {"auto": 3, "multiplicative": 2, "additive": 2, "stl": 2}
_FADING = 0.8  # of the way that the changes of a twice differenced series are from their average


@dataclass
class Prepared:
    """A series made ready for the forest.

    Attributes
    ----------
    chain : Chain
        The fitted steps.
    series : ndarray of float64, shape (n - chain.n_lost,)
        The series after them; NaN is missing.
    differencing : int
        Order of differencing.
    seasonal_lags : tuple of int
        Lags to be added for ``seasonal="lags"``.
    notes : list of str
        What was chosen and why, a sentence each.
    """

    chain: Chain
    series: FloatArray
    differencing: int
    seasonal_lags: tuple[int, ...]
    notes: list[str] = field(default_factory=list)


_memos: list[dict[Any, Prepared]] = []


@contextmanager
def shared_preparations() -> Iterator[None]:
    """Within it, series that are equal to the last bit, with equal wishes, are prepared once.

    For forecasters that differ in what comes after the preparation; the result is the same without.
    """
    memo: dict[Any, Prepared] = {}
    _memos.append(memo)
    try:
        yield
    finally:
        _memos[:] = [other for other in _memos if other is not memo]


def prepare(y: FloatArray, wishes: Wishes, step: Any, exog: FloatArray | None) -> Prepared:
    """Choose, fit and apply the steps; once for equal series within `shared_preparations`.

    Arguments are those of `prepared_alone`.
    """
    memo = next(iter(_memos), None)
    if memo is None:
        return prepared_alone(y, wishes, step, exog)
    columns = None if exog is None else (exog.shape, exog.tobytes())
    key = (y.tobytes(), columns, wishes, step)
    if key not in memo:
        memo[key] = prepared_alone(y, wishes, step, exog)
    found = memo[key]
    # a chain is moved on by new steps, notes by additions
    return replace(found, chain=copy(found.chain), notes=list(found.notes))


def prepared_alone(y: FloatArray, wishes: Wishes, step: Any, exog: FloatArray | None) -> Prepared:
    """Choose, fit and apply the steps.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        The user's series; NaN is missing.
    wishes : Wishes
        What to do, and what to choose.
    step : pandas offset, int or None
        From one label of the index to the next.
    exog : ndarray of float64, shape (n, k), or None
        Columns beside it. Tests then look at the series without its linear regression on them, and none of
        transform, damping and shrunk drift is chosen: they would change what the columns explain.
    """
    notes: list[str] = []
    steps: list[Step] = []
    periods, source = _candidate_periods(y - explained_by(exog, y), wishes, step)
    current = y
    # a power that is named comes first, and what multiplies then adds; one that is chosen looks at the series
    # without its season
    if wishes.named_power and wishes.seasonal != "multiplicative":
        current = _take_transform(steps, current, wishes, exog, periods, notes)
        current = _take_seasons(steps, current, wishes, exog, periods, source, notes)
    else:
        current = _take_seasons(steps, current, wishes, exog, periods, source, notes)
        current = _take_transform(steps, current, wishes, exog, periods, notes)
    order = _order(current - explained_by(exog, current), wishes, notes)
    steps.append(Standardize())
    current = steps[-1].fit(current).forward(current)
    for number in range(order):
        steps.append(Differencing(1))
        current = steps[-1].fit(current).forward(current)
        if number < order - 1 or order == 1:
            _add_damping(steps, current, wishes, order, exog is not None, notes)
    if order:
        _add_drift(steps, current, wishes, order, exog is not None, notes)
        steps.append(Standardize())
        current = steps[-1].fit(current).forward(current)
    else:
        notes += _unused(wishes)
    lags = periods if wishes.seasonal == "lags" else ()
    return Prepared(Chain(steps), current, order, lags, notes)


def _take_seasons(
    steps: list[Step],
    current: FloatArray,
    wishes: Wishes,
    exog: FloatArray | None,
    periods: tuple[int, ...],
    source: str,
    notes: list[str],
) -> FloatArray:
    """The series without the seasons that are adjusted for."""
    explained = explained_by(exog, current)
    as_sum = wishes.named_power or bool(explained.any())
    if wishes.seasonal == "lags":
        notes += [f"season of {p} ({source}): lag {p} is added to the lags." for p in periods]
        return current
    waiting = list(periods)
    unseen: dict[int, list[str]] = {}
    while waiting:
        unseen = {}
        for period in waiting:
            said: list[str] = []
            found = _seasonal_step(current, explained, period, wishes.seasonal, source, as_sum, said)
            if found is None:
                unseen[period] = said
                continue
            steps.append(found)
            current = found.forward(current)
            notes += said
        # one strong season hides another until it is gone
        waiting = list(unseen) if len(unseen) < len(waiting) else []
    for said in unseen.values():
        notes += said
    return current


def _take_transform(
    steps: list[Step],
    current: FloatArray,
    wishes: Wishes,
    exog: FloatArray | None,
    periods: tuple[int, ...],
    notes: list[str],
) -> FloatArray:
    """The transformed series."""
    transform = _transform_step(current, wishes, exog is not None, periods, notes)
    if transform is None:
        return current
    steps.append(transform)
    return transform.fit(current).forward(current)


def explained_by(exog: FloatArray | None, y: FloatArray) -> FloatArray:
    """What the columns beside a series explain of it, around its mean; zeros without columns."""
    return np.zeros(len(y)) if exog is None else _regression(y, exog)


def _regression(y: FloatArray, exog: FloatArray) -> FloatArray:
    """Fitted values of y on the columns, around their means; zeros where nothing can be said."""
    seen = ~np.isnan(y)
    centred = exog - exog[seen].mean(axis=0)
    size = np.abs(centred).max(axis=0, initial=0.0)
    columns = centred[:, size > 0.0] / size[size > 0.0]
    if seen.sum() < columns.shape[1] + 3:
        return np.zeros(len(y))
    unit = max(float(np.abs(y[seen]).max()), np.finfo(float).tiny)
    target = y[seen] / unit
    slopes = np.linalg.lstsq(columns[seen], target - target.mean(), rcond=None)[0]
    return columns @ slopes * unit


def _candidate_periods(y: FloatArray, wishes: Wishes, step: Any) -> tuple[tuple[int, ...], str]:
    """Periods to look at, and where they come from."""
    if wishes.seasonal is None:
        return (), ""
    if wishes.periods is not None:
        return wishes.periods, "given"
    if step is not None and not isinstance(step, int):
        natural = natural_periods(step)
        if natural or (is_yearly(step) and wishes.seasonal == "auto"):
            return natural, "of the calendar"
    found = detect_period(y)
    if found is None:
        if wishes.seasonal != "auto":
            raise ValueError(
                f"seasonal={wishes.seasonal!r} needs a period, and none can be found in the series: give it "
                "by seasonal_period=..."
            )
        return (), ""
    return (found,), "found in the series"


def _seasonal_step(
    y: FloatArray,
    explained: FloatArray,
    period: int,
    kind: str | None,
    source: str,
    as_sum: bool,
    notes: list[str],
) -> SeasonalAdjustment | None:
    """The fitted adjustment for one period, or None with the reason in the notes.

    ``as_sum`` says that a season can only be a term.
    """
    assert kind is not None
    name = f"season of {period} ({source})"
    n_seen = int(np.sum(~np.isnan(y)))
    if n_seen < _CYCLES[kind] * period:
        notes.append(f"{name}: not looked at, {n_seen} values are fewer than {_CYCLES[kind]} cycles.")
        return None
    rest = y - explained
    if kind == "auto" and not is_seasonal(rest, period):
        notes.append(f"{name}: none seen.")
        return None
    try:
        if kind == "auto":
            fitted = choose_adjustment(rest, period, only_additive=as_sum)
        else:
            base = y if kind == "multiplicative" else rest
            fitted = SeasonalAdjustment(period, kind).fit(base)  # type: ignore[arg-type]
    except ValueError as error:
        if kind != "auto":
            fault = str(error).replace("kind=", "seasonal=")
            raise ValueError(f"seasonal={kind!r} with period {period} is not possible: {fault}") from None
        notes.append(f"{name}: not adjusted, {error}.")
        return None
    shrunk = f", shrunk by {fitted.shrinkage_:.0%}" if fitted.shrink and fitted.shrinkage_ > 0.005 else ""
    notes.append(f"{name}: {fitted.kind} adjustment{shrunk}.")
    return fitted


def _transform_step(
    y: FloatArray, wishes: Wishes, with_exog: bool, periods: tuple[int, ...], notes: list[str]
) -> BoxCox | None:
    wish = wishes.transform
    if wish is None or (wish == "auto" and with_exog):
        return None
    if wish == "auto":
        if choose_power(y) == 1.0:
            return None
        notes.append("transform: square root (Box-Cox .5), which makes the changes more alike.")
        return BoxCox(0.5)
    lowest = float(np.nanmin(y))
    if lowest <= 0.0:
        raise ValueError(
            f"transform={wish!r} needs positive values, but the smallest (after seasonal adjustment, if any) "
            f'is {lowest:g}: use transform=None or "auto", or add a constant to y.'
        )
    if wish == "box_cox":
        step = BoxCox("auto", period=max(periods, default=1))
        try:
            step.fit(y)
        except ValueError as error:
            notes.append(f"transform: none, {error}.")
            return None
        notes.append(f"transform: Box-Cox {step.lam_:.2f} (Guerrero's rule).")
        return step
    power = 0.0 if wish == "log" else float(wish)
    notes.append("transform: logarithm." if power == 0.0 else f"transform: Box-Cox {power:g}.")
    return BoxCox(power)


def _order(y: FloatArray, wishes: Wishes, notes: list[str]) -> int:
    """How often to difference; what the data allow, where a test chooses."""
    if wishes.differencing is not None:
        return wishes.differencing
    choice = choose_differencing(y)
    order, reason = choice.order, choice.reason
    possible = _most_differencing(y)
    if order > possible:
        order, reason = possible, f"{reason}; more needs longer runs of observed values"
    times = ("not differenced", "differenced once", "differenced twice")[order]
    notes.append(f"trend: {times}; {reason}.")
    return order


def _most_differencing(y: FloatArray) -> int:
    """Differences are summed up from the last values, so these must be there, and rows for trees be left."""
    lengths = [run.stop - run.start for run in observed_runs(y)]
    return max(order for order in range(3) if order == 0 or _leaves_rows(lengths, order))


def _leaves_rows(lengths: list[int], order: int) -> bool:
    return lengths[-1] >= order and n_rows(lengths, order + 1) >= 2


def _unused(wishes: Wishes) -> list[str]:
    """Notes on wishes that say something about changes, where levels are forecast."""
    wanted = {"damping": wishes.damping, "drift": wishes.drift}
    return [
        f"{word}: not used, the series is not differenced."
        for word, value in wanted.items()
        if value is not None and value < 1.0
    ]


def _add_damping(
    steps: list[Step], current: FloatArray, wishes: Wishes, order: int, with_exog: bool, notes: list[str]
) -> None:
    phi = wishes.damping
    if phi is None:
        phi = _FADING if order == 2 and not with_exog else 1.0
    if phi < 1.0:
        twice = order == 2
        steps.append(Damping(phi, to_mean=twice).fit(current))
        goal = "to their average" if twice else "to zero"
        notes.append(f"damping: forecast changes fade {goal}, by {phi:g} a step.")


def _add_drift(
    steps: list[Step], current: FloatArray, wishes: Wishes, order: int, with_exog: bool, notes: list[str]
) -> None:
    weight = wishes.drift
    if weight is None:
        weight = 1.0 if with_exog else 0.0 if order == 2 else drift_weight(current)
    if weight < 1.0:
        steps.append(DriftShrinkage(weight).fit(current))
        what = "change" if order == 1 else "change of the changes"
        notes.append(f"drift: {weight:.0%} of the average {what} is carried on.")
