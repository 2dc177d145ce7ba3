from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arsieve_rf.preparation import Chain, Differencing, Standardize, Step

MAKERS = {
    "empty": lambda: Chain([]),
    "differences": lambda: Chain([Differencing(1)]),
    "standard first": lambda: Chain([Standardize(), Differencing(2)]),
    "standard last": lambda: Chain([Differencing(1), Standardize()]),
    "nested": lambda: Chain([Standardize(), Chain([Differencing(1), Differencing(1)]), Standardize()]),
}


# Not arbitrary floats: a series that grows by 1e300 after the fit saturates, which is tested elsewhere.
thousandths = st.integers(-(10**9), 10**9).map(lambda i: i / 1000)


class Logarithm:
    """A step written outside of the package: nothing but the contract."""

    n_lost = 0

    def fit(self, y):
        return self

    def forward(self, y):
        return np.log(y)

    def inverse(self, values):
        return np.exp(values)

    def update(self, y_new):
        return np.log(y_new)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@given(y=arrays(np.float64, st.integers(10, 40), elements=thousandths), n_new=st.integers(0, 4))
def test_round_trip_through_update(make, y, n_new):
    chain = make().fit(y[:6])
    n_known = len(y) - n_new
    chain.update(y[6:n_known])
    changed = chain.forward(y)
    assert len(changed) == len(y) - chain.n_lost
    ahead = changed[len(changed) - n_new :]
    np.testing.assert_allclose(
        chain.inverse(ahead), y[n_known:], rtol=0, atol=1e-12 * max(1.0, np.abs(y).max())
    )
    np.testing.assert_array_equal(
        chain.inverse(np.stack([ahead, ahead + 1.0])),
        np.stack([chain.inverse(ahead), chain.inverse(ahead + 1.0)]),
    )


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_update_continues_forward(make):
    y = np.random.default_rng(3).normal(size=30).cumsum()
    chain = make().fit(y[:20])
    np.testing.assert_allclose(chain.update(y[20:]), chain.forward(y)[-10:], rtol=0, atol=1e-12)


def test_fit_forward_is_fit_then_forward():
    y = np.random.default_rng(4).normal(size=30)
    one, two = MAKERS["nested"](), MAKERS["nested"]()
    np.testing.assert_array_equal(one.fit_forward(y), two.fit(y).forward(y))


def test_order_matters_and_is_reversed_on_the_way_back():
    # log, then differences: growth rates.
    chain = Chain([Logarithm(), Differencing(1)]).fit([1.0, 2.0, 4.0])
    np.testing.assert_allclose(chain.forward([1.0, 2.0, 4.0]), np.log([2.0, 2.0]))
    np.testing.assert_allclose(chain.inverse(np.log([2.0, 3.0])), [8.0, 24.0])


def test_scales_where_levels_overflow():
    y = np.array([1.7e308, -1.7e308, 1.6e308, -1.0e308])
    chain = Chain([Standardize(), Differencing(1)]).fit(y[:3])
    assert np.isfinite(chain.forward(y)).all()
    np.testing.assert_allclose(chain.inverse(chain.forward(y)[-1:]), y[-1:], rtol=1e-12)


def test_short_series_are_refused_in_the_users_terms():
    with pytest.raises(ValueError, match=r"y has 2 values; Chain\(.*needs at least 3"):
        MAKERS["nested"]().fit([1.0, 2.0])


def test_members_must_be_steps():
    with pytest.raises(TypeError, match=r"steps\[1\] is not a preparation step: 'log'"):
        Chain([Differencing(1), "log"])


def test_all_steps_keep_the_contract_and_can_be_copied():
    for step in (Differencing(1), Standardize(), Chain([Differencing(1)])):
        assert isinstance(step, Step)
        step.fit([1.0, 2.0, 5.0])
        for twin in (copy.deepcopy(step), pickle.loads(pickle.dumps(step))):
            np.testing.assert_array_equal(twin.inverse([1.0]), step.inverse([1.0]))


def test_an_empty_chain_returns_copies():
    y = np.arange(4.0)
    chain = Chain([]).fit(y)
    for out in (chain.forward(y), chain.inverse(y), chain.update(y)):
        assert not np.shares_memory(out, y)


def test_missing_values_pass_through():
    y = np.array([1.0, np.nan, 4.0, 6.0, 9.0, 11.0])
    chain = Chain([Standardize(), Differencing(1), Standardize()])
    changed = chain.fit_forward(y)
    np.testing.assert_array_equal(np.isnan(changed), [True, True, False, False, False])
    np.testing.assert_allclose(chain.inverse(changed[-1:]), [13.0])


def test_a_step_that_has_nothing_observed_left_is_named():
    chain = Chain([Standardize(), Differencing(1), Standardize()])
    with pytest.raises(
        ValueError, match=r"none is left observed after Chain\(\[Standardize\(\), Differencing\(1\)\]\)"
    ):
        chain.fit([1.0, np.nan, 2.0, np.nan, 3.0])


def test_an_empty_chain_checks_the_series_too():
    with pytest.raises(ValueError, match=r"y has 2 values, all missing \(NaN\)"):
        Chain([]).fit([np.nan, np.nan])
