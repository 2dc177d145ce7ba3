"""Draw the pictures of the documentation: ``python docs/make_images.py``."""

from __future__ import annotations

from pathlib import Path

from arsieve_rf import ARSieveForecaster, fit_ar
from arsieve_rf.datasets import load_co2, load_sunspots
from arsieve_rf.evaluation import ar_forecast
from arsieve_rf.plotting import plot_forecast

IMAGES = Path(__file__).parent / "images"


def sunspots() -> None:
    """The held-out years of the demo: the default forecaster, the sieve's forest and the AR model."""
    y = load_sunspots()
    train, test = y[:-24], y[-24:]
    forecasts = {
        "default forecaster": ARSieveForecaster(random_state=0).fit(train).predict(24),
        "AR-sieve forest": ARSieveForecaster(bootstrap="ar_sieve", random_state=0).fit(train).predict(24),
        "AR model": ar_forecast(fit_ar(train), train, 24),
    }
    ax = plot_forecast(
        train, forecasts, test, n_history=90, title="Yearly sunspot numbers, 24 years held out"
    )
    ax.figure.savefig(IMAGES / "sunspots.png", facecolor="white")


def co2() -> None:
    """The first forecast of the getting-started page."""
    y = load_co2()
    train, test = y[:-24], y[-24:]
    forecaster = ARSieveForecaster(random_state=0).fit(train)
    intervals = forecaster.predict_interval(24, coverage=[0.8, 0.95])
    ax = plot_forecast(train, intervals, test, title="Carbon dioxide at Mauna Loa, two years held out")
    ax.figure.savefig(IMAGES / "co2.png", facecolor="white")


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    sunspots()
    co2()
