"""One-step errors of an AR model, beside their definition and scipy's filter."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.signal import lfilter

from arsieve_rf.selection.innovations import innovation_variance


@pytest.mark.parametrize("n", [1, 2, 7, 60])
@pytest.mark.parametrize("order", [0, 1, 3, 20])
def test_errors_are_those_of_the_definition(n, order):
    rng = np.random.default_rng(100 * n + order)
    y, coef = rng.normal(5.0, 2.0, n), rng.normal(0.0, 0.3, order)
    around = y - y.mean()
    errors = [around[t] - sum(coef[k] * around[t - k - 1] for k in range(order) if t > k) for t in range(n)]
    assert innovation_variance(y, coef) == pytest.approx(np.mean(np.square(errors)), rel=1e-12)
    filtered = lfilter(np.concatenate([[1.0], -coef]), [1.0], around)
    assert innovation_variance(y, coef) == pytest.approx(np.mean(filtered**2), rel=1e-12)


def test_the_slow_import_of_scipys_filters_is_not_needed():
    code = (
        "import sys\nfrom arsieve_rf import ARSieveForecaster\n"
        "ARSieveForecaster(n_estimators=2).fit([1.0, 3.0, 2.0, 4.0, 3.0, 5.0] * 5).predict(2)\n"
        "print('scipy.signal' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"]
