"""Read CSV so that every complaint can name the line."""

from __future__ import annotations

import csv
import io
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .messages import InputError

__all__ = ["Table", "read_table"]

_MISSING = {"", "na", "n/a", "nan", "null", "none", ".", "?", "-"}
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Table:
    """Cells as they are written, with the line numbers of the rows."""

    source: str
    names: list[str]
    rows: list[list[str]]
    lines: list[int]

    def cells(self, name: str) -> list[str]:
        """One column; an unknown name is answered with the known ones."""
        n_found = self.names.count(name)
        if n_found == 0:
            raise InputError(f"{self.source} has no column {name!r}; its columns are {self._listed()}")
        if n_found > 1:
            raise InputError(f"{self.source} has {n_found} columns {name!r}; names must be unique")
        position = self.names.index(name)
        return [row[position] for row in self.rows]

    def numbers(self, name: str, *, missing: bool = False) -> NDArray[np.float64]:
        """One column as finite numbers; missing ones are refused, or become NaN."""
        cells = self.cells(name)
        return np.array(
            [
                math.nan if missing and cell.lower() in _MISSING else self._number(cell, name, i)
                for i, cell in enumerate(cells)
            ]
        )

    def only_numeric(self, others: list[str], *, missing: bool = False) -> str:
        """The one numeric column beside ``others``; some, but not all of its cells may be missing."""
        found = [name for name in self.names if name not in others and self._is_numeric(name, missing)]
        if len(found) == 1:
            return found[0]
        what = "more than one numeric column" if found else "no column of numbers only"
        raise InputError(f"{self.source} has {what}; choose one with --column: {self._listed()}")

    def place(self, row: int) -> str:
        """Where a row stands, for messages."""
        return f"{self.source}, line {self.lines[row]}"

    def _is_numeric(self, name: str, missing: bool) -> bool:
        position = self.names.index(name)
        cells = [row[position] for row in self.rows]
        if missing:
            cells = [cell for cell in cells if cell.lower() not in _MISSING]
        return bool(cells) and all(map(_NUMBER.fullmatch, cells))

    def _number(self, cell: str, name: str, row: int) -> float:
        """One cell, or what is wrong with it."""
        if _NUMBER.fullmatch(cell):
            value = float(cell)
            if math.isfinite(value):
                return value
            raise InputError(f"{self.place(row)}: column {name!r} holds {cell}, which is beyond float64")
        if cell.lower() in _MISSING:
            raise InputError(f"{self.place(row)}: column {name!r} has a missing value ({cell!r})")
        hint = "; write decimals with a point" if re.fullmatch(r"[+-]?[0-9.]*,[0-9]+", cell) else ""
        raise InputError(
            f"{self.place(row)}: column {name!r} holds {cell!r}, which is no finite number{hint}"
        )

    def _listed(self) -> str:
        shown = ", ".join(self.names[:20])
        return shown + (", ..." if len(self.names) > 20 else "")


def read_table(source: str) -> Table:
    """Read a file, or standard input for "-"."""
    text = _read_text(source)
    label = "standard input" if source == "-" else source
    if not text.strip():
        raise InputError(f"{label} is empty")
    header = text.lstrip().split("\n", 1)[0]
    separator = max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names, rows, lines = _read_rows(reader, label)
    except csv.Error as error:
        raise InputError(f"{label}, line {reader.line_num}: not readable as CSV ({error})") from error
    if all(_NUMBER.fullmatch(name) for name in names):
        raise InputError(
            f"{label}: the first line must hold column names, got numbers: {', '.join(names[:5])}"
        )
    if not rows:
        raise InputError(f"{label} has column names, but no data")
    return Table(label, names, rows, lines)


def _read_rows(reader: Any, label: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Names, cells and line numbers.

    Rows without any content are left out at the end. Before that they are rows of missing values, except for
    blank lines between several columns: in a file of one column a blank line may be a gap.
    """
    names: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    for cells in reader:
        row = [cell.strip() for cell in cells] or ([""] if len(names) == 1 else [])
        if not any(row) and not (names and row):
            continue
        if not names:
            names = [name or f"column_{i}" for i, name in enumerate(row, start=1)]
        elif len(row) != len(names):
            raise InputError(
                f"{label}, line {reader.line_num}: {len(row)} cells where the header has {len(names)}"
            )
        else:
            rows.append(row)
            lines.append(reader.line_num)
    while rows and not any(rows[-1]):
        del rows[-1], lines[-1]
    return names, rows, lines


def _read_text(source: str) -> str:
    """All of the file; a byte order mark is dropped."""
    try:
        if source == "-":
            return sys.stdin.read().removeprefix("\ufeff")
        if Path(source).is_char_device():  # may never end
            raise InputError(f"cannot read {source}: it is a device; pass a file, or - for standard input")
        return Path(source).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        name = "standard input" if source == "-" else source
        raise InputError(f"{name} is not text in UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise InputError(f"cannot read {source}: {error.strerror or error}") from error
    except ValueError as error:  # a null character in the name
        raise InputError(f"cannot read {source!r}: {error}") from error
