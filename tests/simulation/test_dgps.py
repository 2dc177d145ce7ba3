"""What every data-generating process must keep to, whatever its family."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.dgps.base import DGP
from simulation.dgps.parameters import ParameterError
from simulation.dgps.registry import DGPS, make_dgp
from tests.simulation.dgp_cases import CASES, IDS

every_family = pytest.mark.parametrize(("name", "parameters"), CASES, ids=IDS)


def generator(seed: int = 20260) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_every_family_is_among_the_cases():
    assert {name for name, _ in CASES} == set(DGPS)


@every_family
def test_possible_parameters_make_finite_paths_of_the_lengths_asked_for(name, parameters):
    dgp = make_dgp(name, parameters)
    assert dgp.problems() == []
    for n, horizon in ((1, 0), (1, 1), (2, 3), (60, 5)):
        path = dgp.simulate(n, horizon, generator())
        assert path.y.shape == (n,)
        assert path.future.shape == (horizon,)
        assert path.mean is not None
        assert path.mean.shape == (horizon,)
        assert np.isfinite(path.y).all()
        assert np.isfinite(path.future).all()
        assert np.isfinite(path.mean[:1]).all()
        for array in (path.y, path.future, path.mean):
            assert array.dtype == np.float64
            assert array.base is None or array.base.size <= array.size + 10  # no burn-in kept alive


@every_family
def test_a_path_depends_on_the_generator_alone(name, parameters):
    dgp = make_dgp(name, parameters)
    first = dgp.simulate(50, 4, generator())
    dgp.simulate(30, 2, generator(1))
    again = dgp.simulate(50, 4, generator())
    other_object = make_dgp(name, parameters).simulate(50, 4, generator())
    other_seed = dgp.simulate(50, 4, generator(2))
    for path in (again, other_object):
        np.testing.assert_array_equal(path.y, first.y)
        np.testing.assert_array_equal(path.future, first.future)
        np.testing.assert_array_equal(path.mean, first.mean)
    assert not np.array_equal(other_seed.y, first.y)


@every_family
def test_the_series_does_not_depend_on_the_horizon(name, parameters):
    dgp = make_dgp(name, parameters)
    long = dgp.simulate(80, 7, generator())
    for horizon in (0, 1, 3):
        short = dgp.simulate(80, horizon, generator())
        np.testing.assert_array_equal(short.y, long.y)
        np.testing.assert_allclose(short.future, long.future[:horizon], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(short.mean, long.mean[:horizon], rtol=1e-12, atol=1e-12)


@every_family
def test_pickles_hold_the_parameters_and_simulate_the_same(name, parameters):
    dgp = make_dgp(name, parameters)
    path = dgp.simulate(50, 3, generator())
    data = pickle.dumps(dgp)
    assert len(data) < 2000
    copy = pickle.loads(data)
    assert copy == dgp
    np.testing.assert_array_equal(copy.simulate(50, 3, generator()).y, path.y)


@every_family
def test_parameters_from_json_are_as_good_as_from_python(name, parameters):
    assert make_dgp(name, json.loads(json.dumps(parameters))) == make_dgp(name, parameters)


@every_family
def test_one_step_errors_are_the_innovations(name, parameters):
    """Replays the generator: what the oracle misses one step ahead is the innovation, and no more."""
    dgp = make_dgp(name, parameters)
    n, rng = 40, generator()
    path = dgp.simulate(n, 1, generator())
    source = getattr(dgp, "differences", getattr(dgp, "around_level", dgp))
    dgp.noise.draw(rng, n + getattr(source, "burn_in", 0))
    innovation = dgp.noise.draw(rng, 1)[0]
    error = path.future[0] - path.mean[0]
    if name == "garch":
        assert np.sign(error) == np.sign(innovation)  # scaled by the volatility; see test_dgps_garch
    elif name == "arfima":
        assert error == pytest.approx(
            dgp.sigma * innovation, rel=0.05
        )  # finite past: variance a little larger
    else:
        scale = 1.0 + np.abs(path.y).max()
        assert error == pytest.approx(dgp.sigma * innovation, abs=1e-13 * scale)


@every_family
def test_families_say_what_they_are(name, parameters):
    cls = DGPS[name]
    assert cls.name == name
    assert len(cls.summary) > 10
    assert isinstance(cls.linear, bool)
    assert isinstance(cls.stationary, bool)


@pytest.mark.parametrize("name", ["ar", "ma", "arma", "arima", "arfima", "seasonal_ar"])
@settings(max_examples=15, deadline=None)
@given(exponent=st.integers(-100, 100), seed=st.integers(0, 2**32))
def test_linear_processes_scale_with_sigma_to_the_last_bit(name, exponent, seed):
    parameters = next(p for word, p in CASES if word == name) | {"sigma": 1.0}
    parameters.pop("drift", None)
    one = make_dgp(name, parameters).simulate(20, 3, generator(seed))
    scaled = make_dgp(name, parameters | {"sigma": 2.0**exponent}).simulate(20, 3, generator(seed))
    np.testing.assert_array_equal(scaled.y, np.ldexp(one.y, exponent))
    np.testing.assert_array_equal(scaled.mean, np.ldexp(one.mean, exponent))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=4), st.integers(0, 2**32))
def test_coefficients_are_refused_or_make_finite_paths(coef, seed):
    for name in ("ar", "ma"):
        dgp = make_dgp(name, {"coef": coef})
        if dgp.problems():
            with pytest.raises(ParameterError, match="coef="):
                dgp.simulate(10, 1, generator(seed))
        else:
            assert np.isfinite(dgp.simulate(10, 1, generator(seed)).y).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5), st.floats(1e-6, 1e6), st.integers(0, 2**32))
def test_bilinear_parameters_are_refused_or_make_finite_paths(coef, bilinear, sigma, seed):
    dgp = make_dgp("bilinear", {"coef": coef, "bilinear": bilinear, "sigma": sigma})
    if not dgp.problems():
        path = dgp.simulate(10, 3, generator(seed))
        assert np.isfinite(np.r_[path.y, path.future, path.mean]).all()


IMPOSSIBLE = [
    ("ar", {"coef": [1.0]}, "coef=.*not stationary.*modulus 1"),
    ("ar", {"coef": []}, "coef=.*at least one"),
    ("ar", {"coef": [0.5], "sigma": 0.0}, "sigma=0.0 must be positive"),
    ("ar", {"coef": [0.5], "innovations": "cauchy"}, "innovations: unknown innovations 'cauchy'"),
    ("ar", {"coef": [0.5], "innovations": {"name": "t", "df": 2}}, "innovations.df=2.0 must be above 2"),
    ("ar", {"coef": [0.5], "innovations": {"name": "t", "skew": 2}}, "innovations.skew: unknown"),
    ("ar", {"coef": [0.5], "innovations": {"df": 2}}, "unknown innovations None"),
    ("ar", {"coef": [0.5], "innovations": {"name": "skewed", "skewness": 0}}, "innovations.skewness=0.0"),
    ("ma", {"coef": [-1.2]}, "coef=.*not invertible.*modulus 1.2"),
    ("arma", {"ar": [0.5, 0.6], "ma": [2.0]}, "ar=.*not stationary"),
    ("arma", {"ar": [0.5], "ma": [2.0]}, "ma=.*not invertible"),
    ("arima", {"d": 0}, "d=0 must be 1 or 2"),
    ("arima", {"d": 3}, "d=3 must be 1 or 2"),
    ("arima", {"ar": [1.1]}, "ar=.*not stationary"),
    ("arfima", {"d": 0.5}, "d=0.5 must lie strictly between"),
    ("arfima", {"d": -0.5}, "d=-0.5 must lie strictly between"),
    ("seasonal_ar", {"period": 1, "coef": [], "seasonal_coef": [0.5]}, "period=1 must be at least 2"),
    ("seasonal_ar", {"period": 4, "coef": [], "seasonal_coef": []}, "seasonal_coef="),
    ("seasonal_ar", {"period": 4, "coef": [], "seasonal_coef": [1.0]}, "seasonal_coef=.*not stationary"),
    ("garch", {"alpha": 0.3, "beta": 0.7}, "alpha . beta = 1 must be at most"),
    ("garch", {"alpha": -0.1}, "alpha=-0.1 must be at least 0"),
    ("garch", {"alpha": 0.1, "omega": 0.0}, "omega=0.0 must be positive"),
    ("garch", {"alpha": 0.1, "ar": [1.0]}, "ar=.*not stationary"),
    ("level_shift", {"coef": [0.5], "size": 1.0, "at": 1.0}, "at=1.0 must lie strictly between 0 and 1"),
    ("bilinear", {"coef": 0.8, "bilinear": 0.7}, "coef.2 . bilinear.2 sigma.2 = 1.13"),
    ("bilinear", {"coef": 0.1, "bilinear": 0.9}, "bilinear=0.9.*invertible"),
    ("bilinear", {"coef": 0.4, "bilinear": 0.3, "innovations": {"name": "t", "df": 4}}, "fourth moment"),
    ("setar", {"lower": [1.0], "upper": [0.5]}, "lower=.*not stationary"),
    ("setar", {"lower": [-2.0], "upper": [-0.6]}, "product must be below 1"),
    ("setar", {"lower": [0.6, 0.5], "upper": [0.5]}, "sum to 1.1"),
    ("setar", {"lower": [0.5], "upper": [0.5], "delay": 0}, "delay=0 must be at least 1"),
    ("setar", {"lower": [], "upper": [0.5]}, "lower=.. needs at least one"),
    ("expar", {"coef": [1.0], "near": [0.0]}, "coef: .* sum to 1,"),
    ("expar", {"coef": [0.5], "near": []}, "same number"),
    ("expar", {"coef": [0.3, 0.3], "near": [0.5, 0.0]}, "sum to 1.1"),
    ("expar", {"coef": [0.3], "near": [0.5], "gamma": 0.0}, "gamma=0.0 must be positive"),
    ("threshold_jump", {"coef": 1.0}, "coef: .* sum to 1,"),
    ("logistic", {"rate": 4.5}, "rate=4.5 must be above 0 and at most 4"),
]


@pytest.mark.parametrize(("name", "parameters", "message"), IMPOSSIBLE)
def test_impossible_parameters_are_named_and_nothing_is_simulated(name, parameters, message):
    dgp = make_dgp(name, parameters)
    assert len(dgp.problems()) >= 1
    with pytest.raises(ParameterError, match=message):
        dgp.simulate(10, 1, generator())


def test_all_problems_are_told_at_once():
    dgp = make_dgp("arma", {"ar": [1.5], "ma": [3.0], "sigma": -1, "innovations": {"name": "t", "df": 1}})
    assert len(dgp.problems()) == 4


def test_lengths_that_make_no_sense_are_refused():
    dgp = make_dgp("ar", {"coef": [0.5]})
    with pytest.raises(ValueError, match="n=0"):
        dgp.simulate(0, 1, generator())
    with pytest.raises(ValueError, match="horizon=-1"):
        dgp.simulate(1, -1, generator())
    with pytest.raises(ValueError, match="at most 5000"):
        make_dgp("arfima").simulate(5000, 1, generator())


@pytest.mark.parametrize(
    ("parameters", "faults"),
    [
        ({}, ["coef: missing"]),
        ({"coef": 0.5}, ["coef: must be a list of finite numbers; got 0.5"]),
        ({"coef": "0.5"}, ["coef: must be a list of finite numbers; got '0.5'"]),
        ({"coef": [True]}, ["coef: must be a list of finite numbers"]),
        ({"coef": [float("nan")]}, ["coef: must be a list of finite numbers"]),
        ({"coef": [10**400]}, ["coef: must be a list of finite numbers"]),
        ({"coef": [0.5], "sigma": float("inf")}, ["sigma: must be a finite number"]),
        ({"coef": [0.5], "innovations": 5}, ["innovations: must be a word or a table"]),
        (
            {"cof": [0.5], "sigma": None, "x": 1},
            ["cof: unknown", "x: unknown", "coef: missing", "sigma: must"],
        ),
    ],
)
def test_wrong_words_and_types_are_told_at_once(parameters, faults):
    with pytest.raises(ParameterError, match="DGP 'ar'") as caught:
        make_dgp("ar", parameters)
    assert len(caught.value.faults) == len(faults)
    for fault in faults:
        assert any(text.startswith(fault) for text in caught.value.faults)
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


def test_whole_numbers_are_taken_for_fractions_but_not_the_other_way():
    assert make_dgp("ar", {"coef": [0, 1]}).coef == (0.0, 1.0)
    with pytest.raises(ParameterError, match=r"d: must be an integer; got 1\.0"):
        make_dgp("arima", {"d": 1.0})
    with pytest.raises(ParameterError, match="parameters: must be a table"):
        make_dgp("ar", [0.5])


def test_unknown_families_are_refused_with_the_nearest_word():
    with pytest.raises(ValueError, match=r"unknown DGP 'garh' \(did you mean 'garch'\?\); known are 'ar'"):
        make_dgp("garh")
    with pytest.raises(ValueError, match="unknown DGP 3"):
        make_dgp(3)


PLUG_IN = '''
from __future__ import annotations
from dataclasses import dataclass
from typing import ClassVar
import numpy as np
from simulation.dgps.base import DGP, Path

@dataclass(frozen=True)
class Wave(DGP):
    """A sine wave with noise."""
    name: ClassVar[str] = "wave"
    summary: ClassVar[str] = "y_t = sin(2 pi t / period) + e_t"
    linear: ClassVar[bool] = True
    stationary: ClassVar[bool] = False
    period: float
    def problems(self):
        return [] if self.period > 0 else [f"period={self.period} must be positive."]
    def simulate(self, n, horizon, rng):
        mean = np.sin(2 * np.pi * np.arange(n + horizon) / self.period)
        y = mean + rng.normal(size=n + horizon)
        return Path(y[:n], y[n:], mean[n:])
'''


def test_a_family_may_live_in_a_module_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "plug_in_wave.py").write_text(PLUG_IN)
    monkeypatch.syspath_prepend(str(tmp_path))
    dgp = make_dgp("plug_in_wave:Wave", {"period": 12})
    assert isinstance(dgp, DGP)
    assert dgp.simulate(24, 2, generator()).mean == pytest.approx([0.0, 0.5])
    with pytest.raises(ParameterError, match="period: missing"):
        make_dgp("plug_in_wave:Wave")
    with pytest.raises(ValueError, match="cannot be imported"):
        make_dgp("plug_in_wave:Other")
    with pytest.raises(ValueError, match="cannot be imported"):
        make_dgp("no_such_module:Wave")
    with pytest.raises(ValueError, match=r"is not a subclass of simulation\.dgps\.base\.DGP"):
        make_dgp("plug_in_wave:Path")
