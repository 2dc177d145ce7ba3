"""Which bootstrap for this series, and does it matter: all on the same windows, with what chance allows."""

from __future__ import annotations

__all__: list[str] = []
