"""The archive itself: written at once or not at all, read with a clear word for what may be wrong."""

from __future__ import annotations

import io
import json
import os
import secrets
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .classes import Damaged, Stored, UnknownClass
from .decoding import Decoder
from .encoding import Encoder

__all__ = ["FORMAT_VERSION", "read", "write"]

FORMAT_VERSION = 1
"""To be raised when what is stored changes: another field, another meaning."""

_FORMAT = "arsieve-rf"
_DOCUMENT = "arsieve_rf.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same object gives the same bytes
_LEVEL = 6


def write(value: Any, path: str | os.PathLike[str], classes: Mapping[str, Stored], version: str) -> None:
    """Write an object to a file, which is there whole or not at all.

    Parameters
    ----------
    value : object
        An instance of one of the classes.
    path : str or path-like
        An existing file is replaced.
    classes : mapping of str to Stored
        Classes that the file may hold, by name.
    version : str
        Of the library, for those who cannot read the file.

    Raises
    ------
    TypeError
        If the object holds what such a file cannot hold; nothing is written then.
    FileNotFoundError
        If the folder does not exist.
    IsADirectoryError
        If the path is that of a folder.
    """
    name = os.fsdecode(path)
    target = Path(os.path.realpath(name))  # a link stays a link
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{name} cannot be written: there is no folder {target.parent}")
    if target.is_dir():
        raise IsADirectoryError(f"{name} cannot be written: it is a folder; add the name of a file")
    encoder = Encoder(classes)
    root = encoder.encode(value)
    document = {
        "format": _FORMAT,
        "format_version": FORMAT_VERSION,
        "library_version": version,
        "class": type(value).__name__,
        "root": root,
        "records": encoder.records,
    }
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                _add(archive, _DOCUMENT, json.dumps(document, allow_nan=False).encode("ascii"))
                for number, array in enumerate(encoder.arrays):
                    buffer = io.BytesIO()
                    np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=False)
                    _add(archive, f"{number}.npy", buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, content, compresslevel=_LEVEL)


def read(path: str | os.PathLike[str], expected: type, classes: Mapping[str, Stored], version: str) -> Any:
    """Read what :func:`write` wrote.

    Nothing in the file is run: it names classes from a list and attributes, and holds plain values.

    Parameters
    ----------
    path : str or path-like
        The file.
    expected : type
        Class of the object that it must hold.
    classes : mapping of str to Stored
        Classes that may be made, by name.
    version : str
        Of this library.

    Returns
    -------
    object
        An instance of ``expected``.

    Raises
    ------
    ValueError
        If it is another file, a damaged one, one of a newer version, or holds another object.
    FileNotFoundError
        If there is no such file.
    """
    name = os.fsdecode(path)
    with open(path, "rb") as file:
        if file.read(2) != b"PK":
            raise ValueError(_not_ours(name, expected))
        try:
            return _read_archive(file, name, expected, classes, version)
        except _Refused as refusal:
            raise ValueError(str(refusal)) from None
        except UnknownClass as error:
            raise ValueError(
                f"{name} names the class {error.args[0]!r}, which is none of those that arsieve-rf {version} "
                "stores: nothing was made of it. Upgrade arsieve-rf if a newer one wrote the file."
            ) from None
        except Exception as error:  # whatever broken bytes may lead to
            raise ValueError(
                f"{name} is damaged or was cut off ({type(error).__name__}: {error}): "
                f"get a whole copy, or fit and save the {expected.__name__} anew."
            ) from error


class _Refused(Exception):
    """A file that is whole, but not what was asked for; holds the message."""


def _read_archive(file: Any, name: str, expected: type, classes: Mapping[str, Stored], version: str) -> Any:
    with zipfile.ZipFile(file) as archive:
        if _DOCUMENT not in archive.namelist():
            raise _Refused(_not_ours(name, expected))
        document = json.loads(archive.read(_DOCUMENT), parse_constant=_no_constant)
        if not isinstance(document, dict) or document.get("format") != _FORMAT:
            raise _Refused(_not_ours(name, expected))
        _check_version(document, name, version)
        if document["class"] != expected.__name__:
            raise _Refused(_another(name, document["class"], expected, classes, version))
        decoder = Decoder(classes, document["records"], lambda number: _array(archive, number))
        value = decoder.decode(document["root"])
    if type(value) is not expected:
        raise Damaged(f"it holds {type(value).__name__} where it says {expected.__name__}")
    return value


def _check_version(document: dict[str, Any], name: str, version: str) -> None:
    written = document["format_version"]
    if type(written) is not int or written < 1:
        raise Damaged(f"the format version is {written!r}")
    if written > FORMAT_VERSION:
        raise _Refused(
            f"{name} was written by arsieve-rf {document.get('library_version')} in format {written}; this "
            f"version, {version}, reads formats up to {FORMAT_VERSION}: upgrade arsieve-rf."
        )


def _another(name: str, held: Any, expected: type, classes: Mapping[str, Stored], version: str) -> str:
    if held in classes and not hasattr(classes[held].cls, "load"):
        raise Damaged(f"it holds {held}, which is part of other objects only")
    if held in classes:
        article = "an" if expected.__name__[0] in "AEIOU" else "a"
        return f"{name} holds a fitted {held}, not {article} {expected.__name__}: use {held}.load."
    return f"{name} holds a {held!r}, which arsieve-rf {version} does not know: upgrade arsieve-rf."


def _not_ours(name: str, expected: type) -> str:
    return (
        f"{name} was not written by {expected.__name__}.save, so it cannot be loaded: files of pickle, "
        "joblib or skops are read by these."
    )


def _no_constant(word: str) -> Any:
    raise Damaged(f"{word} is no JSON")


def _array(archive: zipfile.ZipFile, number: Any) -> np.ndarray:
    """An array, whose size the header cannot overstate: there must be as many bytes."""
    if type(number) is not int:
        raise Damaged(f"{number!r} is no number of an array")
    content = archive.read(f"{number}.npy")
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    if version != (1, 0):
        raise Damaged(f"array {number} has format {version}")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.hasobject or min(shape, default=0) < 0:
        raise Damaged(f"array {number} holds objects")
    flat = np.frombuffer(content, dtype, offset=stream.tell()).copy()
    return flat.reshape(shape, order="F" if fortran else "C")
