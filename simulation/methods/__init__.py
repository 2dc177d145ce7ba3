"""Forecasting methods that a study compares."""
