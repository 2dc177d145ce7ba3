"""Monte Carlo comparison of forecasting methods over synthetic data-generating processes."""
