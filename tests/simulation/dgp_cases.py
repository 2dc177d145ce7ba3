"""One or more settings of every family, for tests that hold for all of them."""

from __future__ import annotations

from typing import Any

CASES: list[tuple[str, dict[str, Any]]] = [
    ("ar", {"coef": [0.5]}),
    ("ar", {"coef": [1.0, -0.5], "innovations": {"name": "t", "df": 5}}),
    ("ma", {"coef": [-0.8]}),
    ("arma", {"ar": [0.5], "ma": [0.5], "sigma": 3.0}),
    ("arma", {"ar": [], "ma": [0.4, 0.2, 0.1]}),
    ("arima", {"ar": [0.5], "drift": 0.3}),
    ("arima", {"ar": [0.2], "d": 2, "ma": [0.3]}),
    ("arfima", {"d": 0.3}),
    ("arfima", {"ar": [0.5], "d": -0.2, "ma": [0.4], "innovations": {"name": "skewed", "skewness": -1.5}}),
    ("seasonal_ar", {"period": 4, "coef": [0.4], "seasonal_coef": [0.5]}),
    ("seasonal_ar", {"period": 12, "coef": [], "seasonal_coef": [0.3, 0.2]}),
    ("garch", {"alpha": 0.1, "beta": 0.8}),
    ("garch", {"alpha": 0.3, "omega": 2.0, "ar": [0.5, 0.2], "innovations": {"name": "t", "df": 8}}),
    ("level_shift", {"coef": [0.5], "size": 4.0, "at": 0.7}),
    ("bilinear", {"coef": 0.4, "bilinear": 0.4}),
    ("setar", {"lower": [0.9], "upper": [-0.4]}),
    ("setar", {"lower": [0.5, 0.2], "upper": [-0.4], "upper_intercept": 1.0, "delay": 2}),
    ("expar", {"coef": [0.3], "near": [-1.5]}),
    ("expar", {"coef": [0.3, 0.2], "near": [-0.9, 0.1], "gamma": 0.5}),
    ("threshold_jump", {"coef": 0.2}),
    ("sine", {"innovations": {"name": "skewed", "skewness": 1.0}}),
    ("logistic", {}),
]

IDS = [f"{name}-{i}" for i, (name, _) in enumerate(CASES)]
