"""What describe() says follows from the numbers, noise being called noise."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.evaluation.comparison.cases import compared, series, small


def with_losses(result, losses):
    """The comparison with other losses, (n_windows, n_methods): forecasts that miss by their roots."""
    errors = result.errors
    missed = np.sqrt(np.asarray(losses)).T[:, :, np.newaxis]
    object.__setattr__(
        errors, "yhat", np.ldexp(np.ldexp(errors.y, -errors.exponent) + missed, errors.exponent)
    )
    return result


def case(changes, n_windows=12, **parameters):
    """A comparison of bootstraps whose losses are those of iid plus changes, (n_bootstraps - 1,)."""
    names = ["iid", "moving", "circular", "ar_sieve"][: len(changes) + 1]
    found = compared(
        bootstraps=names, h=1, n_windows=n_windows, forecaster=small(n_estimators=2, lags=1), **parameters
    )
    rng = np.random.default_rng(0)
    losses = np.full((n_windows, len(found.methods)), 1.0) + rng.uniform(0, 1, (n_windows, 1))
    losses += 0.01 * rng.standard_normal(losses.shape)
    losses[:, 1 : len(names)] += changes
    return with_losses(found, losses)


def test_a_winner_matters():
    found = case([-0.9, 0.0])
    assert found.best_ == found.winner_ == "moving"
    text = found.describe()
    assert "it matters: 'moving' is better than each of the others by more than chance" in text
    row = found.summary().loc["moving"]
    assert (
        f"lowest mean squared error: 'moving' with {row['mse']:.4g}, {row['ratio']:.2f} times that of" in text
    )


def test_ties_at_the_top_have_no_winner():
    found = case([-0.9, -0.9, 1.0])
    assert found.winner_ is None
    text = found.describe()
    assert "better than 'iid' by more than chance are 'moving' and 'circular'" in text or (
        "better than 'iid' by more than chance are 'circular' and 'moving'" in text
    )
    assert "worse than 'iid' by more than chance is 'ar_sieve'" in text
    assert f"that {found.best_!r} is best of all may be chance." in text


def test_small_differences_within_narrow_intervals_do_not_matter():
    text = case([0.001, -0.001]).describe()
    assert "it does not matter: all errors are within 5% of that of 'iid'." in text


def test_noise_is_called_noise():
    found = compared(h=3, n_windows=6, forecaster=small(lags=1))
    assert found.winner_ is None
    text = found.describe()
    assert "no difference shows" in text
    assert "within chance, noise as far as these windows can tell" in text
    smallest = found.summary()["p_holm"][["ar_sieve"]].min()
    assert f"(smallest p-value {smallest:.2g} after Holm's correction)" in text
    assert "6 windows that share steps know about as much as 2 that do not" in text


def test_too_few_windows_to_test():
    found = compared(h=3, n_windows=3, forecaster=small(lags=1))
    text = found.describe()
    assert "cannot be tested: see caution" in text
    assert "no p-values: 3 windows of which 3 share steps are too few" in text


def test_the_reference_may_be_best():
    text = case([1.0, 1.0]).describe()
    assert "it matters: 'iid' is better than each of the others" in text


def test_a_single_bootstrap_has_no_verdict():
    text = compared(bootstraps=["auto"], forecaster=small(lags=2)).describe()
    assert "1 bootstrap and 2 other methods on" in text
    assert "matter" not in text
    assert "lags 1, 2." in text


def test_others_are_compared_with_the_best():
    found = case([-0.9])
    text = found.describe()
    for name in ("ar", "naive"):
        ratio = found.losses[name].mean() / found.losses["moving"].mean()
        assert (
            f"{name!r} has {found.summary().loc[name, 'mse']:.4g}, {ratio:.2f} times that of 'moving'" in text
        )
    assert "(p-value below .001: more than chance)" in text


def test_what_was_compared():
    text = compared(series(70), h=2, n_windows=12, step=2, forecaster=small(lags=[1, 2, 3, 4])).describe()
    assert text.splitlines()[1] == (
        "  2 bootstraps and 2 other methods on 12 windows of 2 steps: the last 24 of 70 values; lags 1 to 4."
    )
    assert "caution" not in text


def test_intervals_are_told():
    found = compared(forecaster=small(lags=1))
    rates = found.summary().loc[["iid", "ar_sieve"], "coverage"]
    assert f"intervals of 90% hold {rates.min():.0%}" in found.describe()


@pytest.fixture(scope="module")
def result():
    return compared(bootstraps=["ar_sieve", "iid", "moving"], forecaster=small(lags=2))


def test_the_figure_has_all_pictures(result):
    figure = result.plot()
    assert isinstance(figure, Figure)
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        "Mean squared error by step ahead",
        "Loss less that of 'iid', by window",
        "Correlation between trees, and error",
    ]


def test_steps_are_drawn_as_they_are(result):
    ax = result.plot("steps")
    lines = {line.get_label(): line for line in ax.lines}
    squares = (result.forecasts["y"] - result.forecasts["yhat"]) ** 2
    by_step = squares.groupby([result.forecasts["method"], result.forecasts["step"]]).mean()
    for name in result.methods:
        np.testing.assert_array_equal(lines[name].get_xdata(), [1, 2])
        np.testing.assert_allclose(lines[name].get_ydata(), by_step[name])
    widths = {name: lines[name].get_linewidth() for name in result.bootstraps}
    assert max(widths, key=widths.__getitem__) == result.best_


def test_one_step_is_drawn_as_points():
    found = compared(h=1, coverage=None)
    ax = found.plot("steps")
    names = [label.get_text() for label in ax.get_yticklabels()]
    table = found.summary()
    assert names == table.index[::-1].tolist()
    np.testing.assert_allclose([line.get_xdata()[0] for line in ax.lines], table["mse"][::-1])


def test_differences_are_drawn_as_they_are(result):
    ax = result.plot("differences")
    names = [label.get_text() for label in ax.get_yticklabels()]
    table, losses = result.summary(), result.losses
    assert names == [name for name in table.index[::-1] if name in ("ar_sieve", "moving")]
    marks = [line for line in ax.lines if line.get_marker() == "|"]
    centres = [line for line in ax.lines if line.get_marker() == "o"]
    for name, mark, centre in zip(names, marks, centres):
        wanted = (losses[name] - losses["iid"]) / losses["iid"].mean()
        np.testing.assert_allclose(mark.get_xdata(), wanted)
        np.testing.assert_allclose(centre.get_xdata(), [wanted.mean()])


def test_correlations_are_drawn_as_they_are(result):
    ax = result.plot("correlation")
    table = result.summary()
    for line in ax.lines:
        name = line.get_label()
        np.testing.assert_allclose(line.get_xdata(), [table.loc[name, "tree_correlation"]])
        np.testing.assert_allclose(line.get_ydata(), [table.loc[name, "mse"]])
    assert len(ax.lines) == 3


def test_nothing_to_draw_is_said():
    flat = compared(np.full(40, 3.0), coverage=None)
    for kind in ("differences", "correlation"):
        assert len(flat.plot(kind).texts) == 1
    flat.plot("steps")


def test_errors_that_differ_much_have_a_logarithmic_axis():
    y = np.tile([0.0, 50.0, 100.0, 50.0], 20) + series(80)
    found = compared(y, coverage=None, bootstraps=["iid"], forecaster=small(lags=4, seasonal=None))
    ax = found.plot("steps")
    assert ax.get_yscale() == "log"
    ax.figure.canvas.draw()
    assert all("$" not in label.get_text() for label in ax.get_yticklabels())


def test_axes_are_used_and_mistakes_told(result):
    ax = Figure().subplots()
    assert result.plot("steps", ax=ax) is ax
    with pytest.raises(ValueError, match=r"kind must be one of \['steps', 'differences', 'correlation'\]"):
        result.plot("bars")
    with pytest.raises(ValueError, match="ax takes one picture"):
        result.plot(ax=ax)
