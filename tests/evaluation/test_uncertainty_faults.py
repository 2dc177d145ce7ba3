"""Mistakes in calls of the measures of uncertainty, and the labels that must agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arsieve_rf.evaluation import coverage_rate, crps, interval_score, mae, msis, pinball

ONE = [1.0]
INTERVAL_MEASURES = {
    "interval_score": lambda y, lower, upper: interval_score(y, lower, upper, 0.9),
    "msis": lambda y, lower, upper: msis(y, lower, upper, [1.0, 2.0], 0.9),
    "coverage_rate": coverage_rate,
}
of_intervals = pytest.mark.parametrize("measure", INTERVAL_MEASURES.values(), ids=INTERVAL_MEASURES)


@of_intervals
def test_intervals(measure):
    crossed = (
        r"lower must not exceed upper, but does at 2 of 3 places, first at position 1: lower is 3, upper 2"
    )
    with pytest.raises(ValueError, match=crossed):
        measure([1.0, 2.0, 3.0], [0.0, 3.0, 3.0], [1.0, 2.0, 2.0])
    with pytest.raises(ValueError, match="y_true has 1 values and upper has 2; they must match"):
        measure([1.0], [0.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="lower has 1 missing"):
        measure([1.0], [np.nan], [1.0])
    with pytest.raises(ValueError, match="upper has 1 infinite"):
        measure([1.0], [0.0], [np.inf])
    with pytest.raises(ValueError, match="y_true is empty"):
        measure([], [], [])
    with pytest.raises(ValueError, match="lower must be one-dimensional"):
        measure([1.0], [[0.0]], [1.0])
    with pytest.raises(TypeError, match="upper must be an array"):
        measure([1.0], [0.0], None)


@of_intervals
def test_indexes_must_be_equal(measure):
    index = pd.period_range("2024-01", periods=3, freq="M")
    y = pd.Series([1.0, 2.0, 3.0], index=index)
    labelled, bare = measure(y, y - 1, y + 1), measure(y.to_numpy(), y - 1, (y + 1).to_numpy())
    assert getattr(labelled, "rate", labelled) == getattr(bare, "rate", bare)
    moved = pd.Series([9.0, 9.0, 9.0], index=index + 1)
    with pytest.raises(
        ValueError, match="y_true and upper have different indexes: they start at 2024-01 and"
    ):
        measure(y, y - 1, moved)
    with pytest.raises(ValueError, match="lower and upper have different indexes"):
        measure(y.to_numpy(), y - 1, moved)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda c: interval_score(ONE, ONE, ONE, c), "coverage"),
        (lambda c: msis(ONE, ONE, ONE, [1.0, 2.0], c), "coverage"),
        (lambda q: pinball(ONE, ONE, q), "quantile"),
    ],
)
def test_levels(call, name):
    for wrong in (-0.1, 1.1, np.nan, np.inf, 100):
        with pytest.raises(ValueError, match=f"{name} must be between 0 and 1.*, got"):
            call(wrong)
    with pytest.raises(ValueError, match=f"{name} .* got 95; pass 0.95 for 95 %"):
        call(95)
    for wrong in ("0.9", None, [0.9], True):
        with pytest.raises(TypeError, match=f"{name} must be a number"):
            call(wrong)
    assert np.isfinite(call(np.float32(0.5)))


@pytest.mark.parametrize("coverage", [0, 1, 0.0, 1.0])
def test_coverage_leaves_room_on_both_sides(coverage):
    with pytest.raises(ValueError, match="coverage must be between 0 and 1, both excluded, got"):
        interval_score(ONE, ONE, ONE, coverage)


def test_quantiles():
    with pytest.raises(ValueError, match="y_true has 1 values and q_pred has 2"):
        pinball([1.0], [1.0, 2.0], 0.5)
    with pytest.raises(ValueError, match="q_pred has 1 missing"):
        pinball([1.0], [np.nan], 0.5)


def test_msis_of_what_repeats_itself():
    with pytest.raises(ValueError, match="msis is not defined: y_train repeats itself every m=2 steps"):
        msis(ONE, ONE, ONE, [1.0, 2.0, 1.0, 2.0], 0.9, m=2)
    with pytest.raises(ValueError, match="m must be between 1 and 1"):
        msis(ONE, ONE, ONE, [1.0, 2.0], 0.9, m=2)
    with pytest.raises(TypeError, match="m must be an integer"):
        msis(ONE, ONE, ONE, [1.0, 2.0], 0.9, m=1.0)


def test_paths():
    with pytest.raises(ValueError, match=r"paths must have shape \(n_paths, h\), got \(2,\)"):
        crps([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"paths has shape \(2, 1\), y_true 2 values"):
        crps([1.0, 2.0], [[1.0], [2.0]])
    with pytest.raises(ValueError, match=r"paths is empty, its shape is \(0, 2\)"):
        crps([1.0, 2.0], np.empty((0, 2)))
    with pytest.raises(ValueError, match="paths has 1 missing"):
        crps([1.0, 2.0], [[1.0, np.nan]])
    with pytest.raises(ValueError, match="paths cannot be read"):
        crps([1.0, 2.0], [[1.0], [1.0, 2.0]])
    with pytest.raises(TypeError, match="paths must be an array"):
        crps([1.0, 2.0], None)
    with pytest.raises(ValueError, match="fair=True needs 2 paths or more"):
        crps([1.0], [[1.0]], fair=True)
    for wrong in (1, "yes", None):
        with pytest.raises(TypeError, match="fair must be True or False"):
            crps([1.0], [[1.0], [2.0]], fair=wrong)


def test_paths_in_a_frame():
    y = pd.Series([1.0, 2.0], index=pd.period_range("2024-01", periods=2, freq="M"))
    assert crps(y, pd.DataFrame([[2.0, 5.0]])) == mae(y, [2.0, 5.0])


def test_rows():
    y, zeros = np.ones((3, 2)), np.zeros((3, 2))
    with pytest.raises(
        ValueError, match=r"y_true has shape \(3, 2\) and upper has \(2, 3\); they must match"
    ):
        coverage_rate(y, zeros, np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"lower must have shape \(n, h\), got \(2,\)"):
        coverage_rate(y, [0.0, 0.0], y)
    with pytest.raises(ValueError, match=r"y_true must have shape \(n, h\), got \(1, 3, 2\)"):
        coverage_rate(y[None], zeros[None], y[None])
    with pytest.raises(ValueError, match=r"first at position \(1, 0\): lower is 2, upper 1"):
        coverage_rate(y, [[0.0, 0.0], [2.0, 0.0], [0.0, 3.0]], y)
    for by_step in (False, True):
        with pytest.raises(ValueError, match="y_true has 1 row; 2 or more are needed"):
            coverage_rate(y[:1], zeros[:1], y[:1], by_step=by_step)
    with pytest.raises(ValueError, match="by_step=True needs rows"):
        coverage_rate([1.0], [1.0], [1.0], by_step=True)
    with pytest.raises(TypeError, match="by_step must be True or False"):
        coverage_rate(y, zeros, y, by_step=0)


@pytest.mark.parametrize("dtype", ["int32", "Int64", "Float64", object])
def test_series_and_frames_of_other_kinds_of_numbers(dtype):
    y = pd.Series([1, 2, 5], dtype=dtype)
    assert coverage_rate(y, [0, 0, 0], y.clip(upper=3)).rate == pytest.approx(2 / 3)
    assert coverage_rate(y.to_frame(), np.zeros((3, 1)), y.clip(upper=3).to_frame()).rate == pytest.approx(
        2 / 3
    )
    assert interval_score(y, y, y, 0.5) == 0.0


def test_labels_of_frames_must_be_equal():
    y = pd.DataFrame({"a": [1.0, 5.0], "b": [2.0, 2.0]})
    assert coverage_rate(y, np.zeros((2, 2)), y.clip(upper=3.0)).rate == 0.75
    with pytest.raises(ValueError, match="y_true and upper have different columns labels"):
        coverage_rate(y, y, y.rename(columns={"b": "c"}))
    with pytest.raises(ValueError, match="y_true and lower have different index labels"):
        coverage_rate(y, y.set_axis([1, 2]), y)
