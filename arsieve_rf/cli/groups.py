"""Options in groups, as the help lists them, and as commands share them."""

from __future__ import annotations

from typing import Any

from . import conversion as to

__all__ = [
    "SEASONAL_WORDS",
    "add_data",
    "add_intervals",
    "add_model",
    "add_output",
    "add_preparation",
    "add_windows",
]

SEASONAL_WORDS = {
    "auto": "test for a season, and adjust for it by factors if there is one (default)",
    "multiplicative": "divide by seasonal factors",
    "additive": "subtract seasonal terms",
    "stl": "subtract a season that may change with time (STL)",
    "lags": "leave the season to the trees, which see the lag of one season",
    "none": "do nothing about it",
}


def add_data(group: Any, *, future: bool) -> None:
    """Columns, and with ``future`` the file of later values."""
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
    if future:
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


def add_preparation(group: Any) -> None:
    """What is done to a series before and after the forest."""
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


def add_model(group: Any) -> None:
    """Forests, but for their bootstrap."""
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
        "--period", metavar="M", type=to.at_least_1, help="rows of one season, for the seasonal bootstrap"
    )
    group.add_argument("--seed", metavar="S", type=to.at_least_0, default=0, help="random seed (default 0)")
    group.add_argument(
        "--jobs", metavar="N", type=to.jobs, help="threads; -1 uses all processors (default 1)"
    )


def add_intervals(group: Any) -> None:
    """Shares, and how intervals are made."""
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


def add_output(group: Any) -> None:
    """Files of a forecast, and what is told."""
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


def add_windows(group: Any) -> None:
    """Where the past is forecast, what fits see of it, and intervals."""
    group.add_argument(
        "--windows",
        metavar="N",
        type=to.at_least_2,
        default=24,
        help="number of times that H steps are forecast (default 24), the last ones at the end of the series",
    )
    group.add_argument(
        "--step",
        metavar="K",
        type=to.at_least_1,
        default=1,
        help="values from one window to the next (default 1); windows share steps if it is less than H",
    )
    group.add_argument(
        "--sliding",
        action="store_true",
        help="fit to as many values in each window as in the first; default: to all values before it",
    )
    group.add_argument(
        "--refit",
        metavar="K",
        type=to.at_least_1,
        default=1,
        help="fit at each K-th window (default 1: at each); between fits models take in the new values",
    )
    group.add_argument(
        "--coverage",
        metavar="C",
        type=to.coverage_or_none,
        default=0.9,
        help="share of values that intervals are to hold (default 0.9), or none, which is faster",
    )
