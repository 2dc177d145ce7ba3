"""The words that the command line knows. Imports nothing heavy, so that ``--help`` is instant."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from .. import __version__
from . import conversion as to
from .conversion import ORDER_WORDS

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
SEASONAL_WORDS = {
    "auto": "test for a season, and adjust for it by factors if there is one (default)",
    "multiplicative": "divide by seasonal factors",
    "additive": "subtract seasonal terms",
    "stl": "subtract a season that may change with time (STL)",
    "lags": "leave the season to the trees, which see the lag of one season",
    "none": "do nothing about it",
}

_DESCRIPTION = """\
Forecast time series with random forests whose trees are trained on resampled
series: the AR-sieve bootstrap, and the IID and block bootstraps beside it."""

_EPILOG = """\
commands in short:
  arsieve-rf forecast sales.csv --column sales --time month --horizon 12
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
    _add_data(parser.add_argument_group("data"))
    _add_preparation(parser.add_argument_group("preparation of the series"))
    _add_model(parser.add_argument_group("model"))
    _add_intervals(parser.add_argument_group("prediction intervals"))
    _add_output(parser.add_argument_group("output"))
    parser.set_defaults(run=_run_forecast)


def _add_data(group: Any) -> None:
    group.add_argument("--column", metavar="NAME", help="column to forecast; default: the only numeric one")
    group.add_argument(
        "--id",
        metavar="NAME",
        help="column that names the series of each line; --column is then y by default, if there is one",
    )
    group.add_argument(
        "--time",
        metavar="NAME",
        help="column of dates, quarters (2024Q1) or whole numbers, equally spaced; the forecast continues it",
    )
    group.add_argument(
        "--time-format",
        metavar="FMT",
        help="how the times are written, such as %%d/%%m/%%Y; default: guessed",
    )
    group.add_argument("--exog", metavar="A,B", type=to.names, help="other columns to use, numeric")
    group.add_argument(
        "--future-exog", metavar="FILE", help="CSV file with these columns for the H steps to forecast"
    )
    group.add_argument(
        "--missing",
        metavar="WORD",
        choices=("error", "segment"),
        default="error",
        help="what an empty cell of the column to forecast is: error, a mistake (default); segment, a gap",
    )


def _add_preparation(group: Any) -> None:
    group.add_argument(
        "--seasonal", metavar="WORD", choices=SEASONAL_WORDS, default="auto", help="see below (default auto)"
    )
    group.add_argument(
        "--season-length",
        metavar="N[,M]",
        type=to.season_length,
        help="steps of a season, or of several; default: what --time suggests (12 for months), or a search",
    )
    group.add_argument(
        "--transform",
        metavar="T",
        type=to.transform,
        default="auto",
        help="auto (default: none or square root), log, box_cox, none, or a power from -1 to 2",
    )
    group.add_argument(
        "--differencing",
        metavar="D",
        type=to.differencing,
        choices=("auto", 0, 1, 2),
        default="auto",
        help="model the series (0), its changes (1) or their changes (2); auto (default) tests for it",
    )
    group.add_argument(
        "--damping",
        metavar="F",
        type=to.damping,
        default="auto",
        help="factor by which forecast changes fade with each step, above 0 and at most 1 (1: not at all); "
        "auto (default): 0.8 after differencing twice, else 1",
    )
    group.add_argument(
        "--drift",
        metavar="S",
        type=to.drift,
        default="auto",
        help="share of the average change that forecasts of changes carry on, 0 to 1; "
        "auto (default): by how clear it is",
    )
    group.add_argument(
        "--bias-adjust",
        action="store_true",
        help="forecast means, not medians, of a series that was transformed",
    )


def _add_model(group: Any) -> None:
    group.add_argument(
        "--bootstrap", metavar="WORD", choices=BOOTSTRAP_WORDS, default="auto", help="see below"
    )
    group.add_argument(
        "--strategy",
        metavar="WORD",
        choices=("recursive", "direct"),
        default="recursive",
        help="recursive: each forecast feeds the next step (default); direct: a forest for each step",
    )
    group.add_argument(
        "--trees", metavar="N", type=to.at_least_1, default=500, help="number of trees (default 500)"
    )
    group.add_argument(
        "--lags",
        metavar="L",
        type=to.lags,
        help="12 for lags 1 to 12, or 1,2,12 for these; default: as many as the AR model has",
    )
    group.add_argument(
        "--order",
        metavar="P",
        type=to.order,
        help="order of the AR model, or how it is chosen: aic (default), aicc, bic, hqic",
    )
    group.add_argument(
        "--block-length", metavar="B", type=to.block_length, help="block length of a block bootstrap, or auto"
    )
    group.add_argument(
        "--period", metavar="M", type=to.at_least_1, help="rows of one season, for --bootstrap seasonal"
    )
    group.add_argument("--seed", metavar="S", type=to.at_least_0, default=0, help="random seed (default 0)")
    group.add_argument(
        "--jobs", metavar="N", type=to.jobs, help="threads; -1 uses all processors (default 1)"
    )


def _add_intervals(group: Any) -> None:
    group.add_argument(
        "--coverage",
        metavar="C",
        nargs="+",
        type=to.coverage,
        help="shares of values that intervals are to hold, such as 0.8 0.95: columns lower_0.8, upper_0.8, "
        "... and bands in the plot",
    )
    group.add_argument(
        "--paths",
        metavar="N",
        type=to.n_paths,
        help="number of simulated paths that intervals are made from (default 1000)",
    )
    group.add_argument(
        "--calibration",
        metavar="WORD",
        choices=("none", "conformal", "adaptive"),
        default="none",
        help="stretch intervals until they hold their share of the past errors: none (default); conformal; "
        "adaptive, the latest errors weighing most",
    )


def _add_output(group: Any) -> None:
    group.add_argument("--out", metavar="FILE", help="write the forecast here instead of standard output")
    group.add_argument(
        "--plot",
        metavar="FILE",
        help="draw the series and its forecast (png, pdf, svg); with --id the first 9",
    )
    group.add_argument(
        "--describe", action="store_true", help="tell on standard error what was chosen and fitted"
    )
    group.add_argument("--quiet", "-q", action="store_true", help="no progress messages")


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


def _run_demo(arguments: argparse.Namespace) -> None:
    from .demo import run

    run(arguments)
