"""The three tables of results: their columns, and their bytes.

``forecasts``
    A row per cell, replication, method and step (from 1): ``forecast``, ``actual`` (what followed) and
    ``oracle`` (its true conditional mean, NaN where unknown). Only fits that are ok have rows.
``fits``
    A row per cell, replication and method: ``status`` ("ok" or "failed"), ``message`` (the error of a failed
    fit; the warnings of one that is ok; else null), ``n_lags``, ``tree_correlation``, ``model_bytes``
    (0, NaN and 0 for failed fits). A method that needs an oracle has no row where none is known.
``costs``
    The same rows with ``fit_seconds``: processor seconds of fit and forecast. They stand apart since they
    alone differ between two runs: the other tables are the same to the byte.

``method`` is the label that the design gives it, unique there.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["SCHEMAS", "decode", "encode"]

_KEY = [("cell", pa.string()), ("replication", pa.int32()), ("method", pa.string())]

SCHEMAS: dict[str, Any] = {
    "forecasts": pa.schema(
        [
            *_KEY,
            ("step", pa.int32()),
            ("forecast", pa.float64()),
            ("actual", pa.float64()),
            ("oracle", pa.float64()),
        ]
    ),
    "fits": pa.schema(
        [
            *_KEY,
            ("status", pa.string()),
            ("message", pa.string()),
            ("n_lags", pa.int32()),
            ("tree_correlation", pa.float64()),
            ("model_bytes", pa.int64()),
        ]
    ),
    "costs": pa.schema([*_KEY, ("fit_seconds", pa.float64())]),
}
"""Arrow schema of each table."""


def encode(name: str, rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Rows as the bytes of a parquet file; the same rows give the same bytes.

    Parameters
    ----------
    name : {"forecasts", "fits", "costs"}
        Which table.
    rows : sequence of tuple
        Values in the order of the schema's columns.

    Returns
    -------
    bytes

    Examples
    --------
    >>> from simulation.tables import decode, encode
    >>> decode("costs", [encode("costs", [("ar-0-T9", 0, "mean", 0.25)])])["fit_seconds"].tolist()
    [0.25]
    """
    schema = SCHEMAS[name]
    columns = list(zip(*rows)) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def decode(name: str, files: Iterable[Any]) -> Any:
    """One DataFrame of many parquet files, in their order.

    Parameters
    ----------
    name : {"forecasts", "fits", "costs"}
        Which table.
    files : iterable of path or bytes
        May be empty: then the table is empty, with its columns.

    Returns
    -------
    DataFrame
        Columns as in :data:`SCHEMAS`.

    Examples
    --------
    >>> from simulation.tables import decode
    >>> list(decode("costs", []).columns)
    ['cell', 'replication', 'method', 'fit_seconds']
    """
    schema = SCHEMAS[name]
    tables = []
    for file in files:
        source = pa.BufferReader(file) if isinstance(file, bytes) else file
        with pq.ParquetFile(source) as parquet:
            tables.append(parquet.read())
    return pa.concat_tables([schema.empty_table(), *tables]).to_pandas()
