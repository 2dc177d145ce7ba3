"""sktime's own checks of the forecaster, one test a check, and the examples of its module."""

from __future__ import annotations

import doctest
import inspect

import pytest

pytest.importorskip("sktime")

from sktime.utils.estimator_checks import check_estimator, parametrize_with_checks

import arsieve_rf.adapters.sktime as adapter
from arsieve_rf import ARSieveForecaster
from arsieve_rf.adapters.sktime import SktimeARSieveForecaster


@parametrize_with_checks(SktimeARSieveForecaster)
def test_check_of_sktime(obj, test_name):
    results = check_estimator(obj, tests_to_run=test_name, raise_exceptions=True, verbose=False)
    assert results
    assert set(results.values()) == {"PASSED"}


def test_examples():
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, tried = doctest.testmod(adapter, optionflags=flags)
    assert tried >= 5
    assert not failed


def test_parameters_are_those_of_the_forecaster():
    own = inspect.signature(ARSieveForecaster).parameters
    theirs = inspect.signature(SktimeARSieveForecaster).parameters
    assert list(theirs) == [*own, "n_paths"]
    assert {name: (theirs[name].default, theirs[name].kind) for name in own} == {
        name: (parameter.default, parameter.kind) for name, parameter in own.items()
    }
    assert SktimeARSieveForecaster().get_params() == {**ARSieveForecaster().get_params(), "n_paths": 1000}


def test_the_docstring_names_every_parameter():
    for name in SktimeARSieveForecaster.get_param_names():
        assert name in SktimeARSieveForecaster.__doc__.split("Attributes")[0], name


@pytest.mark.parametrize("wrong", [{"number": 3}, {"n_estimator": 3}])
def test_unknown_parameters_are_refused(wrong):
    with pytest.raises(TypeError, match=next(iter(wrong))):
        SktimeARSieveForecaster(**wrong)


def test_only_lags_may_be_given_by_position():
    assert SktimeARSieveForecaster([1, 12]).lags == [1, 12]
    with pytest.raises(TypeError, match="positional"):
        SktimeARSieveForecaster(12, "direct")


def test_no_configuration_of_sktime_is_overridden():
    assert "_config" not in vars(SktimeARSieveForecaster)
    assert SktimeARSieveForecaster().get_config()["remember_data"] is True


def test_missing_values_are_a_capability_only_where_they_are_taken():
    tag = "capability:missing_values"
    assert not SktimeARSieveForecaster.get_class_tag(tag)
    assert not SktimeARSieveForecaster().get_tag(tag)
    assert SktimeARSieveForecaster(missing="segment").get_tag(tag)
    assert not SktimeARSieveForecaster(missing="segment").set_params(missing="error").get_tag(tag)
