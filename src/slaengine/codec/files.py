"""Files whole or not at all, and by names that a file can have."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from slaengine.errors import InputError


def write_whole(path: str | Path, chunks: Iterable[bytes]) -> int:
    """Write beside the path, then take its place and its permissions. Returns how many chunks there were.

    Whatever fails, a file that was there stays as it was and nothing half written is left. Raises InputError, which
    quotes the path, where the file cannot be written.
    """
    try:
        return _written(named(path), chunks)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}: name a file that can be written") from error


def _written(path: Path, chunks: Iterable[bytes]) -> int:
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with beside.open("xb") as file:
            count = sum(1 for chunk in chunks if file.write(chunk))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def read_text(path: str | Path, what: str) -> str:
    """The text of a file in UTF-8, strictly, without a byte order mark. what: is to be named in its place.

    Raises InputError, which quotes the path, where it cannot be read.
    """
    path = named(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: no UTF-8 at byte {error.start + 1}: save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}: name a readable {what}") from None


def named(path: str | Path) -> Path:
    """The path of a file. Raises InputError, which quotes it, for one that no file can have."""
    found = Path(path)
    try:
        is_name = bool(found.name) and b"\0" not in os.fsencode(found)
    except UnicodeEncodeError:
        is_name = False
    if not is_name:
        raise InputError(f"{str(path)!r} is no name of a file: name one")
    return found
