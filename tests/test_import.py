"""What ``import arsieve_rf`` costs and offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import arsieve_rf

HEAVY = ("sklearn", "pandas", "statsmodels", "arch", "numba", "scipy", "matplotlib", "joblib")


def modules_after(statement: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_import_alone_loads_no_heavy_library():
    assert modules_after("import arsieve_rf; dir(arsieve_rf); arsieve_rf.__version__").isdisjoint(HEAVY)


def test_a_fit_of_an_array_needs_neither_statsmodels_nor_arch_nor_matplotlib():
    statement = (
        "from arsieve_rf import ARSieveForecaster\n"
        "ARSieveForecaster(n_estimators=2, random_state=0).fit([1.0, 3.0, 2.0, 4.0, 3.0, 5.0]).predict(2)"
    )
    assert modules_after(statement).isdisjoint({"statsmodels", "arch", "matplotlib"})


@pytest.mark.parametrize("name", arsieve_rf.__all__)
def test_public_names_resolve_and_are_kept(name):
    value = getattr(arsieve_rf, name)
    assert value is getattr(arsieve_rf, name)
    assert name in vars(arsieve_rf)
    if callable(value):
        assert value.__module__.startswith("arsieve_rf.")
        assert value.__name__ == name
        assert value.__doc__


def test_dir_lists_the_public_names():
    assert dir(arsieve_rf) == sorted(arsieve_rf.__all__)


def test_star_import_brings_the_public_names():
    space: dict[str, object] = {}
    exec("from arsieve_rf import *", space)
    assert set(arsieve_rf.__all__) <= set(space)


def test_unknown_names_are_told():
    with pytest.raises(AttributeError, match="'arsieve_rf' has no attribute 'ARSieve'"):
        _ = arsieve_rf.ARSieve
    with pytest.raises(ImportError, match="fit_arma"):
        exec("from arsieve_rf import fit_arma")
