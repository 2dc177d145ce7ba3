"""Where a run stands, on stderr: a line that rewrites itself on a terminal, one now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

__all__ = ["Progress", "duration"]

_PATIENCE = 30.0  # seconds: between lines in a log, and the weight of the projection in the time left


def duration(seconds: float) -> str:
    """Seconds in words.

    Parameters
    ----------
    seconds : float
        At least 0.

    Returns
    -------
    str

    Examples
    --------
    >>> from simulation.progress import duration
    >>> duration(8.3), duration(75), duration(8040)
    ('8.3 s', '1 min 15 s', '2 h 14 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


class Progress:
    """Lines on stderr.

    Parameters
    ----------
    shown : bool, default=True
        False says nothing.
    stream : text stream, optional
        Standard error by default.
    """

    def __init__(self, shown: bool = True, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._shown = shown
        self._terminal = self._stream.isatty()
        self._open = False

    def say(self, text: str) -> None:
        """One line."""
        if self._shown:
            self.close()
            print(text, file=self._stream, flush=True)

    def start(self, n_shards: int, seconds: float, n_workers: int) -> None:
        """Begin to count ``n_shards`` that are expected to take ``seconds`` of one worker, all together."""
        self._n_shards, self._n_done, self._n_failed = n_shards, 0, 0
        self._seconds, self._seconds_done, self._n_workers = seconds, 0.0, n_workers
        self._begun = self._told = time.monotonic()

    def done(self, seconds: float, n_failed: int) -> None:
        """A shard that was expected to take ``seconds``."""
        self._n_done += 1
        self._n_failed += n_failed
        self._seconds_done += seconds
        now = time.monotonic()
        if not self._shown:
            return
        if now - self._told >= (0.2 if self._terminal else _PATIENCE) or self._n_done == self._n_shards:
            self._told = now
            self._tell(now - self._begun)

    def left(self, elapsed: float) -> float:
        """Seconds left: the projection, corrected by how the run has gone so far."""
        expected = self._seconds_done / self._n_workers
        slowness = (elapsed + _PATIENCE) / (expected + _PATIENCE)
        return max(0.0, self._seconds - self._seconds_done) / self._n_workers * slowness

    def _tell(self, elapsed: float) -> None:
        share = self._seconds_done / self._seconds if self._seconds > 0 else self._n_done / self._n_shards
        line = f"{share:4.0%}  {self._n_done}/{self._n_shards} shards, {duration(elapsed)}"
        if self._n_done < self._n_shards:
            line += f", {duration(self.left(elapsed))} left"
        if self._n_failed:
            line += f", {self._n_failed} failed fits"
        if self._terminal:
            print(f"\r\x1b[2K{line}", end="", file=self._stream, flush=True)
            self._open = True
        else:
            print(line, file=self._stream, flush=True)

    def close(self) -> None:
        """End a line that was being rewritten."""
        if self._open:
            print(file=self._stream, flush=True)
            self._open = False
