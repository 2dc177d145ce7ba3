"""Running a study: what is missing is computed, and stored shard by shard."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .design import Design, load_design
from .errors import StudyError
from .progress import Progress, duration
from .store import Store

if TYPE_CHECKING:
    from .jobs import Task
    from .pool import Pool
    from .projection import Projection

__all__ = ["count_shards", "project_study", "resume_study", "run_study", "tasks_of"]


def run_study(
    design: str | os.PathLike[str] | Mapping[str, Any] | Design,
    out: str | os.PathLike[str],
    *,
    n_jobs: int = 1,
    dask: str | None = None,
    progress: bool = True,
    projection: bool = True,
) -> Path:
    """Run a study, or what is missing of it.

    Parameters
    ----------
    design : path, str, mapping or Design
        As for :func:`simulation.load_design`.
    out : path
        Directory for the results. It may hold a part of the same study, which is kept; everything that was
        running when a run was killed is computed again.
    n_jobs : int, default=1
        Processes, -1 for all processors. Results are the same for any number.
    dask : str, optional
        Address of a dask scheduler that does the work instead; results come back to ``out`` on this machine.
    progress : bool, default=True
        Whether to tell on stderr what is going on.
    projection : bool, default=True
        Whether to measure first how long it will take (a few seconds; the time left is then told better).

    Returns
    -------
    Path
        ``out``, for :func:`simulation.summarize`.

    Raises
    ------
    DesignError
        If the design has faults; all of them are told.
    StudyError
        If ``out`` holds another study or something else, if another process works there, or if workers died.
    KeyboardInterrupt
        What is done is kept.

    Examples
    --------
    >>> import tempfile
    >>> from simulation import run_study
    >>> design = {
    ...     "study": {"name": "tiny", "horizon": 2, "replications": 10, "lengths": [50]},
    ...     "dgps": [{"name": "ar", "parameters": {"coef": [0.5]}}],
    ...     "methods": [{"name": "naive"}, {"name": "mean"}],
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in run_study(design, folder, progress=False).iterdir())
    ['design.json', 'shards']
    """
    design = load_design(design)
    if find_spec("pyarrow") is None:
        raise StudyError('results are stored with pyarrow: pip install "arsieve-rf[study]".')
    store = Store(out)
    teller = Progress(progress)
    _make_room(store)
    with store.locked():
        store.clean()
        if store.has_design:
            _compare(store.design(), design, store)
        else:
            _begin(store, design)
        every = tasks_of(design)
        missing = [task for task in every if not store.has(task.shard)]
        teller.say(f"{design.title}: {_size(design)}")
        if not missing:
            teller.say(f"complete: all {len(every)} shards are in {store.folder}")
            return store.folder
        if len(missing) < len(every):
            teller.say(f"{len(every) - len(missing)} of {len(every)} shards are there already")
        from .pool import open_pool

        with open_pool(n_jobs, dask) as pool:
            _run(missing, store, pool, teller, projection)
    return store.folder


def resume_study(
    out: str | os.PathLike[str],
    *,
    n_jobs: int = 1,
    dask: str | None = None,
    progress: bool = True,
    projection: bool = True,
) -> Path:
    """Finish a study that was begun; its directory holds all that is needed.

    Parameters
    ----------
    out : path
        The study's directory.
    n_jobs, dask, progress, projection
        As for :func:`run_study`, with the same errors.

    Returns
    -------
    Path
        ``out``.
    """
    design = load_design(Store(out).design()["document"])
    return run_study(design, out, n_jobs=n_jobs, dask=dask, progress=progress, projection=projection)


def project_study(
    design: str | os.PathLike[str] | Mapping[str, Any] | Design,
    *,
    n_jobs: int = 1,
    dask: str | None = None,
    progress: bool = True,
) -> Projection:
    """Measure how long a study would take; stores nothing.

    Parameters
    ----------
    design, n_jobs, dask, progress
        As for :func:`run_study`, with the same errors.

    Returns
    -------
    Projection
        Its ``total`` is in seconds.
    """
    from .pool import open_pool
    from .projection import project

    design = load_design(design)
    teller = Progress(progress)
    teller.say(f"{design.title}: {_size(design)}")
    with open_pool(n_jobs, dask) as pool:
        projection = project(tasks_of(design), pool)
        _tell_projection(projection, pool, teller)
    return projection


def tasks_of(design: Design) -> list[Task]:
    """All tasks of a design, in the order in which they are done.

    Parameters
    ----------
    design : Design

    Returns
    -------
    list of Task
        Long series first, so that no worker is left alone with a long shard at the end; among equal lengths
        the first block of each cell before the second of any.
    """
    from .jobs import Task

    methods = tuple((method.label, method.name, method.options) for method in design.methods)
    tasks = [
        Task(cell.id, cell.dgp, cell.parameters, cell.length, *block, design.horizon, design.seed, methods)
        for cell in design.cells
        for block in cell.blocks()
    ]
    return sorted(tasks, key=lambda task: (-task.length, task.first))


def _run(tasks: list[Task], store: Store, pool: Pool, teller: Progress, measure: bool) -> None:
    """Compute tasks and store them as they come."""
    from .jobs import run_shard
    from .projection import project

    expected = {task.shard: 1e-4 * task.length * task.count for task in tasks}
    if measure:
        projection = project(tasks, pool)
        expected = projection.seconds
        _tell_projection(projection, pool, teller)
    start = time.perf_counter()
    working = 0.0
    n_failed = n_fits = 0
    teller.start(len(tasks), sum(expected.values()), pool.n_workers)
    try:
        for result in pool.unordered(run_shard, [(task,) for task in tasks]):
            store.add(result.shard, result.tables)
            working += result.working
            n_failed += result.n_failed
            n_fits += result.n_fits
            teller.done(expected[result.shard], result.n_failed)
    except MemoryError as error:
        raise StudyError("not enough memory; try fewer jobs.") from error
    finally:
        teller.close()
    elapsed = time.perf_counter() - start
    overhead = max(0.0, 1.0 - working / (elapsed * pool.n_workers))
    teller.say(
        f"done in {duration(elapsed)}: {n_fits} fits, {n_failed} failed; "
        f"{overhead:.1%} of the time was not drawing, fitting and predicting"
    )


def _make_room(store: Store) -> None:
    """The directory must exist to be locked."""
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StudyError(f"{store.folder} is a file; the results need a folder.") from None
    except OSError as error:
        raise StudyError(f"cannot make the folder {store.folder}: {error}") from error


def _begin(store: Store, design: Design) -> None:
    from .environment import machine, versions

    files = {} if design.text is None else {"design.toml": design.text}
    record = {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "machine": machine(),
    }
    store.begin(design.describe() | record, files)


def _compare(stored: Mapping[str, Any], design: Design, store: Store) -> None:
    """Refuse to mix two designs in one directory."""
    if stored.get("digest") != design.digest:
        raise StudyError(
            f"{store.folder} holds another design (study {stored.get('name')!r}, "
            f"digest {str(stored.get('digest'))[:12]}; this is {design.name!r}, {design.digest[:12]}); "
            "choose another folder."
        )
    from .environment import versions

    before, now = stored.get("versions", {}), versions()
    changed = [
        f"{name} {before.get(name, 'none')} -> {now.get(name, 'none')}"
        for name in before | now
        if before.get(name) != now.get(name)
    ]
    if changed:
        warnings.warn(
            f"{store.folder} was begun with other versions ({', '.join(changed)}): results may differ "
            "between its shards. Run the study in a new folder to be sure.",
            UserWarning,
            stacklevel=3,
        )


def _size(design: Design) -> str:
    fits = design.n_series * len(design.methods)
    return f"{len(design.cells)} cells, {design.n_series} series, {len(design.methods)} methods, {fits} fits"


def _tell_projection(projection: Projection, pool: Pool, teller: Progress) -> None:
    parts = ", ".join(
        f"T={length} {duration(seconds / pool.n_workers)}" for length, seconds in projection.by_length.items()
    )
    teller.say(f"projected: {duration(projection.total)} {pool.where} ({parts})")


def count_shards(out: str | os.PathLike[str]) -> tuple[int, int]:
    """Shards that are stored, and all of the study in ``out``; zeros if there is none yet."""
    store = Store(out)
    if not store.has_design:
        return 0, 0
    tasks = tasks_of(load_design(store.design()["document"]))
    return sum(store.has(task.shard) for task in tasks), len(tasks)
