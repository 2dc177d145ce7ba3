"""A summary's tables arranged for a report: processes as rows, methods as columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ..cells import GROUPS
from ..summary import Summary

__all__ = ["Lookup", "title_of_group"]

_BASELINES = ("naive", "mean")

_TITLES = {
    "linear, stationary": "Linear, stationary",
    "unit root": "Unit root",
    "changing level": "Changing level",
    "non-linear": "Non-linear",
    "not classified": "Not classified",
    "all": "All processes",
}


def title_of_group(group: str) -> str:
    """Heading of a group of processes."""
    return _TITLES.get(group, group)


@dataclass(frozen=True)
class Lookup:
    """Rows of a summary by cell, method and step."""

    summary: Summary

    @cached_property
    def methods(self) -> list[str]:
        """All labels, in the design's order."""
        return list(self.summary.methods["method"])

    @cached_property
    def rivals(self) -> list[str]:
        """Methods other than the reference and the oracle."""
        table = self.summary.methods
        return list(table.loc[~table["is_reference"] & ~table["is_oracle"], "method"])

    @cached_property
    def drawn(self) -> list[str]:
        """Rivals with results that crowded plots show: all but the plain baselines, if there are others."""
        table = self.summary.methods
        plain = set(table.loc[table["name"].isin(_BASELINES), "method"])
        known = set(self.summary.ratios["method"])
        there = [label for label in self.rivals if label in known]
        return [label for label in there if label not in plain] or there

    @cached_property
    def forests(self) -> list[str]:
        """Methods with trees, the reference among them."""
        table = self.summary.methods
        return list(table.loc[table["is_forest"], "method"])

    @cached_property
    def oracles(self) -> list[str]:
        """Methods that know the true conditional mean."""
        table = self.summary.methods
        return list(table.loc[table["is_oracle"], "method"])

    @cached_property
    def groups(self) -> list[str]:
        """Groups that occur, in their usual order."""
        there = set(self.summary.cells["group"])
        return [group for group in GROUPS if group in there]

    @cached_property
    def _cell_of(self) -> dict[tuple[str, int], str]:
        table = self.summary.cells
        return {
            (str(label), int(length)): str(cell)
            for label, length, cell in zip(table["label"], table["length"], table["cell"])
        }

    def cell(self, process: str, length: int) -> str | None:
        """Id of a process at a length; None where it was not run."""
        return self._cell_of.get((process, length))

    def processes(self, length: int | None = None) -> Iterator[tuple[str, list[str]]]:
        """Groups with the labels of their processes, at one length or any."""
        table = self.summary.cells
        if length is not None:
            table = table[table["length"] == length]
        for group in self.groups:
            labels = list(dict.fromkeys(table.loc[table["group"] == group, "label"]))
            if labels:
                yield group, labels

    @cached_property
    def _tables(self) -> dict[str, dict[tuple[Any, ...], Any]]:
        return {}

    def get(self, table: str, *key: Any) -> Any:
        """Row of a table by (cell, method) and, where it has steps, step; None where there is none."""
        if table not in self._tables:
            frame: pd.DataFrame = getattr(self.summary, table)
            names = [name for name in ("group", "length", "cell", "method", "step") if name in frame.columns]
            if table == "best":
                names = ["cell", "step"]
            self._tables[table] = {
                tuple(None if pd.isna(part) else part for part in parts): row
                for parts, row in zip(
                    frame[names].itertuples(index=False, name=None), frame.itertuples(index=False)
                )
            }
        return self._tables[table].get(key)
