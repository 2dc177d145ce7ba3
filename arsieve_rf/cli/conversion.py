"""Words of the command line become values; what cannot is refused with what is allowed."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

__all__ = [
    "ORDER_WORDS",
    "TRANSFORM_WORDS",
    "at_least_0",
    "at_least_1",
    "at_least_2",
    "block_length",
    "bootstraps",
    "coverage",
    "coverage_or_none",
    "damping",
    "differencing",
    "drift",
    "horizon",
    "integer",
    "jobs",
    "lags",
    "n_paths",
    "names",
    "order",
    "season_length",
    "transform",
]

ORDER_WORDS = ("aic", "aicc", "bic", "hqic")
TRANSFORM_WORDS = ("auto", "log", "box_cox", "none")
_MAX_HORIZON = 1_000_000
_MAX_PATHS = 1_000_000
_DECIMAL = r"[+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"


def integer(text: str) -> int:
    """A plain integer: Python would read 1_000 and ٣, too."""
    if not re.fullmatch(r"[+-]?[0-9]+", text) or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def at_least_1(text: str) -> int:
    """A count."""
    if (value := integer(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value


def at_least_2(text: str) -> int:
    """A number of things to compare."""
    if (value := integer(text)) < 2:
        raise argparse.ArgumentTypeError(f"must be at least 2, got {value}")
    return value


def horizon(text: str) -> int:
    """Bounded, since a slip of the key would fill the memory."""
    if (value := at_least_1(text)) > _MAX_HORIZON:
        raise argparse.ArgumentTypeError(f"must be at most {_MAX_HORIZON}, got {value}")
    return value


def at_least_0(text: str) -> int:
    """A seed."""
    if (value := integer(text)) < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, got {value}")
    return value


def jobs(text: str) -> int:
    """A number of workers, negative to count from all processors."""
    if (value := integer(text)) == 0:
        raise argparse.ArgumentTypeError("must be 1 or more, or -1 for all processors, got 0")
    return value


def lags(text: str) -> int | list[int]:
    """A number of lags, or the lags themselves."""
    if "," not in text:
        return at_least_1(text)
    found = [at_least_1(part.strip()) for part in text.split(",")]
    if len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} names a lag twice")
    return found


def order(text: str) -> int | str:
    """Order of an AR model, or the criterion that chooses it."""
    if text in ORDER_WORDS:
        return text
    if re.fullmatch(r"[0-9]{1,18}", text):
        return int(text)
    raise argparse.ArgumentTypeError(f"must be {', '.join(ORDER_WORDS)} or 0, 1, 2, ..., got {text!r}")


def block_length(text: str) -> int | float | str:
    """Length of blocks, for some bootstraps a mean that is no whole number."""
    if text == "auto":
        return text
    if re.fullmatch(r"[0-9]{1,18}", text):
        return at_least_1(text)
    if re.fullmatch(r"[0-9]+\.[0-9]+", text) and float(text) >= 1.0:  # a mean length: stationary only
        return float(text)
    raise argparse.ArgumentTypeError(f"must be auto or a number of at least 1, got {text!r}")


def bootstraps(text: str, allowed: Sequence[str]) -> list[str]:
    """Words of bootstraps."""
    found = [word.strip() for word in text.split(",")]
    for word in found:
        if word not in allowed:
            raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(allowed)}")
    if len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} names a bootstrap twice")
    return found


def names(text: str) -> list[str]:
    """Names of columns."""
    found = [name.strip() for name in text.split(",")]
    if "" in found:
        raise argparse.ArgumentTypeError(f"{text!r} has an empty name")
    if len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} names a column twice")
    return found


def differencing(text: str) -> int | str:
    """0, 1, 2 or auto; which whole numbers are allowed is said by the option's choices."""
    return text if text == "auto" else integer(text)


def season_length(text: str) -> int | list[int]:
    """One period, or several of one series."""
    found = [integer(part.strip()) for part in text.split(",")]
    if min(found) < 2:
        raise argparse.ArgumentTypeError(f"must be at least 2, got {min(found)}")
    if len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} names a length twice")
    return found if len(found) > 1 else found[0]


def transform(text: str) -> float | str:
    """A word, or the power of a Box-Cox transform."""
    if text in TRANSFORM_WORDS:
        return text
    if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", text) and -1.0 <= float(text) <= 2.0:
        return float(text)
    words = ", ".join(TRANSFORM_WORDS)
    raise argparse.ArgumentTypeError(f"must be {words} or a power between -1 and 2, got {text!r}")


def damping(text: str) -> float | str:
    """A factor."""
    return text if text == "auto" else _number(text, "auto, or a number above 0 and at most 1", zero=False)


def drift(text: str) -> float | str:
    """A share that may be nothing or all."""
    return text if text == "auto" else _number(text, "auto, or a number from 0 to 1", zero=True)


def coverage(text: str) -> float:
    """A share that is neither nothing nor all; a percentage is told how it is written here."""
    allowed = "a number between 0 and 1 (both excluded)"
    percentage = re.fullmatch(rf"({_DECIMAL}) ?%?", text)
    if percentage and 1.0 < float(percentage[1]) < 100.0:
        value = float(percentage[1])
        raise argparse.ArgumentTypeError(
            f"must be {allowed}, got {text!r}: for {value:g} % write {value / 100:g}"
        )
    if "," in text:
        raise argparse.ArgumentTypeError(
            f"must be {allowed}, got {text!r}: write decimals with a point, and several with spaces, 0.8 0.95"
        )
    if not re.fullmatch(_DECIMAL, text) and Path(text).is_file():
        raise argparse.ArgumentTypeError(f"must be {allowed}, got {text!r}: write FILE before this option")
    value = _number(text, allowed, zero=False)
    if value == 1.0:
        raise argparse.ArgumentTypeError(f"must be {allowed}, got {text!r}")
    return value


def coverage_or_none(text: str) -> float | None:
    """A share, or no intervals."""
    return None if text == "none" else coverage(text)


def n_paths(text: str) -> int:
    """Bounded, since a slip of the key would fill the memory."""
    if (value := at_least_1(text)) > _MAX_PATHS:
        raise argparse.ArgumentTypeError(f"must be at most {_MAX_PATHS}, got {value}")
    return value


def _number(text: str, allowed: str, *, zero: bool) -> float:
    """From 0 (or above it) to 1."""
    if re.fullmatch(_DECIMAL, text) and 0.0 <= (value := float(text)) <= 1.0 and (zero or value > 0.0):
        return value
    raise argparse.ArgumentTypeError(f"must be {allowed}, got {text!r}")
