"""What the library says to Python programmers, in the words of the program."""

from __future__ import annotations

import re

__all__ = ["in_program_words"]

_OPTIONS = {
    "block_length": "--block-length",
    "bootstrap": "--bootstrap",
    "bootstraps": "--bootstraps",
    "calibration": "--calibration",
    "coverage": "--coverage",
    "damping": "--damping",
    "differencing": "--differencing",
    "drift": "--drift",
    "h": "--horizon",
    "lags": "--lags",
    "missing": "--missing",
    "n_estimators": "--trees",
    "n_paths": "--paths",
    "n_windows": "--windows",
    "order": "--order",
    "period": "--period",
    "refit": "--refit",
    "seasonal": "--seasonal",
    "seasonal_period": "--season-length",
    "step": "--step",
    "strategy": "--strategy",
    "transform": "--transform",
    "X_df": "--future-exog",
}
_NAMES = "|".join(_OPTIONS)
_SNAKES = "|".join(name for name in _OPTIONS if "_" in name)
_ALONE = r"(?<![\w'\"-]){}(?![\w'\"])"  # neither part of a word nor quoted: the user's names are

# missing='segment', order=40, lags=[1, 2]
_ASSIGNED = re.compile(
    rf"""(?<![\w-])({_NAMES})=(?:'([^']*)'|"([^"]*)"|\[([^\]]*)\]|([\w+-]+(?:\.\w+)*))""",
)
_NAMED = re.compile(rf"(?<![\w'\"-])(?:(?:{_SNAKES})(?![\w'\"])|(?:{_NAMES})(?= must | is not ))")
# Advice that needs Python, and names of the long frame.
_PHRASES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (
            r"fill or remove them first, for example with interpolate\(\) of pandas, or leave them as ",
            "fill them first, or take them for ",
        ),
        ("; bring it to regular times, or pass freq", "; write equally spaced times"),
        ("; pass freq", "; it takes three"),
        ("; refit=True fits at every cutoff", "; --refit 1 fits in every window"),
        (_ALONE.format("h to forecast"), "--horizon to forecast"),
        (_ALONE.format(r"y(?!\.\w|[\[(=])"), "the series"),
        (_ALONE.format("must have ds"), "must have the times"),
        (_ALONE.format("ds"), "the time column"),
        (_ALONE.format("df(?= )"), "FILE"),
        (_ALONE.format(r"unique_id\(s\)"), "id(s)"),
        (_ALONE.format("n_rows"), "the number of rows"),
    )
]


def in_program_words(text: str) -> str:
    """A message of the library with options for parameters, and advice that can be followed in a shell."""
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    text = _ASSIGNED.sub(_assigned, text)
    return _NAMED.sub(lambda m: _OPTIONS[m[0]], text)


def _assigned(match: re.Match[str]) -> str:
    """An option and its value."""
    value = next(group for group in match.groups()[1:] if group is not None)
    return f"{_OPTIONS[match[1]]} {'none' if value == 'None' else value.replace(', ', ',')}"
