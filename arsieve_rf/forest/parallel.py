"""Running chunks of work in parallel, results in order.

joblib says how many workers there are and of which kind, its ``parallel_config`` contexts included. Where
they are threads, which is the default because kernels release the GIL, they are the standard library's:
joblib takes some 20 ms to start and stop its own, longer than a whole forest on a short series grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from joblib import Parallel, delayed, effective_n_jobs
from joblib.parallel import get_active_backend

__all__ = ["call_all", "map_chunks", "workers"]


def workers(n_jobs: int | None) -> int:
    """How many workers joblib would use."""
    return effective_n_jobs(n_jobs)


def map_chunks(
    function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], n_jobs: int | None
) -> Iterator[Any]:
    """``function(*task)`` for each task, in the order of the tasks."""
    n_workers = min(workers(n_jobs), len(tasks))
    if n_workers < 2:
        yield from (function(*task) for task in tasks)
    elif getattr(get_active_backend(prefer="threads")[0], "uses_threads", False):
        with ThreadPoolExecutor(n_workers) as pool:
            yield from pool.map(lambda task: function(*task), tasks)
    else:
        common = _Common(tasks)
        yield from call_all((delayed(_call)(function, common, common.rest(task)) for task in tasks), n_jobs)


def call_all(calls: Iterable[Any], n_jobs: int | None, **options: Any) -> Iterator[Any]:
    """Results of joblib's delayed calls, in their order; ``options`` are those of ``Parallel``.

    They come as they are ready, but from backends that hand over all of them at the end, such as ray's.
    """
    one_by_one = getattr(get_active_backend()[0], "supports_return_generator", False)
    yield from Parallel(n_jobs=n_jobs, return_as="generator" if one_by_one else "list", **options)(calls)


class _Common:
    """What all tasks have in common, which dask sends to each worker once instead of with every task.

    That it does with an object which says that it is large, and which weak references can point to.
    """

    def __init__(self, tasks: Sequence[tuple[Any, ...]]) -> None:
        self._values = {
            i: value for i, value in enumerate(tasks[0]) if all(task[i] is value for task in tasks)
        }

    def __sizeof__(self) -> int:
        return 1 << 20  # the truth would take pickling it once more, and dask asks whether it is above 1000

    def rest(self, task: tuple[Any, ...]) -> tuple[Any, ...]:
        """What a task has of its own."""
        return tuple(value for i, value in enumerate(task) if i not in self._values)

    def task(self, rest: tuple[Any, ...]) -> tuple[Any, ...]:
        """The task again."""
        own = iter(rest)
        n = len(self._values) + len(rest)
        return tuple(self._values[i] if i in self._values else next(own) for i in range(n))


def _call(function: Callable[..., Any], common: _Common, rest: tuple[Any, ...]) -> Any:
    return function(*common.task(rest))
