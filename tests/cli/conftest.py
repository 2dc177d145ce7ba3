from __future__ import annotations

import pytest

from tests.cli.series_files import MONTHS, values


@pytest.fixture
def data(tmp_path):
    """Months, sales and a price, 60 rows."""
    path = tmp_path / "sales.csv"
    rows = [f"{m},{y},{x},north" for m, y, x in zip(MONTHS, values(), range(60), strict=True)]
    path.write_text("\n".join(["month,sales,price,region", *rows]) + "\n")
    return path


@pytest.fixture
def simple(tmp_path):
    """One numeric column."""
    path = tmp_path / "y.csv"
    path.write_text("y\n" + "\n".join(map(str, values())) + "\n")
    return path
