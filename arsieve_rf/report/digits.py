"""How numbers look: as many digits as their error allows, no exponents where people can do without."""

from __future__ import annotations

import math

__all__ = ["count_of", "interval", "number", "ratio", "size", "time", "with_error"]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """A number with so many significant digits.

    Examples
    --------
    >>> number(1.2345), number(0.000012345), number(123456.0), number(float("nan"))
    ('1.23', '1.23×10⁻⁵', '1.23×10⁵', '–')
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    if value == 0.0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -4 < exponent < 5:
        return f"{value:.{max(0, digits - 1 - exponent)}f}"
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}×10{str(int(power)).translate(_SUPERSCRIPTS)}"


def with_error(value: float, se: float) -> tuple[str, str]:
    """A value and its standard error, cut at the error's second digit.

    Examples
    --------
    >>> with_error(1.23456, 0.0345), with_error(12345.6, 234.6), with_error(1.5, float("nan"))
    (('1.235', '0.035'), ('12346', '235'), ('1.50', ''))
    """
    if not (math.isfinite(value) and math.isfinite(se)) or se == 0.0:
        return number(value), ""
    decimals = 1 - math.floor(math.log10(se))
    if abs(value) >= 1e5 or decimals > 5:
        return number(value), number(se, 2)
    decimals = max(0, decimals)
    return f"{value:.{decimals}f}", f"{se:.{decimals}f}"


def ratio(value: float, log_se: float = math.nan) -> str:
    """A ratio: two decimals, three where its error is below half a per cent, fewer where it is large.

    Examples
    --------
    >>> ratio(0.8512), ratio(0.8512, 0.002), ratio(27.512), ratio(0.0)
    ('0.85', '0.851', '27.5', '0')
    """
    if not math.isfinite(value) or value == 0.0 or value < 0.01 or value >= 10.0:
        return number(value)
    return f"{value:.{3 if log_se < 0.005 else 2}f}"


def interval(lower: float, upper: float, log_se: float = math.nan) -> str:
    """Both ends of an interval of a ratio; nothing where there is none.

    Examples
    --------
    >>> interval(0.8, 0.9), interval(float("nan"), 1.0)
    ('0.80–0.90', '')
    """
    if not (math.isfinite(lower) and math.isfinite(upper)):
        return ""
    return f"{ratio(lower, log_se)}–{ratio(upper, log_se)}"


def time(seconds: float) -> str:
    """Seconds in the unit that suits them.

    Examples
    --------
    >>> time(0.00234), time(2.5), time(4e-6)
    ('2.34 ms', '2.50 s', '4.00 µs')
    """
    if not math.isfinite(seconds):
        return "–"
    if seconds <= 0.0:
        return "0 s"
    for unit, name in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= 0.9995 * unit:
            return f"{number(seconds / unit)} {name}"
    return f"{number(seconds / 1e-6)} µs"


def size(n_bytes: float) -> str:
    """Bytes in the unit that suits them.

    Examples
    --------
    >>> size(0), size(812), size(2_345_678)
    ('0 B', '812 B', '2.35 MB')
    """
    if not math.isfinite(n_bytes):
        return "–"
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n_bytes >= 0.9995 * unit:
            return f"{number(n_bytes / unit)} {name}"
    return f"{round(n_bytes)} B"


def count_of(n: int, word: str) -> str:
    """A number and a word in its singular or plural.

    Examples
    --------
    >>> count_of(1, "cell"), count_of(1200, "cell"), count_of(2, "process")
    ('1 cell', '1,200 cells', '2 processes')
    """
    plural = word + ("es" if word.endswith("s") else "s")
    return f"{n:,} {word if n == 1 else plural}"
