"""Innovations: moments, distribution functions, and that draws follow them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from simulation.dgps.innovations import INNOVATIONS, make_innovations

# each beside scipy's distribution, standardized
LAWS = [
    ("normal", stats.norm()),
    ({"name": "t", "df": 10}, stats.t(10, scale=np.sqrt(8 / 10))),
    ({"name": "t", "df": 2.5}, stats.t(2.5, scale=np.sqrt(0.5 / 2.5))),
    ({"name": "skewed", "skewness": 1.0}, stats.pearson3(1.0)),
    ({"name": "skewed", "skewness": -2.0}, stats.pearson3(-2.0)),
    ({"name": "skewed", "skewness": 0.1}, stats.pearson3(0.1)),
]
laws = pytest.mark.parametrize(("spec", "law"), LAWS, ids=[str(spec) for spec, _ in LAWS])


def test_every_distribution_is_tested():
    assert {make_innovations(spec).name for spec, _ in LAWS} == set(INNOVATIONS)


@laws
def test_distribution_functions_are_those_of_scipy(spec, law):
    x = np.linspace(-6.0, 6.0, 201)
    assert_allclose(make_innovations(spec).cdf(x), law.cdf(x), rtol=1e-9, atol=1e-13)


@laws
def test_moments_are_those_of_scipy(spec, law):
    made = make_innovations(spec)
    mean, variance, skewness, excess = (float(m) for m in law.stats("mvsk"))
    assert_allclose([mean, variance], [0.0, 1.0], atol=1e-12)
    if np.isfinite(skewness):
        assert made.skewness == pytest.approx(skewness, abs=1e-12)
    assert made.kurtosis == pytest.approx(excess + 3.0)


@laws
def test_draws_follow_the_distribution(spec, law):
    draws = make_innovations(spec).draw(np.random.default_rng(3), 20_000)
    assert stats.kstest(draws, law.cdf).pvalue > 1e-4


@pytest.mark.parametrize(
    "spec",
    ["normal", {"name": "t", "df": 20}, {"name": "skewed", "skewness": 1}],
    ids=["normal", "t", "skewed"],
)
def test_sample_moments_are_those_said(spec):
    """First four moments within 4.5 standard errors, which need eight moments."""
    made = make_innovations(spec)
    draws = made.draw(np.random.default_rng(4), 200_000)
    for power, wanted in ((1, 0.0), (2, 1.0), (3, made.skewness), (4, made.kurtosis)):
        powers = draws**power
        assert abs(powers.mean() - wanted) < 4.5 * powers.std() / np.sqrt(len(draws))
