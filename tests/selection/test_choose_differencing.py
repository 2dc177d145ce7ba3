"""How often to difference: rates on processes whose answer is known, edges, units, gaps."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.signal import lfilter

from arsieve_rf.selection import choose_differencing

PROCESSES = {
    "noise": (0, lambda e: e),
    "ar": (0, lambda e: lfilter([1.0], [1.0, -0.5], e)),
    "walk": (1, np.cumsum),
    "walk with drift": (1, lambda e: np.cumsum(e + 0.5)),
    "noise around a line": (1, lambda e: 0.2 * np.arange(len(e)) + e),
    "twice summed": (2, lambda e: np.cumsum(np.cumsum(e))),
}


@pytest.mark.parametrize("kind", PROCESSES)
def test_the_right_order_is_the_rule(kind):
    """150 series of 200 values. Levels: ADF has power 1, KPSS errs in 5 %; walks: ADF errs in 5 %.

    Twice summed noise: the differences are a walk, which KPSS notices in half of the series at least, at 1 %.
    """
    order, make = PROCESSES[kind]
    rng = np.random.default_rng(5)
    found = Counter(choose_differencing(make(rng.standard_normal(200))).order for _ in range(150))
    assert found[order] >= (75 if order == 2 else 130)


@pytest.mark.parametrize("n", [49, 50])
def test_a_second_difference_needs_50_values(n):
    y = np.arange(float(n)) ** 2 + np.random.default_rng(0).standard_normal(n)
    assert choose_differencing(y).order == (2 if n >= 50 else 1)


@pytest.mark.parametrize("n", range(12))
def test_with_few_values_once_is_the_rule(n):
    choice = choose_differencing(np.random.default_rng(n).standard_normal(n))
    assert choice.order == 1
    assert "fewer than 12" in choice.reason


@pytest.mark.parametrize("y", [np.full(60, 4.0), np.zeros(60), 3.0 - 0.1 * np.arange(60)])
def test_a_line_is_differenced_once(y):
    assert choose_differencing(y).order == 1
    assert "straight line" in choose_differencing(y).reason


@pytest.mark.parametrize("kind", PROCESSES)
def test_units_and_level_do_not_matter(kind):
    y = PROCESSES[kind][1](np.random.default_rng(6).standard_normal(120))
    expected = choose_differencing(y)
    largest = np.frexp(np.abs(y).max())[1]
    for exponent in (-990, -30, 30, 1020 - largest):
        assert choose_differencing(np.ldexp(y, exponent)) == expected
    assert choose_differencing(y + 100.0).order == expected.order
    assert choose_differencing(-y).order == expected.order


@pytest.mark.parametrize("kind", PROCESSES)
def test_the_longest_run_decides(kind):
    y = PROCESSES[kind][1](np.random.default_rng(7).standard_normal(100))
    before = np.random.default_rng(8).standard_normal(60) * 50.0
    assert choose_differencing(np.concatenate([before, [np.nan], y, [np.nan]])) == choose_differencing(y)


def test_reasons_say_which_test():
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(200)
    assert "ADF" in choose_differencing(noise).reason
    assert "KPSS" in choose_differencing(noise).reason
    assert "ADF" in choose_differencing(np.cumsum(noise)).reason
    assert "KPSS" in choose_differencing(np.cumsum(np.cumsum(noise))).reason
