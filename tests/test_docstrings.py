"""Every public docstring is complete by numpydoc's rules."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import is_dataclass
from functools import cached_property

import pytest
from numpydoc.validate import validate

import arsieve_rf
from arsieve_rf.resampling.registry import BOOTSTRAPS

MODULES = ("datasets", "evaluation", "evaluation.comparison", "plotting", "preparation")
EXTENSION_POINTS = [
    "arsieve_rf.estimators._inspection.Inspected",
    "arsieve_rf.estimators._probabilistic.Probabilistic",
    "arsieve_rf.resampling.all_rows.AllRows",
    "arsieve_rf.resampling.base.Observed",
    "arsieve_rf.resampling.base.RowSampler",
    "arsieve_rf.resampling.base.SeriesSampler",
    "arsieve_rf.resampling.base.Strategy",
    "arsieve_rf.resampling.block_length.automatic_block_length",
    "arsieve_rf.resampling.registry.make_strategy",
    "arsieve_rf.resampling.registry.strategy_options",
    "arsieve_rf.resampling.row_sampler.BlockSampler",
    "arsieve_rf.resampling.sieve.ARSieveSampler",
]
IGNORED = {
    "ES01": "many summaries say all there is",
    "SA01": "the text itself links to what is related",
    "PR08": "descriptions may begin with a symbol of the text, such as b, or with a quoted word",
    "SS05": "takes words like 'Autocovariances' for verbs in the third person",
}
IGNORED_FOR = {
    "PR01": lambda name, obj: is_dataclass(obj) or getattr(obj, "_is_protocol", False),  # under Attributes
    "PR04": lambda name, obj: name.endswith("ARSieveForecaster"),  # one entry lists those of the regressor
    "EX01": lambda name, obj: not is_top_level(name) or inspect.isabstract(obj) or name in NO_EXAMPLE,
}
# what a strategy looks at and what it returns are shown in the examples of the strategies
NO_EXAMPLE = {"arsieve_rf.resampling.base.Observed", "arsieve_rf.resampling.sieve.ARSieveSampler"}
NO_EXAMPLE |= {"arsieve_rf.estimators._probabilistic.Probabilistic"}  # those of its methods
NO_EXAMPLE |= {"arsieve_rf.estimators._inspection.Inspected"}  # that of the regressor
NO_EXAMPLE |= {"arsieve_rf.preparation.Step"}  # a protocol: its members' examples are those of the steps


def names() -> list[str]:
    """Public objects, classes before their public methods and properties."""
    top = [f"arsieve_rf.{name}" for name in arsieve_rf.__all__ if not name.startswith("_")]
    for module in MODULES:
        public = importlib.import_module(f"arsieve_rf.{module}").__all__
        top += [f"arsieve_rf.{module}.{name}" for name in public]
    top += [f"{cls.__module__}.{cls.__name__}" for cls in BOOTSTRAPS.values()]
    found = []
    for name in dict.fromkeys([*top, *EXTENSION_POINTS]):
        found.append(name)
        obj = resolve(name)
        if inspect.isclass(obj):
            found += [f"{name}.{key}" for key, value in vars(obj).items() if is_member(key, value)]
    return found


def is_member(key: str, value: object) -> bool:
    return not key.startswith("_") and (
        inspect.isfunction(value) or isinstance(value, property | cached_property | classmethod)
    )


def resolve(name: str) -> object:
    """The object itself: of a member, what its class holds under the name."""
    module, _, last = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), last)
    except ModuleNotFoundError:
        return inspect.getattr_static(resolve(module), last)


def is_top_level(name: str) -> bool:
    return not any(name.startswith(f"{other}.") for other in NAMES)


NAMES = names()


def test_all_public_names_are_here():
    assert "arsieve_rf.ARSieveForestRegressor.predict_quantiles" in NAMES
    assert "arsieve_rf.resampling.moving.MovingBlock.fit" in NAMES
    assert "arsieve_rf.ARFit.max_root_modulus" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_docstring_is_complete(name):
    obj = resolve(name)
    faults = [
        f"{code}: {message}"
        for code, message in validate(name)["errors"]
        if code not in IGNORED and not (code in IGNORED_FOR and IGNORED_FOR[code](name, obj))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("code", sorted(IGNORED | IGNORED_FOR))
def test_every_exception_is_needed(code):
    assert any(code == found for name in NAMES for found, _ in validate(name)["errors"])
