"""Modules whose framework is not installed are left out of the doctests; tests/ecosystem runs these."""

from __future__ import annotations

from importlib.util import find_spec

_FRAMEWORKS = {"arsieve_rf/adapters/sktime.py": "sktime"}

collect_ignore = [module for module, framework in _FRAMEWORKS.items() if find_spec(framework) is None]
