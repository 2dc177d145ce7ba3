"""Tests beside the real frameworks; they run in the second environment, by ``make test-ecosystem``.

A framework's own warnings are not ours to mend, so they stay warnings here. Ours are asserted by the tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.filterwarnings("default"))
