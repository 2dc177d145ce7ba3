"""The words that the command line knows. Imports nothing heavy, so that ``--help`` is instant."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any, NoReturn

from .. import __version__
from . import conversion as to
from . import groups
from .conversion import ORDER_WORDS
from .groups import SEASONAL_WORDS

__all__ = ["BOOTSTRAP_WORDS", "ORDER_WORDS", "SEASONAL_WORDS", "build_parser"]

BOOTSTRAP_WORDS = {
    "auto": "linear model and trees of rows, mixed by out-of-bag errors (default)",
    "ar_sieve": "new series, simulated from an AR model fitted to yours",
    "iid": "rows of the lag matrix, drawn one by one",
    "moving": "blocks of consecutive rows",
    "circular": "blocks that wrap around the end of the series",
    "stationary": "blocks of random length that wrap around",
    "nonoverlapping": "blocks from a fixed partition of the rows",
    "seasonal": "blocks that keep their place in the season (needs --period)",
    "none": "no resampling: every tree sees all rows once",
}
_TABLE_WORDS = {
    "MSE": "mean squared error over all windows and steps",
    "ratio": "to the error of iid (if compared, else of the first), with a 95 % interval",
    "p": "of the Diebold-Mariano test of equal errors, corrected for the number of tests",
    "set": "whether the method is in the model confidence set, and may be the best",
    "MASE": "absolute error relative to that of the (seasonal) naive forecast",
    "inside, score": "share of values inside the intervals, and their interval score",
    "trees": "correlation between trees: the lower, the more their mean evens out",
    "fit": "time of one fit",
    "rank, tied": "with --id: mean rank; whether chance may explain its distance to the lowest",
    "first": "with --id: number of series where the method is the best",
    "* and >": "the winner, better than the others by more than chance; or only the lowest",
}

_DESCRIPTION = """\
Forecast time series with random forests whose trees are trained on resampled
series: the AR-sieve bootstrap, and the IID and block bootstraps beside it."""

_EPILOG = """\
commands in short:
  arsieve-rf forecast sales.csv --column sales --time month --horizon 12
  arsieve-rf compare sales.csv --column sales --time month --horizon 6
  arsieve-rf demo --out demo-output
  arsieve-rf simulate run quick --out results

"arsieve-rf forecast --help" explains the options and shows more examples."""

_FORECAST_DESCRIPTION = """\
Read a series from a CSV file, fit a forest to it, and write forecasts of the
next steps as CSV, to the terminal or to a file. With --id: read many series
from one file, and forecast each by itself.

The file has one line of column names, then one line per time, oldest first;
no time is left out, but with --missing segment its cell may be empty. Columns
are separated by commas, semicolons, tabs or bars.
With --id it has one line per series and time; with --time in any order."""

_COMPARE_DESCRIPTION = """\
Which bootstrap should this series have, and does it matter? Forecast its past
with each of them, every time from what was known before, and say what of the
differences may be chance. The AR model and naive forecasts run beside them.

FILE is as for "arsieve-rf forecast". Prints a table and what it says in plain
words; --report writes a page with pictures. With --id: the same over many
series, whose methods are ranked series by series."""

_DEMO_DESCRIPTION = """\
Hold out the last 24 of 309 years of sunspot numbers and forecast them with the
default forecaster (a linear model and trees, mixed by out-of-bag errors), the
AR-sieve forest, the IID forest and the AR model. The forests choose their
preparation by tests; the AR model is fitted to the series as it is. Prints a
table of errors, the naive forecast's beside them; writes the forecasts (CSV)
and a picture (PNG). Needs no data of yours."""


def _forecast_epilog() -> str:
    """What the words mean, and examples."""
    return (
        "what is done about a season (--seasonal):\n"
        + _listed(SEASONAL_WORDS)
        + "\n\nwhat the trees are trained on (--bootstrap):\n"
        + _listed(BOOTSTRAP_WORDS)
        + """

examples:
  the next 12 values of the only numeric column, to the terminal
    arsieve-rf forecast sales.csv --horizon 12

  with dates continued, and a picture
    arsieve-rf forecast sales.csv --column sales --time month --horizon 12 \\
        --out forecast.csv --plot forecast.png

  what was chosen for the series, in words
    arsieve-rf forecast sales.csv --column sales --time month --horizon 12 --describe

  preparation by hand: a logarithm, differences, a day and a week of hours
    arsieve-rf forecast load.csv --column load --horizon 48 --transform log \\
        --differencing 1 --seasonal additive --season-length 24,168

  gaps: empty cells are left out of the fit
    arsieve-rf forecast river.csv --column level --time day --horizon 7 --missing segment

  a block bootstrap, lags 1, 2 and 12, another seed
    arsieve-rf forecast sales.csv --horizon 12 --bootstrap moving --block-length 24 \\
        --lags 1,2,12 --seed 7

  intervals that are to hold 80 and 95 of 100 values, and a picture with bands
    arsieve-rf forecast sales.csv --column sales --time month --horizon 12 \\
        --coverage 0.8 0.95 --plot forecast.png

  other columns that are known in the future, too
    arsieve-rf forecast sales.csv --column sales --time month --horizon 6 \\
        --exog price,holidays --future-exog plan.csv

  every series of a long file, on two processors; future.csv has the same store,
  week and price columns for the next 8 weeks
    arsieve-rf forecast stores.csv --id store --time week --column sales --horizon 8 \\
        --exog price --future-exog future.csv --jobs 2 --out forecasts.csv

  in a pipe
    cut -d, -f1,3 big.csv | arsieve-rf forecast - --time date --horizon 7 > next.csv

exit code: 0 for success, 2 for a mistake in the input (one line says which), 3 if
some of the series of --id could not be forecast: a line for each says why, their
forecasts are empty cells, and all others are written."""
    )


def _compare_epilog() -> str:
    """What the table shows, what the words mean, and examples."""
    return (
        "what the table shows:\n"
        + _listed(_TABLE_WORDS)
        + "\n\nwhat is done about a season (--seasonal):\n"
        + _listed(SEASONAL_WORDS)
        + "\n\nwhat the trees are trained on (--bootstraps):\n"
        + _listed(BOOTSTRAP_WORDS).replace(" (default)", "").replace(" (needs --period)", ", needs --period")
        + """

examples:
  24 windows of 6 steps at the end of the only numeric column
    arsieve-rf compare sales.csv --horizon 6

  three bootstraps, and a page with pictures
    arsieve-rf compare sales.csv --column sales --time month --horizon 6 \\
        --bootstraps ar_sieve,iid,auto --report comparison.html

  windows that share no steps, without intervals, on two processors
    arsieve-rf compare sales.csv --horizon 6 --windows 10 --step 6 --coverage none --jobs 2

  every series of a long file, and the table as CSV
    arsieve-rf compare stores.csv --id store --time week --column sales --horizon 4 \\
        --windows 12 --out summary.csv

exit code: 0 for success, 2 for a mistake in the input (one line says which)."""
    )


def _listed(words: dict[str, str]) -> str:
    """A line each."""
    return "\n".join(f"  {word:<15} {meaning}" for word, meaning in words.items())


class _Parser(argparse.ArgumentParser):
    """Errors are one line; examples keep their layout; options are not abbreviated."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: error: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(2)


def build_parser() -> argparse.ArgumentParser:
    """All commands and options."""
    parser = _Parser(prog="arsieve-rf", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"arsieve-rf {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_forecast(commands)
    _add_compare(commands)
    _add_demo(commands)
    # only listed here: main hands over before it parses
    commands.add_parser("simulate", help="compare methods on simulated series", add_help=False)
    return parser


def _add_forecast(commands: Any) -> None:
    parser = commands.add_parser(
        "forecast",
        help="forecast a series in a CSV file",
        description=_FORECAST_DESCRIPTION,
        epilog=_forecast_epilog(),
    )
    parser.add_argument("file", metavar="FILE", help="CSV file; - reads standard input")
    parser.add_argument(
        "--horizon", "-H", metavar="H", type=to.horizon, required=True, help="number of steps to forecast"
    )
    groups.add_data(parser.add_argument_group("data"), future=True)
    groups.add_preparation(parser.add_argument_group("preparation of the series"))
    model = parser.add_argument_group("model")
    model.add_argument(
        "--bootstrap", metavar="WORD", choices=BOOTSTRAP_WORDS, default="auto", help="see below"
    )
    groups.add_model(model)
    groups.add_intervals(parser.add_argument_group("prediction intervals"))
    groups.add_output(parser.add_argument_group("output"))
    parser.set_defaults(run=_run_forecast)


def _add_compare(commands: Any) -> None:
    parser = commands.add_parser(
        "compare",
        help="compare bootstraps on a series in a CSV file",
        description=_COMPARE_DESCRIPTION,
        epilog=_compare_epilog(),
    )
    parser.add_argument("file", metavar="FILE", help="CSV file; - reads standard input")
    parser.add_argument(
        "--horizon",
        "-H",
        metavar="H",
        type=to.horizon,
        required=True,
        help="steps to forecast in each window",
    )
    parser.add_argument(
        "--bootstraps",
        metavar="A,B",
        type=partial(to.bootstraps, allowed=tuple(BOOTSTRAP_WORDS)),
        help="what to compare, see below; default: all but seasonal and none",
    )
    groups.add_windows(parser.add_argument_group("windows"))
    groups.add_data(parser.add_argument_group("data"), future=False)
    groups.add_preparation(parser.add_argument_group("preparation of the series"))
    groups.add_model(parser.add_argument_group("model"))
    output = parser.add_argument_group("output")
    output.add_argument("--report", metavar="FILE", help="write a page (HTML) with the table and pictures")
    output.add_argument("--out", metavar="FILE", help="write the table as CSV, with all digits")
    output.add_argument("--quiet", "-q", action="store_true", help="no progress messages")
    parser.set_defaults(run=_run_compare)


def _add_demo(commands: Any) -> None:
    parser = commands.add_parser(
        "demo",
        help="forecast the yearly sunspots with four methods",
        description=_DEMO_DESCRIPTION,
    )
    parser.add_argument(
        "--out", metavar="DIR", default="demo-output", help="folder for the files (default demo-output)"
    )
    parser.add_argument(
        "--trees", metavar="N", type=to.at_least_1, default=500, help="trees in each forest (default 500)"
    )
    parser.add_argument("--seed", metavar="S", type=to.at_least_0, default=0, help="random seed (default 0)")
    parser.add_argument(
        "--jobs", metavar="N", type=to.jobs, help="threads; -1 uses all processors (default 1)"
    )
    parser.add_argument("--quiet", "-q", action="store_true", help="no progress messages")
    parser.set_defaults(run=_run_demo)


def _run_forecast(arguments: argparse.Namespace) -> int:
    """Imported late: numba and pandas take a moment that ``--help`` need not wait for."""
    from . import forecast, panel

    if arguments.id is not None:
        return panel.run(arguments)
    forecast.run(arguments)
    return 0


def _run_compare(arguments: argparse.Namespace) -> None:
    from .compare import run

    run(arguments)


def _run_demo(arguments: argparse.Namespace) -> None:
    from .demo import run

    run(arguments)
