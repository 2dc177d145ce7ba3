"""What a study says when it cannot go on."""

from __future__ import annotations

__all__ = ["DesignError", "StudyError"]


class StudyError(Exception):
    """A study cannot be run, resumed or read; the text says why, in one line."""


class DesignError(ValueError):
    """A design has faults.

    Parameters
    ----------
    faults : list of str
        All of them, each with its place.

    Examples
    --------
    >>> from simulation.errors import DesignError
    >>> DesignError(["study.horizon: must be at least 1, got 0"]).faults
    ['study.horizon: must be at least 1, got 0']
    """

    def __init__(self, faults: list[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))
