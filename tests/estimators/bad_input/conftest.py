"""Every user mistake has its own error: the right type, raised before any tree is grown, with a way out."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_tree_is_grown(monkeypatch, request):
    """Mistakes are told before work starts."""
    if "after_fit" in request.fixturenames:
        return

    def grown(*args, **kwargs):
        raise AssertionError("a tree was grown before the mistake was told")

    for module in ("_growing", "_mixture"):
        monkeypatch.setattr(f"arsieve_rf.estimators.{module}.grow_forest", grown)


@pytest.fixture
def after_fit():
    """For tests that need a fitted estimator."""
