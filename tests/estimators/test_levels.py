"""Levels as users write them, and quantiles of draws by the (m + 1) rule."""

from __future__ import annotations

import decimal
import fractions

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arsieve_rf.estimators._levels import (
    central_levels,
    quantiles_of_draws,
    read_coverage,
    read_quantiles,
    warn_of_few,
)

LARGEST = np.finfo(float).max  # where paths are held
open_unit = st.floats(1e-6, 1.0 - 1e-6)
draws_of_steps = arrays(
    np.float64, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=st.integers(-3, 3)
)
by_reader = pytest.mark.parametrize(
    ("read", "name"), [(read_coverage, "coverage"), (read_quantiles, "quantiles")]
)


def levels_at(draws, *levels):
    """Quantiles of one step, and whether the draws were too few."""
    found, too_few = quantiles_of_draws(np.asarray(draws, dtype=float)[:, None], list(levels))
    return found[:, 0].tolist(), too_few


# --- reading ---


@by_reader
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.9, [0.9]),
        (np.float32(0.5), [0.5]),
        (np.array(0.5), [0.5]),
        (fractions.Fraction(1, 4), [0.25]),
        ([0.9], [0.9]),
        ((0.95, 0.5), [0.95, 0.5]),  # in the order of the user
        (np.array([0.25, 0.5]), [0.25, 0.5]),
        (pd.Series([0.25, 0.5]), [0.25, 0.5]),
        ({0.25: None, 0.5: None}.keys(), [0.25, 0.5]),
    ],
)
def test_levels_are_read(read, name, value, expected):
    levels = read(value)
    assert levels == expected
    assert all(type(level) is float for level in levels)


@by_reader
@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (0.0, ValueError, ["0:", "between 0 and 1, both excluded"]),
        (1, ValueError, ["1:", "between 0 and 1"]),
        (-0.5, ValueError, ["-0.5:", "between 0 and 1"]),
        (90, ValueError, ["90:", "between 0 and 1", "for 90 % pass 0.9"]),
        (2.5, ValueError, ["2.5:", "for 2.5 % pass 0.025"]),
        (np.nan, ValueError, ["nan:", "between 0 and 1"]),
        (np.inf, ValueError, ["inf:", "between 0 and 1"]),
        ([0.5, 1.0], ValueError, ["1:", "between 0 and 1"]),
        ([], ValueError, ["=[]", "several different ones"]),
        ([0.5, 0.9, 0.5], ValueError, ["[0.5, 0.9, 0.5]", "different"]),
        ([0.9, 0.9 + 1e-12], ValueError, ["different"]),  # two columns of one name
        (True, TypeError, ["=True", "must be a number"]),
        ([0.5, True], TypeError, ["[0.5, True]", "must be a number"]),
        ("0.9", TypeError, ["='0.9'", "must be a number"]),
        (["0.9"], TypeError, ["['0.9']", "must be a number"]),
        (None, TypeError, ["=None", "must be a number"]),
        (0.5j, TypeError, ["=0.5j", "must be a number"]),
        (decimal.Decimal("0.5"), TypeError, ["must be a number"]),
        ([[0.5, 0.9]], TypeError, ["[[0.5, 0.9]]", "must be a number"]),
        (np.array([[0.5, 0.9]]), TypeError, ["must be a number"]),
    ],
    ids=str,
)
def test_wrong_levels_are_refused(read, name, value, error, words):
    with pytest.raises(error) as caught:
        read(value)
    message = str(caught.value)
    assert message.startswith(name)
    for word in words:
        assert word in message


@given(coverages=st.lists(open_unit, min_size=1, max_size=4))
def test_central_intervals_leave_as_much_below_as_above(coverages):
    levels = central_levels(coverages)
    assert len(levels) == 2 * len(coverages)
    for c, low, high in zip(coverages, levels[::2], levels[1::2], strict=True):
        assert high - low == pytest.approx(c)
        assert low == pytest.approx(1.0 - high)
        assert low < high


# --- quantiles ---


@pytest.mark.parametrize(
    ("m", "level", "expected", "few"),
    [
        (39, 0.025, 1, False),  # 40 * .025 = 1: the smallest
        (39, 0.975, 39, False),
        (38, 0.025, 1, True),
        (38, 0.975, 38, True),
        (39, 0.05, 2, False),
        (39, 0.5, 20, False),
        (4, 0.5, 2.5, False),  # between two
        (4, 0.3, 1.5, False),
        (3, 0.2, 1, True),
        (9, 0.1, 1, False),
        (9, 0.9, 9, False),
        (9, 0.0999, 1, True),
        (9, 0.9001, 9, True),
        (1, 0.5, 1, False),
        (1, 0.4, 1, True),
        (2, 1 / 3, 1, False),
        (2, 0.5, 1.5, False),
        (999, 0.001, 1, False),
    ],
)
def test_draws_one_to_m_have_their_quantile_at_level_times_m_plus_one(m, level, expected, few):
    """The draw k is k, so that the quantile is its place, held within the draws."""
    draws = np.random.default_rng(m).permutation(m) + 1.0
    (found,), too_few = levels_at(draws, level)
    assert found == pytest.approx(expected, abs=1e-9)
    assert too_few == few


@pytest.mark.parametrize("m", [19, 39, 99, 199, 999, 1999])
def test_levels_that_the_draws_just_support_do_not_warn_for_rounding(m):
    k = np.arange(1, m + 1)
    found, too_few = quantiles_of_draws(k[:, None].astype(float), (k / (m + 1)).tolist())
    assert not too_few
    np.testing.assert_allclose(found[:, 0], k, atol=1e-8)
    for coverage in (1.0 - 2.0 / (m + 1), 0.9, 0.5):
        assert not quantiles_of_draws(k[:, None].astype(float), central_levels([coverage]))[1]


@given(draws=draws_of_steps, levels=st.lists(open_unit, min_size=1, max_size=6))
def test_quantiles_are_those_of_numpy(draws, levels):
    """plotting positions k / (m + 1), which are Hyndman and Fan's sixth definition: numpy's "weibull"."""
    found, too_few = quantiles_of_draws(draws, levels)
    np.testing.assert_allclose(found, np.quantile(draws, levels, axis=0, method="weibull"), atol=1e-9)
    m = len(draws)
    assert too_few == any(q * (m + 1) < 1.0 - 1e-4 or q * (m + 1) > m + 1e-4 for q in levels)


@settings(max_examples=200)
@given(
    draws=arrays(
        np.float64,
        st.tuples(st.integers(1, 8), st.just(1)),
        elements=st.floats(allow_nan=False, allow_infinity=False)
        | st.sampled_from([0.1, np.nextafter(0.1, 1.0), 5e-324, LARGEST, -LARGEST]),
    ),
    levels=st.lists(open_unit, min_size=2, max_size=40),
)
@example(draws=np.array([[LARGEST], [8.38252930e293]]), levels=[0.5, 0.75])  # the sum of halves rounds up
def test_quantiles_never_cross_and_stay_within_the_draws(draws, levels):
    found, _ = quantiles_of_draws(draws, sorted(levels))
    assert (found[1:] >= found[:-1]).all()  # differences may overflow
    assert draws.min() <= found.min()
    assert found.max() <= draws.max()


@given(value=st.floats(-LARGEST, LARGEST), m=st.integers(1, 30), levels=st.lists(open_unit, min_size=1))
def test_equal_draws_have_that_value_at_all_levels(value, m, levels):
    np.testing.assert_array_equal(quantiles_of_draws(np.full((m, 2), value), levels)[0], value)


def test_draws_are_left_as_they_are_and_steps_do_not_mix():
    draws = np.random.default_rng(0).permutation(60).reshape(15, 4).astype(float)
    kept = draws.copy()
    found, _ = quantiles_of_draws(draws, [0.1, 0.7])
    np.testing.assert_array_equal(draws, kept)
    for step in range(4):
        np.testing.assert_array_equal(found[:, step], levels_at(draws[:, step], 0.1, 0.7)[0])


def test_the_share_of_further_draws_below_a_quantile_is_its_level():
    """The rule's theory: of exchangeable draws, another one lies below the k-th of m with k / (m + 1).

    20,000 samples of nine and one more; binomial errors, 4.5 of them.
    """
    values = np.random.default_rng(0).standard_normal((10, 20_000))
    levels = [0.1, 0.3, 0.5, 0.9]
    found, _ = quantiles_of_draws(values[:9], levels)
    for level, quantile in zip(levels, found, strict=True):
        share = np.mean(values[9] < quantile)
        assert abs(share - level) < 4.5 * np.sqrt(level * (1 - level) / 20_000)


def test_the_warning_says_what_was_asked():
    told = r"^20 draws are too few for the coverage 0\.95: the widest .* More\.$"
    with pytest.warns(UserWarning, match=told):
        warn_of_few("20 draws are", "the coverage 0.95", "More.", 2)


@pytest.mark.parametrize("read", [read_coverage, read_quantiles])
def test_a_level_that_its_column_would_call_1_is_refused(read):
    assert read(1e-9) == [1e-9]
    with pytest.raises(ValueError, match=r"0\.9999999, six digits of which are 1: .*both excluded"):
        read([0.5, 0.9999999])
