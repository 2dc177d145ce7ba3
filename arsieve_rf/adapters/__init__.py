"""Bridges to forecasting frameworks: one module a framework, which imports it at its top.

Nothing here is imported by ``import arsieve_rf``. A module whose framework is missing raises
:class:`ImportError` with the extra to install.
"""
