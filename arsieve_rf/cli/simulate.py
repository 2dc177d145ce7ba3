"""``arsieve-rf simulate``: the simulation study, a package of its own with its own words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

__all__ = ["run"]


def run(words: Sequence[str]) -> int:
    """Hand the words after ``simulate`` to the study; its exit code, or 2 where it is not installed."""
    program = "arsieve-rf simulate"
    if find_spec("simulation") is None:
        print(f"{program}: error: the package 'simulation' is not installed", file=sys.stderr)
        return 2
    from simulation.cli import main

    return main(words, program)
