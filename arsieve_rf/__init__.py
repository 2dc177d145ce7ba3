"""Forecast time series with random forests trained on AR-sieve bootstrap series."""
