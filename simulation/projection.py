"""How long a study will take, from one replication of each kind of cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .jobs import Task, time_task
from .pool import Pool

__all__ = ["Projection", "project"]

_BUDGET = 0.3  # seconds a kind of cell; one replication at least


@dataclass(frozen=True)
class Projection:
    """Seconds that tasks are expected to take.

    Attributes
    ----------
    seconds : dict of str to float
        By shard, working seconds of one worker.
    by_length : dict of int to float
        Sums over the tasks of each length of series.
    n_workers : int
        How many workers share them.
    """

    seconds: dict[str, float]
    by_length: dict[int, float]
    n_workers: int

    @property
    def total(self) -> float:
        """Seconds until all is done, with all workers busy."""
        return sum(self.seconds.values()) / self.n_workers


def project(tasks: Sequence[Task], pool: Pool) -> Projection:
    """Measure one replication of each (process, length), on the pool that will do the work.

    Parameters
    ----------
    tasks : sequence of Task
        What is to be done. Those with the same process (whatever its parameters), length and methods are
        taken to cost the same.
    pool : Pool
        Where.

    Returns
    -------
    Projection
    """
    kinds: dict[tuple[str, int], list[Task]] = defaultdict(list)
    for task in tasks:
        kinds[task.dgp, task.length].append(task)
    probes = [(key, replace(group[0], count=1), _BUDGET) for key, group in kinds.items()]
    cost = dict(pool.unordered(_timed, probes))
    seconds = {task.shard: cost[task.dgp, task.length] * task.count for task in tasks}
    by_length: dict[int, float] = defaultdict(float)
    for task in tasks:
        by_length[task.length] += seconds[task.shard]
    return Projection(seconds, dict(sorted(by_length.items())), pool.n_workers)


def _timed(key: tuple[str, int], task: Task, budget: float) -> tuple[tuple[str, int], float]:
    """Results come in any order, so each brings its key."""
    return key, time_task(task, budget)
