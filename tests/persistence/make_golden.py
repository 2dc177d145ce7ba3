"""A file to be kept, with its forecasts: ``python -m tests.persistence.make_golden`` writes both.

It is made once a format, when that is final. What it must give is compared loosely (1e-12), as other machines
may round logarithms in another way.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from arsieve_rf import ARSieveForecaster
from arsieve_rf.persistence.files import FORMAT_VERSION
from tests.persistence.cases import N, values

ARCHIVE = Path(__file__).with_name("golden")
FORECASTS = ".txt"


def golden_files() -> list[str]:
    """Names of the files that are kept."""
    return sorted(path.name for path in ARCHIVE.glob("format_*.arsieve"))


def make() -> None:
    """Write the file and the forecasts of the forecaster in it."""
    y = pd.Series(
        values(), index=pd.period_range("2018-01", periods=N, freq="M", name="month"), name="golden"
    )
    forecaster = ARSieveForecaster(n_estimators=20, transform="log", calibration="conformal", random_state=0)
    forecaster.fit(y)
    forecaster.predict_interval(2, coverage=0.5)
    ARCHIVE.mkdir(exist_ok=True)
    stem = ARCHIVE / f"format_{FORMAT_VERSION}"
    forecaster.save(stem.with_suffix(".arsieve"))
    np.savetxt(stem.with_suffix(FORECASTS), forecaster.predict(12), fmt="%.17g")
    print(f"wrote {stem}.arsieve")


if __name__ == "__main__":
    make()
