"""Series of the forecasting competitions in ``../shared/data``, beside the checkout; errors by frequency."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FILES = {"m1": "m1.parquet", "m3": "m3_dev.parquet"}
OFFICIAL = "m3_dev_official_forecasts.parquet"


@dataclass(frozen=True)
class Task:
    """One series: what a method sees, and what it is scored on."""

    unique_id: str
    frequency: str
    period: int
    train: np.ndarray
    test: np.ndarray


def load(name: str, inner: bool = False) -> list[Task]:
    """All series of a set.

    ``inner`` holds out the last horizon of each *training* part instead of the official test part, which it
    leaves alone: choices are made there. Series of which fewer than 8 values would be left are dropped then.
    """
    meta = pd.read_csv(DATA / "meta.csv")
    meta = meta[meta["dataset"] == name].set_index("unique_id")
    frame = pd.read_parquet(DATA / FILES[name]).sort_values(["unique_id", "ds"])
    tasks = []
    for uid, group in frame.groupby("unique_id"):
        info, y = meta.loc[uid], group["y"].to_numpy(float)
        n, h = int(info["n_train"]), int(info["horizon"])
        if inner:
            n -= h
        if n >= 8 or not inner:
            task = Task(str(uid), info["frequency"], int(info["seasonal_period"]), y[:n], y[n : n + h])
            tasks.append(task)
    return tasks


def official(names: list[str]) -> dict[str, dict[str, np.ndarray]]:
    """Forecasts of the competition's own entries, by method and series."""
    frame = pd.read_parquet(DATA / OFFICIAL).sort_values(["method", "unique_id", "h"])
    frame = frame[frame["method"].isin(names)]
    return {
        method: {str(uid): g["yhat"].to_numpy(float) for uid, g in group.groupby("unique_id")}
        for method, group in frame.groupby("method")
    }


def errors(tasks: list[Task], forecasts: dict[str, np.ndarray]) -> pd.DataFrame:
    """Means of sMAPE (percent, the M competitions' form) and MASE by frequency and over all series."""
    rows = []
    for task in tasks:
        f, y, train, m = forecasts[task.unique_id], task.test, task.train, task.period
        scale = np.mean(np.abs(train[m:] - train[:-m])) if len(train) > m else np.nan
        smape = np.mean(200.0 * np.abs(y - f) / (np.abs(y) + np.abs(f)))
        mase = np.mean(np.abs(y - f)) / scale if scale > 0.0 else np.nan
        rows.append((task.frequency, smape, mase))
    table = pd.DataFrame(rows, columns=["frequency", "sMAPE", "MASE"])
    by = table.groupby("frequency").mean()
    by.loc["all"] = table[["sMAPE", "MASE"]].mean()
    return by
