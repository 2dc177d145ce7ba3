"""The words that the command line knows. Imports nothing heavy, so that ``--help`` is instant."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

from .. import __version__

__all__ = ["BOOTSTRAP_WORDS", "ORDER_WORDS", "build_parser"]

BOOTSTRAP_WORDS = {
    "ar_sieve": "new series, simulated from an AR model fitted to yours (default)",
    "iid": "rows of the lag matrix, drawn one by one",
    "moving": "blocks of consecutive rows",
    "circular": "blocks that wrap around the end of the series",
    "stationary": "blocks of random length that wrap around",
    "nonoverlapping": "blocks from a fixed partition of the rows",
    "seasonal": "blocks that keep their place in the season (needs --period)",
    "none": "no resampling: every tree sees all rows once",
}
ORDER_WORDS = ("aic", "aicc", "bic", "hqic")
_MAX_HORIZON = 1_000_000

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

The file has one line of column names, then one line per time, oldest first,
without gaps. Columns are separated by commas, semicolons, tabs or bars.
With --id it has one line per series and time; with --time in any order."""

_DEMO_DESCRIPTION = """\
Hold out the last 24 of 309 years of sunspot numbers and forecast them with the
AR-sieve forest, the IID forest, the AR model and the naive forecast. Prints a
table of errors; writes the forecasts (CSV) and a picture (PNG). Needs no data
of yours."""


def _forecast_epilog() -> str:
    """Examples, and what each bootstrap is."""
    lines = [f"  {word:<15} {meaning}" for word, meaning in BOOTSTRAP_WORDS.items()]
    return (
        "what the trees are trained on (--bootstrap):\n"
        + "\n".join(lines)
        + """

examples:
  the next 12 values of the only numeric column, to the terminal
    arsieve-rf forecast sales.csv --horizon 12

  with dates continued, and a picture
    arsieve-rf forecast sales.csv --column sales --time month --horizon 12 \\
        --out forecast.csv --plot forecast.png

  a series with a trend: difference it once
    arsieve-rf forecast gdp.csv --column gdp --time year --horizon 8 --differencing 1

  a block bootstrap, lags 1, 2 and 12, another seed
    arsieve-rf forecast sales.csv --horizon 12 --bootstrap moving --block-length 24 \\
        --lags 1,2,12 --seed 7

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
        "--horizon", "-H", metavar="H", type=_horizon, required=True, help="number of steps to forecast"
    )
    data = parser.add_argument_group("data")
    data.add_argument("--column", metavar="NAME", help="column to forecast; default: the only numeric one")
    data.add_argument(
        "--id",
        metavar="NAME",
        help="column that names the series of each line; --column is then y by default, if there is one",
    )
    data.add_argument(
        "--time",
        metavar="NAME",
        help="column of dates, quarters (2024Q1) or whole numbers, equally spaced; the forecast continues it",
    )
    data.add_argument(
        "--time-format",
        metavar="FMT",
        help="how the times are written, such as %%d/%%m/%%Y; default: guessed",
    )
    data.add_argument("--exog", metavar="A,B", type=_names, help="other columns to use, numeric")
    data.add_argument(
        "--future-exog", metavar="FILE", help="CSV file with these columns for the H steps to forecast"
    )
    model = parser.add_argument_group("model")
    model.add_argument(
        "--bootstrap", metavar="WORD", choices=BOOTSTRAP_WORDS, default="ar_sieve", help="see below"
    )
    model.add_argument(
        "--trees", metavar="N", type=_at_least_1, default=500, help="number of trees (default 500)"
    )
    model.add_argument(
        "--lags",
        metavar="L",
        type=_lags,
        help="12 for lags 1 to 12, or 1,2,12 for these; default: as many as the AR model has",
    )
    model.add_argument(
        "--order",
        metavar="P",
        type=_order,
        help="order of the AR model, or how it is chosen: aic (default), aicc, bic, hqic",
    )
    model.add_argument(
        "--differencing",
        metavar="D",
        type=int,
        choices=(0, 1, 2),
        default=0,
        help="take differences 0, 1 or 2 times before (default 0; 1 for series with a trend)",
    )
    model.add_argument(
        "--block-length", metavar="B", type=_block_length, help="block length of a block bootstrap, or auto"
    )
    model.add_argument("--period", metavar="M", type=_at_least_1, help="steps of one season")
    model.add_argument("--seed", metavar="S", type=_at_least_0, default=0, help="random seed (default 0)")
    model.add_argument("--jobs", metavar="N", type=_jobs, help="threads; -1 uses all processors (default 1)")
    output = parser.add_argument_group("output")
    output.add_argument("--out", metavar="FILE", help="write the forecast here instead of standard output")
    output.add_argument(
        "--plot",
        metavar="FILE",
        help="draw the series and its forecast (png, pdf, svg); with --id the first 9",
    )
    output.add_argument("--quiet", "-q", action="store_true", help="no progress messages")
    parser.set_defaults(run=_run_forecast)


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
        "--trees", metavar="N", type=_at_least_1, default=500, help="trees in each forest (default 500)"
    )
    parser.add_argument("--seed", metavar="S", type=_at_least_0, default=0, help="random seed (default 0)")
    parser.add_argument("--jobs", metavar="N", type=_jobs, help="threads; -1 uses all processors (default 1)")
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


def _integer(text: str) -> int:
    """A plain integer: Python would read 1_000 and ٣, too."""
    if not re.fullmatch(r"[+-]?[0-9]+", text) or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _at_least_1(text: str) -> int:
    if (value := _integer(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value


def _horizon(text: str) -> int:
    """Bounded, since a slip of the key would fill the memory."""
    if (value := _at_least_1(text)) > _MAX_HORIZON:
        raise argparse.ArgumentTypeError(f"must be at most {_MAX_HORIZON}, got {value}")
    return value


def _at_least_0(text: str) -> int:
    if (value := _integer(text)) < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, got {value}")
    return value


def _jobs(text: str) -> int:
    if (value := _integer(text)) == 0:
        raise argparse.ArgumentTypeError("must be 1 or more, or -1 for all processors, got 0")
    return value


def _lags(text: str) -> int | list[int]:
    if "," not in text:
        return _at_least_1(text)
    lags = [_at_least_1(part.strip()) for part in text.split(",")]
    if len(set(lags)) < len(lags):
        raise argparse.ArgumentTypeError(f"{text!r} names a lag twice")
    return lags


def _order(text: str) -> int | str:
    if text in ORDER_WORDS:
        return text
    if re.fullmatch(r"[0-9]{1,18}", text):
        return int(text)
    raise argparse.ArgumentTypeError(f"must be {', '.join(ORDER_WORDS)} or 0, 1, 2, ..., got {text!r}")


def _block_length(text: str) -> int | float | str:
    if text == "auto":
        return text
    if re.fullmatch(r"[0-9]{1,18}", text):
        return _at_least_1(text)
    if re.fullmatch(r"[0-9]+\.[0-9]+", text) and float(text) >= 1.0:  # a mean length: stationary only
        return float(text)
    raise argparse.ArgumentTypeError(f"must be auto or a number of at least 1, got {text!r}")


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if "" in names:
        raise argparse.ArgumentTypeError(f"{text!r} has an empty name")
    if len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"{text!r} names a column twice")
    return names
