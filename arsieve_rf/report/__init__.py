"""Reports: documents as data, numbers as people read them, and the page that shows both."""

from __future__ import annotations

__all__: list[str] = []
