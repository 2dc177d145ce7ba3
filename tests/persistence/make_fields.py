"""The list of all that files hold, class by class: ``python -m tests.persistence.make_fields`` writes it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from arsieve_rf import ARSieveForestRegressor
from arsieve_rf.estimators._stored import STORED
from arsieve_rf.persistence.encoding import Encoder
from arsieve_rf.persistence.files import FORMAT_VERSION
from tests.persistence.cases import BOOTSTRAPS, N, forecaster, values

LIST = Path(__file__).with_name("fields.txt")


def fitted():
    """Estimators of all kinds that have attributes of their own."""
    X = np.cos(np.arange(N))[:, None]
    period = {"seasonal": "multiplicative", "seasonal_period": 12}
    for bootstrap in BOOTSTRAPS:
        yield forecaster(bootstrap=bootstrap, period=12, **period).fit(values())
    yield forecaster(bootstrap="iid", oob_score=True, n_estimators=60, seasonal=None).fit(values(), X)
    yield forecaster(seasonal="stl", seasonal_period=12, transform="log", differencing=2).fit(values())
    yield forecaster(transform="box_cox", seasonal=None, differencing=1, drift=0.5).fit(values())
    calibrated = forecaster(calibration="conformal", seasonal=None, bootstrap="ar_sieve").fit(values())
    calibrated.predict_interval(2, coverage=0.5)
    yield calibrated
    lagged = pd.DataFrame({f"lag_{k}": values()[3 - k : N - k] for k in (1, 2, 3)})
    yield ARSieveForestRegressor(5, random_state=0).fit(lagged, values()[3:])


def table() -> str:
    """One line a class: its name and the attributes that are stored."""
    found = {
        name: {field.name for field in fields(stored.cls)} if is_dataclass(stored.cls) else set()
        for name, stored in STORED.items()
    }
    for value in fitted():
        encoder = Encoder(STORED)
        encoder.encode(value)
        for record in encoder.records:
            if record["type"] == "object":
                found[record["class"]].update(record["fields"])
    lines = [f"{name}: {', '.join(sorted(names))}".rstrip() for name, names in sorted(found.items())]
    return "\n".join([f"format {FORMAT_VERSION}", *lines]) + "\n"


if __name__ == "__main__":
    LIST.write_text(table())
    print(f"wrote {LIST}")
