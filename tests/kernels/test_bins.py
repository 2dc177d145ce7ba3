"""Quantile codes against their definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf._kernels.bins import column_codes, quantile_codes
from tests.naive import grow as naive

NUMBERS = st.lists(st.integers(-50, 50), min_size=1, max_size=80)


def coded(values, n_bins):
    values = np.asarray(values, np.float32) + np.float32(0)
    codes, edges = np.zeros(len(values), np.uint8), np.full(n_bins, np.nan)
    order = np.argsort(values, kind="stable").astype(np.uint32)
    return quantile_codes(values, order, n_bins, codes, edges), codes, edges


@settings(deadline=None)
@given(NUMBERS, st.integers(2, 20))
def test_codes_equal_the_naive_twin(values, n_bins):
    n, codes, edges = coded(values, n_bins)
    expected, cuts = naive.quantile_codes(values, n_bins)
    assert codes.tolist() == expected
    assert edges[: n - 1].tolist() == cuts


@settings(deadline=None)
@given(NUMBERS, st.integers(2, 20))
def test_codes_say_between_which_borders_a_value_lies(values, n_bins):
    n, codes, edges = coded(values, n_bins)
    assert n <= n_bins
    borders = np.concatenate([[-np.inf], edges[: n - 1], [np.inf]])
    for value, code in zip(values, codes):
        assert borders[code] < value < borders[code + 1]


@settings(deadline=None)
@given(st.integers(2, 256), st.integers(1, 40))
def test_bins_of_distinct_values_are_equally_full(n_bins, each):
    values = np.random.default_rng(n_bins).permutation(n_bins * each)
    n, codes, _ = coded(values, n_bins)
    assert n == n_bins
    assert set(np.bincount(codes)) == {each}


def test_few_distinct_values_have_a_bin_each_however_rare():
    n, codes, edges = coded([0] * 50 + [1] + [2] * 50 + [7], 4)
    assert (n, edges[:3].tolist(), np.bincount(codes).tolist()) == (4, [0.5, 1.5, 4.5], [50, 1, 50, 1])


def test_columns_are_coded_one_by_one():
    rng = np.random.default_rng(2)
    columns = rng.standard_normal((3, 40)).astype(np.float32)
    orders = np.argsort(columns, axis=1, kind="stable").astype(np.uint32)
    by_column, by_row, edges = np.zeros(120, np.uint8), np.zeros(120, np.uint8), np.zeros((3, 6))
    column_codes(columns.ravel(), orders, by_column, 40, 1, edges)
    column_codes(columns.ravel(), orders, by_row, 1, 3, edges)
    for j in range(3):
        _, own, own_edges = coded(columns[j], 6)
        np.testing.assert_array_equal(by_column.reshape(3, 40)[j], own)
        np.testing.assert_array_equal(by_row.reshape(40, 3)[:, j], own)
        np.testing.assert_array_equal(edges[j, :5], own_edges[:5])
