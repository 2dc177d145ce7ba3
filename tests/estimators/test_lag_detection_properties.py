"""Properties of lag detection on random series, lags and column orders."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsieve_rf.estimators._lag_detection import LagStructure, detect_lags
from tests.estimators.lag_cases import ar1, embed, stack


@pytest.fixture
def rng():
    return np.random.default_rng(20240311)


lag_sets = st.lists(st.integers(1, 15), min_size=1, max_size=6, unique=True)


@settings(max_examples=60, deadline=None)
@given(
    lags=lag_sets,
    n=st.integers(4, 80),
    n_noise=st.integers(0, 3),
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([1e-9, 1.0, 1e9]),
    data=st.data(),
)
def test_detection_is_exact_for_any_lags_and_column_order(lags, n, n_noise, seed, scale, data):
    rng = np.random.default_rng(seed)
    series = scale * (ar1(rng, n + max(lags)) + rng.normal(0, 3))
    X, y = embed(series, lags)
    columns = np.column_stack([X, rng.standard_normal((n, n_noise))])
    truth = list(lags) + [None] * n_noise
    order = data.draw(st.permutations(range(len(truth))))
    expected = tuple(truth[c] for c in order)
    found = detect_lags(columns[:, order], y, lags=expected)
    assert found.lags == expected
    # What is seen without being told: lags of which three rows agree.
    auto = detect_lags(columns[:, order], y)
    visible = [k for k in lags if k <= n - 3]
    for got, k in zip(auto.lags, expected, strict=True):
        assert got == k if k in visible else got in (k, None)
    if len(visible) == len(lags):
        assert auto.max_lag == max(lags)
        assert auto.warnings == () or n < max(lags)
    if n >= max(lags):
        np.testing.assert_array_equal(found.series[0], series)
    np.testing.assert_array_equal(found.rebuild(found.series, columns[:, order]), columns[:, order])
    if n_noise:
        with_constant = detect_lags(np.column_stack([columns[:, order], np.full(n, 3.5)]), y)
        assert with_constant.lags[:-1] == auto.lags
        assert with_constant.lags[-1] is None


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(12, 40), min_size=2, max_size=6),
    extra=st.lists(st.integers(2, 8), max_size=3, unique=True),
    seed=st.integers(0, 2**32 - 1),
)
def test_stacked_series_come_back_in_order(lengths, extra, seed):
    rng = np.random.default_rng(seed)
    lags = [1, *extra]
    series = [ar1(rng, n + max(lags)) for n in lengths]
    X, y = stack([embed(s, lags) for s in series])
    found = detect_lags(X, y)
    assert found.lags == tuple(lags)
    np.testing.assert_array_equal(found.segments, np.concatenate([[0], np.cumsum(lengths)]))
    for got, expected in zip(found.series, series, strict=True):
        np.testing.assert_array_equal(got, expected)


@settings(max_examples=100, deadline=None)
@given(
    n=st.integers(1, 40),
    p=st.integers(0, 5),
    kind=st.sampled_from(["binary", "trend", "constant", "counts", "walk", "huge", "tiny", "periodic"]),
    named=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_never_fails_and_always_gives_finite_series(n, p, kind, named, seed):
    rng = np.random.default_rng(seed)
    make = {
        "binary": lambda shape: rng.integers(0, 2, shape).astype(float),
        "trend": lambda shape: np.arange(np.prod(shape), dtype=float).reshape(shape),
        "constant": lambda shape: np.full(shape, 2.5),
        "counts": lambda shape: rng.poisson(2, shape).astype(float),
        "walk": lambda shape: np.cumsum(rng.standard_normal(shape), axis=0),
        "huge": lambda shape: rng.standard_normal(shape) * 1e307,
        "tiny": lambda shape: rng.standard_normal(shape) * 5e-320,
        "periodic": lambda shape: np.tile(np.arange(3.0), (int(np.prod(shape)) + 2) // 3)[
            : np.prod(shape)
        ].reshape(shape),
    }[kind]
    series = make((n + p,))
    lagged = np.array([[series[p + t - k] for k in range(1, p + 1)] for t in range(n)]).reshape(n, p)
    X, y = np.column_stack([lagged, make((n, 2))]), series[p:]
    names = [*(f"lag_{k}" for k in range(1, p + 1)), "a", "b"] if named else None
    found = detect_lags(X, y, names)
    assert isinstance(found, LagStructure)
    assert len(found.lags_) == p + 2
    assert all(np.all(np.isfinite(s)) for s in found.series)
    np.testing.assert_array_equal(np.concatenate([s[found.max_lag :] for s in found.series]), y)
    assert np.all(np.isfinite(found.rebuild(found.series, X)))
    if named and kind not in ("huge", "tiny") and n >= 2:
        assert found.lags[:p] == tuple(range(1, p + 1))


def test_quick_enough_for_long_series(rng):
    series = rng.standard_normal(100_050)
    X = np.lib.stride_tricks.sliding_window_view(series, 50)[:-1][:, ::-1]
    began = time.perf_counter()
    found = detect_lags(X, series[50:])
    assert (
        time.perf_counter() - began < 3.0
    )  # .05 s on an idle core; the bound only catches a change of order
    assert found.lags == tuple(range(1, 51))
