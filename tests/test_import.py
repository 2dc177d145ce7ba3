"""What ``import arsieve_rf`` costs and offers."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

import arsieve_rf

HEAVY = ("sklearn", "pandas", "statsmodels", "arch", "numba", "scipy", "matplotlib", "joblib")
FRAMEWORKS = ("sktime", "skforecast", "mlforecast", "darts", "dask", "ray")
ADAPTERS = ("sktime",)


def modules_after(statement: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_import_alone_loads_no_heavy_library():
    assert modules_after("import arsieve_rf; dir(arsieve_rf); arsieve_rf.__version__").isdisjoint(HEAVY)


def test_no_framework_is_imported_before_its_adapter():
    statement = "import arsieve_rf.adapters\nfrom arsieve_rf import *"
    assert modules_after(statement).isdisjoint(FRAMEWORKS)


@pytest.mark.parametrize("framework", ADAPTERS)
def test_an_adapter_without_its_library_says_what_to_install(framework):
    absent = "" if find_spec(framework) is None else f"import sys; sys.modules[{framework!r}] = None; "
    code = f"{absent}import arsieve_rf.adapters.{framework}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert f'pip install "arsieve-rf[{framework}]"' in last


@pytest.mark.parametrize("framework", ADAPTERS)
def test_what_a_framework_itself_lacks_is_told_as_it_is(framework, tmp_path):
    (tmp_path / f"{framework}.py").write_text("import something_that_it_needs")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import arsieve_rf.adapters.{framework}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr.strip().endswith("No module named 'something_that_it_needs'")
    assert "arsieve-rf[" not in run.stderr


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
