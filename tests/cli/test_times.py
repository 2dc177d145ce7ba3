from __future__ import annotations

import pandas as pd
import pytest

from arsieve_rf.cli.messages import InputError
from arsieve_rf.cli.table import Table
from arsieve_rf.cli.times import check_regular, read_times
from arsieve_rf.series.index import read_series


def table(cells):
    return Table("file.csv", ["t"], [[cell] for cell in cells], list(range(2, len(cells) + 2)))


def continued(cells, h, time_format=None):
    times = read_times(table(cells), "t", time_format)
    check_regular(times, table(cells), "t")
    info = read_series(pd.Series(range(len(cells)), index=times.index))[1]
    return [times.write(label) for label in info.future(h)]


MONTHS = pd.date_range("2023-10-01", periods=6, freq="MS")
HOURS = pd.date_range("2024-02-28 21:00", periods=6, freq="h")


@pytest.mark.parametrize(
    ("stamps", "time_format"),
    [
        *(
            (MONTHS, f)
            for f in ("%Y-%m-%d", "%Y-%m", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d", "%Y%m", "%b %Y", "%m/%Y")
        ),
        *((MONTHS, f) for f in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%B %Y", "%d %b %Y")),
        *((HOURS, f) for f in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M")),
        *((HOURS.tz_localize("Etc/GMT-5"), f) for f in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z")),
    ],
)
def test_dates_go_on_as_they_are_written(stamps, time_format):
    cells = [stamp.strftime(time_format) for stamp in stamps]
    assert continued(cells[:4], 2) == cells[4:]


@pytest.mark.parametrize(
    "cells",
    [
        ["1999", "2000", "2001", "2002", "2003"],
        ["1999.0", "2000.0", "2001.0", "2002.0", "2003.0"],
        ["-4", "-2", "0", "2", "4"],
        ["2023Q3", "2023Q4", "2024Q1", "2024Q2", "2024Q3"],
        ["2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3"],
        ["2023 q3", "2023 q4", "2024 q1", "2024 q2", "2024 q3"],
        ["20240228", "20240229", "20240301", "20240302", "20240303"],
        ["2024-02-28T00:00:00+05:30", "2024-02-29T00:00:00+05:30", "2024-03-01T00:00:00+05:30",
         "2024-03-02T00:00:00+05:30", "2024-03-03T00:00:00+05:30"],
        ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"],
        ["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"],  # working days
    ],
)  # fmt: skip
def test_other_times_go_on(cells):
    assert continued(cells[:4], 1) == cells[4:]


def test_day_and_month_are_told_apart_by_regular_steps():
    assert continued(["13/01/2024", "14/01/2024", "15/01/2024"], 1) == ["16/01/2024"]
    assert continued(["01/13/2024", "01/14/2024", "01/15/2024"], 1) == ["01/16/2024"]
    # Days in the first reading, uneven in the second.
    assert continued(["02/28/2024", "02/29/2024", "03/01/2024"], 1) == ["03/02/2024"]


def test_the_user_decides_where_two_readings_are_regular():
    cells = ["01/01/2024", "02/01/2024", "03/01/2024"]
    with pytest.raises(InputError, match=r"two ways .*--time-format"):
        continued(cells, 1)
    assert continued(cells, 29, "%d/%m/%Y")[-1] == "01/02/2024"
    assert continued(cells, 29, "%m/%d/%Y")[-1] == "08/01/2026"


def test_own_format():
    assert continued(["Week 01, 2024-1", "Week 02, 2024-1", "Week 03, 2024-1"], 1, "Week %W, %Y-%w") == [
        "Week 04, 2024-1"
    ]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["2024-01-01", "2024-02-01", ""], r"file.csv, line 4: column 't' has a missing time"),
        (["2024-01-01", "2024-02-01", "soon"], r"file.csv, line 4: time 'soon' .* cannot be read"),
        (["monday", "tuesday"], r"file.csv, line 2: time 'monday' .*--time-format"),
        (["2024-01-01", "2024-02-30", "2024-03-01"], r"line 3: time '2024-02-30'"),
        (
            ["2024-01-01", "2024-02-01", "2024-04-01", "2024-05-01", "2024-06-01"],
            r"line 4: time column 't' is irreg",
        ),
        (["2024-01-01", "2024-01-02", "2024-01-02"], r"line 4: time column 't' repeats 2024-01-02"),
        (["2024-01-03", "2024-01-02", "2024-01-01"], r"line 3: time column 't' goes back in time"),
        (["1", "2", "4", "5", "6"], r"line 4: time column 't' is not equally spaced: after 2 comes 4"),
        (["2024-01-01", "2024-01-02"], r"file.csv: time column 't' has no frequency"),
        (["2023Q1", "2023Q3"], r"line 3: time column 't' is irregular: 2023Q3 where 2023Q2"),
        (
            ["2024-03-30T00:00:00+0100", "2024-03-31T00:00:00+0100", "2024-04-01T00:00:00+0200"],
            "mixes offsets",
        ),
    ],
)
def test_faults_name_the_line(cells, message):
    with pytest.raises(InputError, match=message):
        continued(cells, 1)


def test_a_given_format_that_does_not_fit():
    with pytest.raises(
        InputError, match=r"line 2: time '2024-01-01' of column 't' cannot be read as '%d/%m/%Y'"
    ):
        continued(["2024-01-01"], 1, "%d/%m/%Y")
