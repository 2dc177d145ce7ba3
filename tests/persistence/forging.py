"""Changing the content of a file, as one who means harm would, or a newer version."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

DOCUMENT = "arsieve_rf.json"


def members(path: Path) -> dict[str, bytes]:
    """Contents by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path: Path, content: dict[str, bytes]) -> None:
    """An archive of these."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)


def change_document(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Let a function change the document in place."""
    content = members(path)
    document = json.loads(content[DOCUMENT])
    change(document)
    content[DOCUMENT] = json.dumps(document).encode()
    write_members(path, content)


def records_of(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Fields of all objects of a class."""
    return [record["fields"] for record in document["records"] if record.get("class") == name]


def change_array(path: Path, owner: str, field: str, change: Callable[[np.ndarray], Any]) -> None:
    """Put another array in the place of one; None is returned by changes in place."""
    content = members(path)
    document = json.loads(content[DOCUMENT])
    reference = records_of(document, owner)[0][field]
    member = f"{document['records'][reference['ref']]['array']}.npy"
    array = np.load(io.BytesIO(content[member]))
    other = change(array)
    buffer = io.BytesIO()
    np.save(buffer, array if other is None else other, allow_pickle=True)
    content[member] = buffer.getvalue()
    write_members(path, content)
