"""What a summary's columns are called, how their values look, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ....report import digits

__all__ = ["NOTHING", "Column", "columns"]

NOTHING = "–"

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a table of methods.

    Attributes
    ----------
    title : str
        Its heading.
    meaning : str
        A sentence without capital and point.
    text : callable
        From a row of the summary, as a mapping, to what the cell shows.
    interval_title : str
        Heading of ``interval``; empty if there is none.
    interval : callable
        From a row to the interval around the value, empty where there is none.
    """

    title: str
    meaning: str
    text: Callable[[Values], str]
    interval_title: str = ""
    interval: Callable[[Values], str] = lambda row: ""


def columns(result: Any) -> list[Column]:
    """Columns that a comparison, of one series or of many, has values in.

    Parameters
    ----------
    result : Comparison or PanelComparison

    Returns
    -------
    list of Column
        In the order of its summary.
    """
    table = result.summary()
    known = table.columns[table.notna().any()]
    return [column for name, column in _all(result.reference).items() if name in known]


def _all(reference: str) -> dict[str, Column]:
    """By the summary's name for them."""
    return {
        "mean_rank": Column(
            "rank", "mean over the series of the rank of its error, 1 being the lowest", _two("mean_rank")
        ),
        "tied_with_best": Column(
            "tied",
            "whether the mean rank is within the critical difference of the lowest of all",
            _yes("tied_with_best"),
        ),
        "n_best": Column(
            "first", "number of series where the method has the lowest error of all", _count("n_best")
        ),
        "mse": Column("MSE", "mean squared error over all windows and steps", _number("mse")),
        "mae": Column("MAE", "mean absolute error", _number("mae")),
        "ratio": Column(
            "ratio",
            f"mean squared error relative to that of {reference}",
            _ratio,
            "95 % interval",
            _ratio_interval,
        ),
        "p_holm": Column(
            "p",
            f"p-value of the test that losses equal those of {reference}, corrected for the number of tests",
            _p_value,
        ),
        "in_confidence_set": Column(
            "set",
            "whether the model confidence set of size .1 has the method: it may be the best of all",
            _yes("in_confidence_set"),
        ),
        "mase": Column(
            "MASE",
            "mean absolute error in units of that of the (seasonal) naive forecast before the first window",
            _number("mase"),
        ),
        "coverage": Column("inside", "share of the values inside the intervals", _share("coverage")),
        "interval_score": Column(
            "score",
            "mean interval score: the width, and a penalty for values outside; the lower, the better",
            _number("interval_score"),
        ),
        "tree_correlation": Column(
            "trees", "mean correlation between the values of two trees", _two("tree_correlation")
        ),
        "fit_seconds": Column("fit", "mean time of a fit", _time("fit_seconds")),
    }


def _number(name: str) -> Callable[[Values], str]:
    return lambda row: digits.number(row[name])


def _two(name: str) -> Callable[[Values], str]:
    return lambda row: f"{round(row[name], 2) + 0.0:.2f}" if math.isfinite(row[name]) else NOTHING


def _share(name: str) -> Callable[[Values], str]:
    return lambda row: f"{row[name]:.1%}" if math.isfinite(row[name]) else NOTHING


def _count(name: str) -> Callable[[Values], str]:
    return lambda row: f"{row[name]:,}"


def _yes(name: str) -> Callable[[Values], str]:
    return lambda row: "yes" if row[name] else "no"


def _time(name: str) -> Callable[[Values], str]:
    return lambda row: digits.time(row[name])


def _ratio(row: Values) -> str:
    return digits.ratio(row["ratio"])


def _ratio_interval(row: Values) -> str:
    """Nothing for the reference, whose ratio to itself is no estimate."""
    known = not row["ratio_lower"] == row["ratio"] == row["ratio_upper"]
    return digits.interval(row["ratio_lower"], row["ratio_upper"]) if known else ""


def _p_value(row: Values) -> str:
    """Three decimals, or a bound."""
    if math.isnan(row["p_holm"]):
        return NOTHING
    return "<0.001" if row["p_holm"] < 0.001 else f"{row['p_holm']:.3f}"
