"""Workers behind one function: this process, other processes of this machine, or a dask cluster."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import joblib

from .errors import StudyError

__all__ = ["Pool", "open_pool"]

R = TypeVar("R")
_CONNECT_SECONDS = 10.0
_WORKER_SECONDS = 30.0
_watcher: threading.Thread | None = None


class Pool:
    """Runs a function over tasks.

    Attributes
    ----------
    n_workers : int
        How many tasks run at once.
    where : str
        A few words for people.
    """

    def __init__(self, n_workers: int, where: str, backend: dict[str, Any]) -> None:
        self.n_workers = n_workers
        self.where = where
        self._backend = backend

    def unordered(self, function: Callable[..., R], tasks: Sequence[tuple[Any, ...]]) -> Iterator[R]:
        """Results as they come; leaving the loop early stops the workers."""
        if not self._backend:
            for task in tasks:
                yield function(*task)
            return
        with joblib.parallel_config(**self._backend):
            parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1)
        if self._backend["backend"] == "loky":
            function = partial(_in_child, os.getpid(), list(sys.path), function)
        results = parallel(joblib.delayed(function)(*task) for task in tasks)
        try:
            yield from results
        finally:
            results.close()


def _in_child(parent: int, paths: list[str], function: Callable[..., R], *arguments: Any) -> R:
    """Call a function in a process of joblib's, where interrupts and the parent's death must be seen to.

    Ctrl-C reaches all processes of a terminal: the one that started the others decides for them. And when
    that one is killed, a child would wait for it for ever, since nobody reads its result.
    """
    global _watcher
    # joblib keeps processes for the next call, with the import paths that the first one found
    sys.path += [path for path in paths if path not in sys.path]
    if _watcher is None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        _watcher = threading.Thread(target=_leave_with, args=(parent,), daemon=True)
        _watcher.start()
    return function(*arguments)


def _leave_with(parent: int) -> None:
    """End this process once its parent is another one; on Windows a parent never changes."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


@contextmanager
def open_pool(n_jobs: int = 1, dask: str | None = None) -> Iterator[Pool]:
    """Workers.

    Parameters
    ----------
    n_jobs : int, default=1
        Processes; 1 works in this one, -1 takes as many as there are processors.
    dask : str, optional
        Address of a dask scheduler, such as ``tcp://10.0.0.1:8786``; then ``n_jobs`` is not used. This
        package must be installed where its workers are, and so must be what a design names as
        ``module:Class``.

    Yields
    ------
    Pool

    Raises
    ------
    ValueError, TypeError
        If ``n_jobs`` is not a whole number of at least 1, or -1.
    StudyError
        If there is no such scheduler, or it has no workers, or they lack this package.
    """
    if dask is not None:
        with _cluster(dask) as pool:
            yield pool
        return
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, int):
        raise TypeError(f"n_jobs={n_jobs!r} must be a whole number.")
    if n_jobs < 1 and n_jobs != -1:
        raise ValueError(f"n_jobs={n_jobs} must be at least 1, or -1 for all processors.")
    n_jobs = joblib.cpu_count() if n_jobs == -1 else n_jobs
    if n_jobs == 1:
        yield Pool(1, "in this process", {})
        return
    try:
        yield Pool(n_jobs, f"in {n_jobs} processes", {"backend": "loky", "n_jobs": n_jobs})
    except BrokenExecutor as error:
        raise StudyError(
            "a worker process was killed, perhaps for want of memory; try fewer jobs."
        ) from error


@contextmanager
def _cluster(address: str) -> Iterator[Pool]:
    """A dask cluster that somebody else started, and that stays when we leave."""
    try:
        from dask.distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise StudyError('--dask needs dask.distributed: pip install "arsieve-rf[dask]".') from None
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StudyError(f"no dask scheduler answers at {address}: {error}") from error
    try:
        try:
            client.wait_for_workers(1, timeout=_WORKER_SECONDS)
            versions = set(client.run(_version, on_error="return").values())
        except TimeoutError:
            raise StudyError(f"the dask scheduler at {address} has no workers.") from None
        ours = _version()
        if others := sorted(str(version) for version in versions if version != ours):
            raise StudyError(f"the workers of {address} must have arsieve-rf {ours}: {others[0]}")
        # joblib counts threads, of which a worker of ours uses one at a time: see simulation.jobs
        n_workers = len(client.scheduler_info(n_workers=-1)["workers"])
        yield Pool(n_workers, f"on {n_workers} workers of {address}", {"backend": "dask", "client": client})
    except KilledWorker as error:
        raise StudyError(f"a shard brought several workers down: {error}") from error
    finally:
        client.close()


def _version() -> str:
    """The version on a worker; fails there if the study's package is missing."""
    import simulation.jobs  # noqa: F401
    from arsieve_rf import __version__

    return __version__
