"""Paths on the way back: they lie around the forecast as before, and are the forecast where they were it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf.preparation import (
    BoxCox,
    Chain,
    Damping,
    Differencing,
    DriftShrinkage,
    SeasonalAdjustment,
    Standardize,
)
from tests.preparation.steps import INVERTIBLE, positive_series

SINGLE = {name: lambda make=make: Chain([make()]) for name, make in INVERTIBLE.items()} | {
    "empty": lambda: Chain([]),
    "damping": lambda: Chain([Damping(0.8)]),
    "damping to the mean": lambda: Chain([Damping(0.3, to_mean=True)]),
    "drift": lambda: Chain([DriftShrinkage(0.4)]),
    "no drift": lambda: Chain([DriftShrinkage(0.0)]),
}
# as the forecaster makes them
WHOLE = {
    "once": lambda: Chain([Standardize(), Differencing(1), Damping(0.9), DriftShrinkage(0.5), Standardize()]),
    "twice": lambda: Chain(
        [
            Standardize(),
            Differencing(1),
            Damping(0.8, to_mean=True),
            Differencing(1),
            DriftShrinkage(0.0),
            Standardize(),
        ]
    ),
    "season, root": lambda: Chain(
        [SeasonalAdjustment(4), BoxCox(0.5), Standardize(), Differencing(1), Damping(0.9), Standardize()]
    ),
    "log, two seasons": lambda: Chain(
        [BoxCox(0), SeasonalAdjustment(3, "additive"), SeasonalAdjustment(4, "stl"), Standardize()]
    ),
    "nested": lambda: Chain([Chain([Standardize(), Differencing(1), Damping(0.8)]), Standardize()]),
    "two dampings": lambda: Chain([Damping(0.7), Differencing(2), Damping(0.9, to_mean=True)]),
}
FORECASTS_ONLY = {
    "damping": Damping(0.8),
    "damping to the mean": Damping(0.3, to_mean=True),
    "drift": DriftShrinkage(0.4),
}
futures = st.integers(0, 1000).map(lambda seed: 2.0 * np.random.default_rng(seed).normal(size=(4, 7)))


@pytest.mark.parametrize("make", (SINGLE | WHOLE).values(), ids=SINGLE | WHOLE)
@settings(deadline=None, max_examples=25)
@given(y=positive_series(24, 40), future=futures, n_new=st.integers(0, 3))
def test_a_path_that_is_the_forecast_stays_it(make, y, future, n_new):
    """To the last bit, beside whatever other paths, before and after an update."""
    chain = make().fit(y[:-3])
    chain.update(y[len(y) - 3 : len(y) - 3 + n_new])
    forecast = future[0]
    back = chain.inverse(forecast)
    np.testing.assert_array_equal(chain.inverse_paths(future[[1, 0, 2, 0]], forecast)[[1, 3]], [back, back])


@pytest.mark.parametrize("name", [*INVERTIBLE, "empty"])
@settings(deadline=None, max_examples=25)
@given(y=positive_series(24, 40), future=futures)
def test_steps_that_can_be_undone_take_paths_as_they_take_forecasts(name, y, future):
    chain = SINGLE[name]().fit(y)
    if name == "undamped" or name == "chain":  # moved around the forecast, which may round otherwise
        np.testing.assert_allclose(
            chain.inverse_paths(future, future[0]), chain.inverse(future), rtol=1e-9, atol=1e-9
        )
    else:
        np.testing.assert_array_equal(chain.inverse_paths(future, future[0]), chain.inverse(future))


@pytest.mark.parametrize("step", FORECASTS_ONLY.values(), ids=FORECASTS_ONLY)
@given(y=positive_series(24, 40), future=futures)
def test_the_forecast_fades_but_not_what_is_unknown(step, y, future):
    """Deviations from the forecast are the same before and after."""
    forecast, paths = future[0], future[1:]
    chain = Chain([step]).fit(y)
    assert not np.array_equal(chain.inverse(forecast), forecast)
    moved = chain.inverse_paths(paths, forecast) - chain.inverse(forecast)
    np.testing.assert_allclose(moved, paths - forecast, rtol=0, atol=1e-13 * max(100.0, y.max()))


@pytest.mark.parametrize("step", FORECASTS_ONLY.values(), ids=FORECASTS_ONLY)
@pytest.mark.parametrize("order", [1, 2])
@given(y=positive_series(24, 40), future=futures)
def test_deviations_of_changes_add_up_undamped(step, order, y, future):
    forecast, paths = future[0], future[1:]
    chain = Chain([Differencing(order), step]).fit(y)
    moved = chain.inverse_paths(paths, forecast) - chain.inverse(forecast)
    expected = paths - forecast
    for _ in range(order):
        expected = np.cumsum(expected, axis=1)
    np.testing.assert_allclose(moved, expected, rtol=0, atol=1e-11 * max(100.0, y.max()))


def test_by_hand():
    """Changes of 4, 4, 4 fade to 2, 1, .5; a path that changes by one more does so to the end."""
    chain = Chain([Differencing(1), Damping(0.5)]).fit([1.0, 5.0, 9.0])
    paths = chain.inverse_paths([[4.0, 4.0, 4.0], [5.0, 5.0, 5.0], [4.0, 0.0, 4.0]], [4.0, 4.0, 4.0])
    np.testing.assert_array_equal(paths, [[11.0, 12.0, 12.5], [12.0, 14.0, 15.5], [11.0, 8.0, 8.5]])


def test_a_chain_as_a_member_is_its_steps():
    steps = Differencing(1), Damping(0.5), DriftShrinkage(0.5)
    flat, nested = (c.fit([1.0, 5.0, 8.0, 9.0]) for c in (Chain(steps), Chain([Chain(steps[:2]), steps[2]])))
    paths = np.random.default_rng(0).normal(size=(3, 5))
    np.testing.assert_array_equal(nested.inverse_paths(paths, paths[0]), flat.inverse_paths(paths, paths[0]))


def test_a_forecast_only_step_before_a_power_moves_paths_in_its_own_units():
    """Logarithms halved: the forecast becomes its root, a path at twice the forecast twice that."""
    chain = Chain([BoxCox(0), Damping(0.5)]).fit([1.0, 2.0, 4.0])
    paths = chain.inverse_paths(np.log([[16.0], [32.0]]), np.log([16.0]))
    np.testing.assert_allclose(paths, [[4.0], [8.0]], rtol=1e-14)


@pytest.mark.parametrize("name", ["damping", "drift", "two dampings", "twice"])
def test_what_leaves_float64_is_held_at_its_end(name):
    y = np.random.default_rng(0).uniform(1.0, 2.0, 30)
    chain = (SINGLE | WHOLE)[name]().fit(y)
    largest = np.finfo(float).max
    paths = np.array([[largest, largest, -largest], [-largest, largest, largest]])
    for forecast in ([-largest, -largest, largest], [0.0, 0.0, 0.0]):
        assert np.isfinite(chain.inverse_paths(paths, forecast)).all()


@pytest.mark.parametrize("make", (SINGLE | WHOLE).values(), ids=SINGLE | WHOLE)
def test_arguments_stay_as_they_are(make):
    y = np.random.default_rng(0).uniform(1.0, 2.0, 30)
    chain = make().fit(y)
    paths, forecast = np.full((2, 3), 0.25), np.full(3, 0.5)
    out = chain.inverse_paths(paths, forecast)
    assert out.shape == (2, 3)
    assert out.dtype == np.float64
    assert not np.shares_memory(out, paths)
    np.testing.assert_array_equal(paths, 0.25)
    np.testing.assert_array_equal(forecast, 0.5)
    np.testing.assert_array_equal(chain.inverse_paths(np.asfortranarray(paths), forecast), out)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_bad_values_are_refused(bad):
    chain = Chain([Standardize()]).fit([1.0, 2.0, 4.0])
    with pytest.raises(ValueError, match="values has 1 values that are NaN or infinite"):
        chain.inverse_paths([[1.0, bad]], [1.0, 1.0])
    with pytest.raises(ValueError, match="values has 1 values that are NaN or infinite"):
        chain.inverse_paths([[1.0, 1.0]], [1.0, bad])
