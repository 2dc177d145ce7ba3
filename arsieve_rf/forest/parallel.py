"""Running chunks of work in joblib workers, results in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from joblib import Parallel, delayed, effective_n_jobs

__all__ = ["map_chunks", "workers"]


def workers(n_jobs: int | None) -> int:
    """How many workers joblib would use, its ``parallel_config`` included."""
    return effective_n_jobs(n_jobs)


def map_chunks(
    function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], n_jobs: int | None
) -> Iterator[Any]:
    """``function(*task)`` for each task, in the order of the tasks.

    Threads unless the caller's ``joblib.parallel_config`` names another backend: kernels release the GIL.
    """
    if len(tasks) < 2 or workers(n_jobs) == 1:
        yield from (function(*task) for task in tasks)
        return
    parallel = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")
    yield from parallel(delayed(function)(*task) for task in tasks)
