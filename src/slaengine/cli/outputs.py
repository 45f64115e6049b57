"""Files that can be written, and progress for people only."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from slaengine.errors import InputError


def check_writable(path: str | Path, *, unlike: Iterable[str | Path | None] = ()) -> Path:
    """The file that a path leads to, if it can be written. Raises InputError before the work is done, not after.

    unlike: paths of the files that are read, and of the others that are written; none of them may be the same file.
    """
    path = Path(path).resolve()
    for other in unlike:
        if other is not None and Path(other).resolve() == path:
            raise InputError(f"{path}: is read or written already by the same command: name another file")
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError(f"{path}: is a device, not a file: name a file to write")
    if path.is_dir():
        raise InputError(f"{path}: is a directory: name a file to write")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no directory {str(path.parent)!r}: make it first")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: {str(path.parent)!r} cannot be written to: choose another place")
    return path


def progress(what: str, stream: TextIO | None = None) -> Callable[[int, int], None] | None:
    """A line that grows on a terminal; None where nobody looks."""
    out = sys.stderr if stream is None else stream
    if not out.isatty():
        return None

    def told(done: int, total: int) -> None:
        step = max(1, total // 200)
        if done % step and done != total:
            return
        end = "\r\033[K" if done == total else ""
        out.write(f"\r{what}: {done:,} of {total:,} ({100 * done // total} %){end}")
        out.flush()

    return told
