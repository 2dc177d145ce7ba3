"""The radix sort against numpy's stable sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf._kernels.order import column_orders, stable_order

floats = st.floats(width=32, allow_nan=False).map(lambda v: v + 0.0)


@settings(max_examples=200, deadline=None)
@given(st.lists(floats, min_size=1, max_size=80))
def test_stable_order_equals_numpy(values):
    values = np.array(values, np.float32) + np.float32(0.0)
    order = np.empty(len(values), np.uint32)
    stable_order(values, order, np.empty(3 * len(values), np.uint32))
    np.testing.assert_array_equal(order, np.argsort(values, kind="stable"))


def test_columns_are_ordered_one_by_one():
    columns = np.random.default_rng(1).integers(-9, 9, (3, 50)).astype(np.float32) + np.float32(0.0)
    orders = np.empty((3, 50), np.uint32)
    column_orders(columns.ravel(), orders)
    np.testing.assert_array_equal(orders, np.argsort(columns, axis=1, kind="stable"))
