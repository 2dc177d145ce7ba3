"""A study's directory: what is in it, and how it gets there in one piece.

::

    DIR/design.json     the design, resolved: cells, methods, versions, machine
    DIR/design.toml     the file as it was given (where the design came from a file)
    DIR/shards/CELL/r00000-00024/{forecasts,fits,costs}.parquet

A shard is a cell times a block of replications. Its files are written into a folder beside the cells and
this folder is renamed: a shard is there with all its tables or not at all, whatever kills the run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .errors import StudyError

__all__ = ["Store", "read_table", "shard_name"]

_TEMPORARY = ".unfinished-"


def shard_name(cell: str, first: int, count: int) -> str:
    """Path of a shard below ``shards``.

    Parameters
    ----------
    cell : str
        Id of the cell.
    first, count : int
        First replication of the block, and how many there are.

    Returns
    -------
    str

    Examples
    --------
    >>> from simulation.store import shard_name
    >>> shard_name("ar-9f8e7d6c-T100", 25, 25)
    'ar-9f8e7d6c-T100/r00025-00049'
    """
    return f"{cell}/r{first:05d}-{first + count - 1:05d}"


class Store:
    """The directory of one study.

    Parameters
    ----------
    folder : path
        Need not exist yet; nothing is made before :meth:`begin`.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.shards = self.folder / "shards"

    @property
    def has_design(self) -> bool:
        """Whether a study was begun here."""
        return (self.folder / "design.json").is_file()

    def design(self) -> dict[str, Any]:
        """What ``design.json`` says; StudyError if it is not there or cannot be read."""
        path = self.folder / "design.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise StudyError(f"{self.folder} holds no study (there is no design.json in it).") from None
        except (OSError, ValueError) as error:
            raise StudyError(f"cannot read {path}: {error}") from error

    def begin(self, description: Mapping[str, Any], files: Mapping[str, str]) -> None:
        """Make the directory and write ``files`` (name to text), then ``design.json``."""
        self._refuse_strangers(files)
        self.shards.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            self._write(self.folder / name, text)
        self._write(
            self.folder / "design.json",
            json.dumps(description, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        )

    def _refuse_strangers(self, files: Mapping[str, str]) -> None:
        """Keep out of folders that hold something else; what a killed ``begin`` left is no stranger."""
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise StudyError(f"{self.folder} is a file; --out must name a folder.")
        known = {"shards", *files}
        for path in self.folder.iterdir():
            if path.name not in known and not path.name.startswith(_TEMPORARY):
                raise StudyError(
                    f"{self.folder} is no study and not empty ({path.name} is in it); choose a new folder."
                )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only process that writes here; leaves no file, and a killed process holds no lock."""
        try:
            import fcntl
        except ImportError:  # Windows: no lock, the rest holds
            yield
            return
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StudyError(f"another process is running the study in {self.folder}.") from None
            except OSError:  # a file system without locks
                pass
            yield
        finally:
            os.close(handle)

    def clean(self) -> None:
        """Remove what killed runs left half written. Only under the lock."""
        for parent in (self.folder, self.shards):
            for path in parent.glob(f"{_TEMPORARY}*"):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()

    def has(self, shard: str) -> bool:
        """Whether the shard is complete."""
        return (self.shards / shard).is_dir()

    def add(self, shard: str, tables: Mapping[str, bytes]) -> None:
        """Store a shard's tables, all or nothing."""
        temporary = self.shards / f"{_TEMPORARY}{shard.replace('/', '-')}"
        temporary.mkdir()
        for name, content in tables.items():
            with open(temporary / f"{name}.parquet", "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        target = self.shards / shard
        target.parent.mkdir(exist_ok=True)
        temporary.rename(target)
        _sync(target.parent)

    def _write(self, path: Path, text: str) -> None:
        """Replace a small file in one piece."""
        temporary = path.with_name(f"{_TEMPORARY}{path.name}")
        with open(temporary, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync(path.parent)

    def files(self, table: str) -> list[Path]:
        """Files of one table: cells in the design's order, then any others, blocks in their own."""
        order = {cell["id"]: i for i, cell in enumerate(self.design()["cells"])}
        # not into a shard that a run is just writing
        found = self.shards.glob(f"[!.]*/r*/{table}.parquet")
        return sorted(found, key=lambda path: (order.get(path.parts[-3], len(order)), path.parts[-3:-1]))


def _sync(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system can."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_table(folder: str | os.PathLike[str], table: str) -> Any:
    """One table of a study, of all shards that are complete.

    Parameters
    ----------
    folder : path
        The study's directory.
    table : {"forecasts", "fits", "costs"}
        See :mod:`simulation.tables` for the columns.

    Returns
    -------
    DataFrame
        Rows in the design's order of cells, then by replication.

    Raises
    ------
    StudyError
        If the directory holds no study.
    ValueError
        If there is no such table.
    """
    from .tables import SCHEMAS, decode

    if table not in SCHEMAS:
        raise ValueError(f"table={table!r} must be one of {', '.join(SCHEMAS)}.")
    return decode(table, Store(folder).files(table))
