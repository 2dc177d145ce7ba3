"""What the options mean together, and to the forecaster."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from .messages import InputError
from .output import check_plot, check_writable

__all__ = [
    "check_columns",
    "check_together",
    "check_used",
    "forecaster_options",
    "interval_options",
    "or_none",
    "template_options",
    "title",
]


def check_together(arguments: Namespace) -> None:
    """Options that need one another, and files that cannot be written: known before any work."""
    if (arguments.exog is None) != (arguments.future_exog is None):
        given, lacking = ("--exog", "--future-exog") if arguments.exog else ("--future-exog", "--exog")
        raise InputError(f"{given} needs {lacking}: the columns, and a file with their future values")
    if arguments.file == "-" and arguments.future_exog == "-":
        raise InputError("standard input can be read once: FILE and --future-exog cannot both be -")
    check_columns(arguments)
    _check_intervals(arguments)
    if arguments.describe and arguments.id:
        raise InputError("--describe tells about one series; leave it out with --id")
    read = arguments.file, arguments.future_exog
    if arguments.out:
        check_writable(arguments.out, *read)
    if arguments.plot:
        check_plot(arguments.plot, *read)


def check_columns(arguments: Namespace) -> None:
    """Columns that play one part each, and what is said about times and seasons that are there."""
    if arguments.time_format and not arguments.time:
        raise InputError("--time-format needs --time")
    roles = [
        name for name in (arguments.id, arguments.column, arguments.time, *(arguments.exog or ())) if name
    ]
    repeated = [name for name in roles if roles.count(name) > 1]
    if repeated:
        raise InputError(
            f"column {repeated[0]!r} is asked for twice; --id, --column, --time and --exog must differ"
        )
    if arguments.season_length is not None and arguments.seasonal == "none":
        raise InputError("--season-length is not used with --seasonal none; leave one of them out")


def _check_intervals(arguments: Namespace) -> None:
    """Levels that differ, and nothing about intervals where there are none."""
    if arguments.coverage is None:
        if arguments.paths is not None:
            raise InputError("--paths needs --coverage: it is about prediction intervals")
        if arguments.calibration != "none":
            raise InputError("--calibration needs --coverage: it is about prediction intervals")
        return
    levels = [f"{level:g}" for level in arguments.coverage]
    repeated = [level for level in levels if levels.count(level) > 1]
    if repeated:
        raise InputError(f"--coverage names {repeated[0]} twice")


def check_used(arguments: Namespace, words: Sequence[str], option: str) -> None:
    """Options that the chosen bootstraps would silently ignore; ``option`` is where they were chosen."""
    from ..resampling.registry import strategy_options

    used = {name for word in words for name in strategy_options(or_none(word))}
    for name in ("block_length", "period"):
        if getattr(arguments, name) is not None and name not in used:
            ignored = f"--{name.replace('_', '-')}"
            raise InputError(f"{ignored} is not used with {option} {','.join(words)}; leave it out")


def or_none(word: Any) -> Any:
    """The library's word for the command line's."""
    return None if word == "none" else word


def forecaster_options(arguments: Namespace) -> dict[str, Any]:
    """The forecaster's parameters; what the user did not say is left to its defaults."""
    return {
        "bootstrap": or_none(arguments.bootstrap),
        "calibration": or_none(arguments.calibration),
        **template_options(arguments),
    }


def template_options(arguments: Namespace) -> dict[str, Any]:
    """Those that do not depend on the bootstrap."""
    options = {
        "n_estimators": arguments.trees,
        "strategy": arguments.strategy,
        "differencing": arguments.differencing,
        "seasonal": or_none(arguments.seasonal),
        "transform": or_none(arguments.transform),
        "damping": arguments.damping,
        "drift": arguments.drift,
        "bias_adjust": arguments.bias_adjust,
        "missing": arguments.missing,
        "random_state": arguments.seed,
    }
    other_names = {"season_length": "seasonal_period", "jobs": "n_jobs"}
    for name in ("lags", "order", "block_length", "period", *other_names):
        if getattr(arguments, name) is not None:
            options[other_names.get(name, name)] = getattr(arguments, name)
    return options


def interval_options(arguments: Namespace) -> dict[str, Any]:
    """What is said about intervals, in the library's words; nothing where none are asked for."""
    options = {"coverage": arguments.coverage, "n_paths": arguments.paths}
    return {name: value for name, value in options.items() if value is not None}


def title(arguments: Namespace) -> str:
    """Name of the forecast in the picture."""
    if arguments.bootstrap == "auto":
        return "linear model and trees"
    words = {"ar_sieve": "AR-sieve", "iid": "IID", "none": "unresampled"}
    return f"{words.get(arguments.bootstrap, arguments.bootstrap)} forest"
