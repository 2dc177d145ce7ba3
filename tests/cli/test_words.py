"""The library's messages in the words of the program."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from arsieve_rf import ARSieveForecaster, forecast_panel
from arsieve_rf.cli.parser import build_parser
from arsieve_rf.cli.words import _OPTIONS, in_program_words
from tests.cli.series_files import values

DAYS = pd.date_range("2024-01-01", periods=60)


def long_frame(y=None, ds=DAYS):
    return pd.DataFrame({"unique_id": "a", "ds": ds, "y": values(len(ds)) if y is None else y})


def said(df, X_df=None, **parameters):
    """The library's own message for a mistake, and the program's."""
    forecaster = ARSieveForecaster(n_estimators=5, random_state=0, **parameters)
    with pytest.raises((ValueError, TypeError)) as caught:
        forecast_panel(df, 2, forecaster=forecaster, X_df=X_df)
    return str(caught.value), in_program_words(str(caught.value))


def test_options_are_those_of_the_program():
    commands = build_parser()._subparsers._group_actions[0].choices
    known = {option for name in ("forecast", "compare") for option in commands[name]._option_string_actions}
    assert set(_OPTIONS.values()) <= known


GAP = np.where(np.arange(60) == 20, np.nan, values())
FUTURE = pd.DataFrame({"unique_id": "a", "ds": DAYS[:2], "price": 1.0})


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ({"df": long_frame(GAP)}, ["the series has 1 missing", "; fill .* gaps with --missing segment$"]),
        ({"df": long_frame(ds=DAYS[:2])}, ["2 date.s. in the time column; it takes three$"]),
        (
            {"df": long_frame(ds=[*DAYS[:20], DAYS[20] + pd.Timedelta("5h"), *DAYS[21:]])},
            ["the time column is irregular: ", "; write equally spaced times$"],
        ),
        ({"df": long_frame(), "order": 70}, ["--order 70 must be between 0 and"]),
        ({"df": long_frame(), "bootstrap": "moving", "block_length": 500}, ["--block-length must be "]),
        ({"df": long_frame(), "bootstrap": "seasonal"}, ["--period must be .* for --bootstrap seasonal"]),
        ({"df": long_frame(-values()), "transform": "log"}, ["use --transform none"]),
        ({"df": long_frame().assign(price=1.0), "X_df": FUTURE}, ["--future-exog must have the times 2024"]),
        (
            {"df": long_frame().assign(price=1.0), "X_df": FUTURE.assign(unique_id="b")},
            [r"--future-exog has 1 id\(s\) that FILE does not have: \['b'\]"],
        ),
    ],
    ids=["gap", "short", "irregular", "order", "block length", "period", "transform", "future", "ids"],
)  # fmt: skip
def test_mistakes_that_the_library_tells(mistake, expected):
    original, translated = said(**mistake)
    for pattern in expected:
        assert re.search(pattern, translated), translated
    # nothing that only a Python programmer could follow
    python = (
        r"pass freq|interpolate|missing=|X_df|block_length|order=|transform=|unique_id|\bds\b|n_rows|pandas"
    )
    assert re.search(python, original)
    assert not re.search(python.replace("|pandas", ""), translated)


@pytest.mark.parametrize(
    "text",
    [
        "series 'ds': 'y' and 'order' are names of the user",
        'the column "period" must be there',
        "in the order of time, periods of one frequency",
        "daily, yearly, by-product, x_y",
    ],
)
def test_other_words_stay(text):
    assert in_program_words(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lags=[1, 2] is not possible", "--lags 1,2 is not possible"),
        ("seasonal_period=12.5 is", "--season-length 12.5 is"),
        ("use transform=None.", "use --transform none."),
        ('for bootstrap="iid"; more', "for --bootstrap iid; more"),
        ("n_estimators must be at least 1", "--trees must be at least 1"),
        ("lags must be at least 1", "--lags must be at least 1"),
        ("the smallest of y is 0: add a constant to y.", "the smallest of the series is 0: add a constant to "
         "the series."),
    ],
)  # fmt: skip
def test_parameters_become_options(text, expected):
    assert in_program_words(text) == expected
