"""Real series that come with statsmodels, as pandas Series with a period index.

Nothing is downloaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load_co2", "load_elnino", "load_sunspots"]


def load_sunspots() -> pd.Series:
    """Yearly mean sunspot numbers, 1700 to 2008: a cycle of about 11 years, asymmetric, never below 0.

    Returns
    -------
    Series of float64, shape (309,)
        Named "sunspots", with a yearly PeriodIndex named "year".

    Examples
    --------
    >>> from arsieve_rf.datasets import load_sunspots
    >>> y = load_sunspots()
    >>> y.head(3)
    year
    1700     5.0
    1701    11.0
    1702    16.0
    Freq: Y-DEC, Name: sunspots, dtype: float64
    >>> train, test = y[:-24], y[-24:]
    """
    import pandas as pd
    from statsmodels.datasets import sunspots

    data = sunspots.load_pandas().data
    years = pd.period_range(str(int(data["YEAR"].iloc[0])), periods=len(data), freq="Y", name="year")
    return pd.Series(data["SUNACTIVITY"].to_numpy(float), index=years, name="sunspots")


def load_elnino() -> pd.Series:
    """Monthly sea surface temperature of the eastern Pacific, 1950 to 2010, in °C: a strong season.

    Returns
    -------
    Series of float64, shape (732,)
        Named "temperature", with a monthly PeriodIndex named "month".

    Examples
    --------
    >>> from arsieve_rf.datasets import load_elnino
    >>> load_elnino().iloc[:2].tolist()
    [23.11, 24.2]
    """
    import pandas as pd
    from statsmodels.datasets import elnino

    data = elnino.load_pandas().data
    months = pd.period_range(
        f"{int(data['YEAR'].iloc[0])}-01", periods=12 * len(data), freq="M", name="month"
    )
    return pd.Series(data.drop(columns="YEAR").to_numpy(float).ravel(), index=months, name="temperature")


def load_co2() -> pd.Series:
    """Monthly carbon dioxide at Mauna Loa, 1958 to 2001, in parts per million: a trend and a season.

    Means of the weekly values; the few months without any are interpolated linearly.

    Returns
    -------
    Series of float64, shape (526,)
        Named "co2", with a monthly PeriodIndex named "month".

    Examples
    --------
    >>> from arsieve_rf.datasets import load_co2
    >>> y = load_co2()
    >>> str(y.index[0]), str(y.index[-1]), bool(y.isna().any())
    ('1958-03', '2001-12', False)
    """
    from statsmodels.datasets import co2

    weekly = co2.load_pandas().data["co2"]
    monthly = weekly.groupby(weekly.index.to_period("M")).mean().interpolate()
    return monthly.asfreq("M").rename_axis("month")
