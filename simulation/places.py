"""Where in a TOML file a value stands: the parser does not tell, and a fault needs its line."""

from __future__ import annotations

import re
from collections import Counter

__all__ = ["line_of", "lines_of"]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-\"'. ]+?)\s*=")


def lines_of(text: str) -> dict[str, int]:
    r"""Line of each table and key, by places such as ``dgps[2].parameters.coef`` (counted from 1).

    A reader of lines, not of TOML: inside multi-line values and inline tables it sees nothing, and then the
    place around them has to do.

    Parameters
    ----------
    text : str
        A TOML file.

    Returns
    -------
    dict of str to int
        Lines count from 1; the first wins.

    Examples
    --------
    >>> from simulation.places import lines_of
    >>> lines_of('[study]\nname = "x"\n\n[[dgps]]\nname = "ar"')
    {'study': 1, 'study.name': 2, 'dgps[1]': 4, 'dgps[1].name': 5}
    """
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    prefix = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            path = _place(header[2])
            head, _, rest = path.partition(".")
            if header[1] == "[[":
                counts[path] += 1
                path = f"{path}[{counts[path]}]"
            elif rest and counts[head]:  # [dgps.parameters] belongs to the last [[dgps]]
                path = f"{head}[{counts[head]}].{rest}"
            prefix = f"{path}."
            lines.setdefault(path, number)
        elif key := _KEY.match(line):
            lines.setdefault(prefix + _place(key[1]), number)
    return lines


def _place(key: str) -> str:
    """A dotted key without quotes and spaces around its parts."""
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def line_of(lines: dict[str, int], place: str) -> int | None:
    """Line of a place, or of the smallest known place around it.

    Parameters
    ----------
    lines : dict
        From :func:`lines_of`.
    place : str
        Such as ``dgps[2].parameters.coef``.

    Returns
    -------
    int or None

    Examples
    --------
    >>> from simulation.places import line_of
    >>> line_of({"dgps[1]": 4, "dgps[1].parameters": 6}, "dgps[1].parameters.coef[2]")
    6
    """
    while place:
        if place in lines:
            return lines[place]
        cut = max(place.rfind("."), place.rfind("[") if place.endswith("]") else -1)
        place = place[:cut] if cut > 0 else ""
    return None
